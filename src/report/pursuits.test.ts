import MarkdownIt from "markdown-it";
import { expect, test } from "vitest";
import { poisoned } from "../../test/hostile-text.ts";
import { reportExample } from "../../test/report-example.ts";
import type { Pursuit } from "../pursuit/pursuit.ts";
import { compose } from "./compose.ts";
import { toHtml } from "./html.ts";
import { toMarkdown } from "./markdown.ts";

const [hypothesis] = reportExample.hypotheses;
if (hypothesis === undefined) throw new Error("the example has no hypothesis");

const pursuit: Pursuit = {
  hypothesisId: hypothesis.id,
  reasoner: "claude-sonnet-5-5 over the Messages API",
  ended: "finished",
  endedBecause: "the model had no further question",
  status: "supported",
  because: "held: 1 checked claim of the model",
  confidence: 25,
  summary: "ws-12 sent 3 uploads to evil.example.com.",
  claims: [
    {
      id: "c1",
      kind: "inference",
      text: "ws-12 sent 3 uploads to evil.example.com.",
      eventIds: ["event-1"],
      techniques: ["T1048"],
      checks: [{ sql: "SELECT count() FROM network_activity", value: 3 }],
    },
  ],
  counterEvidence: [],
  critic: [],
  trials: [],
  rejected: [{ text: "It sent 4711 files.", because: '"4711" is a number, not the place of a check' }],
  gaps: ["The content cannot be seen."],
  nextQuestion: "Which program held the files before?",
  recommendedActions: [],
  instructionLikeEventIds: ["event-9"],
  usd: 0.1912,
  usage: { inputTokens: 12_345, outputTokens: 678, cacheWriteTokens: 0, cacheReadTokens: 0 },
  steps: [],
};

test("a pursued hypothesis stands below the hunts with verdict, checked claims, rejected statements and cost", () => {
  const text = toMarkdown(compose({ ...reportExample, pursuits: [pursuit] }));
  const [, part = ""] = text.split("Pursued with a language model");
  for (const said of [
    "Pursued by claude-sonnet-5-5 over the Messages API",
    "supported, by rule: held: 1 checked claim of the model",
    "evil[.]example[.]com",
    "event-1",
    "Counted 3",
    "1 statement of the model rejected",
    "It sent 4711 files",
    "Which program held the files before",
    "event-9",
    "$0.1912 at list prices; 12,345 tokens asked, 678 answered",
    "spoor ai sent",
  ])
    expect(part.replaceAll("\\_", "_").replaceAll("\\-", "-"), said).toContain(said);
});

test("a report without a model says nothing of one", () => {
  const plain = toMarkdown(compose(reportExample));
  expect(toMarkdown(compose({ ...reportExample, pursuits: [] }))).toBe(plain);
  expect(plain).not.toMatch(/language model|Pursued/);
});

test("whatever a model says is plain text: no element, address or attribute in HTML, no link, image or HTML in Markdown", () => {
  const input = { ...reportExample, pursuits: [pursuit] };
  const [hostile, own] = [compose(poisoned(input)), compose(poisoned(reportExample))];
  const tags = (page: string): Set<string> => new Set([...page.matchAll(/<\/?([a-zA-Z!]+)/g)].map(([, name = ""]) => name));
  const [page, without] = [toHtml(hostile), toHtml(own)];
  expect(tags(page)).toEqual(tags(without));
  expect(page.replaceAll("\n", "").replaceAll("\t", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
  for (const [, target] of page.matchAll(/ (?:href|src)="([^"]*)"/g)) expect(target).toMatch(/^#[a-z0-9-]+$/);
  const reader = new MarkdownIt({ html: true, linkify: false }).enable(["table", "strikethrough"]);
  const kinds = (markdown: string): Set<string> =>
    new Set(reader.parse(markdown, {}).flatMap(({ type, children }) => [type, ...(children ?? []).map((child) => child.type)]));
  expect([...kinds(toMarkdown(hostile))].filter((kind) => !kinds(toMarkdown(own)).has(kind))).toEqual([]);
});
