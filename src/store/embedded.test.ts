import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, afterEach, expect, test } from "vitest";
import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { type EmbeddedOptions, openEmbeddedStore } from "./embedded.ts";
import type { Store } from "./store.ts";

const folder = mkdtempSync(join(tmpdir(), "spoor-embedded-"));
const opened: Store[] = [];
const started: ChildProcess[] = [];
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  for (const child of started.splice(0)) child.kill("SIGKILL");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function open(name: string, options: Omit<EmbeddedOptions, "directory"> = {}): Promise<Store> {
  const store = await openEmbeddedStore({ directory: join(folder, name), ...options });
  opened.push(store);
  return store;
}

const script = fileURLToPath(new URL("../../test/support/store-process.ts", import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const command = (...words: string[]): string[] => ["--import", tsx, script, ...words];

function ask(name: string, sql: string): string {
  return execFileSync(process.execPath, command("ask", join(folder, name), sql), { encoding: "utf8" });
}

/** Starts a process that keeps a store open, and waits until it has it. */
async function start(what: "hold" | "occupy" | "alone", name: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, command(what, join(folder, name)), { stdio: ["pipe", "pipe", "inherit"] });
  started.push(child);
  await new Promise<void>((ready, failed) => {
    child.stdout.once("data", () => ready());
    child.once("exit", (code) => failed(new Error(`ended with ${code}`)));
  });
  return child;
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.once("exit", () => resolve()));
}

async function failure(work: Promise<unknown>): Promise<SpoorError> {
  const thrown: unknown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof SpoorError) return thrown;
  throw new Error(`expected a SpoorError, got ${String(thrown)}`);
}

/** The engine's process, as the engine itself knows it. */
async function enginePid(store: Store): Promise<number> {
  const path = await store.query(
    "SELECT extract(Settings['log_comment'], '^[0-9]+') AS pid FROM system.processes WHERE query LIKE '%log_comment%' LIMIT 1",
    {},
    z.object({ pid: z.coerce.number() }),
  );
  return path[0]?.pid ?? 0;
}

const count = z.object({ rows: z.coerce.number() });
async function rowsOf(store: Store, table: string): Promise<number> {
  return (await store.query(`SELECT count() AS rows FROM ${table}`, {}, count))[0]?.rows ?? -1;
}

test("another process works through the one that has the store open, and opens it itself once that one has gone", async () => {
  const store = await open("shared");
  await store.migrate();
  await store.insert("gap", [{ run_uid: "r", position: 1, stage: "import", part: "p", reason: "x", document: "{}" }]);
  expect(ask("shared", "SELECT run_uid FROM gap")).toBe('["r"]\n');
  const holder = await start("hold", "shared");
  await store.close();
  expect(ask("shared", "SELECT run_uid FROM gap")).toBe('["r"]\n');
  holder.stdin?.end();
  await ended(holder);
  expect(ask("shared", "SELECT run_uid FROM gap")).toBe('["r"]\n');
});

test("those that work through an engine finish when the one that started it has gone; the last one ends it", async () => {
  const owner = await start("hold", "left");
  const store = await open("left");
  await store.migrate();
  const pid = await enginePid(store);
  const asked = store.text("SELECT sum(sleepEachRow(0.01)) FROM numbers(50)");
  while (await store.text("SELECT count() < 2 FROM system.processes").then((text) => text === "[1]\n"));
  owner.stdin?.end();
  await ended(owner);
  expect(await asked).toBe('["0"]\n');
  expect(ask("left", "SELECT 2")).toBe("[2]\n");
  expect(await enginePid(store)).toBe(pid);
  await store.close();
  while (existsSync(join(folder, "left", "owner"))) await new Promise((go) => setTimeout(go, 20));
});

test("a store that is attached goes on, after an error, when the engine has gone with its owner", async () => {
  const owner = await start("hold", "handed-over");
  const store = await open("handed-over");
  await store.migrate();
  const pid = await enginePid(store);
  const asked = failure(store.text("SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1"));
  while (await store.text("SELECT count() < 2 FROM system.processes").then((text) => text === "[1]\n"));
  owner.kill("SIGKILL");
  process.kill(pid, "SIGKILL");
  const error = await asked;
  expect([error.code, error.message]).toEqual(["store-unavailable", expect.stringContaining("has ended")]);
  expect(await rowsOf(store, "raw")).toBe(0);
});

test("the engine ends with the process that opened it, however that ends", async () => {
  const owner = await start("hold", "orphan");
  const path = join(folder, "orphan", "owner");
  expect(existsSync(path)).toBe(true);
  owner.kill("SIGKILL");
  await ended(owner);
  while (existsSync(path)) await new Promise((go) => setTimeout(go, 20));
  const store = await open("orphan");
  expect(await store.text("SELECT 1")).toBe("[1]\n");
});

test("a directory that another process keeps without answering is named, with what to do", async () => {
  await start("occupy", "occupied");
  const error = await failure(open("occupied"));
  expect([error.code, error.message]).toEqual(["store-locked", expect.stringContaining(join(folder, "occupied"))]);
  expect(error.hint).toContain("--store");
});

test("what a killed process left behind does not stand in the way", async () => {
  const store = await open("stale");
  await store.migrate();
  await store.close();
  for (const owner of ["", "nonsense", join(folder, "stale", "engine.socket")]) {
    writeFileSync(join(folder, "stale", "owner"), owner);
    writeFileSync(join(folder, "stale", "engine.socket"), "");
    const again = await open("stale");
    expect(await rowsOf(again, "raw")).toBe(0);
    await again.close();
  }
});

test("stores opened at the same time share one engine", async () => {
  const stores = await Promise.all([open("race"), open("race"), open("race")]);
  const pids = new Set<number>();
  for (const store of stores) pids.add(await enginePid(store));
  expect(pids.size).toBe(1);
});

test("a directory whose path is too long for a socket works, from another process too", async () => {
  const name = join("long".repeat(20), "path".repeat(20));
  const store = await open(name);
  expect(await store.text("SELECT 1")).toBe("[1]\n");
  expect(ask(name, "SELECT 2")).toBe("[2]\n");
  const socket = readFileSync(join(folder, name, "owner"), "utf8");
  await store.close();
  expect(existsSync(socket)).toBe(false);
});

test("an engine killed in the middle of an insert loses and doubles nothing when the insert is repeated with its token", async () => {
  const store = await open("killed");
  await store.migrate();
  const insert = (options: { token: string }): Promise<void> =>
    store.exec(
      `INSERT INTO raw (file_uid, source_file, line_number, line)
       SELECT 'f', 'f', number, repeat('x', 100) FROM numbers(3000000) WHERE sleepEachRow(0.000002) = 0`,
      {},
      options,
    );
  const pid = await enginePid(store);
  const asked = failure(insert({ token: "once" }));
  while ((await rowsOf(store, "raw")) === 0);
  process.kill(pid, "SIGKILL");
  const error = await asked;
  expect([error.code, error.message]).toEqual(["store-unavailable", expect.stringContaining("SIGKILL")]);
  const kept = await rowsOf(store, "raw");
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(3_000_000);
  await insert({ token: "once" });
  expect(await store.text("SELECT toUInt32(count()), toUInt32(uniqExact(line_number)) FROM raw")).toBe("[3000000, 3000000]\n");
});

test("an engine killed in the middle of a load: loading again completes it, every line once", async () => {
  const store = await open("killed-load");
  await store.migrate();
  const path = join(folder, "big.log");
  const line = "y".repeat(180);
  writeFileSync(path, Array.from({ length: 1_500_000 }, (_, number) => `${number % 1_400_000} ${line}`).join("\n"));
  const file = { path, fileUid: "big", sourceFile: "big.log" };
  const pid = await enginePid(store);
  const asked = failure(store.load(file));
  while ((await rowsOf(store, "raw")) === 0);
  process.kill(pid, "SIGKILL");
  expect((await asked).code).toBe("store-unavailable");
  expect(await rowsOf(store, "raw")).toBeLessThan(1_500_000);
  expect(await store.load(file)).toEqual({ lines: 1_500_000 });
  expect(await store.text("SELECT toUInt32(count()), toUInt32(uniqExact(line_number)) FROM raw")).toBe("[1500000, 1500000]\n");
  expect(await rowsOf(store, "repeated_line")).toBe(100_000);
});

test("two loads of one file at the same time store every line once", async () => {
  const [first, second] = await Promise.all([open("twice"), open("twice")]);
  await first.migrate();
  const path = join(folder, "twice.log");
  writeFileSync(path, Array.from({ length: 50_000 }, (_, number) => `line ${number}`).join("\n"));
  const file = { path, fileUid: "twice", sourceFile: "twice.log" };
  await Promise.all([first.load(file), second.load(file)]);
  expect(await rowsOf(first, "raw")).toBe(50_000);
});

test("work that is done alone waits for the one who does such work, in this process and in others, and can be given up", async () => {
  const [one, other] = await Promise.all([open("alone"), open("alone")]);
  const told: string[] = [];
  let finish = (): void => {};
  const first = one.alone(async () => {
    told.push("first begins");
    await new Promise<void>((go) => (finish = go));
    told.push("first ends");
  });
  while (told.length === 0) await new Promise((go) => setTimeout(go, 5));
  const second = other.alone(async () => void told.push("second"));
  const controller = new AbortController();
  const third = failure(other.alone(async () => void told.push("third"), { signal: controller.signal }));
  expect(await other.text("SELECT 1")).toBe("[1]\n");
  controller.abort();
  expect((await third).code).toBe("cancelled");
  finish();
  await Promise.all([first, second]);
  expect(told).toEqual(["first begins", "first ends", "second"]);
  await expect(one.alone(() => Promise.reject(new Error("the work failed")))).rejects.toThrow("the work failed");
  expect(await other.alone(async () => "free again")).toBe("free again");
});

test("the turn of a process that is killed is free again", async () => {
  const holder = await start("alone", "orphaned-turn");
  const store = await open("orphaned-turn");
  const work = store.alone(async () => "my turn");
  expect(await store.text("SELECT 1")).toBe("[1]\n");
  holder.kill("SIGKILL");
  expect(await work).toBe("my turn");
});

test("many statements at once are answered, each with its own values", async () => {
  const store = await open("many");
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, number) => store.text("SELECT {n:UInt32}, sleep(0.01)", { n: number })),
  );
  expect(answers).toEqual(answers.map((_, number) => `[${number}, 0]\n`));
});

test("a memory limit of the whole engine is kept", async () => {
  const store = await open("small", { maxMemoryBytes: 600_000_000 });
  const error = await failure(store.text("SELECT count() FROM (SELECT groupArray(number) FROM numbers(200000000))"));
  expect(error.code).toBe("store-limit");
});

test("only the owner may enter, and nothing is left open after close", async () => {
  const store = await open("private");
  await store.migrate();
  await store.close();
  expect(readdirSync(join(folder, "private")).sort()).toEqual(["engine", "engine.xml", "load"]);
  expect((await failure(store.text("SELECT 1"))).message).toContain("is closed");
});
