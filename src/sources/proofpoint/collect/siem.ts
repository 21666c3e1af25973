import { z } from "zod";
import { type CollectContext, type Page, type Slice, SliceTooLarge, type Stream } from "../../../collect/collector.ts";
import { type JsonAnswer, VendorError } from "../../../collect/http.ts";
import { hourMs } from "../../../time.ts";
import { type Forensics, threatsWorthAReport } from "./forensics.ts";
import { amended, furthestMs, intervalText, longestMs, momentOf, settledInterval, shortestMs } from "./interval.ts";
import type { LateCondemnations } from "./late.ts";
import type { Quotas, Tap } from "./tap.ts";

const containers = ["messagesDelivered", "messagesBlocked", "clicksPermitted", "clicksBlocked"] as const;
// False positives too: a threat that TAP takes back is told again with that state.
const states = ["active", "cleared", "falsePositive"] as const;
const maxAmendments = 5;

const answerSchema = z.record(z.string(), z.unknown());
type Answer = z.infer<typeof answerSchema>;

const cursorSchema = z.object({ threats: z.array(z.string()), coveredTo: z.number().nullable() });

interface Walk {
  readonly tap: Tap;
  readonly quotas: Quotas;
  readonly forensics: Forensics;
  readonly late: LateCondemnations;
}

/** Messages and clicks, hour by hour; then the forensic reports of the threats among them that people met. */
export function siemStream(walk: Walk, context: Pick<CollectContext, "signal">): Stream {
  return {
    id: "siem",
    name: "Messages and clicks with condemned threats",
    tables: ["email_activity", "email_url_activity"],
    permission: "a TAP service credential",
    kind: "events",
    retentionMs: furthestMs,
    sliceMs: longestMs,
    shortestSliceMs: shortestMs,
    // Events are indexed up to half an hour late (demisto/content #43366, Azure/Azure-Sentinel #11917).
    overlapMs: hourMs,
    concurrency: 1,
    pages: (slice, cursor) => pages(slice, cursor, walk, context.signal),
  };
}

async function* pages(slice: Slice, cursor: string | null, walk: Walk, signal: AbortSignal): AsyncIterable<Page> {
  let rest: z.infer<typeof cursorSchema>;
  if (cursor === null) {
    const first = await hour(slice, walk);
    const threats = await walk.forensics.wanted(first.threats);
    rest = { threats, coveredTo: first.coveredTo };
    yield { ...pageOf(first, rest), ...(first.shortfalls.length === 0 ? {} : { shortfalls: first.shortfalls }) };
  } else {
    rest = cursorSchema.parse(JSON.parse(cursor));
  }
  while (rest.threats.length > 0) {
    signal.throwIfAborted();
    const [threat = "", ...threats] = rest.threats;
    rest = { ...rest, threats };
    yield pageOf({ records: await walk.forensics.report(threat), coveredTo: rest.coveredTo }, rest);
  }
}

function pageOf(
  { records, coveredTo }: { records: readonly unknown[]; coveredTo: number | null },
  rest: z.infer<typeof cursorSchema>,
): Page {
  return {
    records,
    cursor: rest.threats.length === 0 ? null : JSON.stringify(rest),
    ...(coveredTo === null ? {} : { coveredTo }),
  };
}

interface Hour {
  readonly records: readonly unknown[];
  readonly shortfalls: readonly string[];
  /** Null where the slice is covered to its end. */
  readonly coveredTo: number | null;
  readonly threats: readonly string[];
}

async function hour(slice: Slice, walk: Walk): Promise<Hour> {
  const asked = settledInterval(slice, walk.tap.now());
  if (asked === null) return { records: [], shortfalls: [], coveredTo: slice.from, threats: [] };
  const { interval, answer } = await answered(asked, walk);
  if (interval === null || answer === null)
    return {
      records: [],
      shortfalls: [`TAP gives seven days back; ${intervalText(asked)} is further`],
      coveredTo: null,
      threats: [],
    };
  const lost =
    interval.from > asked.from
      ? [`TAP gives seven days back; ${intervalText(asked)} was asked from ${intervalText(interval)} on`]
      : [];
  const reach = interval.to < slice.to ? interval.to : null;
  // 204 is "none" and tells no end of its own: the one asked for stands.
  if (answer.status === 204 || answer.body === undefined) return { records: [], shortfalls: lost, coveredTo: reach, threats: [] };
  const parsed = answerSchema.safeParse(answer.body);
  if (!parsed.success) throw new VendorError("bad-answer", "/v2/siem/all gave something else than messages and clicks");
  walk.late.note(parsed.data, interval);
  return {
    records: recordsIn(parsed.data),
    shortfalls: [...lost, ...absent(parsed.data)],
    coveredTo: covered(parsed.data.queryEndTime, interval, slice),
    threats: threatsWorthAReport(parsed.data),
  };
}

/** The answer for the interval, or for the next one that TAP takes in its place; nulls when none of it lies within its seven days. */
async function answered(asked: Slice, { tap, quotas }: Walk): Promise<{ interval: Slice | null; answer: JsonAnswer | null }> {
  let interval = asked;
  for (let amendments = 0; ; amendments += 1) {
    const answer = await question(interval, tap, quotas);
    if (answer.status !== 400) return { interval, answer };
    const refusal = typeof answer.body === "string" ? answer.body : (JSON.stringify(answer.body) ?? "");
    const other = amended(interval, refusal, tap.now());
    if (other === null && /too far into the past/i.test(refusal)) return { interval: null, answer: null };
    if (other === null || amendments === maxAmendments)
      throw new VendorError(
        "refused",
        `/v2/siem/all does not take ${intervalText(interval)}: ${refusal.slice(0, 200) || "it gives no reason"}`,
        {
          status: 400,
          body: answer.body,
        },
      );
    interval = other;
  }
}

async function question(interval: Slice, tap: Tap, quotas: Quotas): Promise<JsonAnswer> {
  try {
    return await tap.ask({
      quota: quotas.siem,
      path: "/v2/siem/all",
      query: [
        // Without it, TAP answers in syslog.
        ["format", "json"],
        ["interval", intervalText(interval)],
        ...states.map((state) => ["threatStatus", state] as const),
      ],
      accept: [400],
    });
  } catch (cause) {
    if (cause instanceof VendorError && cause.kind === "too-large") throw new SliceTooLarge(cause.message);
    throw cause;
  }
}

/** One message or click a line, with the name of its list: that alone says whether it was delivered or blocked. */
function recordsIn(answer: Answer): unknown[] {
  return containers.flatMap((container) => {
    const list = answer[container];
    return Array.isArray(list) ? list.map((record: unknown) => ({ _container: container, _record: record })) : [];
  });
}

/** A list that is not there was not asked for or not answered: that is not "none". */
function absent(answer: Answer): string[] {
  return containers.filter((container) => !Array.isArray(answer[container])).map((container) => `the answer has no ${container}`);
}

/** Up to where TAP says that it looked, where that is not the whole slice. */
function covered(queryEndTime: unknown, interval: Slice, slice: Slice): number | null {
  const end = Math.min(interval.to, momentOf(queryEndTime) ?? interval.to);
  return end < slice.to ? Math.max(slice.from, end) : null;
}
