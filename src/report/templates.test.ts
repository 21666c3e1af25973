import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { reportExample } from "../../test/report-example.ts";
import { compose } from "./compose.ts";
import { toHtml } from "./html.ts";
import { toMarkdown } from "./markdown.ts";
import { reportSettings } from "./settings.ts";
import { loadTemplates } from "./templates.ts";

const folder = mkdtempSync(join(tmpdir(), "spoor-templates-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(files: Readonly<Record<string, string>>): string {
  const own = mkdtempSync(join(folder, "t-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(own, name), text);
  return own;
}

test("a team's own head, foot, first page and order of sections", async () => {
  const templates = await loadTemplates(
    written({
      "head.md": "Security of {{organisation}}\n",
      "foot.md": "Call the desk, ext. 4711. {{tlp}}",
      "executive.md":
        "## To the board\n\nBetween {{window}} we read {{ events }} events.\n\n- {{executive.happened}}\n- <b>Ours</b>\n\n{{today}}\n",
      "report.md":
        "{{sections.executive}}\n## Our scope\nOnly {{stories}} stories.\n{{sections.findings}}\n{{sections.method}}\n",
      "README.txt": "not read",
    }),
  );
  const settings = reportSettings.parse({ tlp: "red", organisation: 'Example "Works" </style>' });
  const report = compose({ ...reportExample, templates, settings });
  expect(report.sections.map(({ id }) => id)).toEqual(["executive", "own-2", "findings", "method"]);
  const markdown = toMarkdown(report);
  expect(markdown).toContain("### To the board");
  expect(markdown).toMatch(/we read 2,106,902 events/);
  expect(markdown).toContain("\\<b\\>Ours\\</b\\>");
  expect(markdown).toContain("**TLP:RED**");
  expect(markdown).toMatch(/\n\nCall the desk, ext\. 4711\\\. TLP:RED\n\n\*\*TLP:RED\*\*\n$/);
  const html = toHtml(report);
  expect(html).toContain("&lt;b&gt;Ours&lt;/b&gt;");
  expect(html.match(/<style/g)).toHaveLength(1);
  expect(html.match(/<\/style/g)).toHaveLength(1);
  // The executive page links to sections that this order leaves out: no link leads nowhere.
  const ids = new Set([...html.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]));
  for (const [, to] of html.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(to);
});

test.each([
  [
    "an unknown name",
    { "executive.md": "Fine.\n\nSo many: {{findngs}}\n" },
    /executive\.md line 3 has an unknown placeholder \{\{findngs\}\}/,
  ],
  [
    "a section among text",
    { "report.md": "Here {{sections.stories}}\n" },
    /report\.md line 1 has \{\{sections\.stories\}\} among other text/,
  ],
  ["braces that stay open", { "head.md": "a {{title b" }, /head\.md line 1 has braces that are not closed/],
  ["a block in the head", { "head.md": "{{today}}" }, /head\.md line 1 has an unknown placeholder/],
  ["another file", { "executiv.md": "x" }, /executiv\.md is no part of a report/],
] as const)("%s is a configuration error that names file and line", async (_, files, message) => {
  await expect(loadTemplates(written(files))).rejects.toMatchObject({
    code: "configuration",
    message: expect.stringMatching(message),
  });
});

test("the example of the guide is a whole report", async () => {
  const templates = await loadTemplates(fileURLToPath(new URL("../../examples/report-templates", import.meta.url)));
  const report = compose({ ...reportExample, templates, settings: reportSettings.parse({ organisation: "Example Works" }) });
  expect(report.marking.head).toEqual(["Example Works", "Security operations of Example Works"]);
  expect(report.sections.map(({ title }) => title).slice(0, 3)).toEqual([
    "In short",
    "Scope",
    "What changed since the last report",
  ]);
  expect(toMarkdown(report)).toContain("10 of 73 findings ask for a decision; 2,106,902 events were read over 2026-11-01");
});

test("a folder that is not there is told before anything is read", async () => {
  await expect(loadTemplates(join(folder, "absent"))).rejects.toMatchObject({ code: "configuration" });
});
