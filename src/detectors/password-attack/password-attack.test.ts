import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AccountRow, accountReasons, foundAccounts, type SourceRow, shapeOf, sourceReasons, total } from "./score.ts";

fc.configureGlobal({ seed: 42 });

/** Forty tries at one account from outside, without success; to be varied. */
function sourceLike(part: Partial<SourceRow>): SourceRow {
  return {
    source: "203.0.113.7",
    failures: 40,
    successes: 0,
    second_factors: 0,
    unknown_accounts: 0,
    success_days: 0,
    busiest_hour: 40,
    failed_accounts: 1,
    only_failed_accounts: 1,
    succeeded_accounts: 0,
    entered_accounts: 0,
    guessed_accounts: 0,
    stopped_accounts: 0,
    failures_before_entry: 0,
    guessed_names: [],
    entered_names: [],
    failures_each: 40,
    account_names: ["ann"],
    target_names: [],
    service_names: [],
    first_failure_time: "2026-11-02 08:00:00.000000",
    last_failure_time: "2026-11-02 09:00:00.000000",
    known_accounts: 0,
    first_try_accounts: 0,
    first_try_names: [],
    known_first_tries: 0,
    is_address: true,
    is_internal: false,
    ...part,
  };
}

const scoreOf = (part: Partial<SourceRow>): number => total(sourceReasons(sourceLike(part)));
const guessed = {
  successes: 1,
  success_days: 1,
  succeeded_accounts: 1,
  only_failed_accounts: 0,
  entered_accounts: 1,
  guessed_accounts: 1,
  guessed_names: ["ann"],
  entered_names: ["ann"],
};

describe("the score of a source", () => {
  test("lies between 0 and 100 and is the sum of its reasons, whatever was counted", () => {
    const count = fc.nat(1_000_000);
    const row = fc.record({
      failures: fc.integer({ min: 1, max: 1_000_000 }),
      successes: count,
      unknown_accounts: count,
      success_days: fc.nat(400),
      busiest_hour: count,
    });
    const more = fc.record({
      failed_accounts: count,
      only_failed_accounts: count,
      succeeded_accounts: count,
      entered_accounts: count,
      guessed_accounts: count,
    });
    fc.assert(
      fc.property(row, more, (one, other) => {
        const reasons = sourceReasons(sourceLike({ ...one, ...other }));
        const sum = reasons.reduce((points, { contribution }) => points + contribution, 0);
        expect(total(reasons)).toBe(Math.min(100, Math.max(0, sum)));
        expect(reasons.every(({ contribution }) => Number.isFinite(contribution))).toBe(true);
      }),
    );
  });

  test("never falls when there are more failures, more accounts or a busier hour", () => {
    for (const field of ["failures", "busiest_hour", "failed_accounts"] as const)
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 100_000 }), (one, other) => {
          const [less, more] = one < other ? [one, other] : [other, one];
          expect(scoreOf({ [field]: more })).toBeGreaterThanOrEqual(scoreOf({ [field]: less }));
        }),
      );
  });

  test("crosses the alert line when a dozen tries at an account that lives elsewhere end in a sign-in", () => {
    expect(scoreOf({ ...guessed, failures: 12, busiest_hour: 12, failures_before_entry: 12, known_accounts: 1 })).toBeGreaterThan(
      70,
    );
    expect(scoreOf({ failures: 12, busiest_hour: 12 })).toBeLessThan(45);
  });

  test("stays below it for one who forgot a password at an address used all week", () => {
    const usual = { ...guessed, successes: 30, success_days: 5, guessed_accounts: 0, entered_accounts: 0, guessed_names: [] };
    expect(scoreOf({ ...usual, failures: 15, busiest_hour: 15 })).toBeLessThan(20);
  });

  test("stays below it for an office where hundreds mistype, on its first day too", () => {
    const office = {
      failures: 400,
      successes: 2_000,
      failed_accounts: 300,
      only_failed_accounts: 4,
      succeeded_accounts: 500,
      entered_accounts: 290,
      guessed_accounts: 3,
      failures_before_entry: 9,
      failures_each: 1,
      busiest_hour: 200,
    };
    expect(scoreOf({ ...office, success_days: 1 })).toBeLessThan(70);
    expect(scoreOf({ ...office, success_days: 5 })).toBeLessThan(45);
  });

  test("is higher for a spray from inside than for the same from outside", () => {
    const spray = { failures: 60, failed_accounts: 30, only_failed_accounts: 30, failures_each: 2 };
    expect(scoreOf({ ...spray, is_internal: true })).toBeGreaterThan(scoreOf(spray));
  });
});

describe("accounts whose password was found", () => {
  const spray = {
    failures: 120,
    failed_accounts: 60,
    only_failed_accounts: 57,
    failures_each: 2,
    entered_accounts: 3,
    entered_names: ["a", "b", "c"],
  };

  test("are in a spray all that got in after failing, however few tries it took", () => {
    expect(shapeOf(sourceLike(spray))).toBe("spraying");
    expect(foundAccounts(sourceLike(spray))).toEqual({ count: 3, names: ["a", "b", "c"] });
  });

  test("are in a spray also those whose first password was the right one, and they are no reason to trust the source", () => {
    const quick = { ...spray, entered_accounts: 0, entered_names: [], first_try_accounts: 1, first_try_names: ["d"] };
    expect(foundAccounts(sourceLike(quick))).toEqual({ count: 1, names: ["d"] });
    const entered = { ...quick, successes: 3, success_days: 1, succeeded_accounts: 1, known_first_tries: 1 };
    expect(scoreOf(entered)).toBeGreaterThan(scoreOf({ ...quick, first_try_accounts: 0 }));
  });

  test("are none where nearly everybody who fails gets in", () => {
    expect(foundAccounts(sourceLike({ ...spray, only_failed_accounts: 2, entered_accounts: 58 })).count).toBe(0);
  });
});

describe("the score of an account", () => {
  const row: AccountRow = {
    account: "root",
    failures: 500,
    failing_sources: 60,
    only_failing_sources: 60,
    successes: 4,
    sources_that_got_in: 0,
    unknown_accounts: 0,
    failure_days: 20,
    first_failure_time: "2026-11-02 08:00:00.000000",
    last_failure_time: "2026-11-22 08:00:00.000000",
    source_names: [],
    target_names: [],
  };

  test("stays below the alert line while nobody gets in, and crosses it when somebody does", () => {
    expect(total(accountReasons(row))).toBeLessThan(70);
    expect(total(accountReasons({ ...row, sources_that_got_in: 1 }))).toBeGreaterThan(70);
  });

  test("is lower for a name that nobody signs in as", () => {
    expect(total(accountReasons({ ...row, successes: 0 }))).toBeLessThan(total(accountReasons(row)));
  });
});

test("both questions read a result in the same words", () => {
  const reading = (file: string): string | undefined =>
    readFileSync(new URL(file, import.meta.url), "utf8").split(/-- (?:reading|end of reading) a result.*\n/)[1];
  expect(reading("by-source.sql")).toBeTruthy();
  expect(reading("by-account.sql")).toBe(reading("by-source.sql"));
});
