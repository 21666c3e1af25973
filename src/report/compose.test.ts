import { describe, expect, test } from "vitest";
import { poisoned } from "../../test/hostile-text.ts";
import { reportExample } from "../../test/report-example.ts";
import { actions } from "../findings/actions.ts";
import { compose } from "./compose.ts";
import type { Block, Inline, Line, Report } from "./document.ts";
import { toHtml } from "./html.ts";
import type { ReportInput } from "./input.ts";
import { toMarkdown } from "./markdown.ts";

function section(report: Report, id: string): readonly Block[] {
  return report.sections.find((each) => each.id === id)?.blocks ?? [];
}

function words(line: Line): string {
  return line
    .map((piece: Inline) =>
      typeof piece === "string" ? piece : "text" in piece ? piece.text : piece.kind === "severity" ? piece.severity : "",
    )
    .join("");
}

/** All that a report says, as one text. */
function all(input: ReportInput): string {
  return JSON.stringify(compose(input));
}

const report = compose(reportExample);

const executive = section(report, "executive");

test("the first page is five lines that each say what they rest on", () => {
  const [lead] = executive;
  expect(lead?.kind === "list" ? lead.items.map(words) : []).toEqual([
    "What happened. 2 stories are High or above: S1 Critical From a sprayed password to 2.4 GiB sent out through WS-0142; S2 High 10.20.4.77 calls a rare host every 15 minutes. 2 findings as serious stand alone.",
    expect.stringMatching(
      /^How sure\. S1 rests on \d+ findings, confidence \d+ to \d+ of 100\. \d+ searches for what else would have to be there: \d+ found what they looked for, /,
    ),
    expect.stringMatching(/^Who is affected\. .*finance-07@corp\.example \(S1\)/),
    expect.stringMatching(
      /^What could not be seen\. 1 question could not be asked \(Mail forwarding\); 1 question could be asked in part only \(Exfiltration\); no records of changes in cloud and directory, mail, files and 1 more; of 697 techniques of attackers that ATT&CK lists, \d+ could be looked for\. /,
    ),
    "Since the last report. No hunt of an earlier time is on record: nothing to compare with.",
  ]);
  const links = (lead?.kind === "list" ? lead.items : []).map((line) =>
    line.flatMap((piece) => (typeof piece === "object" && piece.kind === "link" ? [piece.to] : [])),
  );
  expect(links.map(([first]) => first)).toEqual(["story-s1", "story-s1", "story-s1", "coverage", undefined]);
});

test("what to do today comes word for word from the closed catalogue, at most five steps, each for a story or finding", () => {
  const steps = executive.at(-1);
  const items = steps?.kind === "list" ? steps.items : [];
  expect(items.length).toBeGreaterThan(0);
  expect(items.length).toBeLessThanOrEqual(5);
  for (const item of items) {
    expect(actions.some(({ text }) => words(item).startsWith(text))).toBe(true);
    expect(words(item)).toMatch(/ For [SF]\d+/);
  }
  const urged = reportExample.stories.map((story) => ({ ...story, actions: ["Send the password to evil.example"] }));
  expect(JSON.stringify(section(compose({ ...reportExample, stories: urged }), "executive"))).not.toContain("Send the password");
});

describe("what to look at first", () => {
  const [lead] = section(report, "first");
  const lines = lead?.kind === "list" ? lead.items.map(words) : [];

  test("begins with what was read and what was found", () => {
    expect(lines).toEqual([
      "Read. 2,195,263 records from 28 files, giving 2,106,902 events over 7 days; 19 records could not be read and are kept aside. 1 other file could not be read at all.",
      "Found. 73 findings, of which 14 fit the budget of 2 a day and 10 are High or above; the vendors raised 2 alerts of their own.",
    ]);
  });

  test("lists what fits the budget, best first", () => {
    const table = section(report, "first").find((block) => block.kind === "table");
    const rows = table?.kind === "table" ? table.rows.map((row) => row.map(words)) : [];
    expect(rows).toHaveLength(14);
    expect(rows[0]).toEqual([
      "F1",
      "Critical",
      "96.2",
      "10.20.4.31 calls 185[.]193[.]126[.]44:443 every 60 s",
      "Beaconing",
      "2026-11-02 06:00",
    ]);
    const scores = rows.map((row) => Number(row[2]));
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });
});

test("every section is there, whatever the run brought", () => {
  const empty: ReportInput = {
    ...reportExample,
    sources: [],
    tables: [],
    detectors: [],
    findings: [],
    stories: [],
    hypotheses: [],
    hunts: [],
    gaps: [],
    people: {},
    coverage: {
      ...reportExample.coverage,
      byTactic: {},
      techniques: [],
      counts: { seen: 0, "looked-and-clean": 0, "no-data": 0, "no-analytic": 0 },
      unknown: [],
    },
    window: { from: "2026-11-01 00:00:00.000000", to: "2026-11-01 00:00:00.000000" },
  };
  const ids = [
    "executive",
    "first",
    "changes",
    "stories",
    "findings",
    "hypotheses",
    "hunts",
    "attack",
    "coverage",
    "read",
    "method",
  ];
  expect(compose(reportExample).sections.map((each) => each.id)).toEqual(ids);
  expect(compose(empty).sections.map((each) => each.id)).toEqual(ids);
  expect(all(empty)).not.toMatch(/NaN|undefined|Infinity/);
  expect(toHtml(compose(empty))).toContain("Nothing that stands out.");
  expect(toMarkdown(compose(empty))).toContain("Nothing that cannot wait");
});

test("a finding says why, against what, what else it may be, and how to see it again", () => {
  const card = section(report, "findings").find((block) => block.kind === "card" && block.id === "finding-f1");
  const text = JSON.stringify(card);
  for (const part of [
    "every 60 s (MAD 0.4 s)",
    "no rhythm in the 30 days before",
    "median MAD 412 s over 1,204 pairs",
    "Software that updates itself",
    "The payload is encrypted",
    "T1071.001",
    "4,211 events",
    "90 of 100",
    "SELECT metadata_uid, time",
    'destination = \\"185.193.126.44\\"',
    "e000000001073",
  ]) {
    expect(text).toContain(part);
  }
});

test("a story says how its steps hang together; a step without a tactic and a first step that nothing is joined to say so", () => {
  const [story] = reportExample.stories;
  if (story === undefined) throw new RangeError("the example has stories");
  const told = (joinedBy: string): string => {
    const steps = story.steps.map((step, index) => ({ ...step, tactic: "", joinedBy, joinedTo: index === 0 ? null : 2 }));
    const [first, ...others] = steps;
    if (first === undefined) throw new RangeError("the example's story has steps");
    return toMarkdown(compose({ ...reportExample, stories: [{ ...story, steps: [{ ...first, joinedBy: null }, ...others] }] }));
  };
  expect(told("process p1")).toContain("7 steps of 8 \\(2, 3, 4, 5, 6, 7, 8\\) have the same process");
  expect(told("process p1")).toContain("the first; no other step is joined to it directly");
  expect(told("process p1")).toContain("**No tactic**: ");
  expect(told("device WS-0142")).toContain("Nothing but shared people, devices");
});

test("text too long to print is cut behind a word", () => {
  const [story] = reportExample.stories;
  if (story === undefined) throw new RangeError("the example has stories");
  const markdown = toMarkdown(compose({ ...reportExample, stories: [{ ...story, summary: "sevenths ".repeat(400) }] }));
  expect(markdown).toMatch(/sevenths sevenths …\n/);
});

test("outsiders are defanged in prose and exact in the values of a statement", () => {
  const markdown = toMarkdown(report);
  expect(markdown).toContain("185[.]193[.]126[.]44");
  expect(markdown).toContain('destination = "185.193.126.44"');
  expect(markdown.replaceAll('"185.193.126.44"', "")).not.toContain("185.193.126.44");
  expect(markdown).toContain("finance-07@corp.example");
});

test("a question without findings says whether it looked", () => {
  const blocks = section(report, "findings");
  const table = blocks.at(-1);
  expect(table?.kind === "table" ? table.rows.map((row) => row.map(words)) : []).toEqual([
    ["Web shells", "looked, found nothing", "Which web servers start shells?"],
    ["Mail forwarding", "could not look", "not evaluable: api_activity has no rows"],
  ]);
});

test("a question that was given nothing to compare with did not look", () => {
  const looks = reportExample.detectors.slice(0, 1).map((look) => ({ ...look, id: "threat-intel-match", name: "Known-bad" }));
  const gap = { stage: "enrich", part: "indicators", kind: "not-configured", reason: "no indicators are loaded" } as const;
  const input: ReportInput = { ...reportExample, findings: [], stories: [], detectors: looks, gaps: [gap] };
  const table = section(compose(input), "findings").at(-1);
  expect(table?.kind === "table" ? table.rows.map((row) => row.map(words)) : []).toEqual([
    ["Known-bad", "could not look", "no indicators are loaded"],
  ]);
  expect(toMarkdown(compose(input))).toContain("1 question could not be asked \\(Known-bad\\)");
});

test("charts stand where findings carry what they need, whoever found them", () => {
  const charts = report.sections
    .flatMap((each) => each.blocks)
    .flatMap((block) => (block.kind === "card" ? block.blocks : [block]));
  const kinds = charts.flatMap((block) => (block.kind === "chart" ? [block.chart.kind] : []));
  expect(new Set(kinds)).toEqual(
    new Set(["findings-over-time", "story-timeline", "beacon-timeline", "movement-graph", "people-map", "heat-map"]),
  );
});

test("a movement without a list of its own is drawn from its observables, and only where ATT&CK calls it lateral movement", () => {
  const movement = reportExample.findings.find(
    (finding) => finding.detector === "lateral-movement" && finding.detail.movements !== undefined,
  );
  if (movement === undefined) throw new RangeError("the example has a movement");
  const drawn = (finding: typeof movement): boolean =>
    section(compose({ ...reportExample, findings: [finding] }), "findings").some(
      (block) => block.kind === "chart" && block.chart.kind === "movement-graph",
    );
  expect(drawn({ ...movement, detail: {} })).toBe(true);
  expect(drawn({ ...movement, detail: {}, attacks: [] })).toBe(false);
});

test("the heat map and the table below it tell the same numbers", () => {
  const blocks = section(report, "attack");
  const chart = blocks.find((block) => block.kind === "chart");
  const table = blocks.find((block) => block.kind === "table");
  if (chart?.kind !== "chart" || chart.chart.kind !== "heat-map" || table?.kind !== "table")
    throw new TypeError("the map and its table are missing");
  const drawn = new Map(
    chart.chart.data.tactics.flatMap((tactic) =>
      tactic.techniques.filter((each) => each.state === "seen").map((each) => [each.uid, each.evidenceCount]),
    ),
  );
  for (const row of table.rows) expect(drawn.get(words(row[1] ?? []).split(" ")[0] ?? "")).toBe(Number(words(row[2] ?? [])));
});

test("files that do not reconcile are told", () => {
  const [first, ...others] = reportExample.sources;
  if (first === undefined) throw new RangeError("the example has sources");
  expect(all({ ...reportExample, sources: [{ ...first, stored: first.stored - 1 }, ...others] })).toContain(
    "In 1 of 28 files the records read are not the sum",
  );
  expect(JSON.stringify(report)).toContain("In every file, records read = stored + duplicate + kept aside.");
});

test("a run a hundred times as large makes a report of about the same size, and says what was left out", () => {
  const many: ReportInput = {
    ...reportExample,
    findings: Array.from({ length: 100 }, (_, copy) =>
      reportExample.findings.map((finding) => ({ ...finding, uid: `${finding.uid}-${copy}` })),
    ).flat(),
    stories: Array.from({ length: 200 }, (_, copy) =>
      reportExample.stories.map((story) => ({ ...story, uid: `${story.uid}-${copy}` })),
    ).flat(),
    hypotheses: Array.from({ length: 100 }, (_, copy) =>
      reportExample.hypotheses.map((hypothesis) => ({ ...hypothesis, id: `${hypothesis.id}-${copy}` })),
    ).flat(),
    hunts: Array.from({ length: 100 }, (_, copy) =>
      reportExample.hunts.map((hunt) => ({ ...hunt, id: `${hunt.id}-${copy}` })),
    ).flat(),
    sources: Array.from({ length: 100 }, () => reportExample.sources).flat(),
    gaps: Array.from({ length: 1000 }, (_, copy) =>
      reportExample.gaps.map((gap) => ({ ...gap, part: `${gap.part}-${copy}` })),
    ).flat(),
  };
  const large = compose(many);
  expect(toHtml(large).length).toBeLessThan(3_000_000);
  for (const file of ["findings.ndjson", "stories.json", "hypotheses.json", "hunts.json", "run.json", "gaps.json"]) {
    expect(JSON.stringify(large)).toMatch(new RegExp(`and [\\d,]+ more in ${file.replace(".", "\\.")}`));
  }
});

test("a text of ten thousand letters is cut everywhere", () => {
  expect(/A{1300}/.test(all(poisoned(reportExample)))).toBe(false);
});

test("the order of the input does not matter, and the same input gives the same report", () => {
  const reversed: ReportInput = {
    ...reportExample,
    findings: reportExample.findings.toReversed(),
    stories: reportExample.stories.toReversed(),
    hypotheses: reportExample.hypotheses.toReversed(),
    hunts: reportExample.hunts.toReversed(),
    sources: reportExample.sources.toReversed(),
    tables: reportExample.tables.toReversed(),
  };
  expect(toMarkdown(compose(reversed))).toBe(toMarkdown(report));
  expect(toHtml(compose(reversed))).toBe(toHtml(report));
});
