// Everything that `npm test` promises, one step after the other; a failed step does not hide the ones behind it.
// The last line counts each check and each test: "N passed, N failed".
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { countTests } from "./count-tests.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "spoor-test-"));
const resultFile = join(scratch, "vitest.json");

const checks = [
  { name: "build", command: ["node", "scripts/build.mjs"] },
  { name: "types", command: ["npm", "run", "--silent", "types"] },
  { name: "lint", command: ["npm", "run", "--silent", "lint"] },
  { name: "dead code", command: ["npm", "run", "--silent", "dead"] },
];

const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
const skips = [];
try {
  for (const { name, command } of checks) {
    const succeeded = run(name, command) === 0;
    total[succeeded ? "passed" : "failed"] += 1;
    if (!succeeded) failures.push(name);
  }
  const status = run("tests", ["vitest", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${resultFile}`]);
  const tests = countTests(readReport(resultFile), status);
  total.passed += tests.passed;
  total.failed += tests.failed;
  total.skipped += tests.skipped;
  failures.push(...tests.failures);
  skips.push(...tests.skips);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

printList("Skipped, each with its reason", skips);
printList("Failed", failures);
const skipped = total.skipped === 0 ? "" : `, ${total.skipped} skipped`;
process.exitCode = total.failed === 0 ? 0 : 1;
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);

function run(name, [program, ...rest]) {
  console.log(`\n== ${name}`);
  const started = performance.now();
  const { status, error } = spawnSync(program, rest, { cwd: root, stdio: "inherit" });
  if (error !== undefined) console.error(`${program} could not be started: ${error.message}. Run this as \`npm test\`.`);
  console.log(`== ${name}: ${status === 0 ? "ok" : "failed"} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  return status;
}

function printList(title, names) {
  if (names.length > 0) console.log(`\n${title}:\n${names.map((name) => `  ${name}`).join("\n")}`);
}

/** The runner's report; null when it died before writing one. */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}
