import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SpoorError } from "../errors.ts";
import { findingsNdjson } from "../findings/ndjson.ts";
import { findingOf } from "../findings/testing.ts";
import type { Finding } from "../types.ts";
import { evaluate, type HuntRequest, type RunHunt, truthOf } from "./evaluate.ts";
import { findSets } from "./sets.ts";
import { evaluationJson, evaluationText, hasFailed } from "./table.ts";
import { sharedData } from "./testing.ts";
import type { Labelled } from "./truth.ts";

let work = "";
let data = "";
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "spoor-evaluate-"));
  data = join(work, "data");
  await set("malware-beacon", {
    area: ["beaconing"],
    malicious: [{ src: "10.0.0.1", dst: "198.51.100.7", port: 443, conns: 50 }],
  });
  await set("normal-day", { area: ["beaconing-negatives"], malicious: [], year: 2017, internal: ["10.0.0.0/8"] });
  await set("rules", { area: ["edr"], stats: { rules: 3 } });
});
afterAll(() => rm(work, { recursive: true, force: true }));

async function set(name: string, truth: object): Promise<void> {
  await mkdir(join(data, name), { recursive: true });
  await writeFile(join(data, name, "truth.json"), JSON.stringify(truth));
  await writeFile(join(data, name, "conn.jsonl"), '{"id.orig_h":"10.0.0.1","label":"Malicious"}\n');
}

async function write(request: HuntRequest, findings: readonly Finding[]): Promise<void> {
  const records = findings.map((finding) => ({ finding, activity: "Create" as const }));
  await writeFile(join(request.out, "findings.ndjson"), findingsNdjson(records, { version: "0.0.0" }));
}

const beacon = findingOf("beaconing", 82, 10, [
  "src_endpoint.ip=10.0.0.1",
  "dst_endpoint.ip=198.51.100.7",
  "dst_endpoint.port=443",
]);

test("each set is hunted on its own staged copy and scored; the hunt sees no label, no truth and no telling path", async () => {
  const requests: (HuntRequest & { seen: string[]; text: string })[] = [];
  const runHunt: RunHunt = async (request) => {
    const folder = request.paths[0] ?? "";
    const seen = await readdir(folder);
    const text = await readFile(join(folder, seen[0] ?? ""), "utf8");
    requests.push({ ...request, seen, text });
    expect(existsSync(request.store)).toBe(false);
    await write(request, [beacon]);
  };
  const evaluation = await evaluate([data], { runHunt, work: join(work, "run"), seed: 42 });
  expect(requests).toHaveLength(2);
  for (const request of requests) {
    expect(request.seen).toEqual(["conn.jsonl"]);
    expect(request.text).toBe('{"id.orig_h":"10.0.0.1"}\n');
    expect([...request.paths, request.store, request.out].join()).not.toMatch(/malware|normal|truth|label/);
  }
  expect(requests.map(({ internal, year, seed }) => ({ internal, year, seed }))).toEqual([
    { internal: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"], year: undefined, seed: 42 },
    { internal: ["10.0.0.0/8"], year: 2017, seed: 42 },
  ]);
  expect(new Set(requests.map(({ store }) => store)).size).toBe(2);
  expect(evaluation.sets.map(({ id, state }) => [id, state])).toEqual([
    ["malware-beacon", "scored"],
    ["normal-day", "scored"],
    ["rules", "not-scored"],
  ]);
  expect(evaluation.totals).toEqual([
    expect.objectContaining({
      area: "beaconing",
      sets: 2,
      positives: 1,
      found: 1,
      foundAboveLine: 1,
      recall: 1,
      falseAboveLine: 1,
    }),
  ]);
  expect(await readdir(join(work, "run", "out"))).toEqual([]);
  expect(JSON.parse(evaluationJson(evaluation))).toEqual(evaluation);
});

test("a hunt that breaks off or writes no findings is a failed set, not an empty one, and the others are still scored", async () => {
  const runHunt: RunHunt = async (request) => {
    if (request.year === 2017) return;
    throw new SpoorError("store-limit", "out of memory");
  };
  const evaluation = await evaluate([data], { runHunt, work: join(work, "failing"), seed: 42 });
  expect(evaluation.sets.map(({ state }) => state)).toEqual(["failed", "failed", "not-scored"]);
  expect(evaluation.sets[0]).toMatchObject({ reason: "out of memory" });
  expect(hasFailed(evaluation)).toBe(true);
  expect(evaluationText(evaluation)).toContain("malware-beacon: FAILED: out of memory");
});

test("cancelling ends the evaluation", async () => {
  const runHunt: RunHunt = () => Promise.reject(new SpoorError("cancelled", "stopped"));
  await expect(evaluate([data], { runHunt, work: join(work, "cancelled"), seed: 42 })).rejects.toMatchObject({
    code: "cancelled",
  });
});

test("the table names every miss and false alarm, why sets are not scored, and shows no control characters from logs", async () => {
  const stray = { ...findingOf("beaconing", 95, 11, ["src_endpoint.ip=10.0.0.2"]), title: "calls \u001b[2Jhome" };
  const runHunt: RunHunt = (request) => write(request, [stray]);
  const evaluation = await evaluate([data], {
    runHunt,
    work: join(work, "table"),
    seed: 42,
    isWanted: (id) => id !== "normal-day",
  });
  const text = evaluationText(evaluation);
  expect(text).toContain("malware-beacon, beaconing: 10.0.0.1 → 198.51.100.7:443");
  expect(text).toContain("malware-beacon, beaconing: rank 1, Critical, score 95.0: calls \u{fffd}[2Jhome");
  expect(text).toMatch(/rules: its labels are another product's rule tests/);
  expect(text).not.toContain("\u001b");
  expect(text).not.toContain("normal-day");
  expect(text).toMatch(/malware-beacon {2}beaconing {2}0 of 1 +0 % +0 of 1 +0 % +- +1 +1\.0/);
});

const absent = !existsSync(sharedData);
const why = absent ? " (skipped: the recorded sets are not beside the checkout)" : "";

describe.skipIf(absent)(`gates over the recorded sets${why}`, () => {
  test("a hunt that names everything labelled meets every gate; one that finds nothing meets only those on false alarms", async () => {
    const { sets } = await findSets([sharedData]);
    const truths = await Promise.all(sets.map((one) => truthOf(one)));
    const scoreable = truths.filter((truth) => truth.unscored === null);
    let position = 0;
    const perfect: RunHunt = (request) => {
      const truth = scoreable[position];
      position += 1;
      const named = (truth?.areas ?? []).flatMap(({ area, positives }) =>
        positives.map((label, at) => findingOf(area, 90 - at / 100, 10 + at, observablesOf(label))),
      );
      return write(request, named);
    };
    const all = await evaluate([sharedData], { runHunt: perfect, work: join(work, "perfect"), seed: 42 });
    expect(all.sets.filter((one) => one.state === "failed")).toEqual([]);
    expect(all.gates.map((gate) => [gate.id, gate.isPassed])).toEqual([
      ["beacons-found", true],
      ["beacons-above-line", true],
      ["steady-benign-pairs", true],
      ["lateral-movement-named", true],
      ["lateral-movement-negatives", true],
      ["dns-tunnel", true],
      ["web-upload", true],
      ["password-sources", true],
    ]);
    expect(all.totals.every((total) => total.recall === 1 && total.recallAboveLine === 1 && total.falseAboveLine === 0)).toBe(
      true,
    );
    expect(hasFailed(all)).toBe(false);

    const nothing = await evaluate([sharedData], {
      runHunt: (request) => write(request, []),
      work: join(work, "nothing"),
      seed: 42,
    });
    expect(nothing.gates.filter((gate) => gate.isPassed === true).map((gate) => gate.id)).toEqual([
      "steady-benign-pairs",
      "lateral-movement-negatives",
    ]);
    expect(nothing.totals.every((total) => total.found === 0)).toBe(true);
  });

  test("a hunt that alarms on everything misses the gates on false alarms", async () => {
    const noisy: RunHunt = (request) =>
      write(
        request,
        ["beaconing", "lateral-movement"].flatMap((detector) =>
          [1, 2, 3].map((hour) => findingOf(detector, 95, hour, [`src_endpoint.ip=203.0.113.${hour}`])),
        ),
      );
    const isWanted = (id: string): boolean => /ctu-normal|otrf-host/.test(id);
    const { gates } = await evaluate([sharedData], { runHunt: noisy, work: join(work, "noisy"), seed: 42, isWanted });
    const verdicts = new Map(gates.map((gate) => [gate.id, gate.isPassed]));
    expect(verdicts.get("steady-benign-pairs")).toBe(false);
    expect(verdicts.get("lateral-movement-negatives")).toBe(false);
    expect(verdicts.get("beacons-found")).toBeNull();
  });
});

function observablesOf(label: Labelled): readonly string[] {
  return [
    ...label.source.map((name) => `${/^[\d.]+$/.test(name) ? "src_endpoint.ip" : "src_endpoint.hostname"}=${name}`),
    ...label.target.map((name) => `${/^[\d.]+$/.test(name) ? "dst_endpoint.ip" : "dst_endpoint.hostname"}=${name}`),
    ...(label.port === null ? [] : [`dst_endpoint.port=${label.port}`]),
    ...label.protocols.slice(0, 1).map((name) => `connection_info.protocol_name=${name}`),
    ...(label.domain === null ? [] : [`query.hostname=${label.domain}`]),
    ...(label.user === null ? [] : [`actor.user.name=${label.user}`]),
  ];
}
