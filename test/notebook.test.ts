import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { afterAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { writeSmallLogs } from "./support/small-logs.ts";

vi.setConfig({ testTimeout: 600_000 });
const root = fileURLToPath(new URL("..", import.meta.url));
const notebooks = join(root, "notebooks");
const folder = mkdtempSync(join(tmpdir(), "spoor-notebook-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const notebook = z.object({
  cells: z.array(
    z.object({
      cell_type: z.enum(["code", "markdown"]),
      source: z.array(z.string()),
      outputs: z.array(z.unknown()).optional(),
      execution_count: z.number().nullish(),
    }),
  ),
});
const files = readdirSync(notebooks).filter((name) => name.endsWith(".ipynb"));

test("cells are TypeScript that the compiler accepts, and are kept without what they showed", () => {
  const declared =
    "declare const Deno: { jupyter: { display(what: unknown): Promise<void> }; env: { get(name: string): string | undefined } };";
  // Beside the notebooks, so that the imports of the cells lead where they lead for the kernel.
  const compiled = mkdtempSync(join(notebooks, "cells-"));
  try {
    for (const name of files) {
      const { cells } = notebook.parse(JSON.parse(readFileSync(join(notebooks, name), "utf8")));
      const code = cells.filter(({ cell_type }) => cell_type === "code");
      expect(code.length).toBeGreaterThan(4);
      for (const cell of code) expect(cell).toMatchObject({ outputs: [], execution_count: null });
      const text = [declared, ...code.map(({ source }) => source.join("")), "export {};"].join("\n");
      writeFileSync(join(compiled, `${name}.ts`), text.replaceAll('from "../', 'from "../../'));
    }
    writeFileSync(
      join(compiled, "tsconfig.json"),
      JSON.stringify({ extends: "../../tsconfig.json", include: ["*.ts", "../../src/**/*.d.ts"] }),
    );
    const { status, stdout } = spawnSync(join(root, "node_modules", ".bin", "tsc"), ["-p", compiled], { encoding: "utf8" });
    expect(stdout).toBe("");
    expect(status).toBe(0);
  } finally {
    rmSync(compiled, { recursive: true, force: true });
  }
});

const chromiumPath = "/usr/bin/chromium";
const lacks = [
  ...(spawnSync("jupyter", ["nbconvert", "--version"]).status === 0 ? [] : ["Jupyter's nbconvert (Debian's jupyter-nbconvert)"]),
  ...(existsSync(chromiumPath) ? [] : [chromiumPath]),
];
const because = lacks.length === 0 ? "" : ` (skipped: there is no ${lacks.join(" and no ")})`;

describe.skipIf(lacks.length > 0)(`run by Jupyter${because}`, () => {
  test("the hunt on the simulated company runs from top to bottom, tells the planted attacks first and draws its pictures", async () => {
    await run("threat-hunting.ipynb");
    const { text, shown, charts } = await lookedAt("threat-hunting.html");
    // People, channels, movement, techniques.
    expect(charts).toHaveLength(4);
    for (const chart of charts) {
      expect(chart.width).toBeGreaterThan(300);
      expect(chart.height).toBeGreaterThan(80);
      expect(chart.marks).toBeGreaterThan(4);
    }
    const stories = text.slice(text.indexOf("6. Stories and hypotheses"), text.indexOf("7. The hunt"));
    expect(stories).toContain("telemetry.fontcache-cdn.example");
    expect(stories).toMatch(/mailbox rule/);
    expect(text).toMatch(/T1021\.002 SMB\/Windows Admin Shares/);
    expect(text).toMatch(/What to do today/);
    expect(text).toMatch(/user-anomaly-detector@[0-9a-f]{64}/);
    expect(shown).not.toMatch(/undefined|NaN|\[object/);
  });

  test("the hunt over a folder of logs runs from top to bottom", async () => {
    writeSmallLogs(join(folder, "logs"));
    await run("own-logs.ipynb", { SPOOR_LOGS: join(folder, "logs"), SPOOR_FOLDER: join(folder, "own") });
    const { text } = await lookedAt("own-logs.html");
    expect(text).toContain("network_activity");
    expect(text).toMatch(/\d+ events, 2026-11-0/);
    expect(existsSync(join(folder, "own", "out", "report.html"))).toBe(true);
  });
});

async function run(name: string, environment: Readonly<Record<string, string>> = {}): Promise<void> {
  const child = spawn(process.execPath, [join(root, "scripts", "notebook.mjs"), join(notebooks, name), folder], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect(code, said).toBe(0);
}

const looked = z.object({
  /** The whole page, and what the cells showed. */
  text: z.string(),
  shown: z.string(),
  charts: z.array(z.object({ width: z.number(), height: z.number(), marks: z.number() })),
});

async function lookedAt(page: string): Promise<z.infer<typeof looked>> {
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox"] });
  try {
    const tab = await browser.newPage();
    // The page asks a stranger for its formulas; nothing is sent.
    await tab.route(/^https?:/, (route) => route.abort());
    await tab.goto(pathToFileURL(join(folder, page)).href, { waitUntil: "domcontentloaded" });
    return looked.parse(
      await tab.evaluate(`({
        text: document.body.innerText,
        shown: [...document.querySelectorAll(".jp-OutputArea-output")].map((output) => output.innerText).join("\\n"),
        charts: [...document.querySelectorAll("svg.spoor-chart")].map((svg) => ({
          width: svg.getBoundingClientRect().width,
          height: svg.getBoundingClientRect().height,
          // Many dots may be one path: each of its beginnings is a mark.
          marks: [...svg.querySelectorAll("path")].reduce((sum, path) => sum + path.getAttribute("d").split("M").length - 1, 0)
            + svg.querySelectorAll("rect,line,circle,text").length,
        })),
      })`),
    );
  } finally {
    await browser.close();
  }
}
