// The command line as a hunter meets it: help, wrong usage, every command over a real store, a terminal, a closed pipe.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { type Options, spoor, spoorWords, type Told } from "./support/command-line.ts";
import { findingLines, resultsIn } from "./support/results.ts";
import { writeSmallLogs } from "./support/small-logs.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
const folder = mkdtempSync(join(tmpdir(), "spoor-command-line-"));
const empty = join(folder, "empty");
const at: Options = { cwd: folder };
let hunted: Told;
beforeAll(async () => {
  mkdirSync(empty);
  writeSmallLogs(join(folder, "logs"));
  hunted = await spoor(["hunt", "logs"], at);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The lines of an answer, when the command succeeded. */
async function answer(...words: string[]): Promise<string[]> {
  const told = await spoor(words, at);
  expect(told.code, `spoor ${words.join(" ")}: ${told.err}`).toBe(0);
  return told.out.split("\n").filter((line) => line !== "");
}

const recordLine = z.looseObject({
  finding_info: z.looseObject({ uid: z.string(), title: z.string(), analytic: z.looseObject({ uid: z.string() }) }),
});
const records = (lines: readonly string[]) => lines.map((line) => recordLine.parse(JSON.parse(line)));
const uids = (): string[] => findingLines(resultsIn(join(folder, "spoor-out"))).map((line) => line.split(" ")[1] ?? "");

describe("help", () => {
  test("every command tells what it does and shows an example", async () => {
    const commands = async (...words: string[]): Promise<string[]> => {
      const told = await spoor([...words, "--help"], at);
      expect([told.code, told.err]).toEqual([0, ""]);
      const list = /^Commands:\n((?: .*\n)*)/m.exec(told.out)?.[1];
      if (list === undefined) {
        expect(told.out, words.join(" ")).toMatch(/Examples?:\n {2}spoor /);
        return [words.join(" ")];
      }
      const names = [...list.matchAll(/^ {2}([a-z-]+)/gm)].map((match) => match[1] ?? "").filter((name) => name !== "help");
      const below: string[] = [];
      for (const name of names) below.push(...(await commands(...words, name)));
      return below;
    };
    expect(await commands()).toEqual(
      expect.arrayContaining([
        "hunt",
        "import",
        "query",
        "findings",
        "explain",
        "stories",
        "verdict",
        "intel add",
        "intel list",
        "evaluate",
        "report",
        "models load",
        "models promote",
        "watch",
      ]),
    );
  });

  test("the version is told, and a bare command is told how to go on", async () => {
    expect((await spoor(["--version"], at)).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    const bare = await spoor([], at);
    expect([bare.code, bare.out]).toEqual([2, ""]);
    expect(bare.err).toContain("Usage: spoor [options] [command]");
  });
});

describe("wrong usage ends with 2, says what to do, and touches nothing", () => {
  beforeAll(() => {
    writeFileSync(join(folder, "wrong.yaml"), "bugdet: 3\ninternal: [10.0.0.0/99]\n");
    writeFileSync(join(folder, "bent.json"), '{"kind":"isolation-forest"}');
  });

  const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
    ["an unknown command", ["hnt", "../logs"], /unknown command 'hnt'\n\(Did you mean hunt\?\)/],
    ["an unknown option", ["hunt", "../logs", "--sed", "3"], /unknown option '--sed'\n\(Did you mean one of --seed, --set\?\)/],
    ["a path that is missing", ["hunt", "../logs", "nowhere"], /nowhere does not exist\n {2}Name a file or a folder/],
    ["a path that is missing, to import", ["import", "nowhere"], /nowhere does not exist/],
    ["no path to import", ["import"], /missing required argument 'PATH'/],
    [
      "a format that nobody knows",
      ["hunt", "../logs", "--as", "zeke"],
      /there is no format zeke\n {2}Known formats: .*zeek-conn-tsv/,
    ],
    [
      "a detector that nobody knows",
      ["hunt", "../logs", "--only", "becon"],
      /there is no detector becon\n {2}Known detectors: .*beaconing/,
    ],
    [
      "a parameter that nobody knows",
      ["hunt", "../logs", "--set", "beaconing.x=1"],
      /no parameter x\n {2}Parameters of beaconing: countThreshold/,
    ],
    [
      "a parameter of the wrong kind",
      ["hunt", "../logs", "--set", "beaconing.countThreshold=many"],
      /beaconing\.countThreshold: .*expected number/,
    ],
    ["a setting without a value", ["hunt", "../logs", "--set", "beaconing"], /not of the form ID\.PARAM=VALUE\n {2}For example/],
    [
      "a network that is none",
      ["hunt", "../logs", "--internal", "10.0.0.0/33"],
      /--internal: 10\.0\.0\.0\/33 is not an address block/,
    ],
    ["a time that is none", ["hunt", "../logs", "--from", "2026-02-30"], /a time such as 2026-11-01/],
    [
      "a window that ends before it begins",
      ["hunt", "../logs", "--from", "2026-11-03", "--to", "2026-11-02"],
      /ends .* before it begins/,
    ],
    [
      "two beginnings of a window",
      ["hunt", "../logs", "--from", "2026-11-03", "--since", "1d"],
      /cannot be used with option '--from/,
    ],
    ["a budget of nothing", ["hunt", "../logs", "--budget", "0"], /a number above 0/],
    ["a language model that is not set up", ["hunt", "../logs", "--ai", "claude"], /no language model is set up/],
    ["results where the logs are", ["hunt", "../logs", "--out", "../logs"], /both to be read and to be written to \(--out\)/],
    ["results in a file", ["hunt", "../logs", "--out", "../wrong.yaml"], /is not a folder\n {2}Name another folder with --out/],
    ["a store where other things are", ["hunt", "../logs/entra", "--store", "../logs"], /is not a store: it holds other things/],
    ["a store of another kind", ["hunt", "../logs", "--store", "mysql://host/db"], /a store is a directory or a URL/],
    [
      "settings that do not exist",
      ["hunt", "../logs", "--config", "../wrong.yaml"],
      /there is no setting bugdet[\s\S]*Settings are .*budget/,
    ],
    ["a model that is missing", ["hunt", "../logs", "--model", "nowhere.json"], /nowhere\.json cannot be read/],
    ["a model that is none", ["hunt", "../logs", "--model", "../bent.json"], /model/],
    ["a model outside of the registry's names", ["models", "show", "../../etc/passwd"], /cannot be read/],
    ["nothing to take in", ["models", "load"], /missing required argument 'FROM'/],
    [
      "a place in S3 that is none",
      ["models", "list", "--models", "s3://Bad_Bucket/x"],
      /not a place in S3\n {2}It looks like s3:/,
    ],
    ["a format of models that nobody knows", ["models", "export", "x", "--format", "xml"], /Allowed choices are onnx, json/],
    ["nothing to watch", ["watch"], /nothing to follow\n {2}Name files or folders/],
    ["a path that is missing, to watch", ["watch", "nowhere"], /nowhere does not exist/],
    [
      "a sink that is none",
      ["watch", "../logs", "--sink", "http://sink.example/very-secret"],
      /http:\/\/sink\.example is not a place for findings\n {2}Sinks are/,
    ],
    ["a sink in a variable that is not set", ["watch", "../logs", "--sink", "env:NO_SUCH_HOOK"], /NO_SUCH_HOOK.* is not set/],
    ["a severity that is none", ["watch", "../logs", "--least", "Hi"], /Allowed choices are Informational/],
    ["a format of reports that nobody knows", ["report", "--format", "docx"], /no format docx\n {2}Formats are csv, stix, pdf/],
    ["no format of reports", ["report", "--format", ","], /names no format/],
    ["results that are missing", ["report", "--out", "nowhere"], /there is no nowhere\/findings\.ndjson/],
    ["detectors that are missing", ["hunt", "../logs", "--detectors", "nowhere"], /nowhere is not a folder that can be read/],
    ["a store that is missing", ["findings"], /there is no store at \.\/\.spoor\n {2}Run `spoor hunt FOLDER` first/],
    ["a verdict that is none", ["verdict", "3f", "innocent"], /innocent is not a verdict\n {2}One of true_positive/],
    ["indicators that are missing", ["intel", "add", "nowhere.csv"], /nowhere\.csv does not exist/],
    ["recordings that are missing", ["evaluate", "nowhere"], /nowhere does not exist/],
    ["a bound value without a name", ["query", "SELECT 1", "--param", "=1"], /not of the form NAME=VALUE/],
  ];
  test.each(cases)("%s", async (_, words, message) => {
    const told = await spoor(words, { cwd: empty });
    expect([told.code, told.out], told.err).toEqual([2, ""]);
    expect(told.err).toMatch(message);
    expect(told.err).not.toMatch(/\n {4}at /);
    expect(readdirSync(empty)).toEqual([]);
  });
});

describe("a hunt", () => {
  test("tells on standard output what it found, and writes every file that is promised", () => {
    expect([hunted.code, hunted.err]).toEqual([0, ""]);
    expect(hunted.out).toMatch(/^[\d,]+ events from 2026-11-02 .* UTC\n\d+ findings, \d+ at or above High/);
    expect(hunted.out).toContain("Report: spoor-out/report.html");
    expect(readdirSync(join(folder, "spoor-out")).sort()).toEqual([
      "attack-layer.json",
      "changes.json",
      "findings.ndjson",
      "gaps.json",
      "handover.md",
      "hunts.json",
      "hypotheses.json",
      "models",
      "report.html",
      "report.md",
      "run.json",
      "stories.json",
    ]);
    expect(existsSync(join(folder, ".spoor", "engine"))).toBe(true);
  });

  test("run.json reconciles its counts and names what would repeat it", () => {
    const run = z
      .looseObject({
        command: z.string(),
        sources: z.array(z.looseObject({ read: z.number(), stored: z.number(), duplicate: z.number(), quarantined: z.number() })),
        stages: z.array(z.strictObject({ stage: z.string(), seconds: z.number(), peak_rss_bytes: z.number().positive() })),
        hashes: z.record(z.string(), z.string().length(64)),
      })
      .parse(JSON.parse(readFileSync(join(folder, "spoor-out", "run.json"), "utf8")));
    expect(run.sources.length).toBe(7);
    for (const { read, stored, duplicate, quarantined } of run.sources) expect(stored + duplicate + quarantined).toBe(read);
    expect(run.command).toMatch(/^spoor hunt logs --seed 42 --internal /);
    expect(Object.keys(run.hashes)).toContain("models/user-anomaly-detector.json");
  });

  test("with --json prints its record, and --quiet nothing else; the command in it can be typed again", async () => {
    const odd = join(folder, "it's a folder; $(odd)");
    mkdirSync(odd);
    const told = await spoor(
      ["hunt", odd, "--store", "store-odd", "--out", "out-odd", "--json", "--quiet", "--only", "beaconing"],
      at,
    );
    expect([told.code, told.err]).toEqual([0, ""]);
    const { command } = z.looseObject({ command: z.string() }).parse(JSON.parse(told.out));
    const words = execFileSync("sh", ["-c", `spoor() { for word; do printf '%s\\n' "$word"; done; }; ${command}`], {
      encoding: "utf8",
    });
    expect(words.split("\n").slice(0, 2)).toEqual(["hunt", odd]);
  });

  test("over an empty folder ends with 0 and says that there was nothing", async () => {
    const told = await spoor(["hunt", "empty", "--store", "store-empty", "--out", "out-empty"], at);
    expect(told.code, told.err).toBe(0);
    expect(told.out).toMatch(/^0 events/);
    expect(told.out).toContain("there are no events in the store");
    expect(told.out).toContain("the folder is empty");
  });

  test("over a window without data says so, whichever end is given", async () => {
    for (const window of [
      ["--from", "2027-01-01"],
      ["--to", "2020-01-01"],
    ]) {
      const told = await spoor(["hunt", "logs/entra", "--store", "store-window", "--out", "out-window", "--json", ...window], at);
      expect(told.code, told.err).toBe(0);
      const gaps = readFileSync(join(folder, "out-window", "gaps.json"), "utf8");
      expect(gaps).toContain("outside of the window: nothing could be looked at");
      expect(findingLines(resultsIn(join(folder, "out-window")))).toEqual([]);
    }
  });
});

describe("what is on record", () => {
  test("findings are listed best first, as lines and as records, of one detector, and so many", async () => {
    const listed = await answer("findings", "--limit", "1000");
    expect(listed.length).toBe(uids().length);
    expect(records(await answer("findings", "--json", "--limit", "3")).map((one) => one.finding_info.uid)).toEqual(
      uids().slice(0, 3),
    );
    const beacons = records(await answer("findings", "--detector", "beaconing", "--json"));
    expect(beacons.length).toBeGreaterThan(0);
    expect(new Set(beacons.map((one) => one.finding_info.analytic.uid))).toEqual(new Set(["beaconing"]));
    expect(await answer("findings", "--detector", "nobody")).toEqual([]);
  });

  test("a finding is explained by the beginning of its uid, with what proves it", async () => {
    const [uid = ""] = uids();
    const text = (await answer("explain", uid.slice(0, 8))).join("\n");
    expect(text).toMatch(/^[0-9a-f]+ {2}/);
    for (const part of ["Why:", "What else looks like this:", "events; first of them:", "SELECT"]) expect(text).toContain(part);
    expect(records(await answer("explain", uid, "--json")).map((one) => one.finding_info.uid)).toEqual([uid]);
    const unknown = await spoor(["explain", "nothing-of-this-name"], at);
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining("`spoor findings` lists them.")]);
    const unclear = await spoor(["explain", ""], at);
    expect([unclear.code, unclear.err]).toEqual([2, expect.stringContaining("begins several findings")]);
  });

  test("the SQL of a finding, with its values, gives its events again", async () => {
    const [line = ""] = await answer("findings", "--detector", "beaconing", "--limit", "1", "--json");
    const evidence = z.object({ sql: z.string(), parameters: z.record(z.string(), z.unknown()), row_count: z.number() });
    const [first] = z.looseObject({ evidences: z.array(z.looseObject({ data: evidence })) }).parse(JSON.parse(line)).evidences;
    const values = Object.entries(first?.data.parameters ?? {}).flatMap(([name, value]) => [
      "--param",
      `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
    ]);
    expect((await answer("query", ...values, "--", first?.data.sql ?? "")).length).toBe(first?.data.row_count);
  });

  test("stories, hypotheses, the layer and the model are told", async () => {
    expect((await answer("stories")).length).toBeGreaterThan(0);
    for (const line of await answer("stories", "--json")) expect(JSON.parse(line)).toMatchObject({ uid: expect.any(String) });
    expect((await answer("hypotheses")).length).toBeGreaterThan(0);
    expect(JSON.parse((await answer("attack", "layer")).join("\n"))).toMatchObject({ versions: { layer: "4.5" } });
    expect((await answer("models", "show", "spoor-out/models/user-anomaly-detector.json")).join("\n")).toContain("intact");
    expect((await answer("entity", "10.20.1.90")).length).toBeGreaterThan(0);
  });

  test("a verdict is written down, the latest counts, and it needs a finding", async () => {
    const [uid = ""] = uids();
    await answer("verdict", uid, "suspicious", "--author", "one");
    expect(await answer("verdict", uid, "benign", "--note", "the \u001b[31magent", "--author", "other")).toEqual([
      `${uid}: benign, by other`,
    ]);
    const rows = await answer("query", "SELECT verdict, note, author FROM triage ORDER BY recorded_time");
    expect(rows.map((row): unknown => JSON.parse(row))).toEqual([
      { verdict: "suspicious", note: "", author: "one" },
      { verdict: "benign", note: "the \u001b[31magent", author: "other" },
    ]);
    expect((await spoor(["verdict", "zzz", "benign"], at)).code).toBe(1);
  });

  test("indicators are added, listed, replaced, and matched by the next hunt", async () => {
    writeFileSync(join(folder, "feed.csv"), "type,value,confidence\nip,203.0.113.66,90\nip,8.8.8.8,50\ndomain,evil.example,80\n");
    const told = await spoor(["intel", "add", "feed.csv", "--feed", "ours"], at);
    expect([told.code, told.out]).toEqual([0, expect.stringContaining("as feed ours")]);
    expect(told.err).toContain("left out 8.8.8.8");
    expect((await answer("intel", "list")).join("\n")).toMatch(/^ours {2}\w+ {2}1 active/m);
    const hunt = await spoor(["hunt", "--out", "out-intel", "--only", "threat-intel-match"], at);
    expect([hunt.code, hunt.out], hunt.err).toEqual([0, expect.stringContaining("203.0.113.66")]);
    writeFileSync(join(folder, "junk.csv"), Buffer.from([0, 1, 2, 255]));
    const junk = await spoor(["intel", "add", "junk.csv"], at);
    expect([junk.code, junk.out], junk.err).toEqual([1, ""]);
  });

  test("logs are imported without a hunt, with a count for each file", async () => {
    const lines = await answer("import", "logs/entra");
    expect(lines.length).toBe(3);
    for (const line of lines) expect(line).toMatch(/read (\d+), stored 0, duplicate \1, quarantined 0$/);
    const asJson = z.object({ sources: z.array(z.unknown()), gaps: z.array(z.unknown()) });
    expect(asJson.parse(JSON.parse((await answer("import", "logs/entra", "--json")).join("\n"))).sources.length).toBe(3);
  });

  test("a question is answered one JSON object a line, and stops at a limit", async () => {
    expect(
      await answer("query", "SELECT count() AS n FROM authentication WHERE user_name = {who:String}", "--param", "who=nobody"),
    ).toEqual(['{"n":"0"}']);
    const told = await spoor(["query", "SELECT metadata_uid FROM network_activity", "--limit", "2"], at);
    expect([told.code, told.out.split("\n").length]).toEqual([0, 3]);
    expect(told.err).toContain("There is more behind these 2 rows");
  });

  const stolen = join(folder, "stolen.csv");
  test.each([
    "DROP TABLE finding",
    "INSERT INTO triage (verdict) VALUES ('benign')",
    "SELECT 1; DROP TABLE finding",
    "SELECT file('/etc/hostname')",
    "SELECT * FROM file('/etc/hostname', 'LineAsString')",
    "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
    `SELECT * FROM finding INTO OUTFILE '${stolen}'`,
    "SELECT 1 SETTINGS readonly = 0",
    "WITH 1 AS a SELEC a",
  ])("a question that is none is refused: %s", async (sql) => {
    const told = await spoor(["query", sql], at);
    expect([told.code, told.out]).toEqual([2, ""]);
    expect(existsSync(stolen)).toBe(false);
  });

  test("recordings are evaluated, and a folder without truth is told", async () => {
    const told = await spoor(["evaluate", "logs/entra"], at);
    expect([told.code, told.err]).toEqual([expect.any(Number), expect.not.stringMatching(/\n {4}at /)]);
    expect(`${told.out}${told.err}`).toMatch(/truth/);
  });
});

describe("secrets", () => {
  test("the password of a store is in no message, whether it comes in the URL or the environment", async () => {
    const secret = "s3cr3t-W0rd";
    const env = { SPOOR_STORE_PASSWORD: secret };
    for (const url of [
      `http://hunter:${secret}@127.0.0.1:9/case`,
      `http://hunter:${secret}@`,
      `http://hunter:${secret}@127.0.0.1:9/a-b`,
    ]) {
      for (const words of [["hunt", "logs"], ["findings"], ["query", "SELECT 1"]]) {
        const told = await spoor([...words, "--store", url], { ...at, env });
        expect(told.code).not.toBe(0);
        expect(`${told.out}${told.err}`).not.toContain(secret);
      }
    }
    const hunt = await spoor(["hunt", "empty", "--store", "store-empty", "--out", "out-secret"], { ...at, env });
    expect(hunt.code, hunt.err).toBe(0);
    for (const [name, text] of resultsIn(join(folder, "out-secret"))) expect(text, name).not.toContain(secret);
    expect(readFileSync(join(folder, "out-secret", "run.json"), "utf8")).not.toContain(secret);
  });
});

describe("pipes and terminals", () => {
  test("a reader that has seen enough is no failure", () => {
    const words = spoorWords(["query", "SELECT line FROM raw"]).map((word) => `'${word}'`);
    const { stdout, stderr, status } = spawnSync("bash", ["-c", `set -o pipefail; ${words.join(" ")} | head -1`], {
      cwd: folder,
      encoding: "utf8",
    });
    expect([stdout.split("\n").length, stderr, status]).toEqual([2, "", 0]);
  });

  const noTerminal =
    spawnSync("script", ["--version"]).status === 0 ? null : "the command script, which makes a terminal, is not installed";
  const inTerminal = (words: readonly string[]) =>
    spawn(
      "script",
      [
        "-qec",
        spoorWords(words)
          .map((word) => `'${word}'`)
          .join(" "),
        "/dev/null",
      ],
      { cwd: folder },
    );

  test.skipIf(noTerminal !== null)(
    noTerminal === null
      ? "on a terminal the import tells how far it is"
      : `on a terminal the import tells how far it is (skipped: ${noTerminal})`,
    async () => {
      const child = inTerminal(["import", "logs", "--store", "store-terminal"]);
      const parts: Buffer[] = [];
      child.stdout.on("data", (part: Buffer) => parts.push(part));
      const code = await new Promise((resolve) => child.once("close", resolve));
      const text = Buffer.concat(parts).toString("utf8");
      expect(code).toBe(0);
      const lines = text.split("\r\u001b[K");
      expect(lines.slice(0, -1).every((line) => /^import: \d of 7/.test(line))).toBe(true);
      expect(lines.some((line) => /^import: [1-6] of 7.* {2}logs\//.test(line))).toBe(true);
      expect(lines.at(-1)).toMatch(/read \d+, stored \d+/);
    },
  );

  test.skipIf(noTerminal !== null)(
    noTerminal === null ? "Ctrl-C on a terminal stops with 130" : `Ctrl-C on a terminal stops with 130 (skipped: ${noTerminal})`,
    async () => {
      const child = inTerminal(["import", "logs", "--store", "store-stopped"]);
      let text = "";
      child.stdout.on("data", (part: Buffer) => {
        const isFirst = !text.includes("import: ");
        text += part.toString("utf8");
        if (isFirst && text.includes("import: ")) child.stdin.write("\u0003");
      });
      const code = await new Promise((resolve) => child.once("close", resolve));
      expect(code).toBe(130);
      expect(text).toContain("Ctrl-C again ends at once");
    },
  );
});
