// What the README and the guide say is there: every command and option, every detector and parameter that a command names, every
// setting, every page behind a link; and the site that is made of them.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Command } from "commander";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commandsIn, optionsIn } from "../scripts/docs/commands.ts";
import { siteOf } from "../scripts/docs/site.ts";
import { programOf } from "../src/cli/program.ts";
import { configSchema } from "../src/config.ts";
import { parametersOf } from "../src/detectors/detect.ts";
import { loadDetectors } from "../src/detectors/load.ts";
import { loadSources } from "../src/sources/load.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const guide = readdirSync(join(root, "docs/guide")).map((name) => `docs/guide/${name}`);
const pages = ["README.md", ...guide, "src/evaluation/README.md"].map((path) => ({
  path,
  text: readFileSync(join(root, path), "utf8"),
}));

/** A program whose commands do nothing but understand what they are told. */
function idleProgram(): Command {
  const program = programOf(() => {
    throw new Error("no command runs here");
  });
  const still = (command: Command): void => {
    command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
    if (command.commands.length === 0) command.action(() => undefined);
    command.commands.forEach(still);
  };
  still(program);
  return program;
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

describe("commands in the README and the guide", () => {
  test("are understood, with every option and argument", () => {
    const faults = pages.flatMap(({ path, text }) =>
      commandsIn(text).flatMap((words) => {
        try {
          idleProgram().parse(words, { from: "user" });
          return [];
        } catch (thrown) {
          return [`${path}: spoor ${words.join(" ")}: ${String(thrown)}`];
        }
      }),
    );
    expect(pages.flatMap(({ text }) => commandsIn(text)).length).toBeGreaterThan(50);
    expect(faults).toEqual([]);
  });

  test("name no option in passing that no command has", () => {
    const known = new Set(allCommands(idleProgram()).flatMap(({ options }) => options.flatMap(({ long }) => long ?? [])));
    const unknown = pages.flatMap(({ path, text }) =>
      optionsIn(text)
        .filter((option) => !known.has(option) && option !== "--help")
        .map((option) => `${path}: ${option}`),
    );
    expect(unknown).toEqual([]);
  });

  test("name detectors and parameters that there are", async () => {
    const detectors = new Map((await loadDetectors(undefined)).map((one) => [one.id, one]));
    const faults: string[] = [];
    const named = pages.flatMap(({ text }) => commandsIn(text)).filter((words) => !words.includes("--detectors"));
    for (const words of named)
      words.forEach((word, position) => {
        const value = words[position + 1] ?? "";
        if (word === "--only") faults.push(...value.split(",").filter((id) => !detectors.has(id)));
        const [, id = "", parameter = "", given = ""] = (word === "--set" && /^([^.]+)\.([^=]+)=(.*)$/.exec(value)) || [];
        const detector = detectors.get(id);
        if (word === "--set" && detector === undefined) faults.push(value);
        if (detector !== undefined) parametersOf(detector, { [parameter]: JSON.parse(given) });
      });
    expect(faults).toEqual([]);
  });
});

test("every setting has its line in settings.md, and sources.md knows every source, the index every detector", async () => {
  const read = (path: string): string => readFileSync(join(root, path), "utf8");
  const settings = read("docs/guide/settings.md");
  expect(Object.keys(configSchema.shape).filter((name) => !settings.includes(`\`${name}\``))).toEqual([]);
  const sources = read("docs/guide/sources.md");
  expect((await loadSources(undefined)).map(({ id }) => id).filter((id) => !sources.includes(`| \`${id}\` |`))).toEqual([]);
  const index = read("docs/guide/README.md");
  const unnamed = (await loadDetectors(undefined)).filter(
    ({ id, question }) => !index.includes(`[${id}](`) || !index.includes(question),
  );
  expect(unnamed.map(({ id }) => id)).toEqual([]);
});

test("commands are found in blocks, behind prompts and in units, without their comments and remarks", () => {
  const text = [
    "```sh",
    "npx spoor hunt ./logs --set 'a.b=\"x y\"'   # a remark",
    "$ spoor publish --to s3      where it goes",
    "cd /srv && spoor hunt --since 26h | head",
    'spoor query "SELECT 1',
    '  FROM t" --limit 3 \\',
    "  --quiet",
    "ExecStart=/usr/bin/npx spoor hunt --quiet",
    "export SPOOR=1; echo spoor",
    "```",
    "Say `spoor hunt --overlap 2h` and `--rounds N`, not `npm run docs`.",
  ].join("\n");
  expect(commandsIn(text)).toEqual([
    ["hunt", "./logs", "--set", 'a.b="x y"'],
    ["publish", "--to", "s3"],
    ["hunt", "--since", "26h"],
    ["query", "SELECT 1\n  FROM t", "--limit", "3", "--quiet"],
    ["hunt", "--quiet"],
  ]);
  expect(optionsIn(text)).toEqual(["--overlap", "--rounds"]);
});

test("a page with a dead link, a lost heading, or no place in the guide's index is a fault", () => {
  const site = siteOf({
    markdown: new Map([
      ["README.md", "# A\n\n[b](docs/guide/b.md#there) [c](c.md) [d](docs/guide/b.md#not) [NOTICE](NOTICE)"],
      ["docs/guide/README.md", "# Guide\n"],
      ["docs/guide/b.md", "# B\n\n## There\n\n<script>alert(1)</script>"],
    ]),
    exists: (path) => path === "NOTICE",
    style: "",
    searchScript: "",
  });
  expect(site.faults).toEqual([
    "docs/guide/b.md: docs/guide/README.md does not name it",
    "README.md: there is no c.md",
    "README.md: docs/guide/b.md has no heading #not",
  ]);
  const page = site.files.find(({ url }) => url === "guide/b.html");
  expect(page).toMatchObject({ text: expect.stringContaining("&lt;script&gt;alert(1)") });
  expect(site.files).toContainEqual({ url: "files/NOTICE.txt", copyOf: "NOTICE" });
});

const executablePath = "/usr/bin/chromium";
const hasChromium = existsSync(executablePath);
const because = hasChromium ? "" : ` (skipped: there is no ${executablePath})`;

describe("the site", () => {
  const folder = mkdtempSync(join(tmpdir(), "spoor-site-"));
  let built: ReturnType<typeof spawnSync>;
  beforeAll(() => {
    built = spawnSync(process.execPath, ["--import", "tsx", "scripts/docs.ts", folder], { cwd: root, encoding: "utf8" });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("is built without a dead link, and over nobody's folder", () => {
    expect(built.status, String(built.stderr)).toBe(0);
    const again = spawnSync(process.execPath, ["--import", "tsx", "scripts/docs.ts", join(root, "docs")], {
      cwd: root,
      encoding: "utf8",
    });
    expect(again.status).toBe(2);
    expect(existsSync(join(root, "docs/guide/README.md"))).toBe(true);
  });

  test.skipIf(!hasChromium)(
    `is read from files on wide and narrow screens, finds words, and breaks no policy${because}`,
    async () => {
      const browser = await chromium.launch({ executablePath, args: ["--headless", "--no-sandbox", "--disable-gpu"] });
      try {
        const complaints: string[] = [];
        for (const width of [1280, 390]) {
          const page = await browser.newPage({ viewport: { width, height: 800 } });
          page.on("console", (message) => complaints.push(message.text()));
          page.on("pageerror", (error) => complaints.push(error.message));
          page.on("request", (request) => {
            if (!request.url().startsWith("file:")) complaints.push(request.url());
          });
          for (const url of [
            "index.html",
            "guide/index.html",
            "guide/first-hunt.html",
            "detectors/beaconing.html",
            "api/spoor.html",
          ]) {
            await page.goto(pathToFileURL(join(folder, url)).href);
            const measured = await page.evaluate(
              "({ over: document.documentElement.scrollWidth - innerWidth, empty: [...document.images].filter((one) => one.naturalWidth === 0).length })",
            );
            expect(measured, `${url} at ${width}`).toEqual({ over: 0, empty: 0 });
          }
          await page.goto(pathToFileURL(join(folder, "search.html")).href);
          await page.fill("#words", "impossible travel");
          expect(await page.getAttribute("#found a >> nth=0", "href")).toBe("detectors/index.html#impossible-travel");
          await page.close();
        }
        expect(complaints).toEqual([]);
      } finally {
        await browser.close();
      }
    },
  );
});
