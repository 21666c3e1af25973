import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Round } from "../rounds.ts";
import { pruneRounds } from "./rounds.ts";

const out = mkdtempSync(join(tmpdir(), "spoor-rounds-"));
afterAll(() => rmSync(out, { recursive: true, force: true }));

const window = { from: "2026-11-01 00:00:00.000000", to: "2026-11-02 00:00:00.000000" };
const round = (name: string, result: Round["result"] = "done"): Round => ({ name, window, result, reason: null });
const names = () => readdirSync(join(out, "rounds")).sort();

test("of rounds the results of the newest stay, by when they were made; what no record names is left alone", async () => {
  // The clock was wrong for a round: its name would sort last for years.
  const made = ["2026-11-01T0600Z", "2030-01-01T0000Z", "2026-11-02T0600Z", "2026-11-04T0600Z", "2026-11-05T0600Z"];
  for (const name of [...made, "mine"]) {
    mkdirSync(join(out, "rounds", name), { recursive: true });
    writeFileSync(join(out, "rounds", name, "report.md"), "");
  }
  const rounds = [
    ...made.slice(0, 3).map((name) => round(name)),
    round("2026-11-03T0600Z", "failed"),
    ...made.slice(3).map((name) => round(name)),
  ];
  expect(await pruneRounds(out, rounds, 90)).toEqual([]);
  expect(names()).toEqual([...made, "mine"].sort());
  expect(await pruneRounds(out, rounds, 2)).toEqual([]);
  expect(names()).toEqual(["2026-11-04T0600Z", "2026-11-05T0600Z", "mine"]);
  // A round that was made twice within a minute is there once, and stays.
  await pruneRounds(out, [...rounds, round("2026-11-04T0600Z")], 1);
  expect(names()).toEqual(["2026-11-04T0600Z", "mine"]);
  expect(existsSync(join(out, "rounds", "2026-11-04T0600Z", "report.md"))).toBe(true);
});
