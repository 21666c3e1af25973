import { compareText } from "../order.ts";

/** Groups of texts that are joined pair by pair (union by the smaller root, so that the answer does not depend on the order). */
export class UnionFind {
  readonly #parents = new Map<string, string>();

  /** The representative of a text's group: the smallest text in it. A text not met before is its own group. */
  find(text: string): string {
    if (!this.#parents.has(text)) this.#parents.set(text, text);
    let root = text;
    for (let parent = this.#parents.get(root); parent !== undefined && parent !== root; parent = this.#parents.get(root))
      root = parent;
    // Whoever was passed on the way points to the root from now on.
    let passed = text;
    while (passed !== root) {
      const parent = this.#parents.get(passed) ?? root;
      this.#parents.set(passed, root);
      passed = parent;
    }
    return root;
  }

  union(a: string, b: string): void {
    const [first, second] = [this.find(a), this.find(b)];
    if (first === second) return;
    const [root, child] = compareText(first, second) < 0 ? [first, second] : [second, first];
    this.#parents.set(child, root);
  }

  /** All groups, each in order, ordered by their first text. */
  groups(): string[][] {
    const groups = new Map<string, string[]>();
    for (const text of [...this.#parents.keys()].sort(compareText)) {
      const root = this.find(text);
      groups.set(root, [...(groups.get(root) ?? []), text]);
    }
    return [...groups.values()];
  }
}
