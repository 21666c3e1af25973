import type { SetResult } from "./results.ts";
import type { AreaScore, Outcome } from "./score.ts";

/** A promise about the quality of detectors. `isPassed` is null when the evaluated folders do not hold the sets it is about. */
export interface Gate {
  readonly id: string;
  readonly claim: string;
  readonly measured: string;
  readonly isPassed: boolean | null;
  /** One line a labelled thing: where it ranks, or that it was missed. */
  readonly details: readonly string[];
}

/** Every gate, in the order of the tables. */
export function gates(results: readonly SetResult[]): readonly Gate[] {
  return [
    beaconsFound(results),
    beaconsAboveLine(results),
    steadyBenignPairs(results),
    lateralMovementNamed(results),
    lateralMovementNegatives(results),
    dnsTunnel(results),
    webUpload(results),
    passwordSources(results),
  ];
}

const beaconPairs = 10;
const beaconCaptures = 8;

/** Every labelled pair with at least 10 connections is found and is among the first 3 beaconing findings of its capture. */
export function beaconsFound(results: readonly SetResult[]): Gate {
  const captures = inArea(results, "beaconing").filter(({ score }) => score.positives > 0);
  const outcomes = captures.flatMap(({ score }) => score.outcomes);
  const ranked = outcomes.filter((outcome) => isWithin(outcome, 3));
  return {
    id: "beacons-found",
    claim: `all ${beaconPairs} labelled pairs of ${beaconCaptures} captures are among the first 3 beaconing findings of their capture`,
    measured: `${ranked.length} of ${outcomes.length} pairs in ${captures.length} captures`,
    isPassed: captures.length < beaconCaptures || outcomes.length < beaconPairs ? null : ranked.length === outcomes.length,
    details: captures.flatMap(lines),
  };
}

/** At least 7 of the 10 labelled pairs are above the alert line. */
export function beaconsAboveLine(results: readonly SetResult[]): Gate {
  const captures = inArea(results, "beaconing").filter(({ score }) => score.positives > 0);
  const outcomes = captures.flatMap(({ score }) => score.outcomes);
  const above = outcomes.filter((outcome) => outcome.isAboveLine);
  return {
    id: "beacons-above-line",
    claim: `at least 7 of the ${beaconPairs} labelled pairs are above the alert line`,
    measured: `${above.length} of ${outcomes.length} pairs`,
    isPassed: outcomes.length < beaconPairs ? null : above.length >= 7,
    details: captures.flatMap(lines),
  };
}

/** The two days of a normal user's machine, with 13 steady benign pairs, raise at most 4 beaconing findings above the line. */
export function steadyBenignPairs(results: readonly SetResult[]): Gate {
  const days = inArea(results, "beaconing").filter(({ result }) => result.tags.includes("beaconing-negatives"));
  const above = sum(days.map(({ score }) => score.findingsAboveLine));
  return {
    id: "steady-benign-pairs",
    claim: "two days of normal work raise at most 4 beaconing findings above the alert line",
    measured: `${above} in ${days.length} days`,
    isPassed: days.length < 2 ? null : above <= 4,
    details: days.flatMap(({ result, score }) => score.falseAlarms.map((alarm) => `${result.id}: ${alarm.title}`)),
  };
}

/** On the Windows events, source host, target and protocol are named among the first 3 lateral-movement findings. */
export function lateralMovementNamed(results: readonly SetResult[]): Gate {
  const sets = windowsSets(results).filter(({ score }) => score.positives > 0);
  const named = sets.filter(({ score }) => score.outcomes.every((outcome) => isWithin(outcome, 3)));
  return {
    id: "lateral-movement-named",
    claim:
      "source, target and protocol are named among the first 3 lateral-movement findings in at least 10 of 12 sets of Windows events",
    measured: `${named.length} of ${sets.length} sets`,
    isPassed: sets.length < 12 ? null : named.length >= 10,
    details: sets.flatMap(lines),
  };
}

/** Of the Windows events without movement, at most one set raises a lateral-movement finding above the line. */
export function lateralMovementNegatives(results: readonly SetResult[]): Gate {
  const sets = windowsSets(results).filter(({ score }) => score.positives === 0);
  const raised = sets.filter(({ score }) => score.findingsAboveLine > 0);
  return {
    id: "lateral-movement-negatives",
    claim: "at most 1 of 5 sets of Windows events without movement raises a lateral-movement finding above the alert line",
    measured: `${raised.length} of ${sets.length} sets`,
    isPassed: sets.length < 5 ? null : raised.length <= 1,
    details: raised.flatMap(({ result, score }) => score.falseAlarms.map((alarm) => `${result.id}: ${alarm.title}`)),
  };
}

/** The DNS tunnel is found by its source and its domain. */
export function dnsTunnel(results: readonly SetResult[]): Gate {
  return found(results, "dns-tunnel", "dns-tunnelling", "the DNS tunnel is found, with its source and domain", () => true);
}

/** APT29 day 1: 2.19 MB leave in HTTP PUTs to a WebDAV share, below the byte threshold of exfiltration. */
export function webUpload(results: readonly SetResult[]): Gate {
  const isUpload = ({ source, target, port }: Outcome): boolean =>
    source.includes("10.0.1.4") && target.includes("192.168.0.4") && port === 80;
  return found(results, "web-upload", "exfiltration", "the WebDAV upload of APT29 day 1 is found", isUpload);
}

/** Sources with at least 10 failed passwords and no accepted login are found. */
export function passwordSources(results: readonly SetResult[]): Gate {
  return found(
    results,
    "password-sources",
    "password-attack",
    "every attacking source with at least 10 failed passwords is found",
    () => true,
  );
}

interface Scored {
  readonly result: SetResult;
  readonly score: AreaScore;
}

function found(
  results: readonly SetResult[],
  id: string,
  area: string,
  claim: string,
  isWanted: (outcome: Outcome) => boolean,
): Gate {
  const sets = inArea(results, area).filter(({ score }) => score.outcomes.some(isWanted));
  const outcomes = sets.flatMap(({ score }) => score.outcomes.filter(isWanted));
  const seen = outcomes.filter((outcome) => outcome.finding !== null);
  return {
    id,
    claim,
    measured: `${seen.length} of ${outcomes.length}`,
    isPassed: outcomes.length === 0 ? null : seen.length === outcomes.length,
    details: sets.flatMap(({ result, score }) =>
      [...score.outcomes.filter(isWanted), ...score.openOutcomes.filter(isSaid)].map((outcome) => line(result, outcome)),
    ),
  };
}

function isSaid(outcome: Outcome): boolean {
  return outcome.finding !== null;
}

function inArea(results: readonly SetResult[], area: string): readonly Scored[] {
  return results.flatMap((result) =>
    result.state === "scored"
      ? result.score.areas.filter((score) => score.area === area).map((score) => ({ result, score }))
      : [],
  );
}

function windowsSets(results: readonly SetResult[]): readonly Scored[] {
  return inArea(results, "lateral-movement").filter(({ result }) => result.kind === "windows-events");
}

function isWithin(outcome: Outcome, places: number): boolean {
  return outcome.finding !== null && outcome.finding.rank <= places;
}

function lines({ result, score }: Scored): readonly string[] {
  return score.outcomes.map((outcome) => line(result, outcome));
}

function line(result: SetResult, outcome: Outcome): string {
  const { finding } = outcome;
  const place = finding === null ? "missed" : `rank ${finding.rank}, ${finding.severity}, score ${finding.score.toFixed(1)}`;
  return `${result.id}: ${outcome.labelled}: ${place}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
