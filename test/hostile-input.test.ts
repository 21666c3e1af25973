import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";

// What attackers and accidents do to log files, through the whole program: nothing crashes, nothing is lost, everything is told.

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "spoor-hostile-"));
const logs = join(folder, "logs");

function spoor(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ["--import", "tsx", join(root, "src", "cli", "main.ts"), ...words], {
    cwd: root,
    encoding: "utf8",
  });
}

const fields = [
  "ts",
  "uid",
  "id.orig_h",
  "id.orig_p",
  "id.resp_h",
  "id.resp_p",
  "proto",
  "service",
  "duration",
  "orig_bytes",
  "resp_bytes",
  "conn_state",
];
const header = `#separator \\x09\n#path\tconn\n#fields\t${fields.join("\t")}\n`;

function connection(seconds: number | string, uid: string, source = "10.0.0.5"): string {
  return [seconds, uid, source, 50_000, "203.0.113.7", 443, "tcp", "ssl", "0.5", 10, 20, "SF"].join("\t");
}

const hostileName = "<img src=x onerror=alert(1)>'; DROP TABLE raw; -- \u001b[31m|=cmd()";

const counts = z.object({
  sources: z.array(
    z.object({ file: z.string(), read: z.number(), stored: z.number(), duplicate: z.number(), quarantined: z.number() }),
  ),
});
const gapList = z.array(z.looseObject({ part: z.string(), kind: z.string(), reason: z.string(), count: z.number().optional() }));

beforeAll(() => {
  mkdirSync(join(logs, "empty"), { recursive: true });
  const good = Array.from({ length: 500 }, (_, place) => connection(1_793_600_000 + place * 60, `C${place}`)).join("\n");
  writeFileSync(join(logs, "good.log"), `${header}${good}\n`);
  writeFileSync(
    join(logs, "truncated.log.gz"),
    gzipSync(`${header}${good.replaceAll("10.0.0.5", "10.0.0.6")}\n`).subarray(0, -400),
  );
  writeFileSync(join(logs, "junk.bin"), Buffer.from(Array.from({ length: 65_536 }, (_, place) => (place * 7919) % 256)));
  writeFileSync(
    join(logs, "long-line.log"),
    `${header}${connection(1_793_600_001, "L1")}\n${"x".repeat(50 * 1024 * 1024)}\n${connection(1_793_600_002, "L2")}\n`,
  );
  writeFileSync(
    join(logs, "bytes.log"),
    Buffer.concat([
      Buffer.from(`${header}${connection(1_793_600_003, "B1")}\n`),
      Buffer.from([0xff, 0xfe, 0x00, 0x41, 0x0a]),
      Buffer.from(`${connection(1_793_600_004, "B\u0000 2")}\n`),
    ]),
  );
  writeFileSync(join(logs, "wrong-columns.csv"), "one,two,three\n1,2,3\n");
  writeFileSync(
    join(logs, "times.log"),
    `${header}${[-11_644_473_600, 253_402_300_799, "", "NaN", "1e400", 1_793_600_005].map((time, place) => connection(time, `T${place}`)).join("\n")}\n`,
  );
  writeFileSync(
    join(logs, "names.jsonl"),
    `${JSON.stringify({ ts: 1_793_600_006, uid: "N1", "id.orig_h": "10.0.0.7", "id.resp_h": "203.0.113.8", query: hostileName, qtype_name: "A", rcode_name: "NOERROR" })}\n{"ts": 1793600007, "id.orig_h": [${"[".repeat(100_000)}\n`,
  );
  symlinkSync("nowhere.log", join(logs, "dangling.log"));
  symlinkSync("..", join(logs, "empty", "loop"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a folder of hostile files", () => {
  let gaps: z.infer<typeof gapList> = [];
  let sources: z.infer<typeof counts>["sources"] = [];
  beforeAll(() => {
    const out = join(folder, "out");
    const { status, stderr } = spoor("hunt", logs, "--store", join(folder, "store"), "--out", out, "--quiet");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    sources = counts.parse(JSON.parse(readFileSync(join(out, "run.json"), "utf8"))).sources;
    gaps = gapList.parse(JSON.parse(readFileSync(join(out, "gaps.json"), "utf8")));
  });

  const of = (name: string) => sources.find((source) => source.file.endsWith(name));
  const toldOf = (name: string) => gaps.filter((gap) => gap.part.endsWith(name)).map((gap) => gap.kind);

  test("every record is accounted for, in every file", () => {
    for (const source of sources)
      expect({ ...source, read: source.stored + source.duplicate + source.quarantined }).toEqual(source);
  });

  test("good records around bad ones are kept", () => {
    expect(of("good.log")).toMatchObject({ read: 500, stored: 500, quarantined: 0 });
    expect(of("long-line.log")).toMatchObject({ read: 3, stored: 2, quarantined: 1 });
    expect(of("bytes.log")).toMatchObject({ read: 3, stored: 2, quarantined: 1 });
    expect(of("times.log")).toMatchObject({ read: 6, stored: 1, quarantined: 5 });
    expect(of("names.jsonl")).toMatchObject({ read: 2, stored: 1, quarantined: 1 });
  });

  test("a cut gzip file gives what came before the cut, and the cut is told", () => {
    const salvaged = of("truncated.log.gz");
    expect(salvaged?.stored).toBeGreaterThan(50);
    expect(salvaged?.quarantined).toBe(0);
    expect(toldOf("truncated.log.gz")).toContain("damaged");
  });

  test("what cannot be read is named, not passed over", () => {
    expect(toldOf("junk.bin").length).toBeGreaterThan(0);
    expect(toldOf("wrong-columns.csv")).toEqual(["unrecognised"]);
    expect(toldOf("dangling.log").length).toBeGreaterThan(0);
  });

  test("names from a log are text wherever they are shown", () => {
    const { status, stdout } = spoor("query", "SELECT query_hostname FROM dns_activity", "--store", join(folder, "store"));
    expect(status).toBe(0);
    expect(stdout).not.toContain("\u001b");
    const html = readFileSync(join(folder, "out", "report.html"), "utf8");
    expect(html).not.toContain("<img src=x");
    expect(readFileSync(join(folder, "out", "report.md"), "utf8")).not.toContain("<img src=x");
  });
});

test("a path that does not exist touches nothing", () => {
  const { status, stderr } = spoor(
    "hunt",
    join(folder, "absent"),
    "--store",
    join(folder, "untouched"),
    "--out",
    join(folder, "untouched-out"),
  );
  expect(status).toBe(2);
  expect(stderr).toContain("does not exist");
  expect(() => readFileSync(join(folder, "untouched"))).toThrow("ENOENT");
});

/** A file system of 40 MB, where mounting is permitted; null elsewhere. */
function smallDisk(): string | null {
  const place = mkdtempSync(join(tmpdir(), "spoor-small-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=40m", "tmpfs", place], { stdio: "ignore" });
    return place;
  } catch {
    rmSync(place, { recursive: true });
    return null;
  }
}

const disk = smallDisk();
afterAll(() => {
  if (disk === null) return;
  spawnSync("umount", ["-l", disk]);
  rmSync(disk, { recursive: true, force: true });
});

test.skipIf(disk === null)(
  `a full disk ends the run with a clear message${disk === null ? " (skipped: mounting a small disk is not permitted)" : ""}`,
  () => {
    const { status, stderr } = spoor(
      "hunt",
      logs,
      "--store",
      join(disk ?? "", "store"),
      "--out",
      join(folder, "full-out"),
      "--quiet",
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(/full|space/i);
  },
);
