// Logs at their worst, a disk that is full, names that mean harm: told or quarantined, never lost, never obeyed.
import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import MarkdownIt from "markdown-it";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { gap as gapSchema } from "../src/types.ts";
import { spoor, startSpoor, type Told } from "./support/command-line.ts";
import {
  connLine,
  connLog,
  type HostileLogs,
  hostileNames,
  writeHostileLogs,
  writeHostileNames,
} from "./support/hostile-logs.ts";
import { differences, findingLines, resultsIn } from "./support/results.ts";
import { writeSmallLogs } from "./support/small-logs.ts";
import { askStore, reached } from "./support/store-contents.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
const folder = mkdtempSync(join(tmpdir(), "spoor-hostile-"));
const at = { cwd: folder };
const mounted: string[] = [];
afterAll(() => {
  for (const place of mounted) spawnSync("umount", ["-l", place]);
  rmSync(folder, { recursive: true, force: true });
});

const runRecord = z.looseObject({
  sources: z.array(
    z.looseObject({
      file: z.string(),
      read: z.number(),
      stored: z.number(),
      duplicate: z.number(),
      quarantined: z.number(),
    }),
  ),
});
const sourcesOf = (out: string) => runRecord.parse(JSON.parse(readFileSync(join(folder, out, "run.json"), "utf8"))).sources;
const gapsOf = (out: string) => z.array(gapSchema).parse(JSON.parse(readFileSync(join(folder, out, "gaps.json"), "utf8")));

describe("a folder of logs at their worst", () => {
  let logs: HostileLogs;
  let told: Told;
  beforeAll(async () => {
    logs = writeHostileLogs(join(folder, "logs"));
    told = await spoor(["hunt", "logs", "--store", "store", "--out", "out"], at);
  });

  const shown = (name: string): string => `logs/${name.replace("\n", "\\x0a")}`;

  test("is hunted to the end: exit 0, a report, and no stack trace", () => {
    expect([told.code, told.err]).toEqual([0, ""]);
    expect(existsSync(join(folder, "out", "report.html"))).toBe(true);
    expect(existsSync(join(folder, "pwned"))).toBe(false);
  });

  test("every line of a file that can be read is stored, a duplicate, or quarantined", () => {
    const counts = new Map(sourcesOf("out").map((source) => [source.file, source]));
    for (const source of counts.values())
      expect(source.stored + source.duplicate + source.quarantined, source.file).toBe(source.read);
    for (const [name, lines] of logs.lines) {
      const count = counts.get(shown(name));
      expect([name, count?.read, (count?.stored ?? 0) + (count?.duplicate ?? 0)]).toEqual([name, lines, logs.good.get(name)]);
    }
  });

  test("the quarantine names file, line and reason", async () => {
    const rows = await askStore(
      join(folder, "store"),
      `SELECT source_file, toUInt32(line_number), reason != '', length(excerpt) BETWEEN 1 AND 500 FROM quarantine
       WHERE source_file NOT LIKE '%damaged%' AND source_file NOT LIKE '%.csv' ORDER BY 1, 2`,
    );
    const places = rows
      .trim()
      .split("\n")
      .map((row): unknown => JSON.parse(row));
    const expected = [
      ...[2, 3, 6, 7, 8, 9].map((line) => [shown("json/worst.ndjson"), line, 1, 1]),
      ...[9, 10, 12].map((line) => [shown("lines/columns.log"), line, 1, 1]),
      [shown("lines/long.log"), 9, 1, 1],
      ...[8, 9, 12, 13, 14, 15, 16, 17, 18].map((line) => [shown("times/conn.log"), line, 1, 1]),
      ...[1, 2, 3, 5, 6, 7, 8].map((line) => [shown("times/sign-ins.ndjson"), line, 1, 1]),
    ];
    expect(places).toEqual(expected);
  });

  test.each([
    ["damaged/truncated.log.gz", "damaged", /unexpected end of file\); complete lines kept: \d{4}/],
    ["damaged/flipped.log.gz", "damaged", /the gzip is damaged behind byte \d+/],
    ["empty/empty.log", "no-data", /the file is empty/],
    ["empty/empty.log.gz", "no-data", /nothing but an empty gzip/],
    ["empty/folder", "no-data", /the folder is empty/],
    ["foreign/junk.bin", "unrecognised", /binary data/],
    ["foreign/junk.log.gz", "unrecognised", /binary data/],
    ["foreign/prose.txt", "unrecognised", /no source knows this kind of file/],
    ["foreign/columns.csv", "unrecognised", /no source knows this kind of file/],
    ["json/nested.json", "unrecognised", /no source knows/],
    ["links/a", "unreadable", /lead in a circle/],
    ["links/itself", "assumption", /it leads to logs\/links, which is read under that name/],
    ["links/parent", "assumption", /it leads to logs, which is read under that name/],
    ["links/nowhere", "unreadable", /leads nowhere/],
  ])("%s is told as a gap", (name, kind, reason) => {
    expect(gapsOf("out").filter((gap) => gap.part === shown(name))).toContainEqual(
      expect.objectContaining({ stage: "import", kind, reason: expect.stringMatching(reason) }),
    );
  });

  test("a file that the system does not let us read is told as a gap", () => {
    const parts = gapsOf("out")
      .filter((gap) => gap.kind === "unreadable")
      .map((gap) => gap.part);
    if (existsSync("/proc/self/mem")) expect(parts).toContain(shown("links/memory.log"));
    // Root may read what nobody may.
    if (process.getuid?.() !== 0) expect(parts).toContain(shown("links/forbidden.log"));
  });

  test("the same again tells the same gaps and stores nothing", async () => {
    const rows = () =>
      askStore(
        join(folder, "store"),
        "SELECT (SELECT count() FROM raw), (SELECT count() FROM quarantine), (SELECT count() FROM network_activity)",
      );
    const before = await rows();
    const again = await spoor(["hunt", "logs", "--store", "store", "--out", "again"], at);
    expect(again.code, again.err).toBe(0);
    expect(await rows()).toBe(before);
    const ofFiles = (out: string) => gapsOf(out).filter((gap) => ["import", "normalise"].includes(gap.stage));
    expect(ofFiles("again")).toEqual(ofFiles("out"));
    for (const { file, stored } of sourcesOf("again")) expect([file, stored]).toEqual([file, 0]);
  });
});

test("a file that grows while it is read loses nothing: what came late is read the next time", async () => {
  mkdirSync(join(folder, "growing"));
  const path = join(folder, "growing", "conn.log");
  const line = (number: number): string => connLine(number, { uid: `G${number}` });
  writeFileSync(path, connLog(Array.from({ length: 20_000 }, (_, number) => line(number))));
  const running = startSpoor(["import", "growing", "--store", "store-growing"], at);
  let next = 20_000;
  let hasEnded = false;
  void running.ended.then(() => {
    hasEnded = true;
  });
  while (!hasEnded) {
    appendFileSync(path, `${line(next)}\n`);
    next += 1;
    await new Promise((go) => setTimeout(go, 5));
  }
  expect((await running.ended).code, running.err()).toBe(0);
  const again = await spoor(["import", "growing", "--store", "store-growing"], at);
  expect(again.code, again.err).toBe(0);
  expect(
    await askStore(
      join(folder, "store-growing"),
      "SELECT toUInt32(count()), toUInt32(uniqExact(metadata_uid)) FROM network_activity",
    ),
  ).toBe(`[${next}, ${next}]\n`);
});

describe("names that mean harm", () => {
  let told: Told;
  beforeAll(async () => {
    writeHostileNames(join(folder, "names"));
    told = await spoor(["hunt", "names", "--store", "store-names", "--out", "out-names"], at);
  });
  const text = (name: string): string => readFileSync(join(folder, "out-names", name), "utf8");

  test("reach the findings as they are", () => {
    expect([told.code, told.err]).toEqual([0, ""]);
    const values = text("findings.ndjson")
      .trim()
      .split("\n")
      .flatMap(
        (line) =>
          z.looseObject({ observables: z.array(z.looseObject({ value: z.string() })) }).parse(JSON.parse(line)).observables,
      )
      .map(({ value }) => value);
    // Names of hosts are compared in lower case; the others as they stand.
    for (const name of hostileNames.filter((one) => !one.includes("\0")))
      expect(values.map((value) => value.toLowerCase())).toContain(name.toLowerCase());
    expect(findingLines(resultsIn(join(folder, "out-names"))).filter((line) => line.startsWith("beaconing")).length).toBe(
      hostileNames.length,
    );
  });

  test("are text in the page: no element, link or handler of theirs", () => {
    const html = text("report.html");
    const elements = new Set([...html.matchAll(/<([a-z][a-z0-9]*)/gi)].map((match) => match[1]?.toLowerCase()));
    for (const element of ["script", "img", "iframe", "object", "embed", "form", "base", "link"])
      expect(elements).not.toContain(element);
    for (const [, target = ""] of html.matchAll(/\b(?:href|src|action|formaction|xlink:href)="([^"]*)"/g))
      expect(target).toMatch(/^#/);
    expect(html).not.toMatch(/<[^>]*\son[a-z]+=/i);
    expect(html).toContain("&lt;script&gt;");
    // A record of a log in columns keeps its tabs: they hide nothing, and it can be looked for as it stands.
    expect(html.replaceAll(/[\n\t]/g, "")).not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069\u200B]/u);
  });

  test("are text in the Markdown: no HTML, link or picture of theirs", () => {
    const markdown = text("report.md");
    const html = new MarkdownIt({ html: true, linkify: false }).render(markdown);
    expect(html).not.toMatch(/<(?:script|img|iframe)\b/i);
    for (const [, target = ""] of html.matchAll(/href="([^"]*)"/g)) expect(target).toMatch(/^#/);
    expect(html).not.toMatch(/<h1>heading/);
    expect(markdown.replaceAll(/[\n\t]/g, "")).not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069\u200B]/u);
  });

  test("cannot paint the terminal, in no command", async () => {
    const painted = /[^\P{Cc}\n]|[\u202A-\u202E\u2066-\u2069\u200B]/u;
    expect(told.out).not.toMatch(painted);
    const alert =
      findingLines(resultsIn(join(folder, "out-names")))
        .find((line) => line.startsWith("password-attack"))
        ?.split(" ")[1] ?? "";
    for (const words of [
      ["findings", "--limit", "100"],
      ["findings", "--json"],
      ["stories"],
      ["stories", "--json"],
      ["explain", alert],
      ["query", "SELECT * FROM authentication LIMIT 50"],
    ]) {
      const said = await spoor([...words, "--store", "store-names"], at);
      expect([words, said.code]).toEqual([words, 0]);
      expect(`${said.out}${said.err}`).not.toMatch(painted);
    }
    const entity = await spoor(["entity", "../../../../etc/passwd", "--store", "store-names"], at);
    expect([entity.code, entity.out], entity.err).toEqual([0, expect.stringContaining("authentication")]);
  });

  test("change nothing in the store", async () => {
    expect(await askStore(join(folder, "store-names"), "SELECT count() > 10 FROM finding")).toBe("[1]\n");
    expect(readdirSync(folder)).not.toContain("pwned");
  });
});

describe("a full disk", () => {
  /** A file system of so many megabytes; false where making one is not permitted. */
  function mount(place: string, size: string): boolean {
    mkdirSync(place, { recursive: true });
    const isMounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", place]).status === 0;
    if (isMounted) mounted.push(place);
    return isMounted;
  }
  const enlarge = (place: string): void => {
    expect(spawnSync("mount", ["-o", "remount,size=900m", place]).status).toBe(0);
  };
  const probe = join(folder, "probe");
  const cannot = mount(probe, "1m") ? null : "mounting a small file system is not permitted";
  spawnSync("umount", [probe]);
  const titled = (title: string): string => (cannot === null ? title : `${title} (skipped: ${cannot})`);

  beforeAll(() => {
    if (cannot === null) writeSmallLogs(join(folder, "small-logs"));
  });

  test.skipIf(cannot !== null)(
    titled("under the store: an error that says so; with room again, the same command completes it"),
    async () => {
      const other = await spoor(["hunt", "small-logs", "--store", "store-roomy", "--out", "out-roomy"], at);
      expect(other.code, other.err).toBe(0);
      // Full while tables are made, and full while logs are read.
      for (const size of ["1m", "4m"]) {
        const disk = join(folder, `disk-${size}`);
        mount(disk, size);
        const words = ["hunt", "small-logs", "--store", `disk-${size}/store`, "--out", `out-${size}`];
        const full = await spoor(words, at);
        expect([full.code, full.out]).toEqual([1, ""]);
        expect(full.err).toMatch(/^spoor: the disk of the store is full: .*\n {2}Free some space and repeat the command/);
        expect(existsSync(join(folder, `out-${size}`))).toBe(false);
        enlarge(disk);
        const again = await spoor(words, at);
        expect(again.code, again.err).toBe(0);
        const [one, two] = [resultsIn(join(folder, `out-${size}`)), resultsIn(join(folder, "out-roomy"))];
        expect(findingLines(one)).toEqual(findingLines(two));
        expect(differences(one, two, ["findings.ndjson", "stories.json"])).toEqual([]);
      }
    },
  );

  test.skipIf(cannot !== null)(
    titled("under the results: an error that names the file; what is stored stays, and nothing half-written"),
    async () => {
      const disk = join(folder, "results");
      mount(disk, "64k");
      const words = ["hunt", "small-logs", "--store", "store-roomy", "--out", "results"];
      const full = await spoor(words, at);
      expect([full.code, full.out]).toEqual([1, ""]);
      expect(full.err).toMatch(
        /results\/[a-z.-]+ could not be written: ENOSPC.*\n {2}Free some space, or choose another folder with --out/,
      );
      expect(readdirSync(disk).filter((name) => name.endsWith(".part"))).toEqual([]);
      enlarge(disk);
      const again = await spoor(words, at);
      expect(again.code, again.err).toBe(0);
      expect(readdirSync(disk)).toContain("report.html");
    },
  );
});

test("a store whose engine dies in the middle is an error that says so, and opens again", async () => {
  writeFileSync(
    join(folder, "long.log"),
    connLog(Array.from({ length: 300_000 }, (_, number) => connLine(number, { uid: `L${number}` }))),
  );
  const running = startSpoor(["import", "long.log", "--store", "store-died"], at);
  expect(await reached(running, join(folder, "store-died"), "SELECT count() > 0 FROM raw")).toBe(true);
  // The engine names its statements after its process.
  const engine = await askStore(
    join(folder, "store-died"),
    "SELECT extract(Settings['log_comment'], '^[0-9]+') FROM system.processes WHERE query LIKE '%log_comment%' LIMIT 1",
  );
  process.kill(Number(/\d+/.exec(engine)?.[0]), "SIGKILL");
  const told = await running.ended;
  expect([told.code, told.out]).toEqual([1, ""]);
  expect(told.err).toMatch(/the embedded engine of .* ended unexpectedly \(SIGKILL\)/);
  const again = await spoor(["import", "long.log", "--store", "store-died"], at);
  expect([again.code, again.out], again.err).toEqual([
    0,
    expect.stringMatching(/read 300000, stored \d+, duplicate \d+, quarantined 0/),
  ]);
  expect(
    await askStore(
      join(folder, "store-died"),
      "SELECT toUInt32(count()), toUInt32(uniqExact(metadata_uid)) FROM network_activity",
    ),
  ).toBe("[300000, 300000]\n");
});
