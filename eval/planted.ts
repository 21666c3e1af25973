import { readFileSync } from "node:fs";
import { z } from "zod";
import { type CaseTruth, distinctEntities, type TrueEntity, type TrueStep } from "./answers.ts";

const step = z.looseObject({
  name: z.string(),
  techniques: z.array(z.string()),
  devices: z.array(z.string()),
  users: z.array(z.string()),
  source: z.string().nullish(),
  destination: z.string().nullish(),
  domain: z.string().nullish(),
  records: z.union([z.array(z.string()), z.array(z.looseObject({ list: z.string(), keys: z.array(z.string()) }))]),
});
type Step = z.infer<typeof step>;

const sampleTruth = z.looseObject({
  steps: z.array(step),
  look_alikes: z.array(z.looseObject({ source: z.string().nullable(), destination: z.string().nullable() })),
});
const scenarioTruth = z.looseObject({
  attacks: z.array(z.looseObject({ id: z.string(), steps: z.array(step) })),
  look_alikes: z.array(z.looseObject({ steps: z.array(step) })),
});

/** The truth of the sample office, which names the records that network, sign-ins and mail told of the attack. */
export function truthOfSample(file: string): CaseTruth {
  const { steps, look_alikes: alike } = sampleTruth.parse(JSON.parse(readFileSync(file, "utf8")));
  const entities = distinctEntities(steps.flatMap(entitiesOf));
  return {
    entities,
    neutral: [],
    // One end of a look-alike may be everybody's; only its far end is its own.
    decoys: notTrue(
      alike.flatMap(({ source, destination }) => destination ?? source ?? []),
      entities,
    ),
    techniques: techniquesOf(steps),
    steps: steps.map(toldStep),
    // Of host events and alerts the truth names no records.
    isLabelled: (eventId) => /^(?:zeek|entra|proofpoint)-/.test(eventId),
  };
}

/** The truth of planted attacks, which names the records that three vendors' interfaces tell; those of other sensors are not named. */
export function truthOfScenario(file: string): CaseTruth {
  const { attacks, look_alikes: twins } = scenarioTruth.parse(JSON.parse(readFileSync(file, "utf8")));
  const steps = attacks.flatMap((attack) => attack.steps.map((one) => ({ ...one, name: `${attack.id}: ${one.name}` })));
  const entities = distinctEntities(steps.flatMap(entitiesOf));
  const twinSteps = twins.flatMap((twin) => twin.steps);
  return {
    entities,
    neutral: [],
    decoys: notTrue(
      twinSteps.flatMap((one) => [one.domain ?? [], one.destination ?? []].flat()),
      entities,
    ),
    techniques: techniquesOf(steps),
    steps: steps.map(toldStep),
    isLabelled: (eventId) => /^(?:falcon|entra|defender|microsoft|proofpoint|graph|office)/.test(eventId),
  };
}

function entitiesOf({ devices, users, source, destination, domain }: Step): TrueEntity[] {
  const far = [domain, destination].flatMap((name) => name ?? []);
  const groups = [...devices.map((name) => [name]), ...users.map((name) => [name]), source == null ? [] : [source], far];
  return groups.flatMap((names) => (names[0] === undefined ? [] : [{ name: names[0], names }]));
}

function techniquesOf(steps: readonly Step[]): string[] {
  return [...new Set(steps.flatMap(({ techniques }) => techniques))].sort();
}

function toldStep({ name, records }: Step): TrueStep {
  const keys = records.flatMap((record) => (typeof record === "string" ? [record] : record.keys));
  return { name, keys: [...new Set(keys)] };
}

function notTrue(names: readonly string[], entities: readonly TrueEntity[]): string[] {
  return [...new Set(names)].filter((name) => !entities.some((entity) => entity.names.includes(name)));
}
