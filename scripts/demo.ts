// Plants attacks in a week of a simulated company, serves what three vendors know of it on loopback, collects it from there over HTTP,
// hunts, and says what was planted and what was found.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { linesOf } from "../simulator/compared-lines.ts";
import { planted, runDemo } from "../simulator/demo.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "spoor-demo");

const { code, comparison, report } = await runDemo({
  folder,
  seed: 42,
  now: Date.now(),
  people: 60,
  busyness: 0.2,
  attacks: planted,
  spoor: (words, environment) =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [join(root, "bin", "spoor.mjs"), ...words], {
        cwd: root,
        env: { ...process.env, ...environment },
        stdio: "inherit",
      });
      child.once("error", reject);
      child.once("close", resolve);
    }),
  tell: (line) => console.log(line.replaceAll(root, "")),
  milliseconds: () => performance.now(),
});

if (comparison !== null) console.log(`\n${linesOf(comparison).join("\n")}`);
if (existsSync(report))
  console.log(`\nThe report: open ${relative(root, report)} in a browser. (${(process.uptime()).toFixed(0)} s in all)`);
process.exitCode = code ?? 1;
