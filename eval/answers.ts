// What is true of a case: planted or labelled by others. Only the evaluation reads it; no hunt is ever shown it.

/** Somebody or something that the attack touched, under all the names that the truth gives it. */
export interface TrueEntity {
  readonly name: string;
  readonly names: readonly string[];
}

/** Records that one step left, by the keys that their vendors gave them; none where the truth does not name them. */
export interface TrueStep {
  readonly name: string;
  readonly keys: readonly string[];
}

export interface CaseTruth {
  readonly entities: readonly TrueEntity[];
  /** Named beside the attack, neither true nor false. */
  readonly neutral: readonly string[];
  /** Benign and alike: naming one above the alert line is a mistake. */
  readonly decoys: readonly string[];
  /** Technique ids; null where the truth does not say. */
  readonly techniques: readonly string[] | null;
  /** Null where the truth names no records. */
  readonly steps: readonly TrueStep[] | null;
  /** False for events of sensors whose records the truth does not name: they are neither true nor false. */
  readonly isLabelled: (eventId: string) => boolean;
}

/** Entities of several steps, each once: those that share a name are one. */
export function distinctEntities(entities: readonly TrueEntity[]): TrueEntity[] {
  const kept: TrueEntity[] = [];
  for (const entity of entities) {
    const known = kept.findIndex(({ names }) => names.some((name) => entity.names.includes(name)));
    const before = kept[known];
    if (before === undefined) kept.push(entity);
    else kept[known] = { ...before, names: [...new Set([...before.names, ...entity.names])] };
  }
  return kept;
}
