import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { connectedComponents } from "./connected-components.ts";
import type { Contact } from "./contact.ts";
import { graphOf } from "./graph.ts";
import { hopChains } from "./hop-chains.ts";
import { pageRank } from "./page-rank.ts";
import { peakFanOut } from "./peak-fan-out.ts";

fc.configureGlobal({ seed: 42 });

const hosts = fc.constantFrom("a", "b", "c", "d", "e", "f");
const contacts: fc.Arbitrary<Contact[]> = fc.array(
  fc.record({ source: hosts, target: hosts, timeSeconds: fc.integer({ min: 0, max: 300 }) }),
  {
    maxLength: 40,
  },
);
const contact = (source: string, target: string, timeSeconds: number): Contact => ({ source, target, timeSeconds });

describe("graph", () => {
  test("edges in any order give the same arrays; parallel edges add up", () => {
    const graph = graphOf([
      { source: "web", target: "db" },
      { source: "app", target: "db", weight: 2 },
      { source: "web", target: "db", weight: 3 },
      { source: "app", target: "app" },
    ]);
    expect(graph.names).toEqual(["app", "db", "web"]);
    expect(Array.from(graph.offsets)).toEqual([0, 2, 2, 3]);
    expect(Array.from(graph.targets)).toEqual([0, 1, 1]);
    expect(Array.from(graph.weights)).toEqual([1, 2, 4]);
    expect(() => graphOf([{ source: "a", target: "b", weight: -1 }])).toThrow(RangeError);
    fc.assert(
      fc.property(contacts, (edges) => {
        expect(graphOf(edges.toReversed())).toEqual(graphOf(edges));
      }),
    );
  });

  test("components leave direction out and come in order of name", () => {
    const graph = graphOf([
      { source: "x", target: "m" },
      { source: "b", target: "m" },
      { source: "z", target: "y" },
      { source: "q", target: "q" },
    ]);
    expect(connectedComponents(graph)).toEqual([["b", "m", "x"], ["q"], ["y", "z"]]);
    expect(connectedComponents(graphOf([]))).toEqual([]);
  });
});

describe("PageRank", () => {
  test("a ring shares evenly; in a star the centre has (1 + (n - 1) d) / (n (1 + d)) where it leads back", () => {
    expect(Array.from(pageRank(graphOf([contact("a", "b", 0), contact("b", "c", 0), contact("c", "a", 0)])))).toEqual([
      1 / 3,
      1 / 3,
      1 / 3,
    ]);
    const leaves = ["l1", "l2", "l3", "l4"];
    const star = graphOf(leaves.flatMap((leaf) => [contact("centre", leaf, 0), contact(leaf, "centre", 0)]));
    expect(pageRank(star)[0]).toBeCloseTo((1 + 4 * 0.85) / (5 * 1.85), 7);
  });

  test("a chain a, b, c by hand: the last leads anywhere, its rank is spread", () => {
    // x = r(a): b = x + d x, c = x + d b, and x = (1 - d + d c) / 3.
    const d = 0.85;
    const first = (1 - d) / 3 / (1 - (d * (1 + d * (1 + d))) / 3);
    const ranks = pageRank(graphOf([contact("a", "b", 0), contact("b", "c", 0)]));
    [first, first * (1 + d), first * (1 + d * (1 + d))].forEach((rank, node) => {
      expect(ranks[node]).toBeCloseTo(rank, 7);
    });
  });

  test("the ranks add up to 1", () => {
    fc.assert(
      fc.property(
        contacts.filter(({ length }) => length > 0),
        (edges) => {
          expect(pageRank(graphOf(edges)).reduce((sum, rank) => sum + rank, 0)).toBeCloseTo(1, 9);
        },
      ),
    );
  });
});

describe("fan-out in a sliding window", () => {
  test("three targets within the hour count, however the clock hours fall", () => {
    const spread = [contact("ws", "s1", 3500), contact("ws", "s2", 3700), contact("ws", "s3", 7100), contact("ws", "s1", 9000)];
    expect(peakFanOut(spread, { windowSeconds: 3600 })).toEqual([
      { source: "ws", targets: ["s1", "s2", "s3"], fromSeconds: 3500, toSeconds: 7100, contactCount: 3 },
    ]);
    expect(peakFanOut(spread, { windowSeconds: 3599 })[0]?.targets).toEqual(["s1", "s2"]);
  });

  test("the same target again is one target, oneself is none, and the largest comes first", () => {
    const found = peakFanOut(
      [
        contact("b", "b", 1),
        contact("b", "x", 1),
        contact("b", "x", 2),
        contact("a", "x", 5),
        contact("c", "x", 1),
        contact("c", "y", 1),
      ],
      {
        windowSeconds: 10,
      },
    );
    expect(found.map(({ source, targets }) => [source, targets.length])).toEqual([
      ["c", 2],
      ["a", 1],
      ["b", 1],
    ]);
  });

  test("agrees with looking at every window", () => {
    fc.assert(
      fc.property(contacts, fc.integer({ min: 0, max: 120 }), (list, windowSeconds) => {
        for (const { source, targets, fromSeconds, toSeconds } of peakFanOut(list, { windowSeconds })) {
          const own = list.filter((one) => one.source === source && one.target !== source);
          const counts = own.map(
            ({ timeSeconds: from }) =>
              new Set(
                own
                  .filter(({ timeSeconds }) => timeSeconds >= from && timeSeconds <= from + windowSeconds)
                  .map(({ target }) => target),
              ).size,
          );
          expect(targets.length).toBe(Math.max(...counts));
          expect(toSeconds - fromSeconds).toBeLessThanOrEqual(windowSeconds);
        }
      }),
    );
  });
});

describe("hop chains", () => {
  test("a reaches b, b then reaches c, c then d: one chain of three hops", () => {
    const movement = [contact("c", "d", 300), contact("a", "b", 100), contact("b", "c", 200)];
    expect(hopChains(movement, { spanSeconds: 100 })).toEqual([{ hosts: ["a", "b", "c", "d"], timesSeconds: [100, 200, 300] }]);
    expect(hopChains(movement, { spanSeconds: 99 })).toEqual([]);
  });

  test("time only runs forward, nobody is visited twice, and a single hop is no chain", () => {
    expect(hopChains([contact("a", "b", 200), contact("b", "c", 100)], { spanSeconds: 1000 })).toEqual([]);
    expect(hopChains([contact("a", "b", 100), contact("b", "c", 100)], { spanSeconds: 1000 })).toEqual([]);
    expect(hopChains([contact("a", "b", 1), contact("b", "a", 2)], { spanSeconds: 1000 })).toEqual([]);
    expect(hopChains([contact("a", "b", 1)], { spanSeconds: 1000, minHops: 1 })).toHaveLength(1);
  });

  test("a chain repeated every day is told once, at its first time; forks are told each", () => {
    const daily = [0, 86_400].flatMap((day) => [
      contact("a", "b", day + 10),
      contact("b", "c", day + 20),
      contact("b", "d", day + 30),
    ]);
    expect(hopChains(daily, { spanSeconds: 60 })).toEqual([
      { hosts: ["a", "b", "c"], timesSeconds: [10, 20] },
      { hosts: ["a", "b", "d"], timesSeconds: [10, 30] },
    ]);
    expect(hopChains(daily, { spanSeconds: 60, limit: 1 })).toHaveLength(1);
  });

  test("every chain told is a real one, and the order of the input does not matter", () => {
    fc.assert(
      fc.property(contacts, fc.integer({ min: 1, max: 100 }), (list, spanSeconds) => {
        const chains = hopChains(list, { spanSeconds });
        expect(hopChains(list.toReversed(), { spanSeconds })).toEqual(chains);
        for (const { hosts, timesSeconds } of chains) {
          expect(new Set(hosts).size).toBe(hosts.length);
          timesSeconds.forEach((time, hop) => {
            expect(list).toContainEqual({ source: hosts[hop], target: hosts[hop + 1], timeSeconds: time });
            if (hop === 0) return;
            const stay = time - (timesSeconds[hop - 1] ?? 0);
            expect(stay).toBeGreaterThan(0);
            expect(stay).toBeLessThanOrEqual(spanSeconds);
          });
        }
        const hasTwoHops = list.some((one) =>
          list.some(
            (two) =>
              two.source === one.target &&
              new Set([one.source, one.target, two.target]).size === 3 &&
              two.timeSeconds > one.timeSeconds &&
              two.timeSeconds - one.timeSeconds <= spanSeconds,
          ),
        );
        expect(chains.length > 0).toBe(hasTwoHops);
      }),
    );
  });
});
