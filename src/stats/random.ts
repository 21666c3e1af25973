import { xoshiro128 } from "./xoshiro128.ts";

type Defined = NonNullable<unknown> | null;

/** A seeded source of randomness: the same seed gives the same draws on every machine. */
export interface Random {
  /** Uniform in [0, 1), with 53 bits. */
  readonly uniform: () => number;
  /** Uniform in [low, high). */
  readonly between: (low: number, high: number) => number;
  /** A whole number from 0 to `below` - 1, without bias; `below` from 1 to 2^32. Throws RangeError outside it. */
  readonly integer: (below: number) => number;
  /** Standard normal: mean 0, standard deviation 1. */
  readonly normal: () => number;
  /** One of the values; throws RangeError when there are none. */
  readonly pick: <Value extends Defined>(values: readonly Value[]) => Value;
  /** The values in random order (a copy). */
  readonly shuffle: <Value extends Defined>(values: readonly Value[]) => Value[];
  /** `count` different whole numbers below `below`, in random order; all of them when `count` is larger. */
  readonly sample: (count: number, below: number) => Uint32Array;
  /** A stream of its own for part `stream` (a tree, a day, a host): it depends on the seed and the number, not on draws made so far. */
  readonly fork: (stream: number) => Random;
}

/** Randomness from a seed (any safe integer): xoshiro128** seeded by splitmix32. */
export function seededRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`a seed is a whole number, not ${seed}`);
  return randomFrom([seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0]);
}

function randomFrom(seedWords: readonly number[]): Random {
  const state = mixedState(seedWords);
  const bits = () => xoshiro128(state);
  const uniform = () => ((bits() >>> 5) * 2 ** 26 + (bits() >>> 6)) / 2 ** 53;
  const integer = (below: number) => integerBelow(bits, below);

  return {
    uniform,
    between: (low, high) => low + uniform() * (high - low),
    integer,
    normal: () => polarNormal(uniform),
    pick: (values) => {
      const picked = values[integer(values.length)];
      if (picked === undefined) throw new RangeError("nothing to pick from");
      return picked;
    },
    shuffle: (values) => shuffled(values, integer),
    sample: (count, below) => distinctIntegers(count, below, integer),
    fork: (stream) => randomFrom([...seedWords, stream >>> 0]),
  };
}

/** Rejects the few draws past the last whole multiple of `below`, so that every number is equally likely. */
function integerBelow(bits: () => number, below: number): number {
  if (!Number.isInteger(below) || below < 1 || below > 2 ** 32) throw new RangeError(`no whole number lies below ${below}`);
  const limit = 2 ** 32 - (2 ** 32 % below);
  let drawn = bits();
  while (drawn >= limit) drawn = bits();
  return drawn % below;
}

/** Marsaglia's polar method (1964). The second value of each pair is dropped: no state beside the generator's. */
function polarNormal(uniform: () => number): number {
  for (;;) {
    const x = 2 * uniform() - 1;
    const y = 2 * uniform() - 1;
    const square = x * x + y * y;
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square);
  }
}

/** Fisher and Yates' shuffle, from the back (Knuth, The Art of Computer Programming 3.4.2 P). */
function shuffled<Value extends Defined>(values: readonly Value[], integer: (below: number) => number): Value[] {
  const order = Uint32Array.from(values.keys());
  for (let last = order.length - 1; last > 0; last--) {
    const other = integer(last + 1);
    const held = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = held;
  }
  return Array.from(order, (position) => values[position]).filter((value) => value !== undefined);
}

/** A sparse Fisher-Yates: only the places that were touched are remembered, so 256 of ten million costs 256. */
function distinctIntegers(count: number, below: number, integer: (below: number) => number): Uint32Array {
  const drawn = new Uint32Array(Math.min(Math.max(0, Math.floor(count)), below));
  const moved = new Map<number, number>();
  for (let place = 0; place < drawn.length; place++) {
    const other = place + integer(below - place);
    drawn[place] = moved.get(other) ?? other;
    moved.set(other, moved.get(place) ?? place);
  }
  return drawn;
}

/** Absorbs the seed words one by one and squeezes four state words out, with splitmix32 (the 32-bit finaliser of Steele et al. 2014). */
function mixedState(seedWords: readonly number[]): Uint32Array {
  let hash = 0x243f6a88;
  for (const word of seedWords) hash = splitmix32(hash ^ word);
  const state = new Uint32Array(4);
  for (let index = 0; index < 4; index++) {
    hash = (hash + 0x9e3779b9) >>> 0;
    state[index] = splitmix32(hash);
  }
  // All zeros is the one state that xoshiro never leaves.
  if (state.every((word) => word === 0)) state[0] = 1;
  return state;
}

function splitmix32(value: number): number {
  let mixed = (value + 0x9e3779b9) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
