import { matrixFromRows } from "../ml/matrix.ts";
import { classProbabilities, randomForest } from "../ml/random-forest.ts";
import { compareText } from "../order.ts";
import { epochMilliseconds, hourMs } from "../time.ts";
import { type Finding, type ObservableName, severities } from "../types.ts";

/** What a hunter decided of a finding: whether it was worth the look. Verdicts that say neither are left out. */
export interface Judged {
  readonly uid: string;
  readonly verdict: string;
}

/** Findings in the order in which this team's verdicts suggest to look at them. Nothing is left out. */
export interface VerdictOrder {
  readonly kind: "learned";
  /** All findings, the likeliest to be worth the look first. */
  readonly order: readonly { readonly uid: string; readonly probability: number }[];
  /** Verdicts that were learned from. */
  readonly worth: number;
  readonly notWorth: number;
  /** Share of the verdicts that the trees that did not learn from them get wrong; a guess by the larger class gets `guessError` wrong. */
  readonly outOfBagError: number;
  readonly guessError: number;
  /** What tells them apart, strongest first; adds up to 1. */
  readonly importance: readonly { readonly feature: string; readonly share: number }[];
}

export interface TooFewVerdicts {
  readonly kind: "too-few";
  readonly worth: number;
  readonly notWorth: number;
  readonly needed: string;
}

// Fewer than this say more about the week than about the findings.
const leastVerdicts = 20;
const leastOfEach = 5;

const worthTheLook: ReadonlySet<string> = new Set(["true_positive", "suspicious", "test"]);
const notWorthTheLook: ReadonlySet<string> = new Set(["false_positive", "benign", "disregard"]);

/**
 * Learns from verdicts which findings are worth the look (random forest, Breiman 2001, classes balanced) and orders the given findings
 * by it; the score and severity of none is touched. The same findings, verdicts and seed give the same order.
 */
export function orderByVerdicts(
  findings: readonly Finding[],
  verdicts: readonly Judged[],
  seed: number,
): VerdictOrder | TooFewVerdicts {
  const classOf = new Map<string, number>();
  for (const { uid, verdict } of verdicts) {
    if (worthTheLook.has(verdict)) classOf.set(uid, 1);
    else if (notWorthTheLook.has(verdict)) classOf.set(uid, 0);
  }
  const known = [...findings].sort((a, b) => compareText(a.uid, b.uid)).filter(({ uid }) => classOf.has(uid));
  const classes = known.map(({ uid }) => classOf.get(uid) ?? 0);
  const worth = classes.filter((one) => one === 1).length;
  const notWorth = classes.length - worth;
  if (classes.length < leastVerdicts || Math.min(worth, notWorth) < leastOfEach)
    return { kind: "too-few", worth, notWorth, needed: `${leastVerdicts} verdicts, at least ${leastOfEach} of each kind` };
  const features = featuresOf(findings);
  const rows = (some: readonly Finding[]) => matrixFromRows(some.map((one) => features.map((feature) => feature.of(one))));
  const forest = randomForest(rows(known), classes, { trees: 200, classWeights: "balanced", minSamplesLeaf: 2, seed });
  const { values, columns } = classProbabilities(forest, rows(findings));
  const order = findings.map(({ uid, score }, row) => ({ uid, score, probability: values[row * columns + 1] ?? 0 }));
  order.sort((a, b) => b.probability - a.probability || b.score - a.score || compareText(a.uid, b.uid));
  return {
    kind: "learned",
    order: order.map(({ uid, probability }) => ({ uid, probability })),
    worth,
    notWorth,
    outOfBagError: forest.outOfBag?.error ?? Number.NaN,
    guessError: Math.min(worth, notWorth) / classes.length,
    importance: features
      .map(({ name }, column) => ({ feature: name, share: forest.importance[column] ?? 0 }))
      .sort((a, b) => b.share - a.share || compareText(a.feature, b.feature)),
  };
}

interface Feature {
  readonly name: string;
  readonly of: (finding: Finding) => number;
}

/** Nothing that names a person, device or address: a verdict on one host must not become one on that host for ever. */
function featuresOf(findings: readonly Finding[]): Feature[] {
  const detectors = [...new Set(findings.map(({ detector }) => detector))].sort();
  const hasOne =
    (...names: readonly ObservableName[]) =>
    ({ observables }: Finding): number =>
      observables.some(({ name }) => names.includes(name)) ? 1 : 0;
  return [
    { name: "score", of: ({ score }) => score },
    { name: "confidence", of: ({ confidence }) => confidence },
    { name: "severity", of: ({ severity }) => severities.indexOf(severity) },
    { name: "events (log10)", of: ({ rowCount }) => Math.log10(1 + rowCount) },
    { name: "hours from first to last event", of: ({ firstSeen, lastSeen }) => hoursBetween(firstSeen, lastSeen) },
    { name: "hour of the first event, UTC", of: ({ firstSeen }) => Number(firstSeen.slice(11, 13)) },
    { name: "reasons that count", of: ({ reasons }) => reasons.filter(({ contribution }) => contribution > 1).length },
    { name: "techniques", of: ({ attacks }) => attacks.length },
    { name: "within the budget", of: ({ isWithinBudget }) => (isWithinBudget ? 1 : 0) },
    { name: "a vendor's alert", of: ({ isVendorAlert }) => (isVendorAlert ? 1 : 0) },
    { name: "names a person", of: hasOne("user.name", "actor.user.name", "email.to") },
    { name: "names a device", of: hasOne("device.hostname", "src_endpoint.hostname", "dst_endpoint.hostname") },
    { name: "names a process", of: hasOne("process.name", "process.cmd_line") },
    ...detectors.map((id) => ({ name: `detector ${id}`, of: ({ detector }: Finding) => (detector === id ? 1 : 0) })),
  ];
}

function hoursBetween(from: string, to: string): number {
  return (epochMilliseconds(to) - epochMilliseconds(from)) / hourMs;
}
