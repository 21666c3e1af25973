import type { HuntStatus } from "../src/types.ts";
import type { CaseTruth, TrueEntity } from "./answers.ts";
import type { Recognised } from "./records.ts";
import type { Said, SaidHypothesis } from "./said.ts";

/** So many of so many; a rate is never kept apart from what it is a rate of. */
export interface Share {
  readonly of: number;
  readonly count: number;
}

export interface Measures {
  /** True entities that were named; named entities that are true. */
  readonly entityRecall: Share;
  readonly entityPrecision: Share;
  /** Steps of the attack of which an event was cited, true records cited, cited events that are true. Null: the truth names no records. */
  readonly steps: Share | null;
  readonly eventRecall: Share | null;
  readonly eventPrecision: Share | null;
  /** Place, from 1, of the first finding above the line and of the first hypothesis that names a true entity. */
  readonly findingRank: number | null;
  readonly hypothesisRank: number | null;
  /** By technique, kinds of it counted as itself. Null: the truth names none. */
  readonly techniqueRecall: Share | null;
  readonly techniquePrecision: Share | null;
  /** Hypotheses with the right verdict: true ones supported, others not. */
  readonly verdicts: Share;
  /** Those with the wrong one, by title, and what it should have been. */
  readonly wrongVerdicts: readonly { readonly title: string; readonly status: HuntStatus; readonly isTrue: boolean }[];
  readonly decoysNamed: Share;
  /** Statements of the model that stood up to the checks. */
  readonly claimPrecision: Share;
}

/** The truth of a case, and what is needed to hold anything against it. */
export interface Judging {
  readonly truth: CaseTruth;
  /** The names under which logs know somebody, the value itself first. */
  readonly namesOf: (name: string) => readonly string[];
  /** Records of the attack among the events that were cited, by event id. */
  readonly records: ReadonlyMap<string, Recognised>;
}

/** Holds what an arm says against the truth. */
export function measured(said: Said, judging: Judging): Measures {
  const { truth, namesOf } = judging;
  const { isTrue, isNeutral, entityOf } = recogniser(judging);
  // A person or device with several names is counted once.
  const named = new Set(
    said.names.filter((name) => !isNeutral(name)).map((name) => entityOf(name)?.name ?? canonical(name, namesOf)),
  );
  const found = truth.entities.filter(({ name }) => named.has(name)).length;
  const families = (ids: readonly string[]): string[] => [...new Set(ids.map((id) => id.slice(0, 5)))];
  const trueTechniques = truth.techniques === null ? null : families(truth.techniques);
  const saidTechniques = families(said.techniques);
  const rightTechniques = saidTechniques.filter((id) => trueTechniques?.includes(id) === true).length;
  const rank = (list: readonly { readonly names: readonly string[] }[]): number | null => {
    const at = list.findIndex(({ names }) => names.some(isTrue));
    return at === -1 ? null : at + 1;
  };
  const decoyNames = new Set(truth.decoys.map((name) => name.toLowerCase()));
  return {
    entityRecall: { count: found, of: truth.entities.length },
    entityPrecision: { count: found, of: named.size },
    ...eventsOf(said, judging),
    findingRank: rank(said.findings),
    hypothesisRank: rank(said.hypotheses),
    techniqueRecall: trueTechniques === null ? null : { count: rightTechniques, of: trueTechniques.length },
    techniquePrecision: trueTechniques === null ? null : { count: rightTechniques, of: saidTechniques.length },
    verdicts: {
      count: said.hypotheses.filter((one) => isRight(one, trueTechniques, isTrue)).length,
      of: said.hypotheses.length,
    },
    wrongVerdicts: said.hypotheses
      .filter((one) => !isRight(one, trueTechniques, isTrue))
      .map(({ title, status }) => ({ title, status, isTrue: status !== "supported" })),
    decoysNamed: { count: [...decoyNames].filter((name) => said.names.includes(name)).length, of: decoyNames.size },
    claimPrecision: { count: said.claims.held, of: said.claims.held + said.claims.rejected },
  };
}

function eventsOf({ eventIds }: Said, { truth, records }: Judging): Pick<Measures, "steps" | "eventRecall" | "eventPrecision"> {
  const { steps } = truth;
  if (steps === null) return { steps: null, eventRecall: null, eventPrecision: null };
  const told = steps.filter(({ keys }) => keys.length > 0);
  const keys = new Set(told.flatMap((step) => step.keys));
  const judged = eventIds.filter(truth.isLabelled);
  const right = judged.flatMap((id) => records.get(id) ?? []);
  return {
    steps: { count: new Set(right.map(({ step }) => step)).size, of: told.length },
    eventRecall: { count: new Set(right.map(({ key }) => key)).size, of: keys.size },
    eventPrecision: { count: right.length, of: judged.length },
  };
}

/** A hypothesis is true when it names a true entity (or nobody) and one of the attack's techniques, where the truth names any. */
function isRight(
  { names, techniques, status }: SaidHypothesis,
  trueTechniques: readonly string[] | null,
  isTrue: (name: string) => boolean,
): boolean {
  const isAbout = names.length === 0 ? trueTechniques !== null : names.some(isTrue);
  const fits = trueTechniques === null || techniques.some((id) => trueTechniques.includes(id.slice(0, 5)));
  return (isAbout && fits) === (status === "supported");
}

/** Recognises true entities by any of their names, and by names below a domain. */
function recogniser({ truth, namesOf }: Pick<Judging, "truth" | "namesOf">) {
  const byName = new Map<string, TrueEntity>();
  for (const entity of truth.entities)
    for (const name of entity.names) for (const other of [name, ...namesOf(name)]) byName.set(other.toLowerCase(), entity);
  const neutral = new Set(truth.neutral.map((name) => name.toLowerCase()));
  const entityOf = (name: string): TrueEntity | null => {
    const direct = [name, ...namesOf(name)].flatMap((one) => byName.get(one.toLowerCase()) ?? [])[0];
    if (direct !== undefined) return direct;
    const above = name.split(".").map((_, at, labels) => labels.slice(at).join("."));
    return above.filter((one) => one.includes(".")).flatMap((one) => byName.get(one) ?? [])[0] ?? null;
  };
  return {
    entityOf,
    isTrue: (name: string): boolean => entityOf(name) !== null,
    isNeutral: (name: string): boolean => neutral.has(name) && entityOf(name) === null,
  };
}

function canonical(name: string, namesOf: (name: string) => readonly string[]): string {
  return [name, ...namesOf(name)].map((one) => one.toLowerCase()).sort()[0] ?? name;
}

/** What one arm says truly and another does not, by name. */
export interface Added {
  readonly entities: readonly string[];
  /** Steps of the attack of which only this arm cites a record. */
  readonly steps: readonly string[];
  /** True records that only this arm cites, and how many of them a checked claim rests on. */
  readonly events: readonly string[];
  readonly claimedEvents: number;
  /** Right verdicts that the other arm does not have: titles of hypotheses. */
  readonly verdicts: readonly string[];
}

export function addedBy(more: Said, less: Said, judging: Judging): Added {
  const { truth, records } = judging;
  const { entityOf, isTrue } = recogniser(judging);
  const entitiesIn = (said: Said) => new Set(said.names.flatMap((name) => entityOf(name)?.name ?? []));
  const known = entitiesIn(less);
  const trueEvents = (said: Said): string[] => said.eventIds.filter((id) => truth.isLabelled(id) && records.has(id));
  const before = new Set(trueEvents(less));
  const events = trueEvents(more).filter((id) => !before.has(id));
  const stepsBefore = new Set([...before].flatMap((id) => records.get(id)?.step ?? []));
  const stepsNow = new Set(events.flatMap((id) => records.get(id)?.step ?? []));
  const trueTechniques = truth.techniques?.map((id) => id.slice(0, 5)) ?? null;
  const supportedRightly = (said: Said) =>
    said.hypotheses.filter((one) => one.status === "supported" && isRight(one, trueTechniques, isTrue));
  const supportedBefore = new Set(supportedRightly(less).map(({ id }) => id));
  return {
    entities: [...entitiesIn(more)].filter((name) => !known.has(name)).sort(),
    steps: [...stepsNow].filter((name) => !stepsBefore.has(name)).sort(),
    events,
    claimedEvents: events.filter((id) => more.claimedEventIds.includes(id)).length,
    verdicts: supportedRightly(more)
      .filter(({ id }) => !supportedBefore.has(id))
      .map(({ title }) => title)
      .sort(),
  };
}
