import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { poisoned } from "../../test/hostile-text.ts";
import { reportExample } from "../../test/report-example.ts";
import { compose } from "./compose.ts";
import { toHtml } from "./html.ts";

const page = toHtml(compose(reportExample));
const hostile = toHtml(compose(poisoned(reportExample)));

test("the page loads nothing and runs nothing: its policy allows one style sheet, by hash", () => {
  const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? "";
  const hash = createHash("sha256").update(style).digest("base64");
  expect(page).toContain(`content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`);
  expect(page.match(/<style/g)).toHaveLength(1);
  expect(page).not.toMatch(/<script|<link|<iframe|<img|<object|\ssrc=|\sstyle=|@import|url\(/);
});

const elements = new Set(
  "html head meta title style body div header a h1 h2 h3 p nav ol ul li span main footer section table thead tbody tr th td details summary dl dt dd figure figcaption code pre strong svg desc g path rect circle text".split(
    " ",
  ),
);

test("hostile text adds no element, no attribute and no address", () => {
  const tags = [...hostile.matchAll(/<\/?([a-zA-Z!][^\s>/]*)((?:\s[^>]*)?)>/g)].slice(1);
  for (const [, name = "", attributes = ""] of tags) {
    expect(elements).toContain(name);
    expect(attributes.replace(/"[^"]*"/g, "")).not.toMatch(/\bon\w+|javascript/i);
  }
  const addresses = [...hostile.matchAll(/ href="([^"]*)"/g)].map((match) => match[1]);
  expect(addresses.every((address) => /^#[a-z0-9-]+$/.test(address ?? ""))).toBe(true);
});

test("paper tells what it leaves out: weaker findings by their headline, statements by their names", () => {
  const brief = page.match(/<details class="card brief"/g) ?? [];
  expect(brief.length).toBeGreaterThan(5);
  expect(page).toMatch(/On paper \d+ of these stand here by their headline; report\.html tells the rest\./);
  expect(page).toContain("On paper by their names; report.html has each in full");
  const serious = /<details class="card( brief)?" id="finding-f1"/.exec(page);
  expect([serious !== null, serious?.[1]]).toEqual([true, undefined]);
});

test("hostile text has no hidden characters left", () => {
  expect(hostile.replaceAll("\n", "").replaceAll("\t", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
});

test("every link of the page leads somewhere, and every id is there once", () => {
  for (const text of [page, hostile]) {
    const ids = [...text.matchAll(/ id="([^"]*)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of text.matchAll(/ href="#([^"]*)"/g)) expect(ids).toContain(target);
  }
});
