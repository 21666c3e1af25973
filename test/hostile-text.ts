import type { Change, ChangeLists } from "../src/findings/changes.ts";
import type { Claim, Pursuit } from "../src/pursuit/pursuit.ts";
import type { ReportInput } from "../src/report/input.ts";
import type { Gap } from "../src/types.ts";

/** What a log may hold when its writer means harm to whoever reads about it. */
export const hostileTexts: readonly string[] = [
  "<script>window.hit = 1</script>",
  '<img src=x onerror="window.hit = 2">',
  "<svg/onload=window.hit=3>",
  '"><iframe src=https://evil.com></iframe>',
  "</style><style>body{display:none}</style>",
  "</title></desc></svg></details><b>out</b>",
  "' autofocus onfocus='window.hit = 4",
  "[click](javascript:window.hit=5)",
  "![pixel](https://evil.com/pixel.png)",
  "<https://evil.com/a>",
  "https://evil.com/path?q=1 and www.evil.com and ftp://evil.com",
  "[reference]: https://evil.com",
  "| name | that | breaks | tables |\n| --- | --- | --- | --- |",
  "first line\n# a heading\n\n- a list\n\n> a quote\n\n    code",
  "```\nfence\n```",
  "`code` **strong** _emphasis_ ~~struck~~ ***",
  "1. one 2) two + three - four",
  "--- === +++",
  "&lt;script&gt; &amp; &#60;b&#62;",
  "$\\alpha$ \\* \\",
  "\u202Eexe.tnemucod\u202C \u2066hidden\u2069",
  "zero\u200Bwidth\uFEFF\u00AD\u2060 joined",
  "\u001B[31mred\u001B[0m \u001B]8;;https://evil.com\u0007link\u001B]8;;\u0007",
  "a NUL \u0000, a bell \u0007, a delete \u007F and \u0085 \u2028 \u2029",
  "lone \uD800 surrogate \uDC00",
  "Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309\u030A\u030Balgo",
  '=HYPERLINK("http://evil.com")',
  `long ${"A".repeat(10_000)}`,
  `wide ${"\u5BC6\u7801".repeat(400)}`,
  "@everyone #1 :smile: evil@evil.com",
  "",
  " ",
];

/** The same input with hostile text in every place that a log can reach. */
export function poisoned(input: ReportInput): ReportInput {
  let next = 0;
  const bad = (): string => hostileTexts[next++ % hostileTexts.length] ?? "";
  const some = (texts: readonly string[]): string[] => [...texts.map(bad), bad()];
  return {
    ...input,
    run: { ...input.run, command: bad(), parameters: { [bad()]: bad(), list: some([""]) }, hashes: { [bad()]: bad() } },
    sources: input.sources.map((source) => ({ ...source, file: bad() })),
    findings: input.findings.map((finding) => ({
      ...finding,
      title: bad(),
      description: bad(),
      benign: bad(),
      blindSpots: some(finding.blindSpots),
      reasons: finding.reasons.map((reason) => ({ ...reason, feature: bad(), observed: bad(), baseline: bad(), peers: bad() })),
      observables: finding.observables.map((observable) => ({ ...observable, value: bad() })),
      evidences: finding.evidences.map((evidence) => ({
        ...evidence,
        event_ids: some(evidence.event_ids),
        parameters: { [bad()]: bad(), list: some([""]) },
      })),
      detail: poisonedDetail(finding.detail, bad),
    })),
    stories: input.stories.map((story) => ({
      ...story,
      title: bad(),
      summary: bad(),
      entities: story.entities.map((entity) => ({ ...entity, value: bad() })),
      steps: story.steps.map((step) => ({
        ...step,
        text: bad(),
        joinedBy: bad(),
        person: bad(),
        device: bad(),
        sensors: [bad()],
        notEvaluable: [bad()],
      })),
      stillActive: [bad()],
      benign: bad(),
      nextChecks: some(story.nextChecks),
      actions: some(story.actions),
    })),
    hypotheses: input.hypotheses.map((hypothesis) => ({
      ...hypothesis,
      title: bad(),
      description: bad(),
      entities: some(hypothesis.entities),
      huntingSteps: some(hypothesis.huntingSteps),
      expectedIndicators: some(hypothesis.expectedIndicators),
      supportsIf: bad(),
      refutedIf: bad(),
      benignExplanation: bad(),
    })),
    hunts: input.hunts.map((hunt) => ({
      ...hunt,
      title: bad(),
      summary: bad(),
      evidence: hunt.evidence.map((piece) => ({
        ...piece,
        description: bad(),
        source: bad(),
        indicators: some(piece.indicators),
        eventIds: some(piece.eventIds),
      })),
      parameters: { [bad()]: bad() },
    })),
    gaps: input.gaps.map((gap) => ({ ...gap, part: bad(), reason: bad() })),
    history: poisonedHistory(input, bad),
    records: input.findings.slice(0, hostileTexts.length).flatMap(({ evidences }) =>
      evidences
        .flatMap(({ event_ids }) => event_ids.slice(0, 1))
        .map((eventUid) => ({
          eventUid,
          file: bad(),
          line: 1,
          text: bad(),
          isCut: false,
        })),
    ),
    people: Object.fromEntries(
      Object.entries(input.people).map(([id, map]) => [
        id,
        { ...map, people: map.people.map((person) => (person.isOutlier ? { ...person, name: bad() } : person)) },
      ]),
    ),
    ...(input.pursuits === undefined ? {} : { pursuits: input.pursuits.map((pursuit) => poisonedPursuit(pursuit, bad)) }),
  };
}

/** A pursuit in which a model says every hostile text in every place. */
function poisonedPursuit(pursuit: Pursuit, bad: () => string): Pursuit {
  const claims = (): Claim[] =>
    hostileTexts.map((_, index) => ({
      id: bad(),
      kind: index % 2 === 0 ? "inference" : "hypothesis",
      text: bad(),
      eventIds: [bad(), bad()],
      techniques: [bad()],
      checks: [{ sql: bad(), value: index }],
    }));
  return {
    ...pursuit,
    reasoner: bad(),
    endedBecause: bad(),
    because: bad(),
    summary: bad(),
    claims: claims(),
    counterEvidence: claims(),
    critic: claims(),
    trials: hostileTexts.map((_, index) => ({
      explanation: bad(),
      foretells: "some" as const,
      check: { sql: bad(), value: index },
      isBorneOut: index % 2 === 0,
    })),
    rejected: hostileTexts.map(() => ({ text: bad(), because: bad() })),
    gaps: hostileTexts.map(bad),
    nextQuestion: bad(),
    recommendedActions: hostileTexts.map(bad),
    instructionLikeEventIds: hostileTexts.map(bad),
  };
}

/** A run before with hostile titles, verdicts and gaps. */
function poisonedHistory({ window, findings }: ReportInput, bad: () => string): NonNullable<ReportInput["history"]> {
  const now = { severity: "High", score: 71 } as const;
  const changes = (): Change[] =>
    hostileTexts.map((_, index) => ({
      uid: findings[index]?.uid ?? bad(),
      title: bad(),
      isVendorAlert: false,
      firstSeen: window.from,
      lastSeen: window.from,
      now: index % 2 === 0 ? now : null,
      before: index % 3 === 0 ? now : null,
    }));
  const lists = (): ChangeLists => ({
    new: changes(),
    risen: changes(),
    fallen: changes(),
    still: changes(),
    gone: changes(),
    outside: changes(),
  });
  const gap = (): Gap => ({ stage: "detect", part: bad(), kind: "failed", reason: bad() });
  return {
    verdicts: hostileTexts.map((_, index) => ({
      findingUid: findings[index]?.uid ?? bad(),
      verdict: bad(),
      note: bad(),
      author: bad(),
      recordedTime: window.to,
      isNew: true,
    })),
    changes: {
      previous: { runUid: bad(), recordedTime: window.from, window, counts: {} },
      findings: lists(),
      stories: lists(),
      gaps: { opened: hostileTexts.map(gap), closed: hostileTexts.map(gap) },
    },
  };
}

function poisonedDetail(detail: Readonly<Record<string, unknown>>, bad: () => string): Readonly<Record<string, unknown>> {
  if (!Array.isArray(detail.movements)) return detail;
  const source = bad();
  return {
    sources: [source],
    movements: detail.movements.map((_, index) => ({
      from: index % 3 === 0 ? source : bad(),
      to: bad(),
      protocol: bad(),
      count: 1,
    })),
  };
}
