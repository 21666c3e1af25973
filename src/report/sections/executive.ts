import { actions, actionsFor } from "../../findings/actions.ts";
import { sendersOutside } from "../../findings/senders.ts";
import { isAlert } from "../../findings/severity.ts";
import type { Finding, HuntStatus, Story } from "../../types.ts";
import { notSetUp } from "../asked.ts";
import { type Context, limits } from "../context.ts";
import type { Block, Inline, Line, Section } from "../document.ts";
import { counted, listed, number, points } from "../words.ts";
import { nothingBefore } from "./changes.ts";

/** The five lines of the first page, by the question that each answers. */
export interface ExecutiveLines {
  readonly happened: Line;
  readonly sure: Line;
  readonly affected: Line;
  readonly unseen: Line;
  readonly compared: Line;
}

/** Five lines for whoever reads no further, and what to do today; each names what it rests on. */
export function executiveSection(context: Context): Section {
  const lines = executiveLines(context);
  const items: Line[] = [
    [{ kind: "strong", text: "What happened. " }, ...lines.happened],
    [{ kind: "strong", text: "How sure. " }, ...lines.sure],
    [{ kind: "strong", text: "Who is affected. " }, ...lines.affected],
    [{ kind: "strong", text: "What could not be seen. " }, ...lines.unseen],
    [{ kind: "strong", text: "Since the last report. " }, ...lines.compared],
  ];
  return {
    id: "executive",
    title: "In short",
    count: null,
    blocks: [
      { kind: "list", isOrdered: true, isLead: true, items },
      { kind: "heading", id: "today", title: "What to do today", count: null },
      todayBlock(context),
    ],
  };
}

/** The five lines without the words that introduce them. */
export function executiveLines(context: Context): ExecutiveLines {
  return {
    happened: happenedLine(context),
    sure: sureLine(context),
    affected: affectedLine(context),
    unseen: unseenLine(context),
    compared: comparedLine(context),
  };
}

/** At most five steps of the closed catalogue, each with the stories or finding that ask for it. */
export function todayBlock(context: Context): Block {
  const items = [...storySteps(context), ...findingSteps(context)].slice(0, limits.actions);
  return items.length === 0
    ? { kind: "paragraph", line: ["Nothing that cannot wait: no story and no finding is High or above."] }
    : { kind: "list", isOrdered: true, items };
}

/** Stories High or above, in the order of the report. */
function alertStories({ stories }: Context): { readonly story: Story; readonly index: number }[] {
  return stories.map((story, index) => ({ story, index })).filter(({ story }) => isAlert(story.severity));
}

/** Findings of ours at the alert line that no such story tells. */
function alertFindings(context: Context): Finding[] {
  const told = new Set(alertStories(context).flatMap(({ story }) => story.steps.map(({ findingUid }) => findingUid)));
  return context.ranked.filter(
    ({ uid, isVendorAlert, severity, suppression }) =>
      !isVendorAlert && suppression === undefined && isAlert(severity) && !told.has(uid),
  );
}

function happenedLine(context: Context): Line {
  const serious = alertStories(context);
  const alone = alertFindings(context);
  const strongest = serious
    .slice(0, 2)
    .flatMap(({ story, index }, place): Inline[] => [
      place === 0 ? "" : "; ",
      context.storyReference(index),
      " ",
      { kind: "severity", severity: story.severity },
      ` ${context.prose(story.title, limits.titleLength)}`,
    ]);
  if (serious.length > 0)
    return [
      `${counted(serious.length, "story is", "stories are")} High or above`,
      serious.length > 2 ? ", the strongest: " : ": ",
      ...strongest,
      ...(alone.length === 0
        ? ["."]
        : [`. ${counted(alone.length, "finding")} as serious ${alone.length === 1 ? "stands" : "stand"} alone.`]),
    ];
  const [first] = alone;
  if (first === undefined) {
    const below = context.ranked.filter(({ isVendorAlert }) => !isVendorAlert).length;
    return [
      below === 0
        ? "Nothing that stands out."
        : `Nothing High or above; ${counted(below, "weaker finding")} ${below === 1 ? "is" : "are"} listed.`,
    ];
  }
  return [
    `${counted(alone.length, "finding")} High or above, in no story together: `,
    context.reference(first.uid),
    " ",
    { kind: "severity", severity: first.severity },
    ` ${context.prose(first.title, limits.titleLength)}.`,
  ];
}

const statusWords: readonly (readonly [HuntStatus, string])[] = [
  ["supported", "supported"],
  ["inconclusive", "inconclusive"],
  ["refuted", "refuted"],
  ["not-testable", "not testable"],
];

function sureLine(context: Context): Line {
  const [lead] = alertStories(context);
  const uids = new Set(lead?.story.steps.map(({ findingUid }) => findingUid));
  const behind = lead === undefined ? alertFindings(context).slice(0, 1) : context.ranked.filter(({ uid }) => uids.has(uid));
  const sure = behind.map(({ confidence }) => confidence);
  const [low, high] = [Math.min(...sure), Math.max(...sure)];
  const confidence: Line =
    sure.length === 0
      ? ["Nothing to be sure of. "]
      : [
          `Confidence is ${low === high ? number(low) : `${number(low)} to ${number(high)}`} of 100 in the ${counted(sure.length, "finding")} behind `,
          lead === undefined ? context.reference(behind[0]?.uid ?? "") : context.storyReference(lead.index),
          ". ",
        ];
  const counts = statusWords.flatMap(([status, word]) => {
    const count = context.hunts.filter((hunt) => hunt.status === status).length;
    return count === 0 ? [] : [`${number(count)} ${word}`];
  });
  const hunted: Line =
    counts.length === 0
      ? ["No hunt was run."]
      : [
          `${counted(context.hunts.length, "hunt")} looked further: ${counts.join(", ")}. `,
          { kind: "link", to: "hunts", text: "Hunts" },
        ];
  return [...confidence, ...hunted];
}

function affectedLine(context: Context): Line {
  const serious = alertStories(context);
  const outsiders = sendersOutside(context.ranked);
  const groups = (["user", "device"] as const).flatMap((kind): Inline[][] => {
    const named = new Map<string, number[]>();
    for (const { story, index } of serious)
      for (const entity of story.entities)
        if (entity.kind === kind && !outsiders.has(entity.value.toLowerCase()))
          named.set(entity.value, [...(named.get(entity.value) ?? []), index]);
    if (named.size === 0) return [];
    const words =
      kind === "user" ? counted(named.size, "account or mailbox", "accounts and mailboxes") : counted(named.size, "device");
    const shown = [...named]
      .slice(0, 4)
      .flatMap(([value, indexes], place): Inline[] => [
        place === 0 ? "" : ", ",
        context.value(value),
        " (",
        ...indexes.slice(0, 3).flatMap((index, at): Inline[] => [at === 0 ? "" : " ", context.storyReference(index)]),
        ")",
      ]);
    const left = named.size - Math.min(4, named.size);
    return [[`${words}: `, ...shown, left > 0 ? ` and ${number(left)} more` : ""]];
  });
  const lines = groups.flatMap((group, place): Inline[] => [place === 0 ? "" : "; ", ...group]);
  if (lines.length > 0) return [...lines, "."];
  const [first] = alertFindings(context);
  return first === undefined
    ? ["Nobody, as far as could be seen."]
    : ["Whom the findings name; the first is ", context.reference(first.uid), "."];
}

function unseenLine(context: Context): Line {
  const { input } = context;
  const empty = context.tables.filter((table) => table.rows === 0).map((table) => table.table);
  const unable = input.detectors.filter(
    (detector) => !detector.evaluable || detector.failed || notSetUp(detector, input.gaps) !== null,
  );
  const partly = input.detectors.filter(
    (detector) =>
      !unable.includes(detector) &&
      input.gaps.some((gap) => gap.stage === "detect" && gap.kind === "not-evaluable" && gap.part === detector.id),
  );
  const counts = input.coverage.counts;
  const all = counts.seen + counts["looked-and-clean"] + counts["no-data"] + counts["no-analytic"];
  const names = (some: typeof unable): string =>
    listed(
      some.map(({ name }) => name),
      3,
    );
  const parts = [
    ...(unable.length === 0 ? [] : [`${counted(unable.length, "question")} could not be asked (${names(unable)})`]),
    ...(partly.length === 0 ? [] : [`${counted(partly.length, "question")} could be asked in part only (${names(partly)})`]),
    ...(empty.length === 0 ? [] : [`no data for ${listed(empty, 3)}`]),
    `${number(counts["no-data"] + counts["no-analytic"])} of ${number(all)} ATT&CK techniques have no data or no analytic here`,
  ];
  return [`${context.prose(parts.join("; "))}. `, { kind: "link", to: "coverage", text: "All blind spots" }];
}

function comparedLine({ input }: Context): Line {
  const changes = input.history?.changes ?? null;
  if (changes === null) return [`${nothingBefore}.`];
  const { findings, stories } = changes;
  const serious = findings.new.filter(({ now, isVendorAlert }) => !isVendorAlert && now !== null && isAlert(now.severity));
  return [
    `Findings: ${number(findings.new.length)} new (${number(serious.length)} High or above), ${number(findings.risen.length)} risen, ${number(findings.fallen.length)} fallen, ${number(findings.gone.length)} gone, ${number(findings.still.length + findings.outside.length)} still open. Stories: ${number(stories.new.length)} new, ${number(stories.gone.length)} gone. Gaps: ${number(changes.gaps.opened.length)} opened, ${number(changes.gaps.closed.length)} closed. `,
    { kind: "link", to: "changes", text: "What changed" },
  ];
}

// What a story recommends is printed on this page only if it is word for word in the catalogue.
const catalogue: ReadonlySet<string> = new Set(actions.map(({ text }) => text));

/** In turns, so that no serious story goes without: the first action of each, then the second of each. */
function storySteps(context: Context): Line[] {
  const serious = alertStories(context).slice(0, limits.stories);
  const askedBy = new Map<string, { readonly story: Story; readonly index: number }[]>();
  const longest = Math.max(0, ...serious.map(({ story }) => story.actions.length));
  for (let turn = 0; turn < longest; turn += 1)
    for (const one of serious) {
      const text = one.story.actions[turn];
      if (text !== undefined && catalogue.has(text)) askedBy.set(text, [...(askedBy.get(text) ?? []), one]);
    }
  return [...askedBy].map(([text, askers]) => {
    const asking = askers.toSorted((a, b) => a.index - b.index);
    const left = asking.length - Math.min(asking.length, 4);
    return [
      `${text} For `,
      ...asking
        .slice(0, 4)
        .flatMap(({ story, index }, place): Inline[] => [
          place === 0 ? "" : ", ",
          context.storyReference(index),
          { kind: "quiet", text: leadOf(story, context) },
        ]),
      left > 0 ? ` and ${counted(left, "more story", "more stories")}.` : ".",
    ];
  });
}

/** Whom a story is about: its first account and its first device, in brackets. */
function leadOf({ entities }: Story, { prose }: Context): string {
  const lead = (["user", "device"] as const).flatMap((wanted) => entities.find(({ kind }) => kind === wanted)?.value ?? []);
  return lead.length === 0 ? "" : prose(` (${lead.join(", ")})`, limits.valueLength);
}

function findingSteps(context: Context): Line[] {
  return alertFindings(context).flatMap((finding) =>
    actionsFor(
      {
        detectors: [finding.detector],
        techniques: finding.attacks.map(({ technique, subTechnique }) => (subTechnique ?? technique).uid),
        tactics: finding.attacks.map(({ tactic }) => tactic.uid),
        severity: finding.severity,
        namesDevice: finding.observables.some(({ name }) => name === "device.hostname" || name === "src_endpoint.hostname"),
      },
      { limit: 1 },
    ).map(
      (action): Line => [
        `${action.text} For `,
        context.reference(finding.uid),
        { kind: "quiet", text: `: ${points(finding.score)}.` },
      ],
    ),
  );
}
