import type { Hypothesis } from "../types.ts";
import type { HuntRow, LoadedHunt } from "./hunt.ts";

/** True when a row may show what the hypothesis is about: a row that names its techniques must name one of them. */
export function rowShows(row: Pick<HuntRow, "techniques">, hypothesis: Pick<Hypothesis, "techniques">): boolean {
  return row.techniques === undefined || row.techniques.some((id) => hypothesis.techniques.some((asked) => covers(id, asked)));
}

/**
 * What a result speaks of: of the techniques that its rows name, else of those of the hunt, the ones that the hypothesis is about; where
 * none is, what the hunt shows first.
 */
export function techniquesShown(
  hunt: Pick<LoadedHunt, "techniques">,
  hypothesis: Pick<Hypothesis, "techniques">,
  rows: readonly Pick<HuntRow, "techniques">[],
): string[] {
  const named = new Set(rows.flatMap((row) => row.techniques ?? []));
  const shown = named.size > 0 ? hunt.techniques.filter((id) => named.has(id)) : hunt.techniques;
  const asked = shown.filter((id) => hypothesis.techniques.some((one) => covers(id, one)));
  return asked.length > 0 ? asked : hunt.techniques.slice(0, 1);
}

/** A technique, one of its kinds, or what it is a kind of. */
function covers(shown: string, asked: string): boolean {
  return shown === asked || shown.startsWith(`${asked}.`) || asked.startsWith(`${shown}.`);
}
