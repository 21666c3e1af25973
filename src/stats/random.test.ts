import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "./random.ts";
import { xoshiro128 } from "./xoshiro128.ts";

fc.configureGlobal({ seed: 42 });

test("xoshiro128** gives the published sequence from state 1, 2, 3, 4 (rand_xoshiro)", () => {
  const state = Uint32Array.of(1, 2, 3, 4);
  expect(Array.from({ length: 10 }, () => xoshiro128(state))).toEqual([
    11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
  ]);
});

describe("seeded randomness", () => {
  test("the same seed gives the same draws, another seed others", () => {
    const draws = (seed: number) => Array.from({ length: 20 }, seededRandom(seed).uniform);
    expect(draws(42)).toEqual(draws(42));
    expect(draws(42)).not.toEqual(draws(43));
    expect(draws(-1)).not.toEqual(draws(2 ** 32 - 1));
    expect(draws(42).every((drawn) => drawn >= 0 && drawn < 1)).toBe(true);
  });

  test("a forked stream depends on its number, not on the draws before it", () => {
    const fresh = seededRandom(7);
    const used = seededRandom(7);
    for (let draw = 0; draw < 100; draw++) used.uniform();
    expect(used.fork(3).uniform()).toBe(fresh.fork(3).uniform());
    expect(fresh.fork(3).uniform()).not.toBe(fresh.fork(4).uniform());
    expect(fresh.fork(0).uniform()).not.toBe(seededRandom(7).uniform());
  });

  test("whole numbers are equally likely (chi-square below its 99.9 % quantile, 27.88 at 9 degrees of freedom)", () => {
    const random = seededRandom(1);
    const counts = new Float64Array(10);
    for (let draw = 0; draw < 100_000; draw++) {
      const drawn = random.integer(10);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    expect(counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(27.88);
  });

  test("normal draws have mean 0, deviation 1 and 5 % beyond 1.96", () => {
    const random = seededRandom(2);
    const drawn = Array.from({ length: 100_000 }, random.normal);
    const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / drawn.length).toBeCloseTo(1, 1);
    expect(drawn.filter((value) => Math.abs(value) > 1.96).length / drawn.length).toBeCloseTo(0.05, 2);
  });

  test("a sample holds different numbers below the bound, a shuffle the same values", () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(400), fc.integer({ min: 1, max: 300 }), (seed, count, below) => {
        const random = seededRandom(seed);
        const sample = random.sample(count, below);
        expect(sample.length).toBe(Math.min(count, below));
        expect(new Set(sample).size).toBe(sample.length);
        expect(sample.every((value) => value < below)).toBe(true);
        expect(new Set(random.shuffle(Array.from(sample)))).toEqual(new Set(sample));
      }),
    );
  });

  test("every place of a shuffle is equally likely", () => {
    const random = seededRandom(3);
    const orders = new Map<string, number>();
    for (let draw = 0; draw < 6000; draw++) {
      const order = random.shuffle(["a", "b", "c"]).join("");
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(6);
    for (const count of orders.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  test("what cannot be drawn is refused", () => {
    expect(() => seededRandom(0.5)).toThrow(RangeError);
    expect(() => seededRandom(1).integer(0)).toThrow(RangeError);
    expect(() => seededRandom(1).pick([])).toThrow(RangeError);
    expect(seededRandom(1).pick(["only"])).toBe("only");
  });
});
