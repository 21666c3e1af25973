// Watching, as it is run: logs that grow, kills at any moment, sinks that fail. No finding is lost, and each is recorded once.
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { seededRandom } from "../src/stats/random.ts";
import { type Running, spoor, startSpoor } from "./support/command-line.ts";
import { writeSmallLogs } from "./support/small-logs.ts";
import { askStore } from "./support/store-contents.ts";

vi.setConfig({ testTimeout: 400_000, hookTimeout: 300_000 });
const folder = mkdtempSync(join(tmpdir(), "spoor-watch-"));
const started: Running[] = [];
const received: string[] = [];
let failing = false;
let sink: Server;
let address = "";
/** The logs of the network, as lines: header lines and records. */
let connections: string[] = [];

beforeAll(async () => {
  writeSmallLogs(join(folder, "whole"));
  // As a sensor writes them: plain, and growing.
  const conn = join(folder, "whole", "zeek", "2026-11-02", "conn.log.gz");
  connections = gunzipSync(readFileSync(conn))
    .toString("utf8")
    .trimEnd()
    .split("\n")
    .map((line) => `${line}\n`);
  connections = connections.filter((line, place) => place < 20 || !line.startsWith("#"));
  rmSync(conn);
  sink = createServer((request, response) => {
    void textOf(request).then((text) => {
      const body = z.object({ finding_info: z.object({ uid: z.string() }) }).parse(JSON.parse(text));
      if (!failing) received.push(body.finding_info.uid);
      response.writeHead(failing ? 503 : 204).end();
    });
  });
  await new Promise<void>((resolve) => sink.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/hook`;
});
afterAll(async () => {
  for (const running of started) running.signalGroup("SIGKILL");
  await Promise.all(started.map((running) => running.ended));
  sink.close();
  rmSync(folder, { recursive: true, force: true });
});

const options = { cwd: folder };
const watchWords = (name: string, ...more: string[]) => [
  "watch",
  `logs-${name}`,
  "--store",
  `store-${name}`,
  "--sink",
  address,
  ...more,
];

/** A folder of logs with so many lines of connections. */
function logsOf(name: string, lines: readonly string[]): string {
  cpSync(join(folder, "whole"), join(folder, `logs-${name}`), { recursive: true });
  // All but the growing one were written long ago: what may still be written to is not read whole at the first look.
  for (const entry of readdirSync(join(folder, `logs-${name}`), { recursive: true, withFileTypes: true }))
    if (entry.isFile()) utimesSync(join(entry.parentPath, entry.name), new Date("2026-11-05"), new Date("2026-11-05"));
  const file = join(folder, `logs-${name}`, "zeek", "conn.log");
  mkdirSync(join(folder, `logs-${name}`, "zeek"), { recursive: true });
  writeFileSync(file, lines.join(""));
  return file;
}

const connectionCount = (name: string) =>
  askStore(join(folder, `store-${name}`), "SELECT count(), uniqExact(metadata_uid) FROM network_activity");

test("logs that grow while they are followed: every line counts once, and findings come as they are made", async () => {
  const half = Math.floor(connections.length / 2);
  const file = logsOf("grown", connections.slice(0, half));
  const running = startSpoor(watchWords("grown", "--every", "1"), options);
  started.push(running);
  await vi.waitFor(() => expect(running.err()).toContain("new records"), { timeout: 120_000 });
  const [whole, torn = ""] = [connections.slice(half, -1), connections.at(-1)];
  appendFileSync(file, `${whole.join("")}${torn.slice(0, 20)}`);
  const records = connections.filter((line) => !line.startsWith("#")).length;
  const holds = (count: number) =>
    vi.waitFor(async () => expect(await connectionCount("grown")).toBe(`["${count}", "${count}"]\n`), {
      timeout: 120_000,
      interval: 500,
    });
  await holds(records - 1);
  appendFileSync(file, torn.slice(20));
  await holds(records);
  running.signalGroup("SIGINT");
  expect((await running.ended).code).toBe(130);
  expect(received.length).toBeGreaterThan(0);
  expect(new Set(received).size).toBe(received.length);
});

test("killed again and again while the logs grow: what an undisturbed look finds is found, recorded once, and has reached the sink", async () => {
  logsOf("calm", connections);
  received.length = 0;
  const calm = await spoor(watchWords("calm", "--once"), options);
  expect(calm.code, calm.err).toBe(0);
  const wanted = new Set(received);
  expect(wanted.size).toBeGreaterThan(0);

  received.length = 0;
  const random = seededRandom(7);
  const portions = 5;
  const file = logsOf("killed", []);
  for (let portion = 0; portion < portions; portion++) {
    const from = Math.floor((portion * connections.length) / portions);
    appendFileSync(file, connections.slice(from, Math.floor(((portion + 1) * connections.length) / portions)).join(""));
    failing = portion === 2;
    const running = startSpoor(watchWords("killed", "--every", "1"), options);
    started.push(running);
    await wait(1_000 + random.integer(7_000));
    running.signalGroup("SIGKILL");
    expect((await running.ended).signal).toBe("SIGKILL");
  }
  failing = false;
  const last = await spoor(watchWords("killed", "--once"), options);
  expect(last.code, last.err).toBe(0);
  expect(await connectionCount("killed")).toBe(await connectionCount("calm"));
  expect([...wanted].filter((uid) => !received.includes(uid))).toEqual([]);
  // Revisions of a finding differ: none is recorded twice.
  const repeated = "SELECT count() FROM (SELECT finding_uid, document FROM finding GROUP BY ALL HAVING count() > 1)";
  expect(await askStore(join(folder, "store-killed"), repeated)).toBe('["0"]\n');
});

test("a sink that fails gets everything the next time; a model in use scores what comes", async () => {
  const words = ["--models", "kept"];
  const hunt = await spoor(["hunt", "logs-calm", "--store", "store-model", "--out", "out-model", "--quiet"], options);
  expect(hunt.code, hunt.err).toBe(0);
  const run = async (...given: string[]) => {
    const told = await spoor([...given, ...words], options);
    expect(told.code, `${given.join(" ")}: ${told.err}`).toBe(0);
    return told;
  };
  const loaded = (await run("models", "load", "out-model/models")).out;
  expect(loaded).toMatch(/^user-anomaly-detector@[0-9a-f]{12}$/m);
  const tried = await run(
    "models",
    "promote",
    "out-model/models/user-anomaly-detector.json",
    "--store",
    "store-model",
    "--dry-run",
  );
  expect(tried.out).toMatch(/against a model fitted anew:\n {2}\d+ alerts stay, 0 come, 0 go/);
  expect((await run("models", "list")).out).not.toContain("in use");
  const [name = ""] = /user-anomaly-detector@[0-9a-f]{12}/.exec(loaded) ?? [];
  await run("models", "promote", name, "--store", "store-model");
  expect((await run("models", "list")).out).toContain(`${name}  in use`);
  expect((await run("models", "verify")).out).toContain("intact");
  await run("models", "export", "user-anomaly-detector", "--file", "people.onnx");
  expect(readdirSync(folder)).toContain("people.onnx");

  received.length = 0;
  failing = true;
  const refused = await spoor(["watch", "logs-calm", "--store", "store-late", "--sink", address, "--once", ...words], options);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain(`People are scored with ${name}`);
  expect(refused.err).toMatch(/answered 503: \d+ findings wait for the next time/);
  failing = false;
  await run("watch", "logs-calm", "--store", "store-late", "--sink", address, "--once");
  expect(received.length).toBeGreaterThan(0);
  expect(new Set(received).size).toBe(received.length);
});
