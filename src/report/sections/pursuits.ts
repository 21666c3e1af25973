import type { Claim, Pursuit, Trial } from "../../pursuit/pursuit.ts";
import { hypothesisAnchor } from "../anchors.ts";
import { type Context, limits } from "../context.ts";
import type { Block, Inline, Line } from "../document.ts";
import { counted, number } from "../words.ts";

const most = { pursuits: 10, claims: 12, rejected: 30, eventIds: 6, checks: 4 } as const;

/** What a language model made of hypotheses, as far as it stood up to its checks, and what it cost; nothing for a run without one. */
export function pursuitBlocks(context: Context): Block[] {
  const pursuits = context.input.pursuits ?? [];
  if (pursuits.length === 0) return [];
  const shown = pursuits.slice(0, most.pursuits);
  const left = pursuits.length - shown.length;
  return [
    { kind: "heading", id: "pursuits", title: "Pursued with a language model", count: pursuits.length },
    {
      kind: "paragraph",
      isQuiet: true,
      line: [
        "A language model asked further questions. It changes no finding, no story and no hunt above. Each claim below cites records that exist, and its numbers were counted again; what did not stand up is listed as rejected. What a claim makes of its records is still the model's reading.",
      ],
    },
    ...shown.map((pursuit, index) => pursuitCard(pursuit, index, context)),
    ...(left > 0
      ? [{ kind: "paragraph", line: [`and ${number(left)} more in pursuits.json`], isQuiet: true } satisfies Block]
      : []),
  ];
}

function pursuitCard(pursuit: Pursuit, index: number, context: Context): Block {
  const { prose } = context;
  return {
    kind: "card",
    id: `pursuit-p${index + 1}`,
    headline: [
      { kind: "quiet", text: `P${index + 1}` },
      { kind: "status", status: pursuit.status },
      ...hypothesisOf(pursuit, context),
    ],
    isOpen: index === 0,
    blocks: [
      { kind: "paragraph", line: [{ kind: "strong", text: prose(`Pursued by ${pursuit.reasoner}`, 160) }] },
      { kind: "paragraph", line: [prose(pursuit.summary)] },
      {
        kind: "facts",
        facts: [
          { term: "Verdict", lines: [[`${pursuit.status}, by rule: ${prose(pursuit.because)}`]] },
          { term: "Speaks for it", lines: [[`${number(pursuit.confidence)} of 100`]] },
          { term: "How it ended", lines: [[prose(`${pursuit.ended}: ${pursuit.endedBecause}`, 400)]] },
          { term: "Claims", lines: claimLines(pursuit.claims, "none held", context) },
          { term: "Counter-evidence", lines: claimLines(pursuit.counterEvidence, "none held", context) },
          { term: "Benign case", lines: claimLines(pursuit.critic, "the critic made none that held, or was not heard", context) },
          { term: "Benign readings tried", lines: trialLines(pursuit.trials, context) },
          { term: "Not seen", lines: textLines(pursuit.gaps, context) },
          ...(pursuit.nextQuestion === null ? [] : [{ term: "Ask next", lines: textLines([pursuit.nextQuestion], context) }]),
          ...(pursuit.recommendedActions.length === 0
            ? []
            : [{ term: "Do", lines: textLines(pursuit.recommendedActions, context) }]),
          ...(pursuit.instructionLikeEventIds.length === 0
            ? []
            : [{ term: "Reads like an instruction", lines: [eventsOf(pursuit.instructionLikeEventIds, context)] }]),
          { term: "Cost", lines: [[costOf(pursuit)]] },
          {
            term: "Record",
            lines: [
              [
                `${counted(pursuit.steps.length, "step")} in pursuits.json and `,
                { kind: "value", text: prose(`claude/ledger/${pursuit.hypothesisId}.ndjson`, 120) },
                "; what was sent and answered: the recording in ",
                { kind: "value", text: "claude/" },
                " (spoor ai sent)",
              ],
            ],
          },
        ],
      },
      ...rejectedBlocks(pursuit, context),
    ],
  };
}

function hypothesisOf({ hypothesisId }: Pursuit, context: Context): Line {
  const index = context.hypotheses.findIndex(({ id }) => id === hypothesisId);
  const hypothesis = context.hypotheses[index];
  if (hypothesis === undefined) return [context.prose(hypothesisId, 60)];
  const label = `H${index + 1}`;
  return [
    index < limits.hypotheses ? { kind: "link", to: hypothesisAnchor(index), text: label } : label,
    context.prose(hypothesis.title, limits.titleLength),
  ];
}

function claimLines(claims: readonly Claim[], none: string, context: Context): Line[] {
  if (claims.length === 0) return [[{ kind: "quiet", text: none }]];
  return claims
    .slice(0, most.claims)
    .map(
      (claim): Line => [
        { kind: "strong", text: claim.kind === "inference" ? "Inference: " : "Supposition: " },
        context.prose(claim.text),
        ...(claim.techniques.length === 0 ? [] : [context.prose(` (${claim.techniques.join(", ")})`, 120)]),
        ". Records: ",
        ...eventsOf(claim.eventIds, context),
        ...claim.checks
          .slice(0, most.checks)
          .flatMap(({ sql, value }): Inline[] => [
            `. Counted ${number(value)}: `,
            { kind: "value", text: context.prose(sql, 400) },
          ]),
      ],
    );
}

function trialLines(trials: readonly Trial[], context: Context): Line[] {
  if (trials.length === 0) return [[{ kind: "quiet", text: "none was put to a test" }]];
  return trials
    .slice(0, most.claims)
    .map(
      ({ explanation, foretells, check, isBorneOut }): Line => [
        { kind: "strong", text: isBorneOut ? "Stands: " : "Failed: " },
        context.prose(explanation),
        ` It foretold ${foretells === "some" ? "records" : "no record"} beside those cited; there ${check.value === 1 ? "is" : "are"} ${number(check.value)}: `,
        { kind: "value", text: context.prose(check.sql, 400) },
      ],
    );
}

function eventsOf(ids: readonly string[], context: Context): Line {
  const left = ids.length - most.eventIds;
  return [
    ...ids.slice(0, most.eventIds).flatMap((id, at): Inline[] => [...(at === 0 ? [] : [", "]), context.value(id)]),
    ...(left > 0 ? [` and ${number(left)} more`] : []),
  ];
}

function textLines(texts: readonly string[], context: Context): Line[] {
  if (texts.length === 0) return [[{ kind: "quiet", text: "nothing told" }]];
  return texts.slice(0, most.claims).map((text): Line => [context.prose(text)]);
}

function costOf({ usd, usage }: Pursuit): string {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
  const cached =
    cacheReadTokens + cacheWriteTokens === 0 ? "" : ` (${number(cacheReadTokens + cacheWriteTokens)} more through the cache)`;
  return `$${usd.toFixed(4)} at list prices; ${number(inputTokens)} tokens asked${cached}, ${number(outputTokens)} answered`;
}

function rejectedBlocks({ rejected }: Pursuit, context: Context): Block[] {
  if (rejected.length === 0) return [];
  const shown = rejected.slice(0, most.rejected);
  const left = rejected.length - shown.length;
  const rows = shown.map(({ text, because }): Line[] => [[context.prose(text, 300)], [context.prose(because, 300)]]);
  const more = left > 0 ? `and ${number(left)} more in pursuits.json` : null;
  return [
    {
      kind: "fold",
      title: `${counted(rejected.length, "statement")} of the model rejected`,
      blocks: [
        {
          kind: "table",
          columns: [
            { title: "What it said", isWide: true },
            { title: "Why it does not count", isWide: true },
          ],
          rows,
          more,
        },
      ],
    },
  ];
}
