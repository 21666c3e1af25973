import { oneLine } from "../findings/text.ts";
import type { HuntEvidence } from "../types.ts";
import type { HuntRow, LoadedHunt } from "./hunt.ts";

/** Rows that a result lists; the statement and its values give the others. */
const rowsKept = 20;
const limits = { description: 600, indicator: 300, indicators: 20 } as const;

/** The rows that carry a verdict: those that reach the hunt's line where some do, else all; strongest first, at most twenty. */
export function carrying(rows: readonly HuntRow[], hunt: Pick<LoadedHunt, "supportedFrom">): HuntRow[] {
  const strong = rows.filter((row) => row.score >= hunt.supportedFrom);
  return (strong.length > 0 ? strong : rows).slice(0, rowsKept);
}

/** A row as evidence: confidence is its score times the hunt's reliability, in whole points. */
export function asEvidence(
  row: HuntRow,
  hunt: Pick<LoadedHunt, "reliability" | "needs">,
  origins: ReadonlyMap<string, string>,
): HuntEvidence {
  const sources = new Set(row.event_ids.map((uid) => origins.get(uid)).filter((origin) => origin !== undefined));
  const tables = hunt.needs.flatMap(({ anyOf }) => anyOf.map((need) => need.table));
  return {
    description: oneLine(row.description, limits.description),
    source: [...(sources.size > 0 ? sources : new Set(tables))].sort().join(", "),
    timestamp: row.first_time,
    confidence: Math.round(row.score * hunt.reliability),
    indicators: row.indicators.slice(0, limits.indicators).map((indicator) => oneLine(indicator, limits.indicator)),
    eventIds: row.event_ids,
    rowCount: row.n,
  };
}
