import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { importsOf, type SourceFile, violations } from "./import-graph.ts";
import { withoutCommentsAndText } from "./source-text.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The readable files below a folder of the checkout; none where there is no such folder yet. */
function tree(folder: string): SourceFile[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs|sql|md|ya?ml|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ path: relative(root, path).split(sep).join("/"), text: readFileSync(path, "utf8") }));
}

const file = (path: string, text: string): SourceFile => ({ path, text });

test("data and imports move one way, only the command line prints or exits, a vendor is a folder, and nothing runs in circles", () => {
  const files = ["src", "web", "simulator", "evaluation", "bench", "eval", "scripts"].flatMap(tree);
  expect(files.length).toBeGreaterThan(10);
  expect(violations(files)).toEqual([]);
});

test.each([
  ["src/stats/median.ts", 'import { z } from "../findings/rank.ts";', "knows nothing of what stands above"],
  ["src/store/server.ts", 'import type { World } from "../world.ts";', "knows nothing of what stands above"],
  ["src/ml/forest.ts", 'import { run } from "../graph/walk.ts";', "knows nothing of what stands above"],
  ["src/sources/zeek/index.ts", 'import type { Finding } from "../../findings/rank.ts";', "against the way the data takes"],
  ["src/detectors/beaconing/index.ts", 'import { rank } from "../../findings/rank.ts";', "against the way the data takes"],
  ["src/detectors/beaconing/index.ts", 'import { conn } from "../../sources/zeek/index.ts";', "reads tables, not sources"],
  ["src/detectors/beaconing/index.ts", 'import { openEmbedded } from "../../store/embedded.ts";', "store's contract"],
  ["src/detectors/beaconing/index.ts", 'import { helper } from "../../store/store.ts";', "store's contract"],
  ["src/report/compose.ts", 'import type { Store } from "../store/store.ts";', "never of rows"],
  ["src/report/compose.ts", 'export * from "../cli/main.ts";', "imported only by src/cli/"],
  ["src/findings/rank.ts", 'import "../server/listen.ts";', "imported only by src/server/"],
  ["src/findings/rank.ts", 'const late = await import("../run.ts");', "src/run.ts is imported only by"],
  ["src/findings/rank.ts", 'import { sample } from "../../simulator/sample.ts";', "simulator/ is imported only by"],
  ["src/findings/rank.ts", 'import {\n  one,\n  two,\n} from "../report/compose.ts";', "against the way the data takes"],
  ["web/main.ts", 'import { rank } from "../src/findings/rank.ts";', "shares types"],
  ["src/findings/rank.ts", 'import { Command } from "commander";', "used in src/cli/ only"],
])("%s may not say %s", (path, text, rule) => {
  const found = violations([file(path, text)]);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(rule);
  expect(found[0]).toContain(path);
});

test.each([
  ["src/detectors/beaconing/index.ts", 'import type { SqlParameters } from "../../store/store.ts";'],
  ["src/store/server.ts", 'import { SpoorError } from "../errors.ts";'],
  ["src/ml/forest.ts", 'import { mean } from "../stats/mean.ts";'],
  ["src/cli/main.ts", 'import { run } from "../run.ts";\nconsole.log(Date.now(), process.env.HOME);\nprocess.exit(1);'],
  ["src/report/compose.ts", `// console.log is not for us\nconst text = "process.exit";`],
  ["src/findings/rank.test.ts", 'import { openEmbedded } from "../store/embedded.ts";\nconsole.log("tests may print");'],
  ["src/store/embedded-child.ts", "process.exit(0);"],
  ["src/sources/crowdstrike/index.ts", "/** Falcon alerts. */"],
  ["src/sources/windows-events/normalise/sysmon.sql", "WHERE channel = 'Microsoft-Windows-Sysmon/Operational'"],
  ["src/intel/well-known.ts", 'export const wellKnown = ["login.microsoftonline.com", "microsoft.com"];'],
  ["src/attack/data/attack.json", '{ "name": "Disable Microsoft Defender" }'],
])("%s may say %s", (path, text) => {
  expect(violations([file(path, text)])).toEqual([]);
});

test.each([
  ["console.log(1);", "only src/cli prints"],
  ['process.stdout.write("x");', "only src/cli prints"],
  [`const text = \`\${console.info(1)}\`;`, "only src/cli prints"],
  ["process.exitCode = 1;", "only src/cli ends the process"],
  ["const now = Date.now();", "the clock is handed in"],
  ["const now = new Date();", "the clock is handed in"],
  ["const dice = Math.random();", "randomness is handed in"],
  ["const home = process.env.HOME;", "the environment is read by src/cli"],
])("an engine file may not say %s", (text, rule) => {
  expect(violations([file("src/findings/rank.ts", `const first = 1;\n${text}`)])).toEqual([
    expect.stringContaining(`src/findings/rank.ts:2: ${rule}`),
  ]);
});

test.each([
  ["src/detectors/beaconing/README.md", "Works on Falcon network events."],
  ["src/store/schema/001-events.sql", "-- as Proofpoint has it"],
  ["src/findings/rank.ts", "const isEntraUser = true;"],
  ["src/sources/zeek/index.ts", 'const other = "crowdstrike";'],
])("a vendor's name in %s is told", (path, text) => {
  expect(violations([file(path, text)])).toEqual([expect.stringContaining(`${path}:1: a vendor's name belongs in`)]);
});

test("words that only contain a vendor's name are not taken for it", () => {
  expect(
    violations([file("src/findings/rank.ts", "// central entrance, falconry, defenders\nconst centralEntrance = 1;")]),
  ).toEqual([]);
});

test("a cycle is printed from end to end; types may refer to each other", () => {
  expect(
    violations([
      file("src/findings/a.ts", 'import { b } from "./b.ts";'),
      file("src/findings/b.ts", 'import type { A } from "./a.ts";\nimport { c } from "./c.ts";'),
      file("src/findings/c.ts", 'import { a } from "./a.ts";'),
    ]),
  ).toEqual(["src/findings/a.ts -> src/findings/b.ts -> src/findings/c.ts -> src/findings/a.ts: a cycle"]);
});

test("imports are read in every form, and not out of comments", () => {
  const text = [
    'import fs from "node:fs";',
    'import type { A } from "./a.ts";',
    'export { b } from "../b.ts";',
    'import "./c.ts";',
    'const d = await import("./d.ts");',
    '// import { e } from "./e.ts";',
    ' * import { f } from "./f.ts";',
  ].join("\n");
  expect(importsOf(file("src/x/y.ts", text))).toEqual([
    { specifier: "node:fs", isTypeOnly: false },
    { specifier: "src/x/a.ts", isTypeOnly: true },
    { specifier: "src/b.ts", isTypeOnly: false },
    { specifier: "src/x/c.ts", isTypeOnly: false },
    { specifier: "src/x/d.ts", isTypeOnly: false },
  ]);
});

test("blanking keeps lines and code, and drops comments, quotes, templates and regular expressions", () => {
  const text = `a(); // b()\n/* c();\nd(); */ e("f()", 'g()');\nconst h = /i\\/["\`]/.test(j) / k;\nl(\`m() \${n(\`o \${p({ q: 1 })} r\`)} s()\`);`;
  const code = withoutCommentsAndText(text);
  expect(code.split("\n")).toHaveLength(5);
  expect([...code.matchAll(/[a-z]+/g)].map(String)).toEqual(["a", "e", "const", "h", "test", "j", "k", "l", "n", "p", "q"]);
});
