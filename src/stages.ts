import type { StageCount } from "./types.ts";

/** Measures the stages of a run: how long each took, and the most memory that the process had used by its end. */
export class Stages {
  readonly counts: StageCount[] = [];
  readonly #now: () => number;
  readonly #peak: () => number;

  constructor(measure: { readonly nowMilliseconds: () => number; readonly peakResidentBytes: () => number }) {
    this.#now = measure.nowMilliseconds;
    this.#peak = measure.peakResidentBytes;
  }

  async time<Result>(stage: string, work: () => Promise<Result> | Result): Promise<Result> {
    const start = this.#now();
    try {
      return await work();
    } finally {
      this.counts.push({ stage, seconds: Math.round(this.#now() - start) / 1000, peak_rss_bytes: this.#peak() });
    }
  }
}
