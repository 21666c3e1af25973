import fc from "fast-check";
import { expect, test } from "vitest";
import { type MatchRow, matchReasons, total } from "./score.ts";

fc.configureGlobal({ seed: 42 });

/** One device of two hundred met a listed name; to be varied. */
function matchLike(part: Partial<MatchRow>): MatchRow {
  return {
    type: "domain",
    value: "evil.example",
    events: 4,
    valid_events: 4,
    answered_events: 4,
    feeds: ["feed"],
    highest_confidence: 60,
    valid_from_time: null,
    valid_until_time: null,
    all_labels: [],
    techniques: [],
    about: null,
    first_time: "2026-11-02 08:00:00.000000",
    last_time: "2026-11-02 09:00:00.000000",
    table_names: ["dns_activity"],
    matched_columns: ["query_hostname"],
    matched_values: ["evil.example"],
    sources: 1,
    source_addresses: ["10.0.0.5"],
    source_names: [],
    destinations: [],
    ports: [],
    users: [],
    estate_sources: 200,
    ...part,
  };
}

const scoreOf = (part: Partial<MatchRow>): number => total(matchReasons(matchLike(part)));

test("the score lies between 0 and 100 and is the sum of its reasons", () => {
  const row = fc.record({
    type: fc.constantFrom("ip", "cidr", "domain", "url", "email", "md5", "sha1", "sha256", "constructor"),
    valid_events: fc.nat(5),
    answered_events: fc.nat(5),
    highest_confidence: fc.option(fc.integer({ min: 0, max: 100 })),
    sources: fc.nat(500),
    estate_sources: fc.option(fc.nat(500)),
    feeds: fc.array(fc.string(), { minLength: 1 }),
  });
  fc.assert(
    fc.property(row, (part) => {
      const reasons = matchReasons(matchLike(part));
      const sum = reasons.reduce((points, { contribution }) => points + contribution, 0);
      expect(total(reasons)).toBe(Math.min(100, Math.max(0, sum)));
    }),
  );
});

test("the score never falls with the feed's confidence, and never rises when more of the estate meets the value", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }), (one, other) => {
      const [less, more] = one < other ? [one, other] : [other, one];
      expect(scoreOf({ highest_confidence: more })).toBeGreaterThanOrEqual(scoreOf({ highest_confidence: less }));
      expect(scoreOf({ sources: 2 * more })).toBeLessThanOrEqual(scoreOf({ sources: 2 * less }));
    }),
  );
});

test("a precise value says more than a broad one, a second feed more than one, an answer more than none", () => {
  const kinds = ["cidr", "ip", "domain", "url", "sha256"];
  const scores = kinds.map((type) => scoreOf({ type }));
  expect(scores).toEqual([...scores].sort((a, b) => a - b));
  expect(scoreOf({ feeds: ["a", "b"] })).toBeGreaterThan(scoreOf({}));
  expect(scoreOf({ answered_events: 0 })).toBeLessThan(scoreOf({}));
});

test("a listing that had run out, and a value that half the estate meets, stay below the alert line however sure the feed is", () => {
  expect(scoreOf({ valid_events: 0, highest_confidence: 100 })).toBeLessThan(70);
  expect(scoreOf({ sources: 100, highest_confidence: 100 })).toBeLessThan(70);
  expect(scoreOf({})).toBeGreaterThanOrEqual(70);
});
