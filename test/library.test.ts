// Spoor as a library: the package as it would be shipped lies in a project of somebody's, whose programs are the examples.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyAssets } from "../scripts/copy-assets.mjs";
import { exportsOf } from "../scripts/docs/api.ts";
import { apiPages, emit } from "../scripts/docs/emit.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const project = mkdtempSync(join(tmpdir(), "spoor-library-"));
const shipped = join(project, "node_modules", "spoor");

beforeAll(() => {
  mkdirSync(shipped, { recursive: true });
  emit(root, join(shipped, "dist"), { code: true });
  copyAssets(join(root, "src"), join(shipped, "dist"));
  cpSync(join(root, "package.json"), join(shipped, "package.json"));
  for (const name of readdirSync(join(root, "node_modules")))
    if (!existsSync(join(project, "node_modules", name)))
      symlinkSync(join(root, "node_modules", name), join(project, "node_modules", name));
  cpSync(join(root, "examples"), join(project, "examples"), { recursive: true });
  writeFileSync(join(project, "package.json"), '{ "type": "module", "private": true }\n');
  // As strict as a project can be, but for the declarations of others.
  const compilerOptions = {
    target: "es2023",
    module: "nodenext",
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    types: ["node"],
    noEmit: true,
  };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["examples"] }));
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

/** Runs an example as its first line says, and gives what it prints. */
function run(example: string, ...words: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", `examples/${example}.ts`, ...words], {
    cwd: project,
    encoding: "utf8",
  });
  expect(status, stderr).toBe(0);
  return stdout;
}

describe("the examples", () => {
  test("type-check against what the package ships", () => {
    const { status, stdout } = spawnSync(join(root, "node_modules", ".bin", "tsc"), ["-p", project], { encoding: "utf8" });
    expect(stdout).toBe("");
    expect(status).toBe(0);
  });

  test("hunt over a folder, read the findings, ask the store, publish the results", () => {
    expect(run("hunt-a-folder", "examples/logs", "hunted")).toMatch(/^\d+ (High|Critical): .*10\.1\.0\.12.*198\.51\.100\.23/m);
    expect(existsSync(join(project, "hunted/results/report.html"))).toBe(true);
    expect(run("read-findings", "hunted/results")).toMatch(/^ +\d+\.\d {2}rhythm/m);
    expect(
      run("query-a-store", "hunted/store", "443")
        .split("\n")
        .filter((line) => line.includes(": 22 connections")),
    ).toHaveLength(3);
    expect(run("publish-results", "hunted/results", "shelf")).toMatch(/^written: shelf\/hunt\/\d{4}-\d{2}-\d{2}\/report\.html$/m);
    expect(run("publish-results", "hunted/results", "shelf")).toMatch(/^unchanged: .*report\.html$/m);
  });

  test("a detector of one's own finds the ports that one host alone uses", () => {
    expect(run("own-detector", "examples/logs", "own").trimEnd().split("\n")).toEqual([
      "50 Medium: 10.1.0.12 alone uses port 8443, to 198.51.100.23",
      "39 Low: 10.1.0.13 alone uses port 4444, to 203.0.113.77",
    ]);
  });

  test("an isolation forest tells the odd row and which number made it so", () => {
    expect(run("isolation-forest")).toMatch(/^row 60 of 61, score -0\.\d+\n {2}sign-ins 22: /);
  });
});

describe("what the package exports", () => {
  test("is what docs/api says (after a change that is meant: npm run api)", () => {
    for (const { page, text } of apiPages(root, join(shipped, "dist")))
      expect(text, page).toBe(readFileSync(join(root, page), "utf8"));
  });

  test("has a sentence for everything", () => {
    const silent = apiPages(root, join(shipped, "dist")).flatMap(({ page, exported }) =>
      exported.filter(({ description }) => description === "").map(({ name }) => `${page}: ${name}`),
    );
    expect(silent).toEqual([]);
  });
});

test("declarations are followed through re-exports and new names, and an export that leads nowhere is an error", () => {
  const files: Record<string, string> = {
    "index.d.ts": 'export { type A, b as c } from "./inner/x.ts";\nexport type * from "./types.ts";\n',
    "inner/x.d.ts":
      "/** An A. */\nexport interface A {\n    readonly a: 1;\n}\nexport declare function b(): void;\nexport declare const hidden: 2;\n",
    "types.d.ts": "/**\n * Both.\n */\nexport declare const t: 1;\nexport type t = typeof t;\n",
  };
  expect(exportsOf("index.d.ts", (path) => files[path])).toEqual([
    { name: "A", description: "An A.", declaration: "interface A {\n    readonly a: 1;\n}" },
    { name: "c", description: "", declaration: "function b(): void;" },
    { name: "t", description: "Both.", declaration: "const t: 1;\ntype t = typeof t;" },
  ]);
  expect(() => exportsOf("index.d.ts", (path) => files[path]?.replace("function b", "function d"))).toThrow("does not export b");
});
