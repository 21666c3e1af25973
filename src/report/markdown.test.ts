import fc from "fast-check";
import MarkdownIt from "markdown-it";
import { expect, test } from "vitest";
import { hostileTexts, poisoned } from "../../test/hostile-text.ts";
import { reportExample } from "../../test/report-example.ts";
import { visible } from "../charts/text.ts";
import { compose, composeHandover } from "./compose.ts";
import { escaped, toMarkdown } from "./markdown.ts";

/** As strict as CommonMark with tables, and with links drawn wherever a reader's program might draw them. */
const reader = new MarkdownIt({ html: false, linkify: false }).enable(["table", "strikethrough"]);
const lenient = new MarkdownIt({ html: true, linkify: true, typographer: false }).enable(["table", "strikethrough"]);

type Tokens = ReturnType<typeof reader.parse>;

function flat(tokens: Tokens): Tokens {
  return tokens.flatMap((token) => [token, ...flat(token.children ?? [])]);
}

const ours = new Set([
  "heading",
  "paragraph",
  "inline",
  "text",
  "bullet_list",
  "ordered_list",
  "list_item",
  "strong",
  "softbreak",
  "table",
  "thead",
  "tbody",
  "tr",
  "th",
  "td",
  "fence",
  "link",
]);

test("hostile text makes no link, image, HTML, code or emphasis: only what the report itself is made of", () => {
  const tokens = flat(reader.parse(toMarkdown(compose(poisoned(reportExample))), {}));
  expect([...new Set(tokens.map((token) => token.type.replace(/_(open|close)$/, "")))].filter((kind) => !ours.has(kind))).toEqual(
    [],
  );
  const links = tokens.filter((token) => token.type === "link_open").map((token) => token.attrGet("href"));
  const headings = new Set(links.slice(0, 12));
  expect(links.slice(0, 12)).toEqual(Array.from({ length: 12 }, () => expect.stringMatching(/^#[a-z-]+$/)));
  expect(links.filter((link) => !headings.has(link))).toEqual([]);
  expect(links.length).toBeGreaterThan(12);
});

test("nor does it in a hand-over, which stays short", () => {
  const markdown = toMarkdown(composeHandover(poisoned(reportExample)));
  const kinds = flat(reader.parse(markdown, {})).map((token) => token.type.replace(/_(open|close)$/, ""));
  expect([...new Set(kinds)].filter((kind) => !ours.has(kind) || kind === "link")).toEqual([]);
  expect(markdown.split("\n").filter((line) => line.startsWith("- ")).length).toBeLessThan(60);
});

test("a reader that allows HTML sees none either", () => {
  const tokens = flat(lenient.parse(toMarkdown(compose(poisoned(reportExample))), {}));
  expect(tokens.filter((token) => token.type.startsWith("html"))).toEqual([]);
});

test("hostile text changes neither the headings nor the shape of the tables", () => {
  const shape = (markdown: string): string[] =>
    flat(reader.parse(markdown, {}))
      .filter((token) => /^(heading|tr|th|table)_open$/.test(token.type))
      .map((token) => `${token.type} ${token.tag}`);
  const plain = shape(toMarkdown(compose(reportExample)));
  const hostile = shape(toMarkdown(compose(poisoned(reportExample))));
  // The same findings stand in the same order; statements stay the detectors' own.
  expect(hostile.filter((line) => line.includes("h2"))).toEqual(plain.filter((line) => line.includes("h2")));
  expect(hostile.filter((line) => line.includes("h4"))).toEqual(plain.filter((line) => line.includes("h4")));
  const cells = flat(reader.parse(toMarkdown(compose(poisoned(reportExample))), {})).filter(
    (token) => token.type === "th_open",
  ).length;
  expect(hostile.filter((line) => line.startsWith("th_open"))).toHaveLength(cells);
});

test.each(hostileTexts.filter((text) => text.trim() !== ""))("escaped text reads as it was: %j", (text) => {
  const html = reader.render(`x${escaped(text)}x`);
  const plain = html
    .slice("<p>".length, -"</p>\n".length)
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, "&");
  expect(plain).toBe(`x${visible(text)}x`);
});

test("any text at any place of a line is a single piece of text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme-ascii", minLength: 1 }), (text) => {
      for (const line of [escaped(text), `- ${escaped(text)}`, `1. ${escaped(text)}`, `# ${escaped(text)}`]) {
        const kinds = new Set(flat(reader.parse(line.trim(), {})).map((token) => token.type.replace(/_(open|close)$/, "")));
        for (const kind of kinds)
          expect([
            "paragraph",
            "inline",
            "text",
            "text_special",
            "list_item",
            "bullet_list",
            "ordered_list",
            "heading",
          ]).toContain(kind);
      }
      const row = flat(reader.parse(`| a | b |\n| --- | --- |\n| ${escaped(text)} | c |`, {}));
      expect(row.filter((token) => token.type === "td_open")).toHaveLength(2);
    }),
    { numRuns: 500 },
  );
});

test("dates, addresses and names stay readable", () => {
  expect(escaped("2026-11-01 10:00:00 UTC, 10.20.4.31, WS-0142.corp.example. Done.")).toBe(
    "2026-11-01 10:00:00 UTC, 10.20.4.31, WS-0142.corp.example. Done.",
  );
  expect(escaped("1. no list")).toBe("1\\. no list");
});

test("what was defanged stays readable, and is no link to whatever a log defines or points to", () => {
  expect(escaped("203[.]0[.]113[.]45:443, ann[@]corp[.]example")).toBe("203[.]0[.]113[.]45:443, ann[@]corp[.]example");
  for (const text of ["[.]", "a[.](https://evil.example)", "[.]x](https://evil.example)", "[b[.]x]: https://evil.example"]) {
    const tokens = flat(reader.parse(`${escaped("[.]: https://evil.example")}\n\n${escaped(text)} a[.]b`, {}));
    expect(tokens.filter(({ type }) => type === "link_open")).toEqual([]);
    expect(
      tokens
        .findLast(({ type }) => type === "inline")
        ?.children?.map(({ content }) => content)
        .join(""),
    ).toBe(`${text} a[.]b`);
  }
});

test("statements stand once, with the values bound to them beside each finding", () => {
  const markdown = toMarkdown(compose(reportExample));
  expect(markdown.match(/Which events make up this beacon\?/g)).toHaveLength(1);
  expect(markdown).toContain('destination = "185.193.126.44"');
});

test("a fence in a statement does not end its block", () => {
  const [finding] = reportExample.findings;
  if (finding === undefined) throw new RangeError("the example has findings");
  const evidences = finding.evidences.map((evidence) => ({ ...evidence, sql: "SELECT '\n````\n# out\n'" }));
  const markdown = toMarkdown(compose({ ...reportExample, findings: [{ ...finding, evidences }], stories: [] }));
  const fences = flat(reader.parse(markdown, {})).filter((token) => token.type === "fence");
  expect(fences.some((token) => token.content.includes("# out"))).toBe(true);
});

test("the same report gives the same bytes", () => {
  expect(toMarkdown(compose(reportExample))).toBe(toMarkdown(compose(reportExample)));
});
