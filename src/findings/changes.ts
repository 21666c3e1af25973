import { z } from "zod";
import { compareText } from "../order.ts";
import { type Finding, type Gap, gap, type Severity, type Story, severities, type Window } from "../types.ts";

const window = z.object({ from: z.string(), to: z.string() });
const standing = z.object({ severity: z.enum(severities), score: z.number() });

/** A finding or story with how it stands now and how it stood in the earlier run; null where it was not or is no more. */
const change = z.object({
  uid: z.string(),
  title: z.string(),
  isVendorAlert: z.boolean(),
  firstSeen: z.string(),
  lastSeen: z.string(),
  now: standing.nullable(),
  before: standing.nullable(),
});
export type Change = z.infer<typeof change>;

const changeLists = z.object({
  new: z.array(change),
  risen: z.array(change),
  fallen: z.array(change),
  /** Found again, about as before. */
  still: z.array(change),
  /** Looked for where it was, and no longer there. */
  gone: z.array(change),
  /** Not found, and not looked for where it was: absence says nothing. */
  outside: z.array(change),
});
export type ChangeLists = z.infer<typeof changeLists>;

const verdict = z.object({
  findingUid: z.string(),
  verdict: z.string(),
  note: z.string(),
  author: z.string(),
  recordedTime: z.string(),
  /** Set after the earlier run was recorded, or there was none. */
  isNew: z.boolean(),
});
export type Verdict = z.infer<typeof verdict>;

/** What changes.json holds: verdicts that stand, and what differs from the earlier run; null: there is none to compare with. */
export const history = z.object({
  verdicts: z.array(verdict),
  changes: z
    .object({
      previous: z.object({
        runUid: z.string(),
        recordedTime: z.string(),
        window,
        /** Of the run's record: events, findings, stories and more, by name. */
        counts: z.record(z.string(), z.number()),
      }),
      findings: changeLists,
      stories: changeLists,
      gaps: z.object({ opened: z.array(gap), closed: z.array(gap) }),
    })
    .nullable(),
});
export type History = z.infer<typeof history>;
export type Changes = NonNullable<History["changes"]>;

/** How a finding or story stood in the earlier run. */
export interface Earlier {
  readonly uid: string;
  readonly title: string;
  /** Null for a story. */
  readonly detector: string | null;
  readonly severity: Severity;
  readonly score: number;
  readonly isVendorAlert: boolean;
  readonly firstSeen: string;
  readonly lastSeen: string;
}

/** The earlier run, as far as it is compared. */
export interface PreviousRun {
  readonly previous: Changes["previous"];
  readonly findings: readonly Earlier[];
  readonly stories: readonly Earlier[];
  readonly gaps: readonly Gap[];
}

export interface Present {
  readonly window: Window;
  readonly findings: readonly Finding[];
  readonly stories: readonly Story[];
  readonly gaps: readonly Gap[];
  /** Detectors that answered in full: only their silence says that something is gone. */
  readonly concluded: ReadonlySet<string>;
}

// Below a point a score moves with every day of baseline; nobody would act on it.
const leastPoints = 1;

/** What differs between two runs, by uid; lists are in the order of the score now, or before where there is none now. Pure. */
export function changesBetween(before: PreviousRun, now: Present): Changes {
  const isLooked = (one: Earlier): boolean =>
    compareText(now.window.from, one.firstSeen) <= 0 &&
    compareText(one.lastSeen, now.window.to) < 0 &&
    (one.detector === null || now.concluded.has(one.detector));
  return {
    previous: before.previous,
    findings: compared(before.findings, now.findings, isLooked),
    stories: compared(
      before.stories,
      now.stories.map((story) => ({ ...story, isVendorAlert: false })),
      isLooked,
    ),
    gaps: comparedGaps(before.gaps, now.gaps),
  };
}

type Standing = Pick<Finding, "uid" | "title" | "severity" | "score" | "isVendorAlert" | "firstSeen" | "lastSeen">;

function compared(before: readonly Earlier[], now: readonly Standing[], isLooked: (one: Earlier) => boolean): ChangeLists {
  const earlier = new Map(before.map((one) => [one.uid, one]));
  const present = new Set(now.map(({ uid }) => uid));
  const lists: ChangeLists = { new: [], risen: [], fallen: [], still: [], gone: [], outside: [] };
  for (const one of now) {
    const old = earlier.get(one.uid);
    lists[directionOf(one, old)].push(changeOf(one, one, old ?? null));
  }
  for (const old of before) if (!present.has(old.uid)) lists[isLooked(old) ? "gone" : "outside"].push(changeOf(old, null, old));
  for (const list of Object.values(lists)) list.sort(byScore);
  return lists;
}

function directionOf(now: Standing, before: Earlier | undefined): "new" | "risen" | "fallen" | "still" {
  if (before === undefined) return "new";
  const steps = severities.indexOf(now.severity) - severities.indexOf(before.severity);
  const points = now.score - before.score;
  const direction = steps !== 0 ? steps : Math.abs(points) < leastPoints ? 0 : points;
  return direction === 0 ? "still" : direction > 0 ? "risen" : "fallen";
}

function changeOf(
  { uid, title, isVendorAlert, firstSeen, lastSeen }: Standing,
  now: Standing | null,
  before: Earlier | null,
): Change {
  const stand = (one: { severity: Severity; score: number } | null): Change["now"] =>
    one === null ? null : { severity: one.severity, score: one.score };
  return { uid, title, isVendorAlert, firstSeen, lastSeen, now: stand(now), before: stand(before) };
}

function byScore(one: Change, other: Change): number {
  const scoreOf = ({ now, before }: Change): number => (now ?? before)?.score ?? 0;
  return scoreOf(other) - scoreOf(one) || compareText(one.uid, other.uid);
}

/** By what and where; the reason's numbers differ from run to run. A file's gap is not closed because other files were read. */
function comparedGaps(before: readonly Gap[], now: readonly Gap[]): Changes["gaps"] {
  const keyOf = (one: Gap): string => `${one.stage} ${one.kind} ${one.part}`;
  const earlier = new Set(before.map(keyOf));
  const present = new Set(now.map(keyOf));
  return {
    opened: now.filter((one) => !earlier.has(keyOf(one))),
    closed: before.filter((one) => one.stage !== "import" && !present.has(keyOf(one))),
  };
}
