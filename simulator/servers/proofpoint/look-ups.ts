import type { Hono } from "hono";
import { z } from "zod";
import type { Room } from "../room.ts";
import { textOf } from "../shelves.ts";
import { readInterval } from "./interval.ts";
import { spent } from "./ledger.ts";

/** Campaigns, forensics and summaries of threats: asked for one by one. */
export function addLookUps(app: Hono, room: Room): void {
  const { campaigns, forensics } = room.shelves.proofpoint;

  app.get("/v2/campaign/ids", (context) => {
    const exhausted = spent(room, "campaign ids", room.limits.campaignsPerDay);
    if (exhausted !== null) return exhausted;
    const rules = { shortestMs: 30_000, longestMs: 86_400_000, backMs: null };
    const interval = readInterval(context.req.query("interval") ?? "", room.now(), rules);
    if ("refused" in interval) return new Response(interval.refused, { status: 400 });
    const size = Number(context.req.query("size") ?? 100);
    const page = Number(context.req.query("page") ?? 1);
    if (!(size >= 1 && size <= 200 && page >= 1)) return new Response("The page or size is not valid.", { status: 400 });
    const found = campaigns.all().filter((campaign) => isWithin(Date.parse(textOf(campaign, "startDate")), interval));
    // No data and no such thing are the same to it.
    if (found.length === 0) return new Response(null, { status: 404 });
    const ids = found
      .slice((page - 1) * size, page * size)
      .map((campaign) => ({ id: textOf(campaign, "id"), lastUpdatedAt: textOf(campaign, "startDate") }));
    return Response.json({ campaigns: ids });
  });

  app.get("/v2/campaign/:id", (context) => {
    const found = campaigns.get(context.req.param("id"));
    return found === undefined ? new Response(null, { status: 404 }) : Response.json(found);
  });

  app.get("/v2/forensics", (context) => {
    const { threatId, campaignId } = context.req.query();
    if ((threatId === undefined) === (campaignId === undefined))
      return new Response("One of threatId and campaignId is needed.", { status: 400 });
    const exhausted =
      threatId === undefined ? spent(room, "forensics campaigns", 1800) : spent(room, "forensics", room.limits.forensicsPerDay);
    if (exhausted !== null) return exhausted;
    const wanted = threatId === undefined ? membersOf(campaigns.get(campaignId ?? "")) : [threatId];
    const reports = forensics
      .all()
      .flatMap(reportsIn)
      .filter((report) => wanted.includes(String(report.id)));
    return reports.length === 0
      ? new Response(null, { status: 404 })
      : Response.json({ generated: new Date(room.now()).toISOString(), reports });
  });

  app.get("/v2/threat/summary/:id", (context) => {
    const id = context.req.param("id");
    const report = forensics
      .all()
      .flatMap(reportsIn)
      .find((each) => each.id === id);
    if (report === undefined) return new Response(null, { status: 404 });
    const lists = { actors: [], families: [], malware: [], techniques: [], brands: [] };
    return Response.json({
      id,
      name: report.name ?? null,
      type: report.type ?? null,
      status: report.threatStatus ?? null,
      notable: false,
      ...lists,
    });
  });
}

function isWithin(time: number, { from, to }: { readonly from: number; readonly to: number }): boolean {
  return time >= from && time < to;
}

const member = z.object({ campaignMembers: z.array(z.object({ id: z.string() })).default([]) });

function membersOf(campaign: unknown): string[] {
  return member.safeParse(campaign).data?.campaignMembers.map(({ id }) => id) ?? [];
}

const report = z.looseObject({ id: z.string() });
const answer = z.looseObject({ reports: z.array(report) });

/** The estate keeps reports, or whole answers of them. */
function reportsIn(record: unknown): z.infer<typeof report>[] {
  const whole = answer.safeParse(record);
  if (whole.success) return whole.data.reports;
  const one = report.safeParse(record);
  return one.success ? [one.data] : [];
}
