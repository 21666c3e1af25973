import { expect, test } from "vitest";
import { UnionFind } from "./union-find.ts";

test("groups are what pairs connect, represented by their smallest text, whatever the order of the pairs", () => {
  const pairs = [
    ["b", "c"],
    ["x", "y"],
    ["a", "c"],
    ["d", "d"],
  ] as const;
  for (const order of [pairs, [...pairs].reverse()]) {
    const union = new UnionFind();
    for (const [one, other] of order) union.union(one, other);
    expect(union.groups()).toEqual([["a", "b", "c"], ["d"], ["x", "y"]]);
    expect(union.find("c")).toBe("a");
  }
});

test("a chain of a hundred thousand is walked without a deep stack", () => {
  const union = new UnionFind();
  const name = (id: number) => String(id).padStart(6, "0");
  for (let id = 100_000; id > 0; id -= 1) union.union(name(id), name(id - 1));
  expect(union.find(name(100_000))).toBe(name(0));
});
