import type { Hypothesis } from "../../types.ts";
import { huntAnchor, hypothesisAnchor } from "../anchors.ts";
import { type Context, limits } from "../context.ts";
import type { Block, Inline, Line, Section } from "../document.ts";
import { counted, number, points } from "../words.ts";

/** What might explain the findings, in the order in which it is worth testing. */
export function hypothesesSection(context: Context): Section {
  const shown = context.hypotheses.slice(0, limits.hypotheses);
  const left = context.hypotheses.length - shown.length;
  const blocks = [...asked(context), ...shown.map((hypothesis, index) => hypothesisCard(hypothesis, index, context))];
  if (shown.length === 0) blocks.push({ kind: "paragraph", line: ["The findings gave rise to none."], isQuiet: true });
  if (left > 0) blocks.push({ kind: "paragraph", line: [`and ${number(left)} more in hypotheses.json`], isQuiet: true });
  return { id: "hypotheses", title: "Hypotheses", count: context.hypotheses.length, blocks };
}

/** What a language model added, what the checks kept out, and what it cost. */
function asked({ input, prose }: Context): Block[] {
  if (input.asked === undefined) return [];
  const { hypotheses, dropped, outcome, call } = input.asked;
  const cost =
    call === null
      ? ""
      : `; $${call.usd.toFixed(4)} for ${number(call.usage.inputTokens + call.usage.cacheReadTokens + call.usage.cacheWriteTokens)} tokens to ${call.model} and ${number(call.usage.outputTokens)} from it`;
  const taken =
    outcome === "ok"
      ? `${counted(hypotheses.length, "hypothesis", "hypotheses")} of a language model held against the data and ATT&CK, ${number(dropped.length)} did not`
      : `A language model was asked and gave none (${outcome})`;
  return [{ kind: "paragraph", line: [prose(`${taken}${cost}.`)], isQuiet: true }];
}

const generators: Readonly<Record<Hypothesis["generator"], string>> = {
  explain: "explains findings at hand",
  "next-step": "what such an attacker does next",
  spread: "the same elsewhere in the estate",
  gap: "what a blind spot may hide",
  model: "proposed by the language model",
};

function hypothesisCard(hypothesis: Hypothesis, index: number, context: Context): Block {
  const { prose } = context;
  const lines = (texts: readonly string[]): Line[] => texts.slice(0, 12).map((text) => [prose(text)]);
  return {
    kind: "card",
    id: hypothesisAnchor(index),
    headline: [
      { kind: "quiet", text: `H${index + 1}` },
      { kind: "strong", text: points(hypothesis.priority) },
      ...(hypothesis.origin === "model" ? [{ kind: "quiet", text: "language model" } satisfies Inline] : []),
      prose(hypothesis.title, limits.titleLength),
      ...outcomes(hypothesis, context),
    ],
    isOpen: index === 0,
    isBriefOnPaper: index >= limits.hypothesesOnPaper,
    blocks: [
      { kind: "paragraph", line: [prose(hypothesis.description)] },
      {
        kind: "facts",
        facts: [
          { term: "Priority", lines: [[`${points(hypothesis.priority)} of 100: ${termsOf(hypothesis)}`]] },
          { term: "Why proposed", lines: [[generators[hypothesis.generator], ...basis(hypothesis, context)]] },
          { term: "ATT&CK", lines: [[prose(`${hypothesis.mitreTactics.join(", ")}: ${hypothesis.techniques.join(", ")}`, 300)]] },
          ...(hypothesis.testable
            ? []
            : [{ term: "Not testable", lines: [[prose(hypothesis.notTestableBecause ?? "no data for it")]] }]),
          ...earlier(hypothesis, context),
          { term: "Hunting steps", lines: lines(hypothesis.huntingSteps) },
          { term: "Expected indicators", lines: lines(hypothesis.expectedIndicators) },
          { term: "Supported if", lines: [[prose(hypothesis.supportsIf)]] },
          { term: "Refuted if", lines: [[prose(hypothesis.refutedIf)]] },
          { term: "Benign reading", lines: [[prose(hypothesis.benignExplanation)]] },
          { term: "Tested by", lines: [testedBy(hypothesis, context)] },
        ],
      },
    ],
  };
}

/** What records of past hunts say of the same question. */
function earlier(hypothesis: Hypothesis, { input, prose }: Context): { term: string; lines: Line[] }[] {
  const hunts = input.earlier?.[hypothesis.id] ?? [];
  if (hunts.length === 0) return [];
  return [
    {
      term: "Hunted before",
      lines: hunts.map(
        ({ date, status, hypothesis: title, file }): Line => [
          `${date} `,
          { kind: "status", status },
          ` ${prose(title, limits.titleLength)} (${prose(file, limits.valueLength)})`,
        ],
      ),
    },
  ];
}

function termsOf(hypothesis: Hypothesis): string {
  const terms = Object.entries(hypothesis.priorityTerms).sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
  return terms.map(([name, value]) => `${name} ${Math.round(value * 100) / 100}`).join(", ");
}

function basis(hypothesis: Hypothesis, context: Context): Inline[] {
  if (hypothesis.findingUids.length === 0) return [];
  const shown = hypothesis.findingUids.slice(0, 8);
  const left = hypothesis.findingUids.length - shown.length;
  return [
    "; from ",
    ...shown.flatMap((uid) => [context.reference(uid), " "]),
    ...(left > 0 ? [`and ${counted(left, "more finding")}`] : []),
  ];
}

function testedBy(hypothesis: Hypothesis, context: Context): Line {
  const results = context.hunts.flatMap((hunt, index) => (hunt.hypothesisId === hypothesis.id ? [{ hunt, index }] : []));
  if (results.length === 0)
    return [
      hypothesis.huntIds.length === 0
        ? "no hunt of the library"
        : `not run: ${context.prose(hypothesis.huntIds.join(", "), 200)}`,
    ];
  return results
    .slice(0, 12)
    .flatMap(({ hunt, index }): Inline[] => [
      index < limits.hunts ? { kind: "link", to: huntAnchor(index), text: `U${index + 1}` } : `U${index + 1}`,
      " ",
      { kind: "status", status: hunt.status },
      "  ",
    ]);
}

// What decides a hypothesis first: evidence for it, then doubt, then evidence against; only then that nothing could be tested.
const deciding = ["supported", "inconclusive", "refuted", "not-testable"] as const;

/** One status for the headline, and how many of its hunts say so where they do not agree. */
function outcomes(hypothesis: Hypothesis, context: Context): Inline[] {
  const statuses = context.hunts.filter((hunt) => hunt.hypothesisId === hypothesis.id).map((hunt) => hunt.status);
  const status = deciding.find((one) => statuses.includes(one));
  if (status === undefined) return [];
  const agreeing = statuses.filter((one) => one === status).length;
  const words = `by ${number(agreeing)} of ${counted(statuses.length, "hunt")}`;
  return [{ kind: "status", status }, ...(agreeing === statuses.length ? [] : [{ kind: "quiet", text: words } as const])];
}
