import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { tellSample, writeSample } from "./sample.ts";

const specs = fileURLToPath(new URL("../../shared/specs/", import.meta.url));
const hasSpecs = existsSync(specs);
const unlessSpecs = hasSpecs ? "" : " (skipped: ../shared/specs is not here)";
const options = { seed: 42, start: "2026-11-02" };

let folder = "";
let counts = { files: 0, events: 0 };
let texts = new Map<string, string>();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "spoor-sample-"));
  counts = writeSample({ ...options, directory: join(folder, "logs"), truthFile: join(folder, "truth.json") });
  texts = readTree(join(folder, "logs"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function readTree(directory: string): Map<string, string> {
  return new Map(
    filesBelow(directory).map((path) => {
      const bytes = readFileSync(path);
      return [relative(directory, path), (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8")];
    }),
  );
}

function hashOf(directory: string): string {
  const hash = createHash("sha256");
  for (const path of filesBelow(directory)) hash.update(relative(directory, path)).update(readFileSync(path));
  return hash.digest("hex");
}

function recordsOf(pattern: RegExp): Record<string, unknown>[] {
  const lines = [...texts].filter(([path]) => pattern.test(path)).flatMap(([, text]) => text.trimEnd().split("\n"));
  return lines.map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line)));
}

/** The records of a Zeek log as objects, after its headers have been checked. */
function zeekRecords(log: string): Record<string, string>[] {
  return [...texts]
    .filter(([path]) => path.startsWith("zeek/") && path.endsWith(`/${log}.log.gz`))
    .flatMap(([, text]) => {
      const lines = text.trimEnd().split("\n");
      const fields =
        lines
          .find((line) => line.startsWith("#fields\t"))
          ?.split("\t")
          .slice(1) ?? [];
      const types =
        lines
          .find((line) => line.startsWith("#types\t"))
          ?.split("\t")
          .slice(1) ?? [];
      expect(lines[0]).toBe("#separator \\x09");
      expect(lines.at(-1)).toMatch(/^#close\t/);
      expect(types).toHaveLength(fields.length);
      return lines
        .filter((line) => !line.startsWith("#"))
        .map((line) => {
          const values = line.split("\t");
          expect(values).toHaveLength(fields.length);
          return Object.fromEntries(fields.map((field, index) => [field, values[index] ?? ""]));
        });
    });
}

test("the same seed and start give the same bytes, another seed others", () => {
  const again = join(folder, "again");
  const other = join(folder, "other");
  writeSample({ ...options, directory: join(again, "logs"), truthFile: join(again, "truth.json") });
  writeSample({ ...options, seed: 7, directory: join(other, "logs"), truthFile: join(other, "truth.json") });
  expect(hashOf(join(again, "logs"))).toBe(hashOf(join(folder, "logs")));
  expect(readFileSync(join(again, "truth.json"), "utf8")).toBe(readFileSync(join(folder, "truth.json"), "utf8"));
  expect(hashOf(join(other, "logs"))).not.toBe(hashOf(join(folder, "logs")));
});

test("the sample is small, covers three days, and every format is there", () => {
  expect(counts.events).toBeGreaterThan(30_000);
  expect(counts.events).toBeLessThan(70_000);
  expect(counts.files).toBe(texts.size);
  const kinds = new Set([...texts.keys()].map((path) => path.replace(/\d{4}-\d{2}-\d{2}(T\d{2})?/, "DAY")));
  expect([...kinds].sort()).toEqual([
    "entra/sign-ins-DAY.ndjson",
    "falcon/alerts-DAY.ndjson",
    "falcon/devices.ndjson",
    "proofpoint/siem-DAY.json",
    "windows/events-DAY.ndjson.gz",
    "zeek/DAY/conn.log.gz",
    "zeek/DAY/dns.log.gz",
    "zeek/DAY/http.log.gz",
    "zeek/DAY/ssl.log.gz",
  ]);
  expect(texts.has("zeek/2026-11-02/conn.log.gz") && texts.has("zeek/2026-11-04/conn.log.gz")).toBe(true);
});

test("Zeek logs are whole: uids are unique, in order of time, and join dns, http and ssl to their connection", () => {
  const connections = zeekRecords("conn");
  const uids = new Set(connections.map((record) => record.uid));
  expect(uids.size).toBe(connections.length);
  const times = connections.map((record) => Number(record.ts));
  expect(times).toEqual([...times].sort((a, b) => a - b));
  for (const log of ["dns", "http", "ssl"]) {
    const records = zeekRecords(log);
    expect(records.length).toBeGreaterThan(500);
    expect(records.filter((record) => !uids.has(record.uid))).toEqual([]);
  }
});

test("Windows record numbers count up over all days, so that no two records of a channel are the same", () => {
  const records = recordsOf(/^windows\//);
  const keys = new Set(records.map((record) => JSON.stringify([record.Hostname, record.Channel, record.RecordNumber])));
  expect(keys.size).toBe(records.length);
  const ids = new Set(records.map((record) => record.EventID));
  for (const id of [1, 3, 4104, 4624, 4625, 4672, 4688, 4769, 5145, 7045]) expect(ids).toContain(id);
});

test("a person is the same in every log: mail, sign-in and Windows account; a device has one address", () => {
  const { estate } = tellSample(options.seed, options.start);
  expect(estate.people).toHaveLength(40);
  expect(new Set(estate.people.map(({ account }) => account)).size).toBe(40);
  expect(new Set(estate.people.map(({ mail }) => mail)).size).toBe(40);
  expect(estate.workstations.length + estate.servers.length).toBe(47);
  const names = new Set(recordsOf(/^entra\//).map((record) => record.userPrincipalName));
  for (const name of names) expect(estate.people.map(({ mail }) => mail)).toContain(name);
  const accounts = recordsOf(/^windows\//).filter((record) => record.EventID === 4624 && record.LogonType === "2");
  for (const record of accounts) expect(estate.people.map(({ account }) => account)).toContain(record.TargetUserName);
  const devices = recordsOf(/^falcon\/devices/);
  expect(new Set(devices.map((device) => device.local_ip)).size).toBe(devices.length);
});

test("the background knows nothing of the attack, and the attack is told in the truth file alone", () => {
  const { background, attack } = tellSample(options.seed, options.start);
  const isAttackers = (address: string) => /^203\.0\.113\.(12|45|66|90)$/.test(address);
  expect(background.connections.some(({ destination }) => isAttackers(destination.address))).toBe(false);
  expect(background.signIns.some(({ address }) => isAttackers(address))).toBe(false);
  expect(attack.connections.length).toBeGreaterThan(1000);
  for (const text of texts.values()) expect(text).not.toMatch(/attack\/|truth|malicious"/);
  expect([...texts.keys()].some((path) => /truth|attack/i.test(path))).toBe(false);
});

test("the truth names each step, and the ids it gives are in the logs", () => {
  const schema = z.object({
    steps: z.array(
      z.object({ name: z.string(), techniques: z.array(z.string()).min(1), from: z.string(), records: z.array(z.string()) }),
    ),
    malicious: z.array(z.object({ src: z.string(), dst: z.string(), port: z.number(), conns: z.number() })),
    look_alikes: z.array(z.unknown()).min(10),
  });
  const truth = schema.parse(JSON.parse(readFileSync(join(folder, "truth.json"), "utf8")));
  expect(truth.steps.map(({ name }) => name)).toEqual([
    "phishing-mail",
    "click",
    "sign-in",
    "powershell",
    "beacon",
    "discovery",
    "credentials",
    "movement-to-app01",
    "movement-to-fs01",
    "dns-tunnel",
    "archive",
    "upload",
  ]);
  const words = new Set([...texts.values()].flatMap((text) => text.split(/[\s",:]+/)));
  for (const { records } of truth.steps) expect(records.filter((id) => !words.has(id))).toEqual([]);
  const [beacon] = truth.malicious;
  const calls = zeekRecords("conn").filter(
    (record) => record["id.orig_h"] === beacon?.src && record["id.resp_h"] === beacon?.dst,
  );
  expect(calls).toHaveLength(beacon?.conns ?? 0);
});

test("a start that is no day is refused", () => {
  expect(() => tellSample(1, "next week")).toThrow(/is not a day/);
});

test.skipIf(!hasSpecs)(`sign-ins, filter answers and alerts have the shape of the vendors' interfaces${unlessSpecs}`, () => {
  const graph = compile("microsoft/graph-hunt-strict.schema.json", "#/$defs/microsoft.graph.signIn");
  for (const record of recordsOf(/^entra\//)) expect(problems(graph, record)).toEqual([]);
  const siem = compile(
    "proofpoint/tap-openapi.json",
    "#/paths/~1v2~1siem~1all/get/responses/200/content/application~1json/schema",
  );
  for (const record of recordsOf(/^proofpoint\//)) expect(problems(siem, record)).toEqual([]);
  // The rebuilt specification asks for every field; alerts in the wild carry some. What is there must have the right type.
  const alert = compile("crowdstrike/falcon-openapi-hunt-slice.json", "#/components/schemas/DetectsAlert");
  const isWrong = (problem: string) => !problem.includes("must have required property");
  for (const record of recordsOf(/^falcon\/alerts/)) expect(problems(alert, record).filter(isWrong)).toEqual([]);
});

function compile(file: string, pointer: string) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(join(specs, file), "utf8"))), "spec");
  const validate = ajv.getSchema(`spec${pointer}`);
  if (validate === undefined) throw new Error(`${file} has no ${pointer}`);
  return validate;
}

function problems(validate: ReturnType<typeof compile>, record: unknown): string[] {
  return validate(record) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
