import { byRank } from "../findings/rank.ts";
import { compareText } from "../order.ts";
import type { Severity } from "../types.ts";
import { type Area, areaDetectors, areas } from "./areas.ts";
import type { EvaluatedFinding } from "./evaluated-finding.ts";
import { match } from "./match.ts";
import type { AreaTruth, Labelled, Truth } from "./truth.ts";

/** A finding as lists name it. `rank` is its place among the findings of its detector in this set, from 1. */
export interface RankedFinding {
  readonly uid: string;
  readonly detector: string;
  readonly rank: number;
  readonly title: string;
  readonly severity: Severity;
  readonly score: number;
  readonly isAboveLine: boolean;
}

/** A labelled thing and the best-ranked finding that names it; null is a miss. `count`: connections or failed passwords. */
export interface Outcome {
  readonly labelled: string;
  readonly source: readonly string[];
  readonly target: readonly string[];
  readonly port: number | null;
  readonly count: number | null;
  readonly finding: RankedFinding | null;
  /** A finding above the alert line names it. */
  readonly isAboveLine: boolean;
}

/** A finding above the alert line that names nothing labelled. `knownBenign`: the benign look-alike of the truth that it names. */
export interface FalseAlarm extends RankedFinding {
  readonly knownBenign: string | null;
}

/** The figures of one area of one set. Rates are null where there is nothing to divide by. */
export interface AreaScore {
  readonly area: Area;
  readonly positives: number;
  readonly found: number;
  readonly foundAboveLine: number;
  readonly recall: number | null;
  readonly recallAboveLine: number | null;
  /** The best rank of a finding that names something asked for, or accepted. */
  readonly firstTrueRank: number | null;
  /** Findings of the area's detectors, and how many of them are above the line. */
  readonly findings: number;
  readonly findingsAboveLine: number;
  readonly falseAboveLine: number;
  readonly alertsPerDay: number;
  readonly outcomes: readonly Outcome[];
  /** Labelled by the authors, but neither asked for nor counted as false: what was said of them. */
  readonly openOutcomes: readonly Outcome[];
  readonly falseAlarms: readonly FalseAlarm[];
}

/** What a hunt over one set was worth: by area, and all of Spoor's own findings above the line a day. */
export interface SetScore {
  readonly areas: readonly AreaScore[];
  readonly findings: number;
  readonly findingsAboveLine: number;
  readonly alertsPerDay: number;
}

/** Scores the findings of a hunt against the truth of its set. Vendor alerts never count. */
export function score(truth: Truth, findings: readonly EvaluatedFinding[]): SetScore {
  const own = ranked(findings.filter((finding) => !finding.isVendorAlert));
  const above = own.filter(({ ranking }) => ranking.isAboveLine).length;
  return {
    areas: areas
      .flatMap((area) => truth.areas.filter((part) => part.area === area))
      .map((part) => scoreArea(part, own, truth.spanDays)),
    findings: own.length,
    findingsAboveLine: above,
    alertsPerDay: perDay(above, truth.spanDays),
  };
}

interface Ranked {
  readonly finding: EvaluatedFinding;
  readonly ranking: RankedFinding;
}

function scoreArea(truth: AreaTruth, own: readonly Ranked[], spanDays: number | null): AreaScore {
  const theirs = own.filter(({ finding }) => areaDetectors[truth.area].includes(finding.detector));
  const outcomes = truth.positives.map((labelled) => outcomeOf(labelled, theirs));
  const acceptedOutcomes = truth.accepted.map((labelled) => outcomeOf(labelled, theirs));
  const notScoredOutcomes = truth.notScored.map((labelled) => outcomeOf(labelled, theirs));
  const explained = [...truth.positives, ...truth.accepted, ...truth.notScored];
  const falseAlarms = theirs
    .filter(({ finding }) => finding.isAboveLine && explained.every((labelled) => match(labelled, finding) === "none"))
    .map(({ finding, ranking }) => ({
      ...ranking,
      knownBenign: truth.negatives.find((label) => match(label, finding) !== "none")?.text ?? null,
    }));
  const found = outcomes.filter((outcome) => outcome.finding !== null).length;
  const foundAboveLine = outcomes.filter((outcome) => outcome.isAboveLine).length;
  const trueRanks = [...outcomes, ...acceptedOutcomes].flatMap((outcome) => outcome.finding?.rank ?? []);
  const findingsAboveLine = theirs.filter(({ finding }) => finding.isAboveLine).length;
  return {
    area: truth.area,
    positives: outcomes.length,
    found,
    foundAboveLine,
    recall: outcomes.length === 0 ? null : found / outcomes.length,
    recallAboveLine: outcomes.length === 0 ? null : foundAboveLine / outcomes.length,
    firstTrueRank: trueRanks.length === 0 ? null : Math.min(...trueRanks),
    findings: theirs.length,
    findingsAboveLine,
    falseAboveLine: falseAlarms.length,
    alertsPerDay: perDay(findingsAboveLine, spanDays),
    outcomes,
    openOutcomes: [...acceptedOutcomes, ...notScoredOutcomes],
    falseAlarms,
  };
}

/** Findings by score, best first, then by uid; each with its rank within its detector. */
function ranked(findings: readonly EvaluatedFinding[]): readonly Ranked[] {
  const inOrder = [...findings].sort(byRank);
  const seen = new Map<string, number>();
  return inOrder.map((finding) => {
    const rank = (seen.get(finding.detector) ?? 0) + 1;
    seen.set(finding.detector, rank);
    const { uid, detector, title, severity, score, isAboveLine } = finding;
    return { finding, ranking: { uid, detector, rank, title, severity, score, isAboveLine } };
  });
}

/** The best-ranked finding that names `labelled` in full. */
function outcomeOf(labelled: Labelled, candidates: readonly Ranked[]): Outcome {
  const naming = candidates.filter(({ finding }) => match(labelled, finding) === "full");
  const best = [...naming].sort(
    (one, other) => one.ranking.rank - other.ranking.rank || compareText(one.ranking.uid, other.ranking.uid),
  )[0];
  const { text, source, target, port, count } = labelled;
  const isAboveLine = naming.some(({ finding }) => finding.isAboveLine);
  return { labelled: text, source, target, port, count, finding: best?.ranking ?? null, isAboveLine };
}

/** Alerts a day. A capture shorter than a day counts as one day: the alerts that a day holding it would bring. */
function perDay(alerts: number, spanDays: number | null): number {
  return alerts / Math.max(1, spanDays ?? 1);
}
