// npm run bench [-- NAME…]: what Spoor claims about speed and memory, each beside something measured in the same run.
// Without Python and scikit-learn only our side is measured.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { growth } from "./growth.ts";
import { quality } from "./quality.ts";
import { classesOf, clusteredRows } from "./rows.ts";
import type { Task } from "./tasks.ts";

interface Claim {
  readonly task: Task;
  readonly rows: number;
  readonly columns: number;
  /** At most this share of scikit-learn's CPU seconds, and of its memory. */
  readonly cpuShare: number;
  readonly memoryShare: number | null;
}

const claims: readonly Claim[] = [
  { task: "isolation-forest", rows: 1_000_000, columns: 6, cpuShare: 1 / 15, memoryShare: 1 / 2 },
  { task: "random-forest", rows: 100_000, columns: 20, cpuShare: 1, memoryShare: null },
  { task: "dbscan", rows: 20_000, columns: 6, cpuShare: 1, memoryShare: null },
  { task: "pca", rows: 100_000, columns: 30, cpuShare: 1, memoryShare: null },
];

const side = z.object({ cpuSeconds: z.number(), peakBytes: z.number(), result: z.number() });
type Side = z.infer<typeof side>;

const here = fileURLToPath(new URL(".", import.meta.url));
const python = ["python3", "/usr/bin/python3"].find(
  (program) => spawnSync(program, ["-c", "import sklearn"], { stdio: "ignore" }).status === 0,
);
const asked = process.argv.slice(2);
const isAsked = (name: string) => asked.length === 0 || asked.includes(name);

const folder = mkdtempSync(join(tmpdir(), "spoor-bench-"));
try {
  if (python === undefined)
    console.log("scikit-learn is not installed (apt-get install python3-sklearn): only our side is measured.\n");
  for (const claim of claims.filter(({ task }) => isAsked(task))) report(claim);
  if (isAsked("growth")) growth((task, rows, columns) => measured(ours(), task, clusteredFile(rows, columns), rows, columns));
  if (isAsked("quality")) quality();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function clusteredFile(rows: number, columns: number, withClasses = false): string {
  const matrix = clusteredRows(rows, columns, 1);
  const file = join(folder, `${rows}x${columns}`);
  writeFileSync(file, new Uint8Array(matrix.values.buffer));
  if (withClasses) writeFileSync(`${file}.classes`, classesOf(matrix, 2));
  return file;
}

function ours(): string[] {
  return [process.execPath, "--import", "tsx", join(here, "side.ts")];
}

function measured([program = "", ...words]: readonly string[], task: Task, file: string, rows: number, columns: number): Side {
  const done = spawnSync(program, [...words, task, String(rows), String(columns), file], { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${task} failed: ${done.stderr}`);
  return side.parse(JSON.parse(done.stdout));
}

function report({ task, rows, columns, cpuShare, memoryShare }: Claim): void {
  const file = clusteredFile(rows, columns, task === "random-forest");
  const we = measured(ours(), task, file, rows, columns);
  const line = `${task} ${rows} x ${columns}: ours ${told(we)}`;
  if (python === undefined) {
    console.log(line);
    return;
  }
  const they = measured([python, join(here, "scikit-learn.py")], task, file, rows, columns);
  const cpu = we.cpuSeconds / they.cpuSeconds;
  const memory = we.peakBytes / they.peakBytes;
  const kept = cpu <= cpuShare && (memoryShare === null || memory <= memoryShare);
  console.log(
    `${line}; scikit-learn ${told(they)}; CPU 1/${(1 / cpu).toFixed(1)} (claim 1/${(1 / cpuShare).toFixed(0)}), memory ${memory.toFixed(2)}${memoryShare === null ? "" : ` (claim ${memoryShare})`}: ${kept ? "kept" : "NOT KEPT"}`,
  );
  if (!kept) process.exitCode = 1;
}

function told({ cpuSeconds, peakBytes }: Side): string {
  return `${cpuSeconds.toFixed(2)} CPU s, ${(peakBytes / 2 ** 20).toFixed(0)} MiB`;
}
