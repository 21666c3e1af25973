import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { identify } from "./identify.ts";
import { inspect } from "./inspect.ts";
import { printable } from "./names.ts";
import { walk } from "./walk.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "spoor-walk-"));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text = "x\n"): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const run = (command: string, ...words: string[]) => execFileSync(command, words, { stdio: "ignore" });
const short = (path: string) => path.replace(`${folder}/`, "");

test("every file below a folder is found once, hidden ones too, in the order of their paths", async () => {
  for (const name of ["b/2.log", "b/10.log", "a.log", ".hidden/.lock", "b.log", "B.log", "b/ä.log"]) file(name);
  const found = await walk([folder]);
  expect(found.files.map(short)).toEqual([".hidden/.lock", "B.log", "a.log", "b.log", "b/10.log", "b/2.log", "b/ä.log"]);
  expect(found.problems).toEqual([]);
});

test("a PATH may be a file; a PATH given twice, or inside another, is read once", async () => {
  const one = file("logs/one.log");
  const found = await walk([one, join(folder, "logs/"), join(folder, "logs")]);
  expect(found).toEqual({ files: [one], problems: [] });
});

test("the order does not depend on the order of the PATHs", async () => {
  for (const name of ["x/1", "y/1", "z/1"]) file(name);
  const paths = ["x", "y", "z"].map((name) => join(folder, name));
  expect((await walk(paths)).files).toEqual((await walk(paths.toReversed())).files);
});

test("links are followed: out of the tree, and not in circles; what is found under its own name keeps it", async () => {
  const outside = mkdtempSync(join(tmpdir(), "spoor-outside-"));
  writeFileSync(join(outside, "far.log"), "x\n");
  try {
    file("z/real.log");
    symlinkSync(join(folder, "z/real.log"), join(folder, "a-link.log"));
    symlinkSync("..", join(folder, "z/parent"));
    symlinkSync("itself", join(folder, "itself"));
    symlinkSync(outside, join(folder, "far"));
    symlinkSync("nowhere", join(folder, "dangling"));
    const found = await walk([folder]);
    expect(found.files.map(short)).toEqual(["far/far.log", "z/real.log"]);
    expect(found.problems.map(({ kind, path, reason }) => [kind, short(path), short(reason)])).toEqual([
      ["assumption", "a-link.log", "it leads to z/real.log, which is read under that name"],
      ["unreadable", "dangling", "it is not there any more, or is a link that leads nowhere; nothing of it was read"],
      ["unreadable", "itself", "its links lead in a circle; nothing of it was read"],
      ["assumption", "z/parent", `it leads to ${folder}, which is read under that name`],
    ]);
  } finally {
    rmSync(outside, { recursive: true });
  }
});

test("pipes, sockets and devices are told and never opened", async () => {
  file("a.log");
  run("mkfifo", join(folder, "pipe"));
  const server = createServer().listen(join(folder, "socket"));
  await new Promise((resolve) => server.once("listening", resolve));
  try {
    const found = await walk([folder, "/dev/null"]);
    expect(found.files.map(short)).toEqual(["a.log"]);
    expect(found.problems.map(({ path, reason }) => [short(path), reason])).toEqual([
      ["/dev/null", "it is a device, not a file; nothing of it was read"],
      ["pipe", "it is a pipe, not a file; nothing of it was read"],
      ["socket", "it is a socket, not a file; nothing of it was read"],
    ]);
  } finally {
    server.close();
  }
});

test("an empty folder is told", async () => {
  mkdirSync(join(folder, "empty"));
  const found = await walk([join(folder, "empty")]);
  expect(found).toEqual({
    files: [],
    problems: [{ kind: "no-data", path: join(folder, "empty"), reason: "the folder is empty" }],
  });
});

test("a PATH that is missing is an error, whatever else was given", async () => {
  file("a.log");
  symlinkSync("nowhere", join(folder, "dangling"));
  await expect(walk([folder, join(folder, "misspelt")])).rejects.toMatchObject({ code: "path-missing" });
  await expect(walk([join(folder, "a.log/below-a-file")])).rejects.toMatchObject({ code: "path-missing" });
  await expect(walk([join(folder, "dangling")])).rejects.toMatchObject({
    code: "path-missing",
    message: expect.stringContaining("is a link that leads nowhere"),
  });
});

test("a folder or file without permission is told, and the rest is read", async () => {
  file("a.log");
  chmodSync(file("secret.log"), 0o000);
  file("closed/b.log");
  chmodSync(join(folder, "closed"), 0o000);
  const { found, secret } = await withoutPrivileges(async () => ({
    found: await walk([folder]),
    secret: await inspect(join(folder, "secret.log")),
  }));
  chmodSync(join(folder, "closed"), 0o755);
  expect(found.files.map(short)).toEqual(["a.log", "secret.log"]);
  const reason = "permission denied; nothing of it was read";
  expect(found.problems).toEqual([{ kind: "unreadable", path: join(folder, "closed"), reason }]);
  expect(secret).toMatchObject({ shape: "unreadable", problems: [{ kind: "unreadable", reason }] });
});

/** Root may read everything: lays that right down for the time of the call. */
async function withoutPrivileges<Result>(act: () => Promise<Result>): Promise<Result> {
  if (process.geteuid?.() !== 0) return act();
  process.seteuid?.(65_534);
  try {
    return await act();
  } finally {
    process.seteuid?.(0);
  }
}

test("names that are not UTF-8, or that hold line breaks and patterns, lead back to their files", async () => {
  const names = [
    Buffer.from("caf\xe9.log", "latin1"),
    Buffer.from("new\nline.log"),
    Buffer.from("all*[1]?.log"),
    Buffer.from("süß.log"),
  ];
  for (const name of names) writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), name]), `${name.toString("hex")}\n`);
  const { files, problems } = await walk([folder]);
  expect(problems).toEqual([]);
  expect(files.map(printable).map(short)).toEqual(["all*[1]?.log", "caf\\xe9.log", "new\\x0aline.log", "süß.log"]);
  for (const path of files) {
    expect((await identify(path)).byteCount).toBeGreaterThan(0);
    const [hex] = (await inspect(path)).lines;
    expect(names.map((name) => name.toString("hex"))).toContain(hex);
  }
});

test("the store's own folder below a PATH is not read as a log", async () => {
  file(".spoor/data/part.bin");
  file("a.log");
  const found = await walk([folder], { leaveOut: [join(folder, ".spoor"), join(folder, "not-there-yet")] });
  expect(found.files.map(short)).toEqual(["a.log"]);
  expect(found.problems.map(({ kind, path }) => [kind, short(path)])).toEqual([["assumption", ".spoor"]]);
});

test("stores and results of other runs are known by what lies in them, and are not read as logs", async () => {
  for (const name of ["findings.ndjson", "gaps.json", "run.json"]) file(`last-week/${name}`);
  for (const name of ["engine.xml", "engine/part.bin"]) file(`case-7/${name}`);
  file("logs/run.json");
  const found = await walk([folder]);
  expect(found.files.map(short)).toEqual(["logs/run.json"]);
  expect(found.problems.map(({ path, reason }) => `${short(path)}: ${reason}`)).toEqual([
    "case-7: it is a store that Spoor itself wrote, and is not read as a log",
    "last-week: it is the results of a run that Spoor itself wrote, and is not read as a log",
  ]);
});

test("a thousand folders inside each other are walked", async () => {
  let path = folder;
  for (let level = 0; level < 1000; level++) path = join(path, "d");
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "deep.log"), "x\n");
  expect((await walk([folder])).files).toEqual([join(path, "deep.log")]);
});
