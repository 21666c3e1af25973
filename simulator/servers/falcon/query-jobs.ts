import { createHash } from "node:crypto";
import type { Hono } from "hono";
import { z } from "zod";
import type { Room } from "../room.ts";
import { readCql, searchRow } from "./cql.ts";
import type { CqlAnswer } from "./cql-groups.ts";
import { CqlError } from "./cql-words.ts";
import { falconError } from "./envelope.ts";

const question = z.object({
  queryString: z.string(),
  start: z.union([z.number(), z.string()]).default("24h"),
  end: z.union([z.number(), z.string()]).default("now"),
  isLive: z.boolean().default(false),
});

/** A search under way. */
export interface Job {
  readonly answer: CqlAnswer;
  readonly from: number;
  readonly to: number;
  readonly eventsRead: number;
  readonly query: string;
  polls: number;
  lastAskedFor: number;
}

const repositories = new Set(["search-all", "investigate_view", "base_sensor"]);

/** Searches in NG-SIEM: begun, asked for until they are done, stopped; forgotten when nobody asks for them. */
export function addQueryJobs(app: Hono, room: Room): void {
  const path = "/humio/api/v1/repositories/:repository/queryjobs";

  app.post(path, async (context) => {
    const body = question.safeParse(await context.req.json().catch(() => null));
    if (!body.success) return falconError(room, 400, "Request body is invalid");
    if (!repositories.has(context.req.param("repository"))) return falconError(room, 403, "access denied, authorization failed");
    if (room.quirks.missingScopes.includes("NGSIEM: WRITE")) return falconError(room, 403, "access denied, authorization failed");
    const from = momentOf(body.data.start, room.now());
    const to = momentOf(body.data.end, room.now());
    if (Number.isNaN(from) || Number.isNaN(to) || body.data.isLive) return falconError(room, 400, "Query input is invalid");
    try {
      const { jobRows: rows, tailRows: tail, groupRows: groups } = room.limits;
      const run = readCql(body.data.queryString, { rows, tail, groups });
      const events = room.shelves.falcon.events.between(from, to);
      const answer = run(events.map(searchRow).reverse());
      const id = `P1-${room.random.hex(24)}`;
      const job: Job = {
        answer,
        from,
        to,
        eventsRead: events.length,
        query: body.data.queryString,
        polls: 0,
        lastAskedFor: room.now(),
      };
      room.jobs.set(id, job);
      return Response.json({
        id,
        hashedQueryOnView: createHash("sha256").update(body.data.queryString).digest("hex").slice(0, 32),
      });
    } catch (cause) {
      if (cause instanceof CqlError) return falconError(room, 400, `Query input is invalid: ${cause.message}`);
      throw cause;
    }
  });

  app.get(`${path}/:id`, (context) => {
    const id = context.req.param("id");
    const job = room.jobs.get(id);
    if (job === undefined || room.now() - job.lastAskedFor > room.limits.jobSeconds * 1000) {
      room.jobs.delete(id);
      return falconError(room, 404, "Search has been stopped internally");
    }
    job.lastAskedFor = room.now();
    job.polls += 1;
    const isDone = job.polls >= room.limits.jobPolls;
    const { rows } = job.answer;
    return Response.json(statusOf(job, isDone ? rows : rows.slice(0, Math.floor(rows.length / 2)), isDone));
  });

  app.delete(`${path}/:id`, (context) => {
    room.jobs.delete(context.req.param("id"));
    return new Response(null, { status: 200 });
  });
}

/** Milliseconds since 1970: a number, digits, "now", or a span before now such as "24h". */
function momentOf(text: number | string, now: number): number {
  if (typeof text === "number" || /^\d{9,}$/.test(text)) return Number(text);
  if (text === "now") return now;
  const match = /^(\d+)\s*(s|m|h|d)/.exec(text);
  const unit = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[match?.[2] ?? ""];
  return match === null || unit === undefined ? Number.NaN : now - Number(match[1]) * unit;
}

function statusOf(job: Job, events: readonly unknown[], isDone: boolean): object {
  const spent = { liveCost: 0, liveCostRate: 0, staticCost: 1, staticCostRate: 1 };
  const total = { liveCost: 0, queryCount: 1, staticCost: 1 };
  const quota = { day: total, hour: total, oneMinute: total, tenMinutes: total };
  const warnings = isDone ? job.answer.warnings : [];
  return {
    cancelled: false,
    done: isDone,
    events,
    filesUsed: [],
    filterMatches: [],
    queryEventDistribution: {
      bucket_first_bucket: String(job.from),
      bucket_last_bucket: String(job.to),
      bucket_span_humanized: "1 hour",
      bucket_span_millis: "3600000",
    },
    warnings: warnings.map((message) => ({
      category: "Result",
      classification: "Warning",
      code: "GroupByLimitExceeded",
      message,
    })),
    metaData: {
      costs: spent,
      digestFlow: { ingestTimeKnownGood: job.to, maxIngestLatency: 0, minIngestTimeIncluded: job.from },
      eventCount: events.length,
      extraData: {},
      fieldOrder: [],
      filterQuery: { queryString: job.query, start: job.from, end: job.to, isLive: false },
      isAggregate: job.answer.isAggregate,
      pollAfter: 1000,
      processedBytes: job.eventsRead * 600,
      processedEvents: isDone ? job.eventsRead : Math.floor(job.eventsRead / 2),
      queryEnd: job.to,
      querySpent: quota,
      queryStart: job.from,
      queuedMillis: 0,
      quotaTotalSpent: quota,
      responderVHost: 1,
      resultBufferSize: events.length,
      timeMillis: 12,
      totalWork: 2,
      warning: warnings[0] ?? "",
      warnings,
      workDone: isDone ? 2 : 1,
    },
  };
}
