/** The turn of the one that may write: taken by one holder at a time, passed on to whoever waits longest. */
export class WriterTurn {
  #holder: object | null = null;
  readonly #waiting = new Map<object, () => void>();

  /** True when it is `who`'s turn now; else `wake` is called when it is worth asking again. */
  take(who: object, wake: () => void): boolean {
    if (this.#holder === null) this.#holder = who;
    this.#waiting.delete(who);
    if (this.#holder === who) return true;
    this.#waiting.set(who, wake);
    return false;
  }

  /** Gives the turn back, or stops waiting for it. */
  pass(who: object): void {
    this.#waiting.delete(who);
    if (this.#holder !== who) return;
    this.#holder = null;
    for (const wake of this.#waiting.values()) wake();
  }
}
