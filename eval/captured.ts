import { truthOf } from "../src/evaluation/evaluate.ts";
import type { EvaluationSet } from "../src/evaluation/sets.ts";
import type { Labelled, Truth } from "../src/evaluation/truth.ts";
import { type CaseTruth, distinctEntities, type TrueEntity } from "./answers.ts";

/** The truth of a recorded set, or why nothing of it can be scored. Its authors label pairs and people, not records. */
export async function truthOfCapture(set: EvaluationSet): Promise<CaseTruth | { readonly unscored: string }> {
  const truth = await truthOf(set);
  return truth.unscored === null ? caseTruthOf(truth) : { unscored: truth.unscored };
}

export function caseTruthOf({ areas }: Truth): CaseTruth {
  const asked = areas.flatMap(({ positives }) => positives);
  const open = areas.flatMap(({ accepted, notScored }) => [...accepted, ...notScored]);
  const entities = distinctEntities(asked.flatMap(entitiesOf));
  const isTrue = (name: string): boolean => entities.some((entity) => entity.names.includes(name));
  const techniques = [...new Set(asked.flatMap(({ text }) => text.match(/\bT\d{4}(?:\.\d{3})?\b/g) ?? []))].sort();
  const namesOf = (labels: readonly Labelled[]): string[] => [
    ...new Set(labels.flatMap((label) => entitiesOf(label).flatMap(({ names }) => names)).filter((name) => !isTrue(name))),
  ];
  return {
    entities,
    neutral: namesOf(open),
    // The near end of a benign pair is somebody who may be struck as well.
    decoys: namesOf(areas.flatMap(({ negatives }) => negatives.map((label) => ({ ...label, source: [], user: null })))),
    techniques: techniques.length === 0 ? null : techniques,
    steps: null,
    isLabelled: () => false,
  };
}

function entitiesOf({ source, target, domain, user }: Labelled): TrueEntity[] {
  const groups = [source, domain === null ? target : [...target, domain], user === null ? [] : [user]];
  return groups.flatMap((names) => (names[0] === undefined ? [] : [{ name: names[0], names }]));
}
