import type { Matrix } from "../../ml/matrix.ts";
import { medianFeatures, type PersonRow } from "./people.ts";

/** Whom somebody is compared with, in words, and the medians of their features. */
export interface Peers {
  /** "40 people", "12 people in finance". */
  readonly who: string;
  readonly medians: readonly number[];
}

// A department of fewer people has no usual of its own.
const leastPeers = 8;

/** The peers of every person: their department where the directory names one that is large enough, otherwise everybody. */
export function peersOf(people: readonly PersonRow[], matrix: Matrix, called = "people"): Peers[] {
  const everybody: Peers = { who: `${people.length} ${called}`, medians: medianFeatures(matrix) };
  const members = new Map<string, number[]>();
  for (const [position, { department }] of people.entries())
    if (department !== null) members.set(department, [...(members.get(department) ?? []), position]);
  const groups = new Map<string, Peers>();
  for (const [department, rows] of members)
    if (rows.length >= leastPeers)
      groups.set(department, { who: `${rows.length} people in ${department}`, medians: medianFeatures(matrix, rows) });
  return people.map(({ department }) => groups.get(department ?? "") ?? everybody);
}
