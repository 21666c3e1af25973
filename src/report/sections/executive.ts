import { sendersOutside } from "../../findings/senders.ts";
import { isAlert } from "../../findings/severity.ts";
import type { HuntStatus } from "../../types.ts";
import { notSetUp } from "../asked.ts";
import { type Context, limits } from "../context.ts";
import type { Inline, Line, Section } from "../document.ts";
import { counted, listed, number, tableWords } from "../words.ts";
import { alertFindings, alertStories } from "./alerts.ts";
import { nothingBefore } from "./changes.ts";
import { todayBlock } from "./today.ts";

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
  ["supported", "found what they looked for"],
  ["refuted", "spoke against it"],
  ["inconclusive", "left it open"],
  ["not-testable", "lacked the data"],
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
          lead === undefined ? context.reference(behind[0]?.uid ?? "") : context.storyReference(lead.index),
          ` rests on ${counted(sure.length, "finding")}, confidence ${low === high ? number(low) : `${number(low)} to ${number(high)}`} of 100. `,
        ];
  const counts = statusWords.flatMap(([status, word]) => {
    const count = context.hunts.filter((hunt) => hunt.status === status).length;
    return count === 0 ? [] : [`${number(count)} ${word}`];
  });
  const hunted: Line =
    counts.length === 0
      ? ["No hunt was run."]
      : [
          `${counted(context.hunts.length, "search", "searches")} for what else would have to be there: ${counts.join(", ")}. `,
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
    ...(empty.length === 0 ? [] : [`no records of ${listed(empty.map(tableWords), 3)}`]),
    `of ${number(all)} techniques of attackers that ATT&CK lists, ${number(all - counts["no-data"] - counts["no-analytic"])} could be looked for`,
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
