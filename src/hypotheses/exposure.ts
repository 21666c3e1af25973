import { z } from "zod";
import type { Entity } from "../entities/entity.ts";
import type { Entities } from "../entities/resolve.ts";
import { statement } from "../store/statement.ts";
import type { Window } from "../types.ts";
import type { World } from "../world.ts";

/** Why somebody or something is worth an intruder's while, and how much so, 0 to 1. */
export interface Exposure {
  readonly weight: number;
  /** For the reader: "a privileged account". */
  readonly because: string;
  /** Everything of the kind that inventories say of it, gravest first; absent where only the gravest is known. */
  readonly marks?: readonly string[];
  /** Whether it is a person or a device; absent where that is not known. */
  readonly kind?: Entity["kind"];
}

/** By the value under which the entity stands in findings and stories. */
export type Exposures = ReadonlyMap<string, Exposure>;

const flag = z.coerce.boolean();
const exposedRow = z.object({
  kind: z.enum(["user", "device"]),
  value: z.string(),
  is_privileged: flag,
  is_at_high_risk: flag,
  is_at_risk: flag,
  is_much_attacked: flag,
  clicks_on_threats: flag,
  is_critical: flag,
});
export type ExposedRow = z.infer<typeof exposedRow>;

// Privilege and criticality first: what can be reached from there counts most. A vendor's judgement of risk comes next, then how much
// somebody is aimed at, then that they have clicked before. The order is a judgement, the distances between them are too.
const weights = [
  ["is_privileged", 1, "a privileged account"],
  ["is_critical", 1, "a critical device"],
  ["is_at_high_risk", 0.9, "an account at high risk"],
  ["is_much_attacked", 0.7, "among the most attacked people"],
  ["is_at_risk", 0.6, "an account at risk"],
  ["clicks_on_threats", 0.5, "somebody who clicked on threats before"],
] as const;

/** Reads what inventories say about people and devices up to the end of the window. */
export async function gatherExposures(
  window: Window,
  entities: Entities,
  world: Pick<World, "store" | "signal">,
): Promise<Exposures> {
  const sql = await statement(import.meta.url, "exposed-people.sql");
  return exposuresOf(await world.store.query(sql, { to: window.to }, exposedRow, { signal: world.signal }), entities);
}

/** Exposures by entity; of several rows about one entity the gravest counts, and all are told. */
export function exposuresOf(rows: readonly ExposedRow[], entities: Pick<Entities, "user" | "device">): Exposures {
  const exposures = new Map<string, Exposure>();
  for (const row of rows) {
    const entity = row.kind === "user" ? entities.user(row.value) : entities.device(row.value);
    if (entity === null) continue;
    const known = exposures.get(entity.value)?.marks ?? [];
    const marked = weights.filter(([name, , because]) => row[name] || known.includes(because));
    const [gravest] = marked;
    if (gravest === undefined) continue;
    const [, weight, because] = gravest;
    exposures.set(entity.value, { weight, because, marks: marked.map(([, , text]) => text), kind: entity.kind });
  }
  return exposures;
}
