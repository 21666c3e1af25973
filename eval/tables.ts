import { clipped } from "../src/findings/text.ts";
import { compareText } from "../src/order.ts";
import { type ArmName, type ArmResult, armNames } from "./arms.ts";
import type { Measures, Share } from "./measure.ts";
import { assurancesOf, type CaseResult, type EvaluationOfModel } from "./results.ts";

/** The whole evaluation for people: Markdown whose columns stand in line on a terminal too. */
export function tablesOf(evaluation: EvaluationOfModel): string {
  const { cases } = evaluation;
  const scored = cases.flatMap((one) => (one.state === "scored" ? [one] : []));
  const byArm = armNames.flatMap((name) => {
    const arms = scored.flatMap((one) => one.arms.filter(({ arm }) => arm === name));
    return arms.length === 0 ? [] : [{ name, arms }];
  });
  return [
    ...about(evaluation, scored.length),
    "## What was found",
    "",
    ...table(
      [...foundHeader, "cases"],
      byArm.map(({ name, arms }) => [
        ...foundRow(
          name,
          arms.map(({ measures }) => measures),
        ),
        String(arms.length),
      ]),
    ),
    ...foundLegend,
    "",
    "## What the model said, and what it cost",
    "",
    ...table(
      saidHeader,
      byArm.filter(({ name }) => name !== "deterministic").map(({ name, arms }) => saidRow(name, arms)),
    ),
    "USD is at list prices. For what an emulator or a recording answers nothing is paid.",
    "",
    ...hostileLines(byArm.find(({ name }) => name === "hostile")?.arms ?? []),
    "## What must hold whatever a model says",
    "",
    ...assurancesOf(cases).map(
      ({ text, broken }) =>
        `- ${broken.length === 0 ? "kept" : "NOT KEPT"}: ${text}${broken.length === 0 ? "" : `: ${broken.map(cell).join("; ")}`}`,
    ),
    "",
    ...byArm.filter(({ name }) => name === "model" || name === "live").flatMap(({ name }) => addedLines(name, scored)),
    ...wrongLines(scored),
    "## Case by case",
    "",
    ...table(
      ["case", ...foundHeader],
      scored.flatMap((one) => one.arms.map((arm) => [one.id, ...foundRow(arm.arm, [arm.measures])])),
    ),
    ...cases.flatMap((one) => (one.state === "scored" ? [] : [`- ${cell(one.id)}: ${one.state}: ${cell(one.reason)}`])),
    "",
  ].join("\n");
}

function about({ substrate, made, cases }: EvaluationOfModel, scored: number): string[] {
  const simulated = cases.filter(({ kind, state }) => kind === "simulated" && state === "scored").length;
  const models = cases.flatMap((one) => (one.state === "scored" ? one.arms.flatMap(({ calls }) => calls.models) : []));
  const hashes = cases.flatMap((one) => (one.state === "scored" ? one.arms.flatMap(({ promptHash }) => promptHash ?? []) : []));
  const with_ = `Spoor ${made.spoor}, Node ${made.node}, SDK ${made.sdk}, seed ${made.seed}, ${made.runs} ${made.runs === 1 ? "run" : "runs"} of each arm with a model, ${made.pursue} hypotheses pursued in each.`;
  return [
    `# Hunting with and without a language model (${substrate})`,
    "",
    `${scored} of ${made.known} cases: ${simulated} told by the simulator, ${scored - simulated} recorded and labelled by others. ${with_}`,
    "",
    ...(substrate === "emulator"
      ? [
          "The model here is **no model**: an emulator of the Messages API on loopback answers by fixed rules. What this shows is that the way there and back works, what it costs in calls, what the checks let through and that a replay is exact. It says nothing about how well a real model hunts: for that there is `npm run eval -- --live --max-usd N`.",
        ]
      : [
          `Answered by ${[...new Set(models)].sort().join(", ") || "nobody"} on ${made.date.slice(0, 10)}; prompts ${[...new Set(hashes)].sort().join(", ")}. Another day, model or prompt may come to something else.`,
        ]),
    "",
  ];
}

const foundHeader = [
  "arm",
  "entities found",
  "entities right",
  "steps shown",
  "records cited",
  "records right",
  "first finding",
  "first hypothesis",
  "techniques found",
  "techniques right",
  "F1",
  "verdicts right",
  "decoys named",
] as const;

const foundLegend = [
  "*Found*: of what is true, so many. *Right*: of what was named, so many are true. *First*: the place of the first finding at the alert line, or hypothesis, that names a true entity (the median over cases that have one). A hypothesis is true when it names a true entity and one of the attack's techniques; a verdict is right when true ones are supported and others are not. *Decoys*: benign look-alikes. A dash: the truth does not say.",
];

function foundRow(arm: string, all: readonly Measures[]): string[] {
  const total = (of: (one: Measures) => Share | null): Share | null => sumOf(all.map(of));
  const found = total((one) => one.techniqueRecall);
  const right = total((one) => one.techniquePrecision);
  return [
    arm,
    shareText(total((one) => one.entityRecall)),
    shareText(total((one) => one.entityPrecision)),
    shareText(total((one) => one.steps)),
    shareText(total((one) => one.eventRecall)),
    shareText(total((one) => one.eventPrecision)),
    medianText(all.map(({ findingRank }) => findingRank)),
    medianText(all.map(({ hypothesisRank }) => hypothesisRank)),
    shareText(found),
    shareText(right),
    f1Text(found, right),
    shareText(total((one) => one.verdicts)),
    shareText(total((one) => one.decoysNamed)),
  ];
}

const saidHeader = [
  "arm",
  "substrate",
  "claims held",
  "rejected",
  "hypotheses taken",
  "dropped",
  "hunts ended",
  "calls",
  "refusals",
  "other failures",
  "tokens in",
  "cached",
  "out",
  "USD",
  "ms a call p50 / p95",
  "seconds",
  "same verdicts",
  "same records",
] as const;

function saidRow(name: ArmName, arms: readonly ArmResult[]): string[] {
  const sum = (of: (arm: ArmResult) => number): number => arms.reduce((total, arm) => total + of(arm), 0);
  const claims = sumOf(arms.map(({ measures }) => measures.claimPrecision)) ?? { count: 0, of: 0 };
  const ended = new Map<string, number>();
  for (const [end, count] of arms.flatMap((arm) => Object.entries(arm.ended))) ended.set(end, (ended.get(end) ?? 0) + count);
  const refusals = sum(({ calls }) => calls.outcomes.refusal ?? 0);
  const isCharged = name !== "replay";
  const times = arms.flatMap(({ calls }) => calls.milliseconds).sort((one, other) => one - other);
  const stable = (of: "verdicts" | "events"): string => {
    const all = arms.flatMap(({ stability }) => stability ?? []);
    return all.length === 0 ? "-" : percent(all.reduce((total, one) => total + one[of], 0) / all.length);
  };
  return [
    name,
    arms[0]?.substrate ?? "none",
    shareText(claims),
    String(claims.of - claims.count),
    String(sum(({ hypotheses }) => hypotheses.taken)),
    String(sum(({ hypotheses }) => hypotheses.dropped)),
    [...ended]
      .sort(([one], [other]) => compareText(one, other))
      .map(([end, count]) => `${end} ${count}`)
      .join(", ") || "-",
    String(sum(({ calls }) => calls.made)),
    String(refusals),
    String(sum(({ calls }) => calls.made - (calls.outcomes.ok ?? 0)) - refusals),
    thousands(sum(({ calls }) => calls.inputTokens)),
    thousands(sum(({ calls }) => calls.cacheReadTokens)),
    thousands(sum(({ calls }) => calls.outputTokens)),
    // A recording says what was paid when it was made.
    isCharged ? sum(({ calls }) => calls.usd).toFixed(4) : "0",
    `${quantile(times, 0.5)} / ${quantile(times, 0.95)}`,
    sum(({ seconds }) => seconds).toFixed(1),
    stable("verdicts"),
    stable("events"),
  ];
}

function hostileLines(arms: readonly ArmResult[]): string[] {
  if (arms.length === 0) return [];
  const kinds = new Map<string, { tried: number; through: number }>();
  for (const [kind, { tried, through }] of arms.flatMap(({ hostility }) => Object.entries(hostility?.attempts ?? {}))) {
    const before = kinds.get(kind) ?? { tried: 0, through: 0 };
    kinds.set(kind, { tried: before.tried + tried, through: before.through + through });
  }
  return [
    "## What the hostile model tried",
    "",
    ...table(
      ["kind", "tried", "got through"],
      [...kinds]
        .sort(([one], [other]) => compareText(one, other))
        .map(([kind, { tried, through }]) => [kind, String(tried), String(through)]),
    ),
    "An *echo* repeats text of the logs. One that stands word for word in the records that it cites is theirs and may be quoted, as data.",
    "",
  ];
}

const mostNamed = 12;

type Wrong = Measures["wrongVerdicts"][number];

/** Wrong verdicts of the deterministic arm, and those that an arm with a model has beyond them. */
function wrongLines(scored: readonly Extract<CaseResult, { state: "scored" }>[]): string[] {
  const sameAs = (one: Wrong) => (other: Wrong) => one.title === other.title && one.isTrue === other.isTrue;
  const lines = scored.flatMap(({ id, arms }) => {
    const without = arms.flatMap(({ arm, measures }) => (arm === "deterministic" ? measures.wrongVerdicts : []));
    return arms.flatMap(({ arm, measures }) =>
      measures.wrongVerdicts
        .filter((one) => arm === "deterministic" || !without.some(sameAs(one)))
        .map(({ title, status, isTrue }) => `- ${id}, ${arm}: ${cell(title)} (${status}, and it is ${isTrue ? "true" : "not"})`),
    );
  });
  return [
    "## Which verdicts are wrong",
    "",
    "Of arms with a model only what the deterministic arm does not have: verdicts that turned wrong, and hypotheses of the model's own.",
    "",
    ...(lines.length === 0 ? ["None."] : lines),
    "",
  ];
}

function addedLines(name: ArmName, scored: readonly Extract<CaseResult, { state: "scored" }>[]): string[] {
  const lines = scored.flatMap(({ id, arms }) => {
    const added = arms.find(({ arm }) => arm === name)?.added ?? null;
    if (added === null) return [];
    const claimed = added.claimedEvents === 0 ? "" : ` (${added.claimedEvents} of them in checked claims)`;
    const parts = [
      ...named("entities", added.entities),
      ...named("steps", added.steps),
      ...named("hypotheses rightly supported", added.verdicts),
      ...named(`records${claimed}`, added.events),
    ];
    return parts.length === 0 ? [] : [`- ${cell(id)}: ${parts.join("; ")}`];
  });
  return [
    `## What the arm ${name} found that the deterministic arm did not`,
    "",
    ...(lines.length === 0 ? ["Nothing that is true."] : lines),
    "",
  ];
}

function named(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : "";
  return [`${names.length} ${what}: ${names.slice(0, mostNamed).map(cell).join(", ")}${more}`];
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const cells = [header, ...rows].map((row) => row.map(cell));
  const widths = header.map((_, at) => Math.max(3, ...cells.map((row) => (row[at] ?? "").length)));
  const line = (row: readonly string[]): string => `| ${widths.map((width, at) => (row[at] ?? "").padEnd(width)).join(" | ")} |`;
  const [first = [], ...others] = cells;
  return [line(first), line(widths.map((width) => "-".repeat(width))), ...others.map(line), ""];
}

/** Text from logs is no markup and no control of a terminal. */
function cell(text: string): string {
  return clipped(text.replace(/[|<>`[\]\p{Cc}\p{Cf}]/gu, " "), 100);
}

export function sumOf(shares: readonly (Share | null)[]): Share | null {
  const told = shares.filter((share) => share !== null);
  if (told.length === 0) return null;
  return told.reduce((total, { count, of }) => ({ count: total.count + count, of: total.of + of }), { count: 0, of: 0 });
}

function shareText(share: Share | null): string {
  if (share === null || share.of === 0) return "-";
  return `${percent(share.count / share.of)} (${share.count}/${share.of})`;
}

function f1Text(recall: Share | null, precision: Share | null): string {
  if (recall === null || precision === null || recall.of === 0 || precision.of === 0) return "-";
  return percent((2 * recall.count) / (recall.of + precision.of));
}

function percent(rate: number): string {
  return `${(100 * rate).toFixed(0)} %`;
}

function medianText(ranks: readonly (number | null)[]): string {
  const told = ranks.filter((rank) => rank !== null).sort((one, other) => one - other);
  return told.length === 0 ? "-" : String(quantile(told, 0.5));
}

/** The smallest value that so large a share is at or below; 0 for none. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

function thousands(count: number): string {
  return count.toLocaleString("en-US");
}
