import type { Context, Hono } from "hono";
import { z } from "zod";
import { randomOf } from "../../random.ts";
import type { VendorRecord } from "../../vendor-data.ts";
import type { Room } from "../room.ts";
import { textOf } from "../shelves.ts";
import { checked, type Interval, type IntervalRules, readInterval } from "./interval.ts";
import { spent } from "./ledger.ts";

const kinds = ["messagesDelivered", "messagesBlocked", "clicksPermitted", "clicksBlocked"] as const;
type Kind = (typeof kinds)[number];

/** Each address with what it tells and the pool it counts against: permitted clicks have one of their own. */
const addresses: readonly { readonly path: string; readonly kinds: readonly Kind[]; readonly pool: string }[] = [
  { path: "/v2/siem/all", kinds, pool: "siem" },
  { path: "/v2/siem/issues", kinds: ["messagesDelivered", "clicksPermitted"], pool: "siem" },
  { path: "/v2/siem/messages/delivered", kinds: ["messagesDelivered"], pool: "siem" },
  { path: "/v2/siem/messages/blocked", kinds: ["messagesBlocked"], pool: "siem" },
  { path: "/v2/siem/clicks/permitted", kinds: ["clicksPermitted"], pool: "clicks" },
  { path: "/v2/siem/clicks/blocked", kinds: ["clicksBlocked"], pool: "siem" },
];

const rules: IntervalRules = { shortestMs: 30_000, longestMs: 3_600_000, backMs: 7 * 86_400_000 };

/** Events by when they were condemned, an hour at most, unordered, some of them twice. */
export function addSiem(app: Hono, room: Room): void {
  for (const address of addresses) {
    app.get(address.path, (context) => {
      const exhausted = spent(room, address.pool, room.limits.siemPerDay);
      if (exhausted !== null) return exhausted;
      const interval = intervalOf(context, room.now());
      if ("refused" in interval) return new Response(interval.refused, { status: 400 });
      const types = context.req.queries("threatType") ?? [];
      const states = context.req.queries("threatStatus") ?? ["active", "cleared"];
      const fits = (event: VendorRecord) =>
        threatsOf(event).some(
          (threat) =>
            (types.length === 0 || types.includes(threat.type)) && (states.includes(threat.status) || threat.status === ""),
        );
      const events = address.kinds.map((kind) => {
        const told = room.shelves.proofpoint[kind].between(interval.from, interval.to).filter(fits);
        return [
          kind,
          jumbled(told, room, interval).map((event) => (room.quirks.hasFieldDrift ? drifted(event) : event)),
        ] as const;
      });
      const isEmpty = events.every(([, told]) => told.length === 0);
      const isJson = (context.req.query("format") ?? "syslog").toLowerCase() === "json";
      if (isEmpty && (!isJson || room.quirks.emptyIs204)) return new Response(null, { status: 204 });
      if (!isJson) return new Response(events.flatMap(([kind, told]) => told.map((event) => syslog(kind, event))).join("\n"));
      const body = JSON.stringify({ queryEndTime: new Date(interval.to).toISOString(), ...Object.fromEntries(events) });
      return new Response(body, { headers: { "content-type": room.quirks.isPlainText ? "text/plain" : "application/json" } });
    });
  }
}

function intervalOf(context: Context, now: number): Interval | { readonly refused: string } {
  const { interval, sinceTime, sinceSeconds } = context.req.query();
  const given = [interval, sinceTime, sinceSeconds].filter((text) => text !== undefined);
  if (given.length !== 1) return { refused: "Exactly one of interval, sinceTime and sinceSeconds is needed." };
  if (interval !== undefined) return readInterval(interval, now, rules);
  const from = sinceTime === undefined ? now - Number(sinceSeconds) * 1000 : Date.parse(sinceTime);
  return Number.isNaN(from) ? { refused: "The start time is not valid." } : checked({ from, to: now }, now, rules);
}

const threat = z.object({ threatType: z.string().nullish(), threatStatus: z.string().nullish() });

function threatsOf(event: VendorRecord): { type: string; status: string }[] {
  const threats = Array.isArray(event.threatsInfoMap) ? event.threatsInfoMap : [event];
  return threats.map((each: unknown) => {
    const parsed = threat.safeParse(each);
    return { type: parsed.data?.threatType?.toLowerCase() ?? "url", status: parsed.data?.threatStatus ?? "" };
  });
}

/** TAP promises no order, and events come more than once; the same question is answered alike each time. */
function jumbled(events: readonly VendorRecord[], room: Room, { from, to }: Interval): VendorRecord[] {
  const { repeatsOneIn } = room.quirks;
  const repeated = repeatsOneIn === 0 ? [] : events.filter((_, index) => index % repeatsOneIn === 0);
  return randomOf(from, `jumble ${to}`).shuffle([...events, ...repeated]);
}

/** The names that fields have in other answers than the documents'. */
const otherNames: Readonly<Record<string, string>> = {
  cluster: "clusterId",
  replyToAddress: "replyToAddresses",
  campaignID: "campaignId",
  threatID: "threatId",
  threatUrl: "threatURL",
};

function drifted(value: unknown): VendorRecord {
  const renamed = (inner: unknown): unknown => {
    if (Array.isArray(inner)) return inner.map(renamed);
    if (typeof inner !== "object" || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([name, part]) => [otherNames[name] ?? name, renamed(part)]));
  };
  return z.record(z.string(), z.unknown()).parse(renamed(value));
}

function syslog(kind: Kind, event: VendorRecord): string {
  const id = { messagesDelivered: "MSGDLV", messagesBlocked: "MSGBLK", clicksPermitted: "CLKPER", clicksBlocked: "CLKBLK" }[kind];
  const time = textOf(event, "messageTime") || textOf(event, "clickTime");
  const fields = Object.entries(event).flatMap(([name, value]) =>
    typeof value === "string" ? [`${name}="${value.replace(/["\\\]]/g, "\\$&")}"`] : [],
  );
  return `<38>1 ${time} - ProofpointTAP - ${id} [tapmsg@21139 ${fields.join(" ")}]`;
}
