import type { HuntStatus } from "../types.ts";
import type { HuntRow } from "./hunt.ts";

/** What there was to look at in one table, as far as it concerns the entities that were asked about. */
export interface Look {
  readonly table: string;
  /** Rows about the entities; where nobody was named, all rows of the kind that the hunt reads. */
  readonly rows: number;
  /** Rows of that kind about anybody. */
  readonly estateRows: number;
  /** Days of the window with such rows, out of all its days. */
  readonly days: number;
  readonly windowDays: number;
  /** Share of the estate's rows that have a value, by each column that the hunt needs, 0 to 1. */
  readonly filled: Readonly<Record<string, number>>;
}

export interface Verdict {
  readonly status: HuntStatus;
  /** For the reader: what the verdict rests on, without a full stop. */
  readonly because: string;
}

/** Fewer rows than this say little when they hold nothing: of all, and about named entities. */
const leastRows = { everybody: 100, named: 20 } as const;
/** The share of days, and of rows with a value, that must be there before silence means something (as on the ATT&CK map). */
const leastShare = 0.8;

/**
 * The verdict of a hunt, by rule:
 *  - supported: at least one row reaches the hunt's own line;
 *  - inconclusive: rows, but all weaker than that; or no row, and too little was seen to say so;
 *  - refuted: no row, and for each need of the hunt one of its tables was well covered: enough rows about the entities, on at least
 *    four fifths of the window's days, with the columns that the hunt needs filled in at least four fifths of the rows;
 *  - not-testable is said before a hunt is run (see `lacking`), never here.
 * `needs` are the looks at each need's alternatives. Refuted means: this hunt found nothing where it could have, no more.
 */
export function verdictOf(
  rows: readonly HuntRow[],
  needs: readonly (readonly Look[])[],
  options: { readonly supportedFrom: number; readonly isNamed: boolean },
): Verdict {
  const strong = rows.filter((row) => row.score >= options.supportedFrom);
  if (strong.length > 0)
    return {
      status: "supported",
      because: `${strong.length} of ${counted(rows.length, "row")} at or above ${options.supportedFrom} points`,
    };
  if (rows.length > 0)
    return {
      status: "inconclusive",
      because: `${counted(rows.length, "row")}, none at or above ${options.supportedFrom} points`,
    };
  const thin = needs.map((looks) => looks.map((look) => weakness(look, options.isNamed)));
  const bad = thin.flatMap((weaknesses) =>
    weaknesses.some((weak) => weak === null) ? [] : weaknesses.filter((weak) => weak !== null),
  );
  if (bad.length > 0)
    return { status: "inconclusive", because: `nothing was found, but that says little: ${[...new Set(bad)].join("; ")}` };
  return { status: "refuted", because: "nothing was found where it would have been seen" };
}

/** Why the silence of a table means little; null when it was well covered. */
function weakness(look: Look, isNamed: boolean): string | null {
  const least = isNamed ? leastRows.named : leastRows.everybody;
  const about = isNamed ? " about them" : "";
  if (look.rows === 0) return `${look.table} has no rows${about}`;
  if (look.rows < least) return `${look.table} has only ${counted(look.rows, "row")}${about}`;
  if (look.days < leastShare * look.windowDays)
    return `${look.table} has events on ${look.days} of ${counted(look.windowDays, "day")}`;
  const empty = Object.entries(look.filled).filter(([, share]) => share < leastShare);
  if (empty.length > 0)
    return `${look.table} lacks ${empty.map(([column, share]) => `${column} in ${percent(1 - share)}`).join(", ")} of its rows`;
  return null;
}

function percent(share: number): string {
  return `${Math.min(99, Math.max(1, Math.round(100 * share)))} %`;
}

function counted(count: number, word: string): string {
  return `${count.toLocaleString("en-US")} ${word}${count === 1 ? "" : "s"}`;
}
