import type { Attack } from "../attack/attack.ts";
import { compareText } from "../order.ts";
import { accounts } from "./knowledge/accounts.ts";
import { entry } from "./knowledge/entry.ts";
import { inside } from "./knowledge/inside.ts";
import { onTheDevice } from "./knowledge/on-the-device.ts";
import { outOfTheHouse } from "./knowledge/out-of-the-house.ts";
import type { TechniqueRecord } from "./knowledge/record.ts";

export type { TechniqueRecord } from "./knowledge/record.ts";

/** What Spoor knows about techniques, in its own words, ordered by technique. */
export const knowledge: readonly TechniqueRecord[] = [...entry, ...accounts, ...onTheDevice, ...inside, ...outOfTheHouse].sort(
  (a, b) => compareText(a.technique, b.technique),
);

const byTechnique = new Map(knowledge.map((record) => [record.technique, record]));

/** The record of a technique: its own, else its parent's, else that of its first sub-technique that has one; null for none. */
export function recordOf(id: string, attack: Pick<Attack, "technique">): TechniqueRecord | null {
  const technique = attack.technique(id);
  if (technique === null) return null;
  const own = byTechnique.get(technique.uid) ?? byTechnique.get(technique.parent?.uid ?? "");
  return own ?? knowledge.find((record) => record.technique.startsWith(`${technique.uid}.`)) ?? null;
}
