// npm run eval: what a language model adds to the hunt, and what it cannot take away.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { messageOf } from "../src/errors.ts";
import { versions } from "../src/versions.ts";
import { runCase } from "./arms.ts";
import { allCases, type Case } from "./cases.ts";
import { type EvalOptions, help, optionsOf } from "./options.ts";
import { assurancesOf, type CaseResult, type EvaluationOfModel } from "./results.ts";
import { tablesOf } from "./tables.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const sdk = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL("../node_modules/@anthropic-ai/sdk/package.json", import.meta.url), "utf8")));

const options = asked();
if (options?.help === true) console.log(help);
else if (options !== null) await evaluate(options);

function asked(): EvalOptions | null {
  try {
    return optionsOf(process.argv.slice(2));
  } catch (thrown) {
    console.error(`${messageOf(thrown)}\n\n${help}`);
    process.exitCode = 2;
    return null;
  }
}

async function evaluate(wanted: EvalOptions): Promise<void> {
  const known = await allCases(wanted.seed);
  const cases = known.filter(({ id }) => wanted.cases.length === 0 || wanted.cases.some((part) => id.includes(part)));
  if (wanted.list) {
    for (const { id } of cases) console.log(id);
    return;
  }
  const key = process.env.ANTHROPIC_API_KEY ?? "";
  if (cases.length === 0 || (wanted.maxUsd !== null && key === "")) {
    console.error(
      cases.length === 0 ? "no case has such a name; --list names them" : "--live needs the key in ANTHROPIC_API_KEY",
    );
    process.exitCode = 2;
    return;
  }
  const date = new Date().toISOString();
  const substrate = wanted.maxUsd === null ? "emulator" : "live";
  const stamp = date.slice(0, 19).replaceAll(/[-:]/g, "");
  const folder = join(here, "results", substrate);
  const file = join(folder, `${stamp}.json`);
  mkdirSync(folder, { recursive: true });
  const made = { date, spoor: versions.spoor, node: versions.node, sdk: sdk.version, seed: wanted.seed };
  const results: CaseResult[] = [];
  const evaluation: EvaluationOfModel = {
    substrate,
    made: { ...made, runs: wanted.runs, pursue: wanted.pursue, known: known.length },
    cases: results,
  };
  const progress = progressOf(cases.length);
  let left = wanted.maxUsd ?? 0;
  for (const [position, one] of cases.entries()) {
    if (wanted.maxUsd !== null && left <= 0) {
      results.push({ id: one.id, kind: one.kind, state: "not-scored", reason: "the money was spent before" });
      continue;
    }
    const live = wanted.maxUsd === null ? null : { key, usd: left, cassette: join(folder, stamp, `case-${position + 1}`) };
    const result = await resultOf(one, wanted, live, (part) => progress(position, `${one.id}: ${part}`));
    results.push(result);
    if (result.state === "scored")
      left -= result.arms.filter(({ arm }) => arm === "live").reduce((sum, { spentUsd }) => sum + spentUsd, 0);
    // After every case: what was paid for is not lost.
    writeFileSync(file, `${JSON.stringify(evaluation, null, 2)}\n`, { mode: 0o600 });
    if (wanted.summary !== null) writeFileSync(wanted.summary, tablesOf(evaluation));
  }
  progress(cases.length, "");
  const text = tablesOf(evaluation);
  console.log(wanted.json ? JSON.stringify(evaluation, null, 2) : text);
  console.error(`Results: ${relative(process.cwd(), file)}`);
  if (assurancesOf(results).some(({ broken }) => broken.length > 0)) process.exitCode = 1;
}

async function resultOf(
  one: Case,
  { arms, seed, runs, pursue }: EvalOptions,
  live: Parameters<typeof runCase>[1]["live"],
  onArm: (part: string) => void,
): Promise<CaseResult> {
  const { id, kind } = one;
  const work = mkdtempSync(join(tmpdir(), "spoor-eval-"));
  try {
    onArm("logs");
    const staged = await one.stage(work);
    if (typeof staged === "string") return { id, kind, state: "not-scored", reason: staged };
    const now = (): number => performance.now();
    const ran = await runCase(staged, { arms, seed, runs, pursue, work: join(work, "hunt"), only: [], live, now, onArm });
    return { id, kind, state: "scored", arms: ran };
  } catch (thrown) {
    return { id, kind, state: "failed", reason: messageOf(thrown) };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** One line that says where it is and how long it may still take, by what the cases took so far. */
function progressOf(total: number): (done: number, part: string) => void {
  const began = performance.now();
  return (done, part) => {
    const seconds = (performance.now() - began) / 1000;
    const leftSeconds = done === 0 ? null : (seconds / done) * (total - done);
    const left =
      leftSeconds === null
        ? ""
        : leftSeconds > 90
          ? `, about ${Math.round(leftSeconds / 60)} min left`
          : `, about ${Math.round(leftSeconds)} s left`;
    const line = done >= total ? "" : `case ${done + 1} of ${total}${left}  ${part}`;
    if (process.stderr.isTTY) process.stderr.write(`\r\u001B[2K${line}`);
    else if (line !== "") process.stderr.write(`${line}\n`);
  };
}
