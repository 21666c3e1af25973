import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import type { Simulator } from "../src/cli/simulator.ts";
import { serveEstate } from "./serve-estate.ts";
import { type Simulated, type SimulateOptions, simulate } from "./simulate.ts";

const options: Omit<SimulateOptions, "directory" | "truthFile"> = {
  events: 12_000,
  seed: 42,
  start: "2026-11-10",
  people: 40,
  days: 1,
  attacks: ["mailbox-takeover"],
};

let folder = "";
let told: Simulated = { people: 0, devices: 0, days: 0, files: 0, records: 0, bytes: 0 };
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "spoor-simulate-"));
  told = await simulate({ ...options, directory: join(folder, "one"), truthFile: join(folder, "truth.json") });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function hashOf(directory: string): string {
  const hash = createHash("sha256");
  for (const path of filesBelow(directory)) hash.update(relative(directory, path)).update(readFileSync(path));
  return hash.digest("hex");
}

test("about as many records are written as were asked for, and they are counted right", () => {
  expect(told.records).toBeGreaterThan(options.events * 0.8);
  expect(told.records).toBeLessThan(options.events * 1.2);
  const files = filesBelow(join(folder, "one"));
  expect(files).toHaveLength(told.files);
  const lines = files
    .filter((path) => !path.includes("/proofpoint/"))
    .flatMap((path) => gunzipSync(readFileSync(path)).toString("utf8").split("\n"))
    .filter((line) => line !== "" && !line.startsWith("#"));
  const answers = files
    .filter((path) => path.includes("/proofpoint/") && path.endsWith(".json.gz"))
    .map((path) => z.record(z.string(), z.unknown()).parse(JSON.parse(gunzipSync(readFileSync(path)).toString("utf8"))));
  const members = answers.flatMap((answer) => Object.values(answer)).map((value) => (Array.isArray(value) ? value.length : 0));
  const rest = files.filter((path) => path.includes("/proofpoint/") && path.endsWith(".ndjson.gz"));
  const others = rest.flatMap((path) => gunzipSync(readFileSync(path)).toString("utf8").trimEnd().split("\n"));
  expect(lines.length + members.reduce((a, b) => a + b, 0) + others.length).toBe(told.records);
});

test("the same seed gives the same bytes, another seed others", async () => {
  await simulate({ ...options, directory: join(folder, "again"), truthFile: join(folder, "again.json") });
  expect(hashOf(join(folder, "again"))).toBe(hashOf(join(folder, "one")));
  expect(readFileSync(join(folder, "again.json"), "utf8")).toBe(readFileSync(join(folder, "truth.json"), "utf8"));
  await simulate({ ...options, seed: 7, directory: join(folder, "other"), truthFile: null });
  expect(hashOf(join(folder, "other"))).not.toBe(hashOf(join(folder, "one")));
});

test("the truth is told outside of the records, and the records say nothing of it", () => {
  const truth = z
    .object({ attacks: z.array(z.object({ id: z.string(), steps: z.array(z.unknown()).min(1) })) })
    .parse(JSON.parse(readFileSync(join(folder, "truth.json"), "utf8")));
  expect(truth.attacks.map(({ id }) => id)).toEqual(["mailbox-takeover"]);
  for (const path of filesBelow(join(folder, "one"))) {
    expect(path.slice(folder.length)).not.toMatch(/truth|attack/i);
    expect(gunzipSync(readFileSync(path)).toString("utf8")).not.toContain("mailbox-takeover");
  }
});

test("a folder that holds something, a truth among the records, and sizes that cannot be are refused before anything is written", async () => {
  const directory = join(folder, "refused");
  await expect(simulate({ ...options, directory, truthFile: join(directory, "truth.json") })).rejects.toThrow(/outside/);
  await expect(simulate({ ...options, directory, truthFile: null, people: 12 })).rejects.toThrow(/40 to 50,000/);
  await expect(simulate({ ...options, directory, truthFile: null, events: 100_000_000 })).rejects.toThrow(/more people/);
  await expect(simulate({ ...options, directory, truthFile: null, start: "tomorrow" })).rejects.toThrow(/is not a day/);
  expect(existsSync(directory)).toBe(false);
  writeFileSync(join(folder, "file"), "x");
  await expect(simulate({ ...options, directory: folder, truthFile: null })).rejects.toThrow(/is not empty/);
});

test("the command line knows what the simulator gives", () => {
  const door: Pick<Simulator, "simulate" | "serveEstate"> = { simulate, serveEstate };
  expect(Object.keys(door)).toEqual(["simulate", "serveEstate"]);
});

test("the vendors' interfaces are served over the week up to now, with settings for the collectors", async () => {
  const now = new Date("2026-11-13T15:00:00Z");
  const served = await serveEstate({ events: 20_000, seed: 42, people: 40, attacks: [], clock: () => now });
  try {
    const settings = z
      .object({
        collect: z.object({
          crowdstrike: z.object({ baseUrl: z.string(), clientSecret: z.string() }),
          microsoft: z.object({ graphUrl: z.string(), loginUrl: z.string(), clientSecret: z.string() }),
          proofpoint: z.object({ baseUrl: z.string(), principal: z.string(), secret: z.string() }),
        }),
      })
      .parse(parse(served.settings));
    const { principal, secret, baseUrl } = settings.collect.proofpoint;
    const password = served.environment[secret.replace("env:", "")] ?? "";
    const authorization = `Basic ${Buffer.from(`${principal}:${password}`).toString("base64")}`;
    const url = `${baseUrl}/v2/siem/all?format=json&interval=2026-11-13T09:00:00Z/2026-11-13T10:00:00Z`;
    const answer = await fetch(url, { headers: { authorization } });
    expect(answer.status).toBe(200);
    expect((await fetch(url)).status).toBe(401);
    for (const value of Object.values(served.environment)) expect(served.settings).not.toContain(value);
  } finally {
    await served.close();
  }
});
