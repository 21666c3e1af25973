import type { AttackTag } from "../types.ts";

// ATT&CK's tactics in the order of its matrix, which is roughly the order of an intrusion.
const chain = [
  "TA0043",
  "TA0042",
  "TA0001",
  "TA0002",
  "TA0003",
  "TA0004",
  "TA0005",
  "TA0112",
  "TA0006",
  "TA0007",
  "TA0008",
  "TA0009",
  "TA0011",
  "TA0010",
  "TA0040",
];

/** Place of a tactic in the chain of an intrusion, from 0; one that ATT&CK does not have comes last. */
export function chainPlace(tacticUid: string): number {
  const place = chain.indexOf(tacticUid);
  return place === -1 ? chain.length : place;
}

/**
 * The tactic under which a step of a story is told. A technique often serves several (valid accounts: four); the one that continues
 * the chain is meant: the earliest that does not fall behind the step before, else the earliest of all. Null without tags.
 */
export function continuingTactic(tags: readonly AttackTag[], placeBefore: number): AttackTag["tactic"] | null {
  const tactics = tags.map((tag) => tag.tactic).sort((a, b) => chainPlace(a.uid) - chainPlace(b.uid));
  return tactics.find((tactic) => chainPlace(tactic.uid) >= placeBefore) ?? tactics[0] ?? null;
}
