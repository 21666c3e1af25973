import { groupBy } from "../findings/group-by.ts";
import { compareText } from "../order.ts";
import { epochMilliseconds } from "../time.ts";
import type { CollectionCoverage, Gap, Window } from "../types.ts";
import { engineTime } from "../world.ts";
import type { Slice } from "./collector.ts";
import type { LedgerRow } from "./ledger.ts";
import { coveredBy } from "./plan.ts";
import { common, lengthOf, without } from "./stretches.ts";

// Runs take seconds to begin and vendors round: what is shorter at the edges of a window is no hole in what was seen.
const tooShortToTellMs = 120_000;

const never = { state: "never asked", reason: "it was never asked for" };

/** What of a window each stream was asked for, and what came: from the ledger alone, in the order of the streams' names. */
export function collectionCoverage(rows: readonly LedgerRow[], window: Window): CollectionCoverage[] {
  const span = { from: epochMilliseconds(window.from), to: epochMilliseconds(window.to) };
  return [...groupBy(rows, ({ source, stream }) => `${source}/${stream}`)]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, attempts]) => (attempts[0]?.kind === "snapshot" ? ofSnapshot(attempts) : ofStretches(attempts, span)));
}

function ofStretches(attempts: readonly LedgerRow[], window: Slice): CollectionCoverage {
  const asked = common(attempts, [window]);
  const covered = common(coveredBy(attempts), [window]);
  const missing = without([window], covered)
    .filter(({ from, to }) => to - from >= Math.min(tooShortToTellMs, window.to - window.from))
    .flatMap((hole) => reasonsFor(hole, attempts));
  const [first, last] = [asked[0], asked.at(-1)];
  const length = window.to - window.from;
  return {
    ...whose(attempts),
    asked: first === undefined || last === undefined ? null : windowOf({ from: first.from, to: last.to }),
    covered: length <= 0 ? 0 : lengthOf(covered) / length,
    records: attempts
      .filter(({ from, to }) => from < window.to && to > window.from)
      .reduce((sum, { records }) => sum + records, 0),
    missing,
  };
}

/** A snapshot tells of the moment it was taken; the newest that is whole counts, unless a later one failed. */
function ofSnapshot(attempts: readonly LedgerRow[]): CollectionCoverage {
  const inOrder = [...attempts].sort((a, b) => a.askedAt - b.askedAt);
  const last = inOrder.at(-1);
  const whole = inOrder.findLast(({ state }) => state === "complete");
  const at = (row: LedgerRow): Window => windowOf({ from: row.askedAt, to: row.askedAt });
  const isMissing = last !== undefined && last.state !== "complete";
  return {
    ...whose(attempts),
    asked: last === undefined ? null : at(last),
    covered: whole === undefined ? 0 : 1,
    records: whole?.records ?? 0,
    missing: isMissing ? [{ ...at(last), state: last.state, reason: last.reason }] : [],
  };
}

function whose(attempts: readonly LedgerRow[]): Pick<CollectionCoverage, "source" | "stream" | "kind" | "tables"> {
  const [newest] = [...attempts].sort((a, b) => b.askedAt - a.askedAt);
  return {
    source: newest?.source ?? "",
    stream: newest?.stream ?? "",
    kind: newest?.kind ?? "events",
    tables: newest?.tables ?? [],
  };
}

/** A hole in stretches, each with the reason that the last attempt at it gave. */
function reasonsFor(hole: Slice, attempts: readonly LedgerRow[]): CollectionCoverage["missing"] {
  const edges = [hole.from, hole.to, ...attempts.flatMap(({ from, to }) => [from, to])]
    .filter((at) => at >= hole.from && at <= hole.to)
    .sort((a, b) => a - b);
  const found: { from: number; to: number; state: string; reason: string }[] = [];
  for (const [position, from] of edges.entries()) {
    const to = edges[position + 1] ?? from;
    if (to === from) continue;
    const here = attempts.filter((attempt) => attempt.from <= from && attempt.to >= to).sort((a, b) => a.askedAt - b.askedAt);
    // What the vendor cannot have stays so, whatever else stood in the way of asking.
    const last = here.findLast(({ state }) => state === "absent") ?? here.at(-1) ?? null;
    // Complete, and yet a hole: the vendor's answer did not reach this far.
    const { state, reason } =
      last === null
        ? never
        : last.state === "complete"
          ? { state: "not reached", reason: "the answer did not reach this far" }
          : last;
    const before = found.at(-1);
    if (before?.to === from && before.state === state && before.reason === reason) before.to = to;
    else found.push({ from, to, state, reason });
  }
  return found
    .filter(({ from, to }) => to - from >= Math.min(tooShortToTellMs, hole.to - hole.from))
    .map(({ state, reason, ...stretch }) => ({ ...windowOf(stretch), state, reason }));
}

/** What is missing, as gaps: one for each stream and reason; what was never asked for, one for each source. */
export function collectionGaps(coverage: readonly CollectionCoverage[]): Gap[] {
  const missing = coverage.flatMap((one) =>
    [...groupBy(one.missing, ({ state, reason }) => `${state} ${reason}`).values()].map((stretches) => ({ one, stretches })),
  );
  const isNever = ({ stretches }: (typeof missing)[number]): boolean => stretches[0]?.state === never.state;
  const nevers = groupBy(missing.filter(isNever), ({ one, stretches }) => JSON.stringify([one.source, stretches]));
  return [
    ...missing.filter((each) => !isNever(each)).map(({ one, stretches }) => gapOf(one, stretches)),
    ...[...nevers.values()].flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const tables = [...new Set(group.flatMap(({ one }) => one.tables))].sort(compareText);
      const streams = group.map(({ one }) => one.stream);
      if (streams.length === 1) return [gapOf(first.one, first.stretches)];
      const gap = gapOf({ ...first.one, tables }, first.stretches);
      return [{ ...gap, part: first.one.source, reason: `${gap.reason} (${streams.join(", ")})` }];
    }),
  ];
}

function gapOf({ source, stream, kind, tables }: CollectionCoverage, missing: CollectionCoverage["missing"]): Gap {
  const { state = "", reason = "" } = missing[0] ?? {};
  const shown = missing
    .slice(0, 3)
    .map(({ from, to }) => (from === to ? short(from) : `${short(from)} to ${short(to)}`))
    .join(", ");
  const more = missing.length > 3 ? ` and ${missing.length - 3} more stretches` : "";
  const blind = tables.length === 0 ? "" : `; without it nothing is known there from it in ${tables.join(", ")}`;
  const what = kind === "snapshot" ? `as it was at ${shown} UTC` : `${shown}${more} UTC`;
  return {
    stage: "collect",
    part: `${source}/${stream}`,
    kind: state === "partial" ? "limit" : state === "failed" ? "failed" : "no-data",
    reason: `${what}: ${state === "partial" ? "only in part: " : ""}${reason}${blind}`,
    count: missing.length,
  };
}

function short(time: string): string {
  return time.slice(0, 16);
}

function windowOf({ from, to }: Slice): Window {
  return { from: engineTime(new Date(from)), to: engineTime(new Date(to)) };
}

/** What a run asked for and what came of it, each stream over the stretch that it was asked for. `rows` is all that the ledger has. */
export function coverageOfRun(asked: readonly LedgerRow[], rows: readonly LedgerRow[]): CollectionCoverage[] {
  return [...groupBy(asked, ({ source, stream }) => `${source}/${stream}`)].flatMap(([, own]) => {
    const [first, last] = [Math.min(...own.map(({ from }) => from)), Math.max(...own.map(({ to }) => to))];
    const ofStream = rows.filter(({ source, stream }) => source === own[0]?.source && stream === own[0].stream);
    const records = own.reduce((sum, row) => sum + row.records, 0);
    return collectionCoverage(ofStream, windowOf({ from: first, to: last })).map((one) => ({ ...one, records }));
  });
}
