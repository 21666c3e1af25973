/** Keeps messages hidden from others for as long as we work at them. */
export class Hiding {
  readonly #held = new Set<string>();
  readonly #extend: (receipt: string) => Promise<void>;
  readonly #periodMs: number;
  #timer: NodeJS.Timeout | null = null;

  constructor(extend: (receipt: string) => Promise<void>, visibleAfterMs: number) {
    this.#extend = extend;
    this.#periodMs = visibleAfterMs / 3;
  }

  keep(receipt: string): void {
    this.#held.add(receipt);
    this.#timer ??= setInterval(() => {
      // One that cannot be hidden any longer comes again, and is then found to be stored.
      for (const held of this.#held) this.#extend(held).catch(() => this.#held.delete(held));
    }, this.#periodMs).unref();
  }

  forget(receipt: string): void {
    this.#held.delete(receipt);
    if (this.#held.size === 0) this.end();
  }

  end(): void {
    this.#held.clear();
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
