import type { Hono } from "hono";
import type { Room } from "../room.ts";
import { spent } from "./ledger.ts";

/** Very attacked people and top clickers: of the last 14, 30 or 90 days, page by page; the estate knows those of 14. */
export function addPeople(app: Hono, room: Room): void {
  const lists = [
    { path: "/v2/people/vap", shelf: room.shelves.proofpoint.vap, size: 1000, largest: 1000, total: "totalVapUsers" },
    {
      path: "/v2/people/top-clickers",
      shelf: room.shelves.proofpoint.topClickers,
      size: 100,
      largest: 200,
      total: "totalTopClickers",
    },
  ];
  for (const { path, shelf, size: usual, largest, total } of lists) {
    app.get(path, (context) => {
      const exhausted = spent(room, path, room.limits.peoplePerDay);
      if (exhausted !== null) return exhausted;
      const days = Number(context.req.query("window"));
      const size = Number(context.req.query("size") ?? usual);
      const page = Number(context.req.query("page") ?? 1);
      if (![14, 30, 90].includes(days)) return new Response("The window parameter must be one of 14, 30 or 90.", { status: 400 });
      if (!(size >= 1 && size <= largest && page >= 1)) return new Response("The page or size is not valid.", { status: 400 });
      const users = shelf.all();
      const now = room.now();
      const indexes = users.map((user) => attackIndexOf(user)).sort((a, b) => a - b);
      return Response.json({
        users: users.slice((page - 1) * size, page * size),
        [total]: users.length,
        interval: `${new Date(now - days * 86_400_000).toISOString()}/${new Date(now).toISOString()}`,
        ...(path.endsWith("vap")
          ? {
              averageAttackIndex: indexes.reduce((sum, index) => sum + index, 0) / Math.max(1, indexes.length),
              vapAttackIndexThreshold: indexes[0] ?? 0,
            }
          : {}),
      });
    });
  }
}

function attackIndexOf(user: Readonly<Record<string, unknown>>): number {
  const statistics = user.threatStatistics;
  return typeof statistics === "object" && statistics !== null && "attackIndex" in statistics
    ? Number(statistics.attackIndex)
    : 0;
}
