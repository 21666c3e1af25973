import { fork } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { fileLedger, Ledger } from "./ledger.ts";
import type { PursuitStep } from "./pursuit.ts";

const folder = mkdtempSync(join(tmpdir(), "spoor-ledger-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const step: Omit<PursuitStep, "position"> = {
  kind: "tool",
  what: "run_query",
  input: { sql: "SELECT 1\n-- two lines" },
  outcome: "ok",
  statement: null,
  eventIds: [],
  usage: null,
  usd: 0,
};

function stepsIn(file: string): unknown[] {
  return readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
}

test("a step is on the disk before the next one, in a file named by the hypothesis, whatever its id holds", async () => {
  const file = await fileLedger(join(folder, "own"), "../h 1");
  const ledger = new Ledger(file);
  await ledger.add(step);
  await ledger.add({ ...step, what: "finish" });
  expect(stepsIn(join(folder, "own", "___h_1.ndjson"))).toEqual([
    { position: 1, ...step },
    { position: 2, ...step, what: "finish" },
  ]);
  await file.close();
});

test("kill -9 leaves a ledger whose lines can all be read", async () => {
  const script = join(folder, "writes.mts");
  const ledgerModule = new URL("./ledger.ts", import.meta.url).href;
  writeFileSync(
    script,
    `import { fileLedger, Ledger } from ${JSON.stringify(ledgerModule)};
     const ledger = new Ledger(await fileLedger(${JSON.stringify(join(folder, "killed"))}, "h1"));
     for (let round = 0; ; round += 1) {
       await ledger.add({ ...${JSON.stringify(step)}, outcome: "x".repeat(5000) });
       if (round === 20) process.send?.("enough");
     }`,
  );
  const child = fork(script, { execArgv: ["--import", "tsx"], cwd: join(import.meta.dirname, "../..") });
  await new Promise((resolve) => {
    child.once("message", resolve);
    child.once("exit", resolve);
  });
  const ended = new Promise((resolve) => child.once("exit", (_, signal) => resolve(signal)));
  expect(child.kill("SIGKILL")).toBe(true);
  expect(await ended).toBe("SIGKILL");
  const text = readFileSync(join(folder, "killed", "h1.ndjson"), "utf8");
  const whole = text.slice(0, text.lastIndexOf("\n")).split("\n");
  expect(whole.length).toBeGreaterThan(20);
  expect(whole.map((line) => (JSON.parse(line) as { position: number }).position)).toEqual(whole.map((_, index) => index + 1));
});
