/** Work that is done once and kept until it is forgotten. What failed is not kept: the cell that is run again tries again. */
export class Remembered<Value> {
  #made: Promise<Value> | null = null;

  get(make: () => Promise<Value>): Promise<Value> {
    if (this.#made !== null) return this.#made;
    const made = make();
    this.#made = made;
    made.catch(() => {
      if (this.#made === made) this.#made = null;
    });
    return made;
  }

  /** What is kept, if anything. */
  get kept(): Promise<Value> | null {
    return this.#made;
  }

  forget(): void {
    this.#made = null;
  }
}
