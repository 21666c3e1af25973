import type { Hono } from "hono";
import { z } from "zod";
import { type HuntingTable, huntingTables, type VendorRecord } from "../../vendor-data.ts";
import { type Room, shutFor } from "../room.ts";
import { graphError } from "./errors.ts";
import { KqlError, readKql } from "./kql.ts";

// The documents write Query and Timespan, the SDK query and timespan; both are taken.
const question = z.union([
  z
    .object({ Query: z.string(), Timespan: z.string().nullish() })
    .transform(({ Query, Timespan }) => ({ query: Query, timespan: Timespan })),
  z.object({ query: z.string(), timespan: z.string().nullish() }),
]);

/** Advanced hunting: one question, one answer, cut off at a number of rows; thirty days back and no pages. */
export function addHunting(app: Hono, room: Room): void {
  app.post("/v1.0/security/runHuntingQuery", async (context) => {
    if (room.quirks.missingScopes.includes("ThreatHunting.Read.All")) {
      return graphError(
        room,
        context,
        403,
        "Forbidden",
        "The application does not have any of the required permissions: ThreatHunting.Read.All.",
      );
    }
    const shutMs = shutFor(room, "graph hunting", room.limits.huntingPerMinute, 60_000);
    if (shutMs > 0) {
      const headers = { "retry-after": String(Math.ceil(shutMs / 1000)) };
      return graphError(
        room,
        context,
        429,
        "TooManyRequests",
        "You have exceeded the quota of calls per minute for advanced hunting.",
        headers,
      );
    }
    const body = question.safeParse(await context.req.json().catch(() => null));
    if (!body.success) return graphError(room, context, 400, "BadRequest", "Invalid request: Query is required.");
    const span = spanOf(body.data.timespan ?? "P30D", room.now());
    if (span === null) return graphError(room, context, 400, "BadRequest", "Invalid Timespan.");
    try {
      const { table, run } = readKql(body.data.query, room.now());
      const name = huntingTables.find((known) => known === table);
      if (name === undefined)
        throw new KqlError(`'where' operator: Failed to resolve table or column expression named '${table}'`);
      const rows = run(within(room, name, span)).slice(0, room.limits.huntingRows);
      return Response.json({ schema: schemaOf(rows, room.quirks.hasCapitalSchema), results: rows });
    } catch (cause) {
      if (cause instanceof KqlError) return graphError(room, context, 400, "BadRequest", cause.message);
      throw cause;
    }
  });
}

function within(room: Room, table: HuntingTable, { from, to }: Span): readonly VendorRecord[] {
  const oldest = room.now() - 30 * DAY;
  return room.shelves.hunting[table].between(Math.max(from, oldest), to + 1);
}

const DAY = 86_400_000;

interface Span {
  readonly from: number;
  readonly to: number;
}

/** ISO 8601: a duration back from now, start/end, duration/end, start/duration, or a start. */
function spanOf(text: string, now: number): Span | null {
  const [first = "", second] = text.split("/");
  const start = durationMs(first) ?? Date.parse(first);
  if (Number.isNaN(start)) return null;
  if (second === undefined) return durationMs(first) === null ? { from: start, to: now } : { from: now - start, to: now };
  const end = durationMs(second) ?? Date.parse(second);
  if (Number.isNaN(end)) return null;
  if (durationMs(first) !== null) return { from: end - start, to: end };
  return durationMs(second) === null ? { from: start, to: end } : { from: start, to: start + end };
}

function durationMs(text: string): number | null {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text);
  if (match === null || text === "P") return null;
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60_000 + (seconds ?? 0) * 1000;
}

function schemaOf(rows: readonly VendorRecord[], isCapital: boolean): object[] {
  const types = new Map<string, string>();
  for (const row of rows)
    for (const [name, value] of Object.entries(row)) if (!types.has(name) || value !== null) types.set(name, typeOf(name, value));
  return [...types].map(([name, type]) => (isCapital ? { Name: name, Type: type } : { name, type }));
}

function typeOf(name: string, value: unknown): string {
  if (name === "Timestamp" || name.endsWith("Time")) return "DateTime";
  if (typeof value === "number") return "Int64";
  if (typeof value === "boolean") return "SByte";
  return typeof value === "object" && value !== null ? "Object" : "String";
}
