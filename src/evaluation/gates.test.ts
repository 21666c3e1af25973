import { expect, test } from "vitest";
import type { Area } from "./areas.ts";
import { beaconsAboveLine, beaconsFound, lateralMovementNamed, passwordSources, steadyBenignPairs } from "./gates.ts";
import type { SetResult } from "./results.ts";
import { score } from "./score.ts";
import { areaTruthLike, findingLike, labelledLike } from "./testing.ts";

/** A set whose label number n is named by the finding at `ranks[n]` (null: missed); findings from rank `belowFrom` on are not alerts. */
function setWith(
  id: string,
  area: Area,
  ranks: readonly (number | null)[],
  belowFrom = 100,
  part: Partial<SetResult> = {},
): SetResult {
  const positives = ranks.map((_, at) => labelledLike({ text: `label ${at}`, source: [`10.0.0.${at}`] }));
  const findings = Array.from({ length: 12 }, (_, place) => {
    const named = ranks.indexOf(place + 1);
    return findingLike({
      uid: `f${String(place).padStart(2, "0")}`,
      detector: area,
      score: 99 - place,
      isAboveLine: place + 1 < belowFrom,
      observables: { "src_endpoint.ip": [named < 0 ? `192.0.2.${place}` : `10.0.0.${named}`] },
    });
  });
  const truth = { areas: [areaTruthLike({ area, positives })], unscored: null, tags: [], spanDays: null };
  return { id, kind: "folder", tags: [], state: "scored", score: score(truth, findings), spanDays: null, ...part } as SetResult;
}

const captures = (changed: SetResult, isTwo: boolean): readonly SetResult[] => [
  ...Array.from({ length: 6 }, (_, at) => setWith(`capture ${at}`, "beaconing", [1])),
  setWith("pair capture", "beaconing", [1, 2]),
  ...(isTwo ? [changed] : []),
];

test("beacons: rank 3 is among the first three, rank 4 is not; a missing capture leaves the gate unmeasured", () => {
  expect(beaconsFound(captures(setWith("last", "beaconing", [3, 2]), true))).toMatchObject({
    isPassed: true,
    measured: "10 of 10 pairs in 8 captures",
  });
  const missed = beaconsFound(captures(setWith("last", "beaconing", [4, null]), true));
  expect(missed).toMatchObject({ isPassed: false, measured: "8 of 10 pairs in 8 captures" });
  expect(missed.details.slice(-2)).toEqual(["last: label 0: rank 4, High, score 96.0", "last: label 1: missed"]);
  expect(beaconsFound(captures(setWith("last", "beaconing", [1]), false)).isPassed).toBeNull();
});

test("beacons above the line: 7 of 10 is enough, 6 is not", () => {
  const results = (below: number): readonly SetResult[] =>
    Array.from({ length: 10 }, (_, at) => setWith(`capture ${at}`, "beaconing", [1], at < below ? 1 : 100));
  expect(beaconsAboveLine(results(3))).toMatchObject({ isPassed: true, measured: "7 of 10 pairs" });
  expect(beaconsAboveLine(results(4)).isPassed).toBe(false);
});

test("two normal days: four findings above the line are allowed, five are not, and one day alone measures nothing", () => {
  const day = (id: string, above: number): SetResult =>
    setWith(id, "beaconing", [], above + 1, { tags: ["beaconing-negatives"] });
  expect(steadyBenignPairs([day("one", 2), day("two", 2)])).toMatchObject({ isPassed: true, measured: "4 in 2 days" });
  expect(steadyBenignPairs([day("one", 2), day("two", 3)]).isPassed).toBe(false);
  expect(steadyBenignPairs([day("one", 0)]).isPassed).toBeNull();
});

test("movements on Windows events: ten of twelve sets are enough; network captures do not stand in for them", () => {
  const sets = (named: number): readonly SetResult[] =>
    Array.from({ length: 12 }, (_, at) =>
      setWith(`set ${at}`, "lateral-movement", [at < named ? 3 : 4], 100, { kind: "windows-events" }),
    );
  expect(lateralMovementNamed(sets(10)).isPassed).toBe(true);
  expect(lateralMovementNamed(sets(9)).isPassed).toBe(false);
  const network = sets(12).map((result) => ({ ...result, kind: "network" as const }));
  expect(lateralMovementNamed(network).isPassed).toBeNull();
});

test("every password source must be found; a failed set is not a measurement", () => {
  expect(passwordSources([setWith("ssh", "password-attack", [1, 12])]).isPassed).toBe(true);
  expect(passwordSources([setWith("ssh", "password-attack", [1, null])]).isPassed).toBe(false);
  expect(passwordSources([{ id: "ssh", kind: "folder", tags: [], state: "failed", reason: "disk full" }]).isPassed).toBeNull();
});
