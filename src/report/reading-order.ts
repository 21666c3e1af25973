import { compareText } from "../order.ts";
import type { Finding, Hypothesis, Story } from "../types.ts";

// The orders that a report numbers by: the first finding is F1, the first story S1, the first hypothesis H1.

type Ranked = Pick<Finding, "isVendorAlert" | "isWithinBudget" | "score" | "suppression" | "uid">;

/** The vendors' alerts last, before them what is suppressed; within the budget first; then by score. */
export function findingsInOrder<One extends Ranked>(findings: readonly One[]): One[] {
  return [...findings].sort(
    (a, b) =>
      Number(a.isVendorAlert) - Number(b.isVendorAlert) ||
      Number(a.suppression !== undefined) - Number(b.suppression !== undefined) ||
      Number(b.isWithinBudget) - Number(a.isWithinBudget) ||
      b.score - a.score ||
      compareText(a.uid, b.uid),
  );
}

/** Best first. */
export function storiesInOrder<One extends Pick<Story, "score" | "uid">>(stories: readonly One[]): One[] {
  return [...stories].sort((a, b) => b.score - a.score || compareText(a.uid, b.uid));
}

/** By priority. */
export function hypothesesInOrder<One extends Pick<Hypothesis, "priority" | "id">>(hypotheses: readonly One[]): One[] {
  return [...hypotheses].sort((a, b) => b.priority - a.priority || compareText(a.id, b.id));
}

/** What is numbered. */
export interface Numbered {
  readonly findings?: readonly Ranked[];
  readonly stories?: readonly Pick<Story, "score" | "uid">[];
  readonly hypotheses?: readonly Pick<Hypothesis, "priority" | "id">[];
}

export type NumberedKind = keyof Numbered;

// A small f may begin a uid, which is hexadecimal; no other of these letters can.
const shortName = /^(?:(?<findings>F)|(?<stories>[Ss])|(?<hypotheses>[Hh]))(?<number>[1-9]\d*)$/;

/** What a report's short name ("F3", "S1", "H2") is the name of; null for a text that is none. */
export function numberedKind(name: string): NumberedKind | null {
  const groups = shortName.exec(name)?.groups;
  return (["findings", "stories", "hypotheses"] as const).find((kind) => groups?.[kind] !== undefined) ?? null;
}

/** The uid or id that a report's short name stands for; any other text, and a number that nothing has, as it is. */
export function idNamed(name: string, { findings = [], stories = [], hypotheses = [] }: Numbered): string {
  const kind = numberedKind(name);
  if (kind === null) return name;
  const ids = {
    findings: () => findingsInOrder(findings).map(({ uid }) => uid),
    stories: () => storiesInOrder(stories).map(({ uid }) => uid),
    hypotheses: () => hypothesesInOrder(hypotheses).map(({ id }) => id),
  };
  return ids[kind]()[Number(name.slice(1)) - 1] ?? name;
}
