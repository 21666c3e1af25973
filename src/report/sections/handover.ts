import type { Change } from "../../findings/changes.ts";
import { isAlert } from "../../findings/severity.ts";
import { type Context, limits } from "../context.ts";
import type { Block, Inline, Line, Section } from "../document.ts";
import { counted, number, points } from "../words.ts";
import { alertFindings } from "./alerts.ts";
import { comparedWith, gapLine, newVerdicts, nothingBefore, referenceOf, verdictLine } from "./changes.ts";

/** What the next shift must know, short enough for one page. */
export function handoverSections(context: Context): Section[] {
  const changes = context.input.history?.changes ?? null;
  const compared: Block =
    changes === null
      ? { kind: "paragraph", line: [`${nothingBefore}; everything counts as new.`] }
      : comparedWith(changes, context);
  return [
    section("new", "New above the line", [compared, ...newBlocks(context)]),
    section("active", "Still active", activeBlocks(context)),
    section("open", "Nobody has decided yet", openBlocks(context)),
    section("decided", "Decided since", decidedBlocks(context)),
    section("unseen", "Gaps", gapsBlocks(context)),
  ];
}

function section(id: string, title: string, blocks: readonly Block[]): Section {
  return { id, title, count: null, blocks };
}

/** Items up to the limit of a page, and how many more there are. */
function listOf(items: readonly Line[], none: string): Block[] {
  if (items.length === 0) return [{ kind: "paragraph", line: [none] }];
  const left = items.length - Math.min(items.length, limits.handover);
  return [
    {
      kind: "list",
      isOrdered: false,
      items: [...items.slice(0, limits.handover), ...(left > 0 ? [[`and ${number(left)} more in report.html`]] : [])],
    },
  ];
}

function newBlocks(context: Context): Block[] {
  const suppressed = new Set(context.ranked.filter(({ suppression }) => suppression !== undefined).map(({ uid }) => uid));
  const changes = context.input.history?.changes ?? null;
  const stories: Line[] =
    changes === null
      ? context.stories.flatMap(({ severity, score, title }, index) =>
          isAlert(severity)
            ? [[context.storyReference(index), ` ${severity} ${points(score)}: ${context.prose(title, 160)}`]]
            : [],
        )
      : [...changes.stories.new, ...changes.stories.risen].filter(isSerious).map((one) => changeLine(one, context));
  const findings: Line[] =
    changes === null
      ? alertFindings(context).map((one) => [
          context.reference(one.uid),
          ` ${one.severity} ${points(one.score)}: ${context.prose(one.title, 160)}`,
        ])
      : [...changes.findings.new, ...changes.findings.risen]
          .filter((one) => isSerious(one) && !suppressed.has(one.uid))
          .map((one) => changeLine(one, context));
  const gone: Line[] = (changes?.findings.gone ?? []).filter(isSerious).map((one) => changeLine(one, context));
  return [
    ...listOf(stories, "No story is new or has risen."),
    ...listOf(
      findings,
      changes === null && stories.length > 0
        ? "No finding as serious stands outside these stories."
        : "No finding is new or has risen.",
    ),
    ...(gone.length === 0
      ? []
      : [{ kind: "paragraph", line: ["Gone, looked for and not found:"] } as const, ...listOf(gone, "")]),
  ];
}

function isSerious({ now, before, isVendorAlert }: Change): boolean {
  const stand = now ?? before;
  return !isVendorAlert && stand !== null && isAlert(stand.severity);
}

function changeLine(change: Change, context: Context): Line {
  const { now, before, title } = change;
  const stand = now ?? before;
  const was: Inline[] = now === null || before === null ? [] : [` (before ${before.severity} ${points(before.score)})`];
  const how = stand === null ? "" : ` ${stand.severity} ${points(stand.score)}`;
  return [referenceOf(change, context), `${how}: ${context.prose(title, 160)}`, ...was];
}

function seriousFindings({ ranked }: Context): Context["ranked"] {
  return ranked.filter(
    ({ isVendorAlert, severity, suppression }) => !isVendorAlert && suppression === undefined && isAlert(severity),
  );
}

function activeBlocks(context: Context): Block[] {
  const items = context.stories.flatMap(({ stillActive }, index) =>
    stillActive.map((one): Line => [context.storyReference(index), ` ${context.prose(one, 240)}`]),
  );
  return listOf(items, "Nothing that the stories tell of goes on at the end of the window.");
}

/** Findings at the alert line that no hunter has given a verdict, with what to type. */
function openBlocks(context: Context): Block[] {
  const decided = new Set(context.input.history?.verdicts.map(({ findingUid }) => findingUid));
  const open = seriousFindings(context).filter(({ uid }) => !decided.has(uid));
  if (open.length === 0) return [{ kind: "paragraph", line: ["Every finding High or above has a verdict."] }];
  const items = open.map(
    ({ uid, severity, score, title }): Line => [
      context.reference(uid),
      ` ${severity} ${points(score)}: ${context.prose(title, 120)} `,
      { kind: "quiet", text: `(spoor verdict ${context.prose(uid.slice(0, 8))} …)` },
    ],
  );
  return [
    { kind: "paragraph", line: [`${counted(open.length, "finding")} High or above without a verdict.`] },
    ...listOf(items, ""),
  ];
}

function decidedBlocks(context: Context): Block[] {
  return listOf(
    newVerdicts(context).map((one) => verdictLine(one, context)),
    "No verdict was set since the last report.",
  );
}

function gapsBlocks(context: Context): Block[] {
  const { gaps } = context.input;
  const changes = context.input.history?.changes ?? null;
  const lines: Line[] = (changes?.gaps.opened ?? gaps).map((gap) => gapLine(changes === null ? null : "opened", gap, context));
  const closed: Line[] = (changes?.gaps.closed ?? []).map((gap) => gapLine("closed", gap, context));
  return [
    { kind: "paragraph", line: [`${counted(gaps.length, "gap")} in this run.`] },
    ...listOf(
      [...lines, ...closed],
      changes === null ? "Nothing that was looked for was out of sight." : "None was opened or closed since the last report.",
    ),
  ];
}
