import { expect, test } from "vitest";
import { limitsOf } from "./limits.ts";

const settings = { mostTurns: 7, mostQueries: 9, mostSeconds: 60 };

test("settings bound turns, questions and time; a replay is bounded by everything but the clock", () => {
  expect(limitsOf(settings)).toMatchObject({ turns: 7, queries: 9, seconds: 60, databaseSeconds: 60 });
  const replay = limitsOf({ ...settings, replay: "recording" });
  expect(replay).toMatchObject({ turns: 7, queries: 9 });
  expect(Math.min(replay.seconds, replay.databaseSeconds)).toBeGreaterThan(3600);
  // A timer takes no more than this many milliseconds, and would ring at once.
  expect(replay.seconds * 1000).toBeLessThan(2 ** 31);
});
