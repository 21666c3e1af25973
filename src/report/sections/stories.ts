import type { Story, StoryStep } from "../../types.ts";
import { storyAnchor } from "../anchors.ts";
import { type Context, limits } from "../context.ts";
import type { Block, Inline, Line, Section, Table } from "../document.ts";
import { counted, moment, number, points, span } from "../words.ts";

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
    blocks: [
      { kind: "paragraph", line: [prose(story.summary)] },
      {
        kind: "facts",
        facts: [
          { term: "When", lines: [[span(story.firstSeen, story.lastSeen)]] },
          ...entityFacts(story, context),
          { term: "Tactics", lines: [[prose(story.tactics.join(" → "))]] },
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
      ...listOf("Not evaluable", notEvaluable(story, context)),
      ...listOf("Benign reading, and what refutes it", [[prose(story.benign.trim() === "" ? "none known" : story.benign)]]),
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

const entityTerms = { user: "Users", device: "Devices", ip: "Addresses", domain: "Domains" } as const;

function entityFacts(story: Story, context: Context): { term: string; lines: Line[] }[] {
  const kinds = ["user", "device", "ip", "domain"] as const;
  return kinds.flatMap((kind) => {
    const values = story.entities.filter((entity) => entity.kind === kind).map((entity) => entity.value);
    if (values.length === 0) return [];
    const shown = values.slice(0, 10).flatMap((value, index): Inline[] => [...(index === 0 ? [] : [", "]), context.value(value)]);
    return [
      { term: entityTerms[kind], lines: [values.length > 10 ? [...shown, ` and ${number(values.length - 10)} more`] : shown] },
    ];
  });
}

function chartSteps(story: Story, { prose }: Context): { time: string; tactic: string; text: string }[] {
  return story.steps
    .slice(0, limits.steps)
    .map((step) => ({ time: step.time, tactic: step.tactic, text: prose(step.text, limits.valueLength) }));
}

/** Steps as rows: when, who, where, what, by which key it is joined to which step, and which products told it. */
function stepTable(story: Story, context: Context): Table {
  return {
    kind: "table",
    columns: [
      { title: "#", isNumber: true },
      { title: "When (UTC)" },
      { title: "What happened", isWide: true },
      { title: "Who, on which device", isWide: true },
      { title: "Joined by", isWide: true },
      { title: "Told by", isWide: true },
    ],
    rows: story.steps.slice(0, limits.steps).map((step, index) => stepRow(step, index, context)),
    more: null,
  };
}

function stepRow(step: StoryStep, index: number, context: Context): readonly Line[] {
  const { prose } = context;
  return [
    [`${index + 1}`],
    [moment(step.time)],
    [{ kind: "strong", text: prose(step.tactic, 60) }, `: ${prose(step.text, 400)} (`, context.reference(step.findingUid), ")"],
    [whoAndWhere(step, context)],
    joinOf(step, index, context),
    [step.sensors.length === 0 ? { kind: "quiet", text: "not known" } : prose(step.sensors.join(", "), limits.valueLength)],
  ];
}

function whoAndWhere({ person, device }: StoryStep, { prose }: Context): Inline {
  const named = [...(person === null ? [] : [person]), ...(device === null ? [] : [`on ${device}`])];
  return named.length === 0 ? { kind: "quiet", text: "nobody is named" } : prose(named.join(" "), limits.valueLength);
}

function joinOf(step: StoryStep, index: number, { prose }: Context): Line {
  if (step.joinedBy === null) return [{ kind: "quiet", text: index === 0 ? "the first" : "time alone" }];
  const key = prose(step.joinedBy, limits.valueLength);
  return step.joinedTo === null ? [key] : [key, { kind: "quiet", text: ` with step ${step.joinedTo}` }];
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
