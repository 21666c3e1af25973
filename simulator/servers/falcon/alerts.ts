import type { Hono } from "hono";
import { z } from "zod";
import type { Room } from "../room.ts";
import { textOf } from "../shelves.ts";
import { falconAnswer, falconError } from "./envelope.ts";
import { cursorPage, sortedList, wholeNumber } from "./lists.ts";

const combinedQuestion = z.object({
  filter: z.string().default(""),
  sort: z.string().default(""),
  limit: z.number().int().default(100),
  after: z.string().default(""),
});

/** Alerts: combined by cursor, ids by offset, whole ones by id. */
export function addAlerts(app: Hono, room: Room): void {
  const list = { shelf: room.shelves.falcon.alerts, key: "composite_id" };

  app.post("/alerts/combined/alerts/v1", async (context) => {
    const question = combinedQuestion.safeParse(await context.req.json().catch(() => null));
    if (!question.success) return falconError(room, 400, "invalid request body");
    const { filter, sort, limit, after } = question.data;
    // The code of the real answer to a larger limit is not known; 400 is what others of its kind give.
    if (limit > 1000) return falconError(room, 400, "limit: should be less than or equal to 1000");
    const all = sortedList(list, filter, sort);
    if (all === null) return falconError(room, 400, "invalid filter expression supplied");
    const page = cursorPage(room, all, { path: context.req.path, filter, sort, cursor: after, limit: limit === 0 ? 100 : limit });
    if (page === null) return falconError(room, 400, "invalid or expired after token");
    const pagination = { limit, total: all.sorted.length, ...(page.next === null ? {} : { after: page.next }) };
    return falconAnswer(room, page.records, { pagination });
  });

  app.get("/alerts/queries/alerts/v2", (context) => {
    const { filter = "", sort = "" } = context.req.query();
    const limit = wholeNumber(context.req.query("limit"), 100);
    const offset = wholeNumber(context.req.query("offset"), 0);
    if (Number.isNaN(limit) || Number.isNaN(offset)) return falconError(room, 400, "limit and offset should be whole numbers");
    // At the very edge the real one breaks instead of refusing (psfalcon#423).
    if (offset === room.limits.falconWindow) return falconError(room, 500, "internal server error");
    if (offset + limit > room.limits.falconWindow)
      return falconError(room, 400, `offset + limit should be less than or equal to ${room.limits.falconWindow}`);
    const all = sortedList(list, filter, sort);
    if (all === null) return falconError(room, 400, "invalid filter expression supplied");
    const ids = all.sorted.slice(offset, offset + limit).map((alert) => textOf(alert, "composite_id"));
    return falconAnswer(room, ids, { pagination: { offset, limit, total: all.sorted.length } });
  });

  app.post("/alerts/entities/alerts/v2", async (context) => {
    const body = z.object({ composite_ids: z.array(z.string()) }).safeParse(await context.req.json().catch(() => null));
    if (!body.success) return falconError(room, 400, "composite_ids: is required");
    if (body.data.composite_ids.length > 1000) return falconError(room, 413, "Request Entity Too Large");
    return falconAnswer(
      room,
      body.data.composite_ids.flatMap((id) => list.shelf.get(id) ?? []),
    );
  });
}
