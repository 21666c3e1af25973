import { oneLine } from "../findings/text.ts";
import type { HuntRow, LoadedHunt } from "./hunt.ts";
import type { Verdict } from "./verdict.ts";

/** What a summary is made of, beside the verdict. */
export interface Told {
  readonly hunt: Pick<LoadedHunt, "sections">;
  /** Who was asked about, for the reader: "ws-12" or "everybody". */
  readonly about: string;
  /** Rows that carry the verdict, strongest first. */
  readonly rows: readonly HuntRow[];
  readonly coverage: readonly { readonly table: string; readonly rows: number }[];
  /** Events of the evidence that the findings behind the hypothesis rest on already. */
  readonly knownEvents: number;
  /** Rows of the same hunt that show another technique than the hypothesis is about. */
  readonly elsewhere: number;
}

/** A verdict in plain words: what was found or not, how far that goes, and what else it could be. */
export function summaryOf(verdict: Verdict, told: Told): string {
  const sentences = {
    supported: () => [
      `Supported for ${told.about}: ${verdict.because}.`,
      strongest(told),
      repeated(told),
      `It could also be: ${told.hunt.sections.looksLike}`,
    ],
    refuted: () => [
      `Nothing of the kind for ${told.about} in ${told.coverage.map(({ table, rows }) => `${rows.toLocaleString("en-US")} ${table} rows`).join(" and ")}.`,
      `What it would not have seen: ${told.hunt.sections.blindSpots}`,
    ],
    inconclusive: () => [`Open for ${told.about}: ${verdict.because}.`, strongest(told), repeated(told)],
    "not-testable": () => [`Cannot be tested for ${told.about}: ${verdict.because}.`],
  }[verdict.status]();
  const others = told.elsewhere === 0 ? "" : `${told.elsewhere} more of its rows show another technique and do not count here.`;
  return [...sentences, others].filter((sentence) => sentence !== "").join(" ");
}

function strongest({ rows: [best] }: Told): string {
  return best === undefined ? "" : `The strongest (${Math.round(best.score)} points): ${oneLine(best.description, 400)}.`;
}

function repeated({ knownEvents, rows }: Told): string {
  if (knownEvents === 0) return "";
  const all = new Set(rows.flatMap((row) => row.event_ids)).size;
  const share = knownEvents >= all ? "These are" : `${knownEvents} of its ${all} listed events are`;
  return `${share} the events of the findings behind the hypothesis: that agrees with them, but is no second witness.`;
}

/** Names for a sentence: "ws-12, alice and 3 more"; "everybody" for none. */
export function aboutWhom(entities: readonly string[]): string {
  if (entities.length === 0) return "everybody";
  const shown = entities.slice(0, 3).map((entity) => oneLine(entity, 80));
  return entities.length > 3 ? `${shown.join(", ")} and ${entities.length - 3} more` : shown.join(", ");
}
