import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { copyAssets } from "../scripts/copy-assets.mjs";
import { countTests } from "../scripts/count-tests.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const passed = { status: "passed", fullName: "adds" };
const failed = { status: "failed", fullName: "subtracts" };
const skipped = { status: "skipped", fullName: "needs data" };

test("tests are counted as they ended", () => {
  const report = {
    testResults: [
      { name: "a.test.ts", status: "passed", assertionResults: [passed, skipped] },
      { name: "b.test.ts", status: "failed", assertionResults: [passed, failed] },
    ],
  };
  expect(countTests(report, 1)).toEqual({ passed: 2, failed: 1, skipped: 1, failures: ["subtracts"], skips: ["needs data"] });
});

test("a file that could not be loaded is a failure although it holds no failed test", () => {
  const report = { testResults: [{ name: "a.test.ts", status: "failed", assertionResults: [] }] };
  expect(countTests(report, 1)).toMatchObject({ passed: 0, failed: 1 });
});

test("a runner that failed is never counted as a success: unhandled error, or no report at all", () => {
  const report = { testResults: [{ name: "a.test.ts", status: "passed", assertionResults: [passed] }] };
  expect(countTests(report, 1)).toMatchObject({ passed: 1, failed: 1 });
  expect(countTests(null, null)).toMatchObject({ passed: 0, failed: 1 });
});

test("a build carries .sql, .json and .md along, and leaves TypeScript and test data behind", () => {
  const folder = mkdtempSync(join(tmpdir(), "spoor-assets-"));
  try {
    for (const path of ["a/detect.sql", "a/README.md", "a/index.ts", "a/cases/hit.ndjson", "data.json"]) {
      mkdirSync(dirname(join(folder, "src", path)), { recursive: true });
      writeFileSync(join(folder, "src", path), path);
    }
    expect(copyAssets(join(folder, "src"), join(folder, "dist"))).toBe(3);
    expect(readFileSync(join(folder, "dist/a/detect.sql"), "utf8")).toBe("a/detect.sql");
    expect(existsSync(join(folder, "dist/a/README.md"))).toBe(true);
    expect(existsSync(join(folder, "dist/a/index.ts"))).toBe(false);
    expect(existsSync(join(folder, "dist/a/cases"))).toBe(false);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("the test command is the same in README and in .ci/run", () => {
  const command = "npm install --no-audit --no-fund && npm test";
  expect(readFileSync(join(root, "README.md"), "utf8")).toContain(command);
  expect(readFileSync(join(root, ".ci/run"), "utf8")).toContain(command);
});
