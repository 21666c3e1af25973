import type { Hono } from "hono";
import { z } from "zod";
import type { Room } from "../room.ts";
import { textOf } from "../shelves.ts";
import { falconAnswer, falconError } from "./envelope.ts";
import { sortedList, wholeNumber } from "./lists.ts";

/** Cases, which took the place of incidents: ids by offset, whole ones by id. */
export function addCases(app: Hono, room: Room): void {
  const list = { shelf: room.shelves.falcon.cases, key: "id" };

  app.get("/cases/queries/cases/v1", (context) => {
    const { filter = "", sort = "" } = context.req.query();
    const limit = wholeNumber(context.req.query("limit"), 100);
    const offset = wholeNumber(context.req.query("offset"), 0);
    if (!(limit <= 10_000) || !(offset + limit <= room.limits.falconWindow))
      return falconError(room, 400, "limit or offset out of range");
    const all = sortedList(list, filter, sort);
    if (all === null) return falconError(room, 400, "invalid filter expression supplied");
    const ids = all.sorted.slice(offset, offset + limit).map((found) => textOf(found, "id"));
    return falconAnswer(room, ids, { pagination: { offset, limit, total: all.sorted.length } });
  });

  app.post("/cases/entities/cases/v2", async (context) => {
    const body = z.object({ ids: z.array(z.string()) }).safeParse(await context.req.json().catch(() => null));
    if (!body.success) return falconError(room, 400, "ids: is required");
    if (body.data.ids.length > 1000) return falconError(room, 413, "Request Entity Too Large");
    return falconAnswer(
      room,
      body.data.ids.flatMap((id) => list.shelf.get(id) ?? []),
    );
  });
}
