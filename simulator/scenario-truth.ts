import type { ToldStep } from "./attacks/attack.ts";
import { day } from "./calendar.ts";
import type { Estate } from "./estate.ts";
import { keysOf, type RecordKeys } from "./record-keys.ts";
import type { Scenario } from "./scenario.ts";
import type { VendorData } from "./vendor-data.ts";
import { eventsOf } from "./vendors.ts";

// A beacon leaves thousands of records; the first of them say where it is.
const fewKeys = 40;

/** What is true of one step, for scoring what a hunt finds. Times are UTC. */
export interface TrueStep extends Omit<ToldStep, "occurrences" | "from" | "to"> {
  readonly from: string;
  readonly to: string;
  /** The records that it left with each vendor, by list or table: how many, and the first of them. */
  readonly records: readonly (RecordKeys & { readonly count: number })[];
}

export interface TrueAttack {
  readonly id: string;
  readonly title: string;
  readonly techniques: readonly string[];
  readonly steps: readonly TrueStep[];
}

/**
 * The truth of a scenario: in the members that the evaluation reads (malicious, exfiltration, lateral_movement, …) and, attack by
 * attack and step by step, under `attacks`. Benign twins stand under `look_alikes`. It is written for people and for scoring; the
 * engine never reads it. Of each list of a step's records the first `mostKeys` are named.
 */
export function truthOf(scenario: Scenario, data: VendorData, seed: number, mostKeys = fewKeys) {
  const { span, end, estate, planted } = scenario;
  const known = new Map(keysOf(data).map(({ list, keys }) => [list, new Set(keys)]));
  const told = planted.map(({ attack, steps }) => ({
    kind: attack.kind,
    id: attack.id,
    title: attack.title,
    techniques: attack.techniques,
    steps: steps.map((step) => trueStep(step, estate, known, mostKeys)),
  }));
  const attacks = told.filter(({ kind }) => kind === "attack").map(({ kind: _, ...attack }): TrueAttack => attack);
  const pairs = (names: RegExp) =>
    planted
      .filter(({ attack }) => attack.kind === "attack")
      .flatMap(({ steps }) => steps)
      .filter(({ name, source, destination }) => names.test(name) && source !== null && destination !== null)
      .map((step) => ({
        src: step.source,
        dst: step.destination,
        port: step.port,
        host: step.domain,
        conns: step.occurrences.connections.filter(({ dns }) => dns === undefined).length,
        technique: step.techniques.join("/"),
      }));
  return {
    source: "Spoor's simulator",
    seed,
    start: new Date(span.start).toISOString(),
    end: new Date(end).toISOString(),
    internal: ["10.0.0.0/8"],
    area: ["beaconing", "exfil", "lateral", "signin", "email"],
    stats: { span_hours: Math.round((end - span.start) / day) * 24 },
    malicious: pairs(/beacon$/),
    exfiltration: pairs(/^upload$/),
    lateral_movement: pairs(/^movement/),
    malicious_sources: sprayers(scenario),
    attacks,
    look_alikes: told.filter(({ kind }) => kind === "look-alike").map(({ kind: _, techniques: __, ...rest }) => rest),
  };
}

/** Who tried passwords on many, with the number of tries. */
function sprayers({ planted }: Scenario): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { steps } of planted)
    for (const { name, occurrences } of steps)
      if (name === "spray") for (const { address } of occurrences.signIns) counts[address] = (counts[address] ?? 0) + 1;
  return counts;
}

/** What the step left is told again by itself; a sensor that sums up tells some of it only together with other things. */
function trueStep(step: ToldStep, estate: Estate, known: ReadonlyMap<string, ReadonlySet<string>>, mostKeys: number): TrueStep {
  const { occurrences, ...rest } = step;
  return {
    ...rest,
    from: new Date(step.from).toISOString(),
    to: new Date(step.to).toISOString(),
    records: keysOf(eventsOf(occurrences, estate)).flatMap(({ list, keys }) => {
      const told = keys.filter((key) => known.get(list)?.has(key) === true);
      return told.length === 0 ? [] : [{ list, count: told.length, keys: told.slice(0, mostKeys) }];
    }),
  };
}
