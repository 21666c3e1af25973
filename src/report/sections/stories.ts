import { sendersOutside } from "../../findings/senders.ts";
import { isAlert } from "../../findings/severity.ts";
import type { Story, StoryStep } from "../../types.ts";
import { storyAnchor } from "../anchors.ts";
import { type Context, limits } from "../context.ts";
import type { Block, Inline, Line, Section, Table } from "../document.ts";
import { clock, counted, listed, number, points } from "../words.ts";

/** Findings that belong together, in the order in which they happened. */
export function storiesSection(context: Context): Section {
  const shown = context.stories.slice(0, limits.stories);
  const left = context.stories.length - shown.length;
  const blocks: Block[] = shown.map((story, index) => storyCard(story, index, context));
  if (shown.length === 0)
    blocks.push({
      kind: "paragraph",
      line: ["No findings share a person, a device or an address closely enough in time."],
      isQuiet: true,
    });
  if (left > 0) blocks.push({ kind: "paragraph", line: [`and ${number(left)} more in stories.json`], isQuiet: true });
  return { id: "stories", title: "Stories", count: context.stories.length, blocks };
}

function storyCard(story: Story, index: number, context: Context): Block {
  const { prose } = context;
  return {
    kind: "card",
    id: storyAnchor(index),
    headline: [
      { kind: "quiet", text: `S${index + 1}` },
      { kind: "severity", severity: story.severity },
      { kind: "strong", text: points(story.score) },
      prose(story.title, limits.titleLength),
    ],
    isOpen: index < 3,
    isBriefOnPaper: !isAlert(story.severity),
    blocks: [
      { kind: "paragraph", line: [prose(story.summary)] },
      {
        kind: "facts",
        facts: [
          { term: "When", lines: [[context.zone.span(story.firstSeen, story.lastSeen)]] },
          ...entityFacts(story, context),
          { term: "Tactics", lines: [[prose(story.tactics.join(" → "))]] },
          { term: "Story", lines: [[context.value(story.uid)]] },
        ],
      },
      {
        kind: "chart",
        id: `${storyAnchor(index)}-timeline`,
        chart: {
          kind: "story-timeline",
          data: { tactics: context.input.tacticOrder, steps: chartSteps(story, context) },
        },
        caption: "Tactics in the order of ATT&CK, steps in the order of time.",
        table: null,
      },
      stepTable(story, context),
      ...moreSteps(story),
      ...listOf(
        "Still active",
        story.stillActive.slice(0, limits.steps).map((one) => [prose(one, 400)]),
      ),
      ...listOf("Could not be judged", notEvaluable(story, context)),
      ...listOf("Benign reading, and what would refute the findings", [
        [prose(story.benign.trim() === "" ? "none known" : story.benign)],
      ]),
      ...listOf("Against unrelated steps", againstUnrelated(story)),
      ...listOf(
        "Check next",
        story.nextChecks.map((check) => [prose(check)]),
      ),
      ...listOf(
        "Do",
        story.actions.map((action) => [prose(action)]),
      ),
    ],
  };
}

// As tell.ts names them: what is one and the same thing in two steps, not only a name that both know.
const strongKey = /^(?:process|session|message|link|user SID) /;
// A vendor's alert without a technique, for one.
const noTactic = "No tactic";

// Who only sent mail is named apart from whom it happened to.
const entityRows = [
  { term: "Users", kind: "user", isSender: false },
  { term: "Senders", kind: "user", isSender: true },
  { term: "Devices", kind: "device", isSender: false },
  { term: "Addresses", kind: "ip", isSender: false },
  { term: "Domains", kind: "domain", isSender: false },
] as const;

function entityFacts(story: Story, context: Context): { term: string; lines: Line[] }[] {
  const senders = sendersOutside(context.ranked);
  return entityRows.flatMap(({ term, kind, isSender }) => {
    const values = story.entities
      .filter((entity) => entity.kind === kind && senders.has(entity.value.toLowerCase()) === isSender)
      .map((entity) => entity.value);
    if (values.length === 0) return [];
    const shown = values.slice(0, 10).flatMap((value, index): Inline[] => [...(index === 0 ? [] : [", "]), context.value(value)]);
    return [{ term, lines: [values.length > 10 ? [...shown, ` and ${number(values.length - 10)} more`] : shown] }];
  });
}

function chartSteps(story: Story, { prose }: Context): { time: string; tactic: string; text: string }[] {
  return story.steps
    .slice(0, limits.steps)
    .map((step) => ({ time: step.time, tactic: step.tactic || noTactic, text: prose(step.text, limits.valueLength) }));
}

/** Steps as rows: when, who, where, what, by which key it is joined to which step, and which products told it. */
function stepTable(story: Story, context: Context): Table {
  return {
    kind: "table",
    columns: [
      { title: "#", isNumber: true },
      { title: context.zone.title("When") },
      { title: "What happened", isWide: true },
      { title: "Who, on which device", isWide: true },
      { title: "Joined by", isWide: true },
      { title: "Told by" },
    ],
    rows: story.steps.slice(0, limits.steps).map((step, index) => stepRow(story, step, index, context)),
    more: null,
  };
}

function stepRow(story: Story, step: StoryStep, index: number, context: Context): readonly Line[] {
  const { prose } = context;
  return [
    [`${index + 1}`],
    [clock(step.time), { kind: "quiet", text: context.zone.beside(step.time) }],
    [
      { kind: "strong", text: prose(step.tactic || noTactic, 60) },
      `: ${prose(step.text, 400)} (`,
      context.reference(step.findingUid),
      ")",
    ],
    [whoAndWhere(step, context)],
    joinOf(story, index, context),
    [step.sensors.length === 0 ? { kind: "quiet", text: "not known" } : prose(step.sensors.join(", "), limits.valueLength)],
  ];
}

function whoAndWhere({ person, device }: StoryStep, { prose }: Context): Inline {
  const named = [...(person === null ? [] : [person]), ...(device === null ? [] : [`on ${device}`])];
  return named.length === 0 ? { kind: "quiet", text: "nobody is named" } : prose(named.join(" "), limits.valueLength);
}

function joinOf({ steps }: Story, index: number, { prose }: Context): Line {
  const step = steps[index];
  if (step === undefined || step.joinedBy === null)
    return [{ kind: "quiet", text: index === 0 ? firstJoin(steps) : "time alone" }];
  const key = prose(step.joinedBy, limits.valueLength);
  return step.joinedTo === null ? [key] : [key, { kind: "quiet", text: ` with step ${step.joinedTo}` }];
}

/** A first step that no other is joined to may belong elsewhere: the reader should doubt it. */
function firstJoin(steps: readonly StoryStep[]): string {
  const others = steps.slice(1);
  const isAlone = others.length > 0 && others.every(({ joinedTo }) => joinedTo !== null && joinedTo !== 1);
  return isAlone ? "the first; no other step is joined to it directly" : "the first";
}

/** What speaks against a chance meeting of steps, or that nothing does. */
function againstUnrelated({ steps }: Story): Line[] {
  if (steps.length < 2) return [];
  const keyed = steps.flatMap(({ joinedBy, joinedTo }, index) =>
    joinedTo !== null && strongKey.test(joinedBy ?? "") ? [index + 1] : [],
  );
  return [
    [
      keyed.length === 0
        ? "Nothing but shared people, devices, addresses, names and times: no two steps have the same process, session, message, link or user SID."
        : `${counted(keyed.length, "step")} of ${number(steps.length)} (${listed(keyed.map(String), limits.steps)}) ${keyed.length === 1 ? "has" : "have"} the same process, session, message, link or user SID as the step that the table names.`,
    ],
  ];
}

function notEvaluable(story: Story, { prose }: Context): Line[] {
  return story.steps
    .slice(0, limits.steps)
    .flatMap(({ notEvaluable: parts }, index) =>
      parts.map((part) => [`${prose(part, limits.valueLength)}: not evaluable (step ${index + 1})`]),
    );
}

function moreSteps(story: Story): Block[] {
  const left = story.steps.length - limits.steps;
  return left > 0
    ? [{ kind: "paragraph", line: [`and ${counted(left, "more step", "more steps")} in stories.json`], isQuiet: true }]
    : [];
}

function listOf(term: string, lines: readonly Line[]): Block[] {
  return lines.length === 0 ? [] : [{ kind: "facts", facts: [{ term, lines }] }];
}
