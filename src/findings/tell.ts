import { epochMilliseconds, hourMs } from "../time.ts";
import type { Finding, Story, StoryStep, Window } from "../types.ts";
import type { PersonFacts, StoryFacts } from "./story-facts.ts";
import { oneLine } from "./text.ts";

// The stronger the key, the earlier it is named: a process is one thing, a device that is the same within an hour is nearly one.
const keyOrder = ["process", "session", "message", "link", "user SID"] as const;
// A channel that called within so long before the end of the window still calls.
const activeHours = 6;
// What stays in place until somebody takes it back.
const standing: Readonly<Record<string, string>> = {
  "account-manipulation": "stays in place",
};
const going: ReadonlySet<string> = new Set(["beaconing", "dns-tunnelling", "exfiltration"]);

/** Stories with what their events say: person with role, sensors, the keys that join the steps, and what is still active at the end of the window. */
export function tellStories(stories: readonly Story[], findings: readonly Finding[], facts: StoryFacts, window: Window): Story[] {
  const byUid = new Map(findings.map((finding) => [finding.uid, finding]));
  return stories.map((story) => {
    const steps = story.steps.map((step, place) => toldStep(step, place, story.steps, facts));
    const lead = story.entities.find(({ kind }) => kind === "user")?.value;
    const role = lead === undefined ? null : roleOf(facts.people.get(lead.toLowerCase()));
    return {
      ...story,
      summary: role === null || lead === undefined ? story.summary : story.summary.replace(lead, `${lead} (${role})`),
      steps,
      stillActive: activeOf(story, byUid, facts, window),
    };
  });
}

function toldStep(step: StoryStep, place: number, steps: readonly StoryStep[], facts: StoryFacts): StoryStep {
  const own = facts.steps.get(step.findingUid);
  const role = step.person === null ? null : roleOf(facts.people.get(step.person.toLowerCase()));
  const join = keyJoin(step, place, steps, facts) ?? deviceJoin(step, place, steps);
  return {
    ...step,
    person: step.person === null || role === null ? step.person : `${step.person} (${role})`,
    sensors: own?.sensors ?? [],
    ...join,
  };
}

/** The strongest key that this step shares with one before it, and the nearest such step. */
function keyJoin(
  step: StoryStep,
  place: number,
  steps: readonly StoryStep[],
  facts: StoryFacts,
): Pick<StoryStep, "joinedBy" | "joinedTo"> | null {
  const own = facts.steps.get(step.findingUid)?.keys ?? [];
  for (const kind of keyOrder) {
    const values = new Set(own.filter(([of]) => of === kind).map(([, value]) => value));
    if (values.size === 0) continue;
    for (let before = place - 1; before >= 0; before -= 1) {
      const theirs = facts.steps.get(steps[before]?.findingUid ?? "")?.keys ?? [];
      const shared = theirs.find(([of, value]) => of === kind && values.has(value));
      // A SID joins what one account did on one device; elsewhere the device or person is the plainer word.
      if (shared !== undefined) return { joinedBy: oneLine(`${kind} ${shared[1]}`, 160), joinedTo: before + 1 };
    }
  }
  return null;
}

/** The same device within the same hour, where the entity that joins is that device. */
function deviceJoin(
  step: StoryStep,
  place: number,
  steps: readonly StoryStep[],
): Pick<StoryStep, "joinedBy" | "joinedTo"> | null {
  if (step.device === null || step.joinedBy !== `device ${step.device}`) return null;
  for (let before = place - 1; before >= 0; before -= 1) {
    const other = steps[before];
    if (other?.device !== step.device) continue;
    const apart = Math.abs(epochMilliseconds(step.time) - epochMilliseconds(other.time));
    return { joinedBy: `device ${step.device}${apart <= hourMs ? " in the same hour" : ""}`, joinedTo: before + 1 };
  }
  return null;
}

/** "Ann Berg, controller, Finance, privileged"; null when the directory says nothing. */
function roleOf(person: PersonFacts | undefined): string | null {
  if (person === undefined) return null;
  const parts = [person.full_name, person.title, person.department].filter((part) => part !== null && part !== "");
  if (parts.length === 0) return null;
  return [...parts, ...(person.has_special_rights ? ["privileged"] : [])].join(", ");
}

function activeOf(story: Story, byUid: ReadonlyMap<string, Finding>, facts: StoryFacts, window: Window): string[] {
  const people = new Set(story.entities.filter(({ kind }) => kind === "user").map(({ value }) => value.toLowerCase()));
  const removals = facts.removals.filter(({ person, actor }) => people.has(person) || people.has(actor));
  const end = epochMilliseconds(window.to);
  const active = story.steps.flatMap((step) => {
    const finding = byUid.get(step.findingUid);
    if (finding === undefined) return [];
    const stays = standing[finding.detector];
    if (stays !== undefined) {
      const undone = removals.find(
        ({ last_time, operation }) => last_time > step.time && /rule|role|credential|grant|oauth|revoke/i.test(operation),
      );
      return [
        undone === undefined
          ? `${finding.title}: no removal is on record, so it ${stays}.`
          : `${finding.title}: ${undone.operation} on ${undone.last_time.slice(0, 16)} UTC took back something of the kind; check that it was this.`,
      ];
    }
    const before = (end - epochMilliseconds(finding.lastSeen)) / hourMs;
    if (!going.has(finding.detector) || before > activeHours) return [];
    return [
      `${finding.title}: last seen ${finding.lastSeen.slice(0, 16)} UTC, ${before < 1 ? "within the last hour" : `${Math.round(before)} h`} before the records end.`,
    ];
  });
  const replayed = story.steps.some((step) => byUid.get(step.findingUid)?.detector === "unusual-sign-in");
  const revoked = removals.find(({ operation }) => /revoke|StsRefreshToken|password/i.test(operation));
  if (replayed)
    active.push(
      revoked === undefined
        ? "The sessions and tokens of the account: no revocation and no change of password is on record."
        : `Sessions and password: ${revoked.operation} on ${revoked.last_time.slice(0, 16)} UTC.`,
    );
  return active;
}
