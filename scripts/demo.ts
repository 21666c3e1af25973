// Writes the sample and hunts it, the way anyone would hunt their own folder; then says where the report is.
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { writeSample } from "../simulator/sample.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "spoor-demo");
const logs = join(folder, "sample", "logs");
const out = join(folder, "out");

// Every demo begins afresh.
for (const part of ["sample", "store", "out"]) rmSync(join(folder, part), { recursive: true, force: true });
const { files, events } = writeSample({
  directory: logs,
  // Beside the logs, not among them: the hunt never sees it.
  truthFile: join(folder, "sample", "truth.json"),
  seed: 42,
  start: "2026-11-02",
});
console.log(`Wrote a sample of three days to ${shown(logs)}: ${events} events in ${files} files.`);
console.log(`What was done in it, and where, is told in ${shown(join(folder, "sample", "truth.json"))}.\n`);

const command = ["hunt", logs, "--store", join(folder, "store"), "--out", out];
console.log(`npx spoor ${command.map(shown).join(" ")}\n`);
const { status, error } = spawnSync(process.execPath, [join(root, "bin", "spoor.mjs"), ...command], {
  cwd: root,
  stdio: "inherit",
});
if (error !== undefined) throw error;

const report = join(out, "report.html");
if (status === 0 && existsSync(report)) console.log(`\nThe report: open ${shown(report)} in a browser.`);
process.exitCode = status ?? 1;

/** Paths as one would type them in the checkout. */
function shown(text: string): string {
  return text.startsWith(root) ? relative(root, text) : text;
}
