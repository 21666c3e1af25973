import { z } from "zod";
import type { truthOf } from "./scenario-truth.ts";

// What was planted against what was found. Only the files that a hunt writes are read, and only as far as this needs.

const finding = z.looseObject({
  finding_info: z.looseObject({
    uid: z.string(),
    title: z.string(),
    desc: z.string(),
    analytic: z.looseObject({ uid: z.string() }),
  }),
  severity_id: z.number(),
  attacks: z
    .array(
      z.looseObject({
        technique: z.looseObject({ uid: z.string() }),
        sub_technique: z.looseObject({ uid: z.string() }).optional(),
      }),
    )
    .default([]),
  observables: z.array(z.looseObject({ name: z.string(), value: z.string() })).default([]),
  evidences: z.array(z.looseObject({ data: z.looseObject({ event_ids: z.array(z.string()).optional() }) })).default([]),
  unmapped: z.looseObject({
    score: z.number(),
    first_seen: z.string(),
    last_seen: z.string(),
    is_vendor_alert: z.boolean(),
  }),
});
type FoundFinding = z.infer<typeof finding>;

const story = z.looseObject({
  title: z.string(),
  score: z.number(),
  severity: z.string(),
  steps: z.array(z.looseObject({ findingUid: z.string() })),
});
type FoundStory = z.infer<typeof story>;

const gap = z.looseObject({ stage: z.string(), part: z.string(), kind: z.string(), reason: z.string() });

export interface Results {
  readonly findings: readonly unknown[];
  readonly stories: unknown;
  readonly gaps: unknown;
}

/** How one step of an attack fared. */
export interface StepFared {
  readonly name: string;
  readonly text: string;
  /** In the attack's own story, elsewhere among the findings, or nowhere. */
  readonly seen: "in its story" | "apart from it" | "no";
  /** The finding that shows it, or why there is none. */
  readonly why: string;
}

export interface AttackFared {
  readonly id: string;
  readonly title: string;
  /** Place among the stories, from 1; null where no story tells it. */
  readonly rank: number | null;
  readonly story: string | null;
  readonly severity: string | null;
  readonly score: number | null;
  readonly steps: readonly StepFared[];
}

export interface TwinFared {
  readonly id: string;
  readonly title: string;
  /** The loudest finding about it that is no vendor's alert. */
  readonly loudest: { readonly title: string; readonly score: number } | null;
  readonly isBelowAlertLine: boolean;
}

export interface Comparison {
  readonly attacks: readonly AttackFared[];
  readonly twins: readonly TwinFared[];
  /** Stories at or above the alert line that tell none of the attacks. */
  readonly others: readonly string[];
}

type Truth = ReturnType<typeof truthOf>;
type TrueStep = Truth["attacks"][number]["steps"][number];

const high = 4;
const hourMs = 3_600_000;

/** What became of each attack and each twin. Findings are taken for a step's when they rest on its records, or name what only it has. */
export function compared(truth: Truth, results: Results): Comparison {
  const findings = z.array(finding).parse(results.findings);
  const stories = z.array(story).parse(results.stories);
  const gaps = z.array(gap).parse(results.gaps);
  const byUid = new Map(findings.map((one) => [one.finding_info.uid, one]));
  const findingsOf = (one: FoundStory): FoundFinding[] => one.steps.flatMap(({ findingUid }) => byUid.get(findingUid) ?? []);

  const attacks = truth.attacks.map(({ id, title, steps }): AttackFared => {
    const told = stories.map((one) => ({
      one,
      shown: steps.filter((step) => findingsOf(one).some((each) => shows(each, step))).length,
    }));
    // The story that shows most of it; of equals, the one that stands higher.
    const best = told.reduce<(typeof told)[number] | null>((most, each) => (each.shown > (most?.shown ?? 0) ? each : most), null);
    const own = best === null ? [] : findingsOf(best.one);
    return {
      id,
      title,
      rank: best === null ? null : stories.indexOf(best.one) + 1,
      story: best?.one.title ?? null,
      severity: best?.one.severity ?? null,
      score: best?.one.score ?? null,
      steps: steps.map((step) => fared(step, own, findings, gaps)),
    };
  });

  const ranks = new Set(attacks.map(({ rank }) => rank));
  return {
    attacks,
    twins: truth.look_alikes.map(({ id, title, steps }) => {
      // Somebody whom the twin met may have been struck by an attack as well.
      const about = findings.filter(
        (one) =>
          !one.unmapped.is_vendor_alert &&
          steps.some((step) => shows(one, step)) &&
          !truth.attacks.some((attack) => attack.steps.some((step) => shows(one, step))),
      );
      const [loudest] = about.toSorted((one, other) => other.unmapped.score - one.unmapped.score);
      return {
        id,
        title,
        loudest: loudest === undefined ? null : { title: loudest.finding_info.title, score: loudest.unmapped.score },
        isBelowAlertLine: about.every(({ severity_id }) => severity_id < high),
      };
    }),
    others: stories
      .filter((one, index) => !ranks.has(index + 1) && /^(?:high|critical)$/i.test(one.severity))
      .map((one) => one.title),
  };
}

function fared(
  step: TrueStep,
  own: readonly FoundFinding[],
  all: readonly FoundFinding[],
  gaps: readonly z.infer<typeof gap>[],
): StepFared {
  const { name, text } = step;
  // What rests on the step's own records says more than what names its host, and what names its technique more than what does not.
  const weight = (one: FoundFinding): number =>
    shows(one, step) ? 1 + (restsOn(one, step) ? 2 : 0) + (sharesTechnique(one, step) ? 1 : 0) : 0;
  const first = (list: readonly FoundFinding[]): FoundFinding | undefined =>
    list.reduce<FoundFinding | undefined>(
      (best, one) => (weight(one) > (best === undefined ? 0 : weight(best)) ? one : best),
      undefined,
    );
  const inStory = first(own);
  const unseen =
    step.name === "upload" ? gaps.find(({ part, reason }) => part === "exfiltration" && /byte/.test(reason)) : undefined;
  const but = unseen === undefined ? "" : "; upload bytes: not evaluable";
  if (inStory !== undefined) return { name, text, seen: "in its story", why: `${inStory.finding_info.title}${but}` };
  const apart = first(all);
  if (apart !== undefined) return { name, text, seen: "apart from it", why: `${apart.finding_info.title}${but}` };
  const records = step.records.reduce((sum, { count }) => sum + count, 0);
  return {
    name,
    text,
    seen: "no",
    why: unseen?.reason ?? (records === 0 ? "no sensor told it" : "told by the sensors, and no finding rests on it"),
  };
}

/** True when a record of the step is among those that the finding gives as evidence. */
function restsOn(found: FoundFinding, step: TrueStep): boolean {
  const ids = found.evidences.flatMap(({ data }) => data.event_ids ?? []);
  // A row's id here is the vendor's key with its kind in front.
  return step.records.some(({ keys }) => keys.some((key) => ids.some((id) => id.includes(`:${key.replaceAll("|", ":")}`))));
}

/** True when the finding rests on the step, or names the attacker's host at its time, or its technique with its device or person. */
function shows(found: FoundFinding, step: TrueStep): boolean {
  if (restsOn(found, step)) return true;
  const { first_seen: first, last_seen: last } = found.unmapped;
  const isWithin = (slack: number): boolean =>
    utc(first) <= Date.parse(step.to) + slack && utc(last) >= Date.parse(step.from) - slack;
  const named = found.observables.map(({ value }) => value.toLowerCase());
  const names = (value: string | null): boolean =>
    value !== null && named.some((one) => one === value || one.endsWith(`.${value}`));
  const isOutside = step.destination !== null && !step.destination.startsWith("10.");
  if ((names(step.domain) || (isOutside && names(step.destination))) && isWithin(6 * hourMs)) return true;
  // For a way from host to host both ends; else the device where it was done or who did it. Who is met on the way is met by others too.
  const isMovement = !isOutside && step.destination !== null;
  const leads = [step.devices[0], step.users[0]].filter((lead) => lead !== undefined);
  const isNamed = isMovement
    ? step.devices.every((device) => names(device.toLowerCase()))
    : leads.some((lead) => names(lead.toLowerCase()));
  return isNamed && sharesTechnique(found, step) && isWithin(hourMs);
}

function sharesTechnique(found: FoundFinding, step: TrueStep): boolean {
  const techniques = new Set(step.techniques.map((technique) => technique.slice(0, 5)));
  return found.attacks.some(({ technique }) => techniques.has(technique.uid));
}

function utc(time: string): number {
  return Date.parse(`${time.slice(0, 23).replace(" ", "T")}Z`);
}
