import { unmet } from "../detectors/ask.ts";
import type { TableCoverage } from "../types.ts";
import type { HuntHead, HuntNeed } from "./hunt.ts";

type Tables = ReadonlyMap<string, TableCoverage>;

/** What a hunt lacks in a window before it can be asked at all: tables without rows, columns without values; empty when it can be asked. */
export function lacking(hunt: Pick<HuntHead, "needs">, tables: Tables): string[] {
  const lacks = hunt.needs.flatMap(({ anyOf }) => {
    const each = anyOf.map((need) => unmet(need, tables));
    return each.some((lack) => lack === null) ? [] : each.filter((lack) => lack !== null);
  });
  return [...new Set(lacks)];
}

/** The alternatives of each need that can be read. */
export function readable(hunt: Pick<HuntHead, "needs">, tables: Tables): HuntNeed[][] {
  return hunt.needs.map(({ anyOf }) => anyOf.filter((need) => unmet(need, tables) === null));
}

/**
 * How well a window can answer the hunt, 0 to 1: the share of needed columns that four fifths of the rows fill, by each need's best
 * alternative; 0 when it cannot be asked.
 */
export function observability(hunt: Pick<HuntHead, "needs">, tables: Tables): number {
  if (lacking(hunt, tables).length > 0) return 0;
  const shares = hunt.needs.map(({ anyOf }) => Math.max(...anyOf.map((need) => filledShare(need, tables))));
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

function filledShare(need: HuntNeed, tables: Tables): number {
  const filled = tables.get(need.table)?.filled ?? {};
  return need.columns.filter((column) => (filled[column] ?? 0) >= 0.8).length / need.columns.length;
}
