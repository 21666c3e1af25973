/** A stream of random choices that depends on nothing but its seed and its label. */
export interface Random {
  /** Uniform in [0, 1). */
  readonly next: () => number;
  readonly between: (low: number, high: number) => number;
  /** A whole number, both ends included. */
  readonly integer: (low: number, high: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <Item>(items: readonly Item[]) => Item;
  /** One of the items, each as likely as its weight says. */
  readonly weighted: <Item>(items: readonly Item[], weight: (item: Item) => number) => Item;
  readonly normal: (mean: number, deviation: number) => number;
  /** Skewed to the right, as sizes and durations are; half of the values lie below the median. */
  readonly logNormal: (median: number, sigma: number) => number;
  /** The wait until the next of many independent events. */
  readonly exponential: (mean: number) => number;
  readonly hex: (digits: number) => string;
  /** So many letters of an alphabet. */
  readonly letters: (length: number, alphabet: string) => string;
  readonly uuid: () => string;
  readonly shuffle: <Item>(items: readonly Item[]) => Item[];
}

/**
 * Streams with different labels are independent, so what is drawn for an attack leaves the background as it was.
 * The generator is sfc32 of PractRand, its state filled from the label by MurmurHash3's mixing steps.
 */
export function randomOf(seed: number, label: string): Random {
  const next = sfc32(...stateOf(`${seed}/${label}`));
  const between = (low: number, high: number) => low + (high - low) * next();
  const integer = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  // Box-Muller; 1 - next() keeps the logarithm away from zero.
  const normal = (mean: number, deviation: number) =>
    mean + deviation * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[Math.floor(next() * items.length)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  };
  const weighted = <Item>(items: readonly Item[], weight: (item: Item) => number): Item => {
    let left = next() * items.reduce((sum, item) => sum + weight(item), 0);
    const found = items.find((item) => {
      left -= weight(item);
      return left < 0;
    });
    return found ?? pick(items);
  };
  const letters = (length: number, alphabet: string) =>
    Array.from({ length }, () => alphabet.charAt(integer(0, alphabet.length - 1))).join("");
  const hex = (digits: number) => letters(digits, "0123456789abcdef");
  return {
    next,
    between,
    integer,
    chance: (probability) => next() < probability,
    pick,
    weighted,
    normal,
    logNormal: (median, sigma) => median * Math.exp(normal(0, sigma)),
    exponential: (mean) => -mean * Math.log(1 - next()),
    hex,
    letters,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${pick(["8", "9", "a", "b"])}${hex(3)}-${hex(12)}`,
    shuffle: (items) =>
      items
        .map((item) => ({ item, key: next() }))
        .sort((a, b) => a.key - b.key)
        .map(({ item }) => item),
  };
}

function stateOf(label: string): [number, number, number, number] {
  let hash = 1779033703 ^ label.length;
  for (let index = 0; index < label.length; index += 1) {
    hash = Math.imul(hash ^ label.charCodeAt(index), 3432918353);
    hash = (hash << 13) | (hash >>> 19);
  }
  const mixed = () => {
    hash = Math.imul(hash ^ (hash >>> 16), 2246822507);
    hash = Math.imul(hash ^ (hash >>> 13), 3266489909);
    hash ^= hash >>> 16;
    return hash >>> 0;
  };
  return [mixed(), mixed(), mixed(), mixed()];
}

function sfc32(a: number, b: number, c: number, counter: number): () => number {
  let [x, y, z, count] = [a, b, c, counter];
  const next = () => {
    const sum = (((x + y) | 0) + count) | 0;
    count = (count + 1) | 0;
    x = y ^ (y >>> 9);
    y = (z + (z << 3)) | 0;
    z = ((z << 21) | (z >>> 11)) + sum;
    z |= 0;
    return (sum >>> 0) / 4294967296;
  };
  // The first dozen outputs still show the seed.
  for (let round = 0; round < 12; round += 1) next();
  return next;
}
