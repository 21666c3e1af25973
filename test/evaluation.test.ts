import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadDetectors } from "../src/detectors/load.ts";
import { areaDetectors } from "../src/evaluation/areas.ts";
import { type Evaluation, evaluate, type RunHunt } from "../src/evaluation/evaluate.ts";
import { evaluationText } from "../src/evaluation/table.ts";

// What Spoor promises about its detectors, measured as a user would: `spoor hunt` over recorded logs of other people, one store a set.

const root = fileURLToPath(new URL("..", import.meta.url));
const sharedData = join(root, "..", "shared", "data");
const absent = !existsSync(sharedData);
const why = absent ? " (skipped: the recorded sets are not beside the checkout)" : "";

/** The sets that a promise is about: ten captures, seventeen sets of Windows events, one tunnel and one ssh log. */
const promised =
  /^(beaconing\/(?!.*(asyncrat|netflow-normal))|lateral\/otrf-host\/|exfil\/ndpi-dns-tunnel-iodine$|signin\/elastic-ssh-auth$)/;

const runHunt: RunHunt = async ({ paths, store, out, internal, seed, year }) => {
  const options = ["--store", store, "--out", out, "--internal", internal.join(","), "--seed", String(seed), "--quiet"];
  const command = ["--import", "tsx", join(root, "src", "cli", "main.ts"), "hunt", ...paths, ...options];
  await promisify(execFile)(process.execPath, year === undefined ? command : [...command, "--year", String(year)], { cwd: root });
};

test("every area is answered by a detector that exists", async () => {
  const known = new Set((await loadDetectors()).map((detector) => detector.id));
  const unanswered = Object.entries(areaDetectors).filter(([, ids]) => !ids.some((id) => known.has(id)));
  expect(unanswered).toEqual([]);
});

describe.skipIf(absent)(`quality on recorded attacks and recorded normal days${why}`, () => {
  let work = "";
  let evaluation: Evaluation;
  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), "spoor-evaluation-"));
    evaluation = await evaluate([sharedData], { runHunt, work, seed: 42, isWanted: (id) => promised.test(id) });
  }, 1_800_000);
  afterAll(() => rm(work, { recursive: true, force: true }));

  test("every set was hunted and scored", () => {
    expect(evaluation.sets.filter((set) => set.state !== "scored")).toEqual([]);
    expect(evaluation.sets).toHaveLength(29);
  });

  test.each([
    "beacons-found",
    "beacons-above-line",
    "steady-benign-pairs",
    "lateral-movement-named",
    "lateral-movement-negatives",
    "dns-tunnel",
    "web-upload",
    "password-sources",
  ])("the promise %s is kept", (id) => {
    const gate = evaluation.gates.find((one) => one.id === id);
    expect(gate?.isPassed, `${gate?.claim}\n${evaluationText({ ...evaluation, gates: gate === undefined ? [] : [gate] })}`).toBe(
      true,
    );
  });
});
