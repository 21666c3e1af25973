import { z } from "zod";
import { compareText } from "../order.ts";
import { severities } from "../types.ts";
import {
  findingLine,
  findingWhole,
  huntLine,
  huntWhole,
  hypothesisLine,
  hypothesisWhole,
  pursuitWhole,
  storyLine,
  storyWhole,
  techniqueIds,
} from "./as-seen.ts";
import { type Answer, answer, type HuntTool, huntTool, page, paged, pagedAnswer } from "./hunt-tool.ts";
import type { Investigation } from "./investigation.ts";
import { partNamed } from "./part-named.ts";

const id = z
  .string()
  .min(2)
  .max(100)
  .describe("the id that a list gave, or its beginning, or the short name in the report (F3, S1, H2)");

/** What the last run found: findings, stories, hypotheses, hunts, coverage. */
export const resultTools: readonly HuntTool[] = [
  huntTool({
    name: "hunt_list_findings",
    title: "List findings",
    description:
      "Lists the findings of the last run, best first: who did what, how sure Spoor is, and which techniques it shows.",
    input: z.object({
      ...page,
      detector: z.string().max(100).optional().describe("only of this detector"),
      severity_at_least: z.enum(severities).optional(),
      technique: z.string().max(20).optional().describe("only those that show this ATT&CK technique or a sub-technique of it"),
    }),
    output: pagedAnswer("findings"),
    async run({ detector, severity_at_least, technique, ...part }, { context }) {
      const least = severities.indexOf(severity_at_least ?? "Informational");
      const uid = technique === undefined ? undefined : (context.attack.technique(technique)?.uid ?? technique);
      const shows = (one: string): boolean => one === uid || one.startsWith(`${uid}.`);
      const found = context.findings.filter(
        (finding) =>
          (detector === undefined || finding.detector === detector) &&
          severities.indexOf(finding.severity) >= least &&
          (uid === undefined || techniqueIds(finding.attacks).some(shows)),
      );
      return paged("findings", found, part, (finding) => findingLine(finding, context.privacy));
    },
  }),
  huntTool({
    name: "hunt_get_finding",
    title: "Explain a finding",
    description:
      "Explains one finding: why it scored (feature, observed, usual for itself and for peers, contribution), what speaks against it, what could not be seen, and the ids of its events, which hunt_get_events reads.",
    input: z.object({ id }),
    output: answer.extend({ uid: z.string() }),
    async run({ id: wanted }, { context }) {
      return findingWhole(partNamed("finding", wanted, context), context.privacy);
    },
  }),
  huntTool({
    name: "hunt_list_stories",
    title: "List stories",
    description:
      "Lists the stories of the last run, best first: findings that share people, devices or addresses, in their order.",
    input: z.object(page),
    output: pagedAnswer("stories"),
    async run(part, { context }) {
      return paged("stories", context.stories, part, (story) => storyLine(story, context.privacy));
    },
  }),
  huntTool({
    name: "hunt_get_story",
    title: "Tell a story",
    description: "Tells one story step by step: what happened to whom, what joins the steps, what goes on, what to check and do.",
    input: z.object({ id }),
    output: answer.extend({ uid: z.string() }),
    async run({ id: wanted }, { context }) {
      return storyWhole(partNamed("story", wanted, context), context.privacy);
    },
  }),
  huntTool({
    name: "hunt_list_hypotheses",
    title: "List hypotheses",
    description:
      "Lists the hypotheses of the last run by priority, with their origin (knowledge base or model) and whether the data can test them.",
    input: z.object({ ...page, testable: z.boolean().optional().describe("only those that can, or cannot, be tested") }),
    output: pagedAnswer("hypotheses"),
    async run({ testable, ...part }, { context }) {
      const found = context.hypotheses.filter((hypothesis) => testable === undefined || hypothesis.testable === testable);
      return paged("hypotheses", found, part, (hypothesis) => hypothesisLine(hypothesis, context.privacy));
    },
  }),
  huntTool({
    name: "hunt_get_hypothesis",
    title: "Read a hypothesis",
    description:
      "Gives one hypothesis whole: its reasoning, steps, what would support and refute it, the benign explanation, and what came of it where a language model pursued it.",
    input: z.object({ id }),
    output: answer.extend({ id: z.string() }),
    async run({ id: wanted }, { context, past }) {
      const hypothesis = partNamed("hypothesis", wanted, context);
      const pursuit = past?.pursuits.find(({ hypothesisId }) => hypothesisId === hypothesis.id);
      return {
        ...hypothesisWhole(hypothesis, context.privacy),
        pursuit: pursuit === undefined ? null : pursuitWhole(pursuit, context.privacy),
      };
    },
  }),
  huntTool({
    name: "hunt_list_hunts",
    title: "List hunts",
    description: "Lists the hunts of the last run with what became of them: supported, refuted, inconclusive or not-testable.",
    input: z.object({
      ...page,
      status: z.enum(["supported", "refuted", "inconclusive", "not-testable"]).optional(),
      hypothesis_id: id.optional().describe("only of this hypothesis: its id, or the beginning of it, or its short name (H2)"),
    }),
    output: pagedAnswer("hunts"),
    async run({ status, hypothesis_id, ...part }, { context }) {
      const hypothesis = hypothesis_id === undefined ? null : partNamed("hypothesis", hypothesis_id, context).id;
      const found = context.hunts.filter(
        (hunt) => (status === undefined || hunt.status === status) && (hypothesis === null || hunt.hypothesisId === hypothesis),
      );
      return paged("hunts", found, part, (hunt) => huntLine(hunt, context.privacy));
    },
  }),
  huntTool({
    name: "hunt_get_hunt",
    title: "Read a hunt",
    description: "Gives one hunt whole: its statement, what it read (coverage), the evidence with event ids, and its summary.",
    input: z.object({ id }),
    output: answer.extend({ id: z.string() }),
    async run({ id: wanted }, { context }) {
      return huntWhole(partNamed("hunt", wanted, context), context.privacy);
    },
  }),
  huntTool({
    name: "hunt_coverage",
    title: "ATT&CK coverage",
    description:
      "Says of ATT&CK techniques whether the last run saw them, looked and found nothing (looked-and-clean), lacked the data (no-data) or has nothing that looks for them (no-analytic), and lists the gaps of the run. Only the first two say anything about the estate.",
    input: z.object({
      ...page,
      state: z.enum(["seen", "looked-and-clean", "no-data", "no-analytic"]).optional(),
      tactic: z.string().max(60).optional().describe("a tactic by name or id"),
      technique: z.string().max(20).optional(),
    }),
    output: answer.extend({
      techniques: z.array(z.looseObject({ uid: z.string(), state: z.string() })),
      total: z.number(),
      next_offset: z.number().nullable(),
      counts: z.record(z.string(), z.number()),
    }),
    run: coverage,
  }),
];

async function coverage(
  asked: {
    limit: number;
    offset: number;
    state?: string | undefined;
    tactic?: string | undefined;
    technique?: string | undefined;
  },
  { context, past }: Investigation,
): Promise<Answer> {
  const techniques = past?.techniques ?? [];
  const tactics = asked.tactic === undefined ? null : context.attack.tacticsOf(asked.tactic).map(({ shortname }) => shortname);
  const uid = asked.technique === undefined ? null : (context.attack.technique(asked.technique)?.uid ?? asked.technique);
  // A technique of several tactics stands on the map under each.
  const distinct = [...new Map(techniques.map((one) => [one.uid, one.state])).values()];
  const found = techniques
    .filter(
      (one) =>
        (asked.state === undefined || one.state === asked.state) &&
        (tactics === null || tactics.includes(one.tactic)) &&
        (uid === null || one.uid === uid),
    )
    .sort((a, b) => b.confidence - a.confidence || compareText(a.uid, b.uid) || compareText(a.tactic, b.tactic));
  const { privacy } = context;
  return {
    ...paged("techniques", found, asked, ({ uid: technique, tactic, state, confidence, comment }) => ({
      uid: technique,
      name: context.attack.technique(technique)?.name ?? technique,
      tactic,
      state,
      confidence,
      comment,
    })),
    counts: Object.fromEntries(
      [...new Set(distinct)].sort(compareText).map((state) => [state, distinct.filter((one) => one === state).length]),
    ),
    untrusted: {
      gaps: (past?.gaps ?? []).slice(0, 20).map(({ stage, part, kind, reason }) => ({
        stage,
        kind,
        part: privacy.hideText(part, 120),
        reason: privacy.hideText(reason, 300),
      })),
    },
  };
}
