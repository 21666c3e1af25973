// A whole run with a language model, by the command line: it adds, and changes nothing of what stands without it.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { spoor, startSpoor, type Told } from "./support/command-line.ts";
import { type MessagesApi, ruleBrain, startMessagesApi } from "./support/messages-api/index.ts";
import { differences, findingsWithoutActivity, resultsIn } from "./support/results.ts";
import { writeSmallLogs } from "./support/small-logs.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
const folder = mkdtempSync(join(tmpdir(), "spoor-pursuit-run-"));
const key = "sk-ant-canary-0123456789";
let api: MessagesApi;
let plain: Map<string, string>;
let withModel: Map<string, string>;
let told: Told;

function settings(name: string, claude: object): void {
  const whole = { baseUrl: api.url, spend: join(folder, "spend"), pursue: 2, mostSeconds: 60, secondsPerCall: 20, ...claude };
  writeFileSync(join(folder, name), JSON.stringify({ ai: "claude", claude: whole }));
}

// Two detectors are enough for hypotheses to pursue, and quicker than all.
const few = ["--only", "beaconing,unusual-sign-in"];

function hunt(...words: string[]): Promise<Told> {
  return spoor(["hunt", "--store", "store", ...few, ...words], { cwd: folder, env: { ANTHROPIC_API_KEY: key } });
}

beforeAll(async () => {
  api = await startMessagesApi({ brain: ruleBrain() });
  writeSmallLogs(join(folder, "logs"));
  expect((await hunt("logs", "--out", "plain", "--ai", "off")).code).toBe(0);
  settings("spoor.yaml", {});
  told = await hunt("--out", "with-model", "--config", "spoor.yaml");
  plain = resultsIn(join(folder, "plain"));
  withModel = resultsIn(join(folder, "with-model"));
});
afterAll(async () => {
  await api?.close();
  rmSync(folder, { recursive: true, force: true });
});

const record = z.looseObject({ origin: z.string().optional(), hypothesisId: z.string().nullish(), id: z.string() });
const records = (text: string | undefined) => z.array(record).parse(JSON.parse(text ?? "[]"));

test("findings, stories, and the knowledge base's hypotheses with their hunts are the same with and without it", () => {
  expect(told.code, told.err).toBe(0);
  expect(differences(plain, withModel, ["stories.json"])).toEqual([]);
  // The first run makes the records of the findings, the second revises them.
  expect(findingsWithoutActivity(withModel)).toEqual(findingsWithoutActivity(plain));
  const added = records(withModel.get("hypotheses.json")).filter(({ origin }) => origin === "model");
  const ids = new Set(added.map(({ id }) => id));
  const kept = (name: string) =>
    records(withModel.get(name)).filter(({ id, hypothesisId }) => !ids.has(id) && !ids.has(hypothesisId ?? ""));
  for (const name of ["hypotheses.json", "hunts.json"]) expect(kept(name)).toEqual(records(plain.get(name)));
  expect([...plain.keys()].filter((name) => /pursuits|claude/.test(name))).toEqual([]);
  expect(plain.get("report.md")).not.toContain("Pursued with a language model");
});

const pursuits = () =>
  z
    .array(
      z.looseObject({ hypothesisId: z.string(), ended: z.string(), claims: z.array(z.unknown()), steps: z.array(z.unknown()) }),
    )
    .parse(JSON.parse(withModel.get("pursuits.json") ?? "null"));

test("what was pursued stands in the results, in the report and on the terminal, step by step in its ledger", () => {
  expect(pursuits().map(({ ended }) => ended)).toEqual(["finished", "finished"]);
  for (const { hypothesisId, steps } of pursuits()) {
    const ledger = withModel.get(`claude/ledger/${hypothesisId}.ndjson`) ?? "";
    expect(
      ledger
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(steps);
  }
  expect(withModel.get("report.md")).toContain("Pursued with a language model");
  expect(told.out).toMatch(/2 hypotheses pursued by claude-sonnet-5-5 .*, \$\d+\.\d\d at list prices/);
});

test("no name of the house and no key left it", () => {
  const sent = api.requests.map(({ body }) => JSON.stringify(body)).join("\n");
  expect(sent).toContain("host_");
  for (const name of ["ws-01", "corp.example", key]) expect(sent).not.toContain(name);
  const files = readdirSync(join(folder, "with-model"), { recursive: true, encoding: "utf8" }).filter((name) =>
    name.includes("."),
  );
  for (const name of files) expect(readFileSync(join(folder, "with-model", name), "utf8"), name).not.toContain(key);
});

test("a recording gives the same pursuits to the byte and sends nothing", async () => {
  settings("replay.yaml", { replay: join(folder, "with-model", "claude") });
  const before = api.requests.length;
  const again = await hunt("--out", "replayed", "--config", "replay.yaml");
  expect(again.code, again.err).toBe(0);
  expect(differences(withModel, resultsIn(join(folder, "replayed")), ["pursuits.json", "hypotheses.json", "hunts.json"])).toEqual(
    [],
  );
  expect(api.requests).toHaveLength(before);
});

test("Ctrl-C while a hypothesis is pursued keeps all that the run found, and the steps that were made", async () => {
  const rule = ruleBrain();
  let turns = 0;
  api.setBrain((request, call) => {
    if (request.output_config?.format != null) return rule(request, call);
    turns += 1;
    return turns < 3 ? rule(request, call) : new Promise(() => {});
  });
  settings("patient.yaml", { secondsPerCall: 100, idleSeconds: 100 });
  const running = startSpoor(["hunt", "--store", "store", ...few, "--out", "stopped", "--config", "patient.yaml"], {
    cwd: folder,
    env: { ANTHROPIC_API_KEY: key },
  });
  await vi.waitUntil(() => turns >= 3, { timeout: 240_000, interval: 50 });
  running.child.kill("SIGINT");
  const { code, err } = await running.ended;
  expect(code, err).toBe(130);
  const stopped = resultsIn(join(folder, "stopped"));
  expect(findingsWithoutActivity(stopped)).toEqual(findingsWithoutActivity(plain));
  expect(stopped.get("gaps.json")).toContain("it was stopped while it ran");
  expect(stopped.get("report.md")).toBeDefined();
  const [ledger] = [...stopped].filter(([name]) => name.startsWith("claude/ledger/"));
  expect(
    ledger?.[1]
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown).length,
  ).toBeGreaterThan(2);
});

test("an engine that dies while a hypothesis is pursued costs that pursuit: the rest of the run, verdicts included, stands", async () => {
  const rule = ruleBrain();
  let turns = 0;
  let killed = 0;
  api.setBrain((request, call) => {
    if (request.output_config?.format != null) return rule(request, call);
    turns += 1;
    if (turns !== 3) return rule(request, call);
    const engine = enginesOf(running.child.pid ?? 0);
    for (const pid of engine) process.kill(pid, "SIGKILL");
    killed = engine.length;
    return rule(request, call);
  });
  const running = startSpoor(["hunt", "--store", "store", ...few, "--out", "broken", "--config", "spoor.yaml"], {
    cwd: folder,
    env: { ANTHROPIC_API_KEY: key },
  });
  const { code, err } = await running.ended;
  expect([code, killed], err).toEqual([0, 1]);
  const broken = resultsIn(join(folder, "broken"));
  expect(findingsWithoutActivity(broken)).toEqual(findingsWithoutActivity(plain));
  const ofKnowledge = (text: string | undefined) =>
    records(text).filter(({ id }) => records(plain.get("hunts.json")).some((one) => one.id === id));
  expect(ofKnowledge(broken.get("hunts.json"))).toEqual(records(plain.get("hunts.json")));
  // The next statement starts the engine again: what was lost is at most the pursuit that was under way, and then it is told.
  const ended = z.array(z.looseObject({ ended: z.string() })).parse(JSON.parse(broken.get("pursuits.json") ?? "[]"));
  const told =
    broken.get("gaps.json")?.match(/it failed: [^"]*ended unexpectedly[^"]*what the library's hunts say stands/g) ?? [];
  expect([...ended.map((one) => one.ended), ...told], broken.get("gaps.json")).toHaveLength(2);
});

test("what a killed run had put aside counts as spent, and two runs at once in one store stay within the day together", async () => {
  let isAsked = false;
  api.setBrain(() => {
    isAsked = true;
    return new Promise(() => {});
  });
  const spend = join(folder, "killed-spend");
  settings("killed.yaml", { spend, secondsPerCall: 100, idleSeconds: 100 });
  const running = startSpoor(["hunt", "--store", "store", ...few, "--out", "killed", "--config", "killed.yaml"], {
    cwd: folder,
    env: { ANTHROPIC_API_KEY: key },
  });
  await vi.waitUntil(() => isAsked, { timeout: 240_000, interval: 50 });
  running.signalGroup("SIGKILL");
  await running.ended;
  const day = async () =>
    z
      .object({ usd: z.number(), runs: z.array(z.object({ held: z.number(), usd: z.number() })) })
      .parse(JSON.parse((await spoor(["ai", "spend", "--json", "--config", "killed.yaml"], { cwd: folder })).out));
  const before = await day();
  expect(before.runs).toEqual([{ held: before.usd, usd: before.usd }]);
  expect(before.usd).toBeGreaterThan(0);
  const usdPerDay = Math.round(1e6 * (before.usd + 0.35)) / 1e6;
  settings("together.yaml", { spend, usdPerDay });
  api.setBrain(ruleBrain());
  const both = await Promise.all(["one", "two"].map((out) => hunt("--out", out, "--config", "together.yaml")));
  expect(
    both.map(({ code }) => code),
    both.map(({ err }) => err).join("\n"),
  ).toEqual([0, 0]);
  for (const out of ["one", "two"])
    expect(findingsWithoutActivity(resultsIn(join(folder, out)))).toEqual(findingsWithoutActivity(plain));
  const after = await day();
  expect(after.runs.length).toBeGreaterThan(1);
  expect(after.usd).toBeGreaterThan(before.usd);
  expect(after.usd).toBeLessThanOrEqual(usdPerDay);
});

/** Engines that a process of the command line has started. */
function enginesOf(pid: number): number[] {
  const children = spawnSync("pgrep", ["-P", String(pid)], { encoding: "utf8" })
    .stdout.split("\n")
    .filter((line) => line !== "");
  return children.map(Number).filter((child) => readFileSync(`/proc/${child}/cmdline`, "utf8").includes("embedded-child"));
}
