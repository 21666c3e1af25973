/** Where a technique would show, and how. */
export interface Trace {
  readonly table: string;
  readonly columns: readonly string[];
  /** What would be seen there, as the end of "Look in TABLE for …". */
  readonly shows: string;
}

/** What a hunter knows about a technique: how it looks, how to look for it, what settles it, and what else it could be. */
export interface TechniqueRecord {
  /** Id in the ATT&CK version in use. */
  readonly technique: string;
  /** What would be going on, as a heading without a place. */
  readonly title: string;
  /** The same as a sentence or two. */
  readonly behaviour: string;
  readonly seenIn: readonly Trace[];
  /** What to do, in order, beside running the hunts. */
  readonly steps: readonly string[];
  readonly indicators: readonly string[];
  readonly supportsIf: string;
  readonly refutedIf: string;
  readonly benign: string;
  /** Hunts of the library whose rows show it (or a kind of it), best first. */
  readonly hunts: readonly string[];
}
