import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { ocsfFinding, toOcsf } from "../../findings/ocsf.ts";
import { findingOf } from "../../findings/testing.ts";
import { openStore } from "../../store/open.ts";
import type { Session } from "../session.ts";
import { terminalOf } from "../terminal.ts";
import { registerExport } from "./export.ts";
import { registerMemory } from "./memory.ts";

const folder = mkdtempSync(join(tmpdir(), "spoor-memory-commands-"));
const records = join(folder, "records");
const store = join(folder, "store");
const told = { out: "", err: "" };
const listening = (name: "out" | "err") => ({
  write: (text: string, done?: () => void) => {
    told[name] += text;
    done?.();
  },
});
const session = (): Session => ({
  terminal: terminalOf({ out: listening("out"), err: listening("err") }, false),
  signal: new AbortController().signal,
  environment: {},
});

async function spoor(...words: string[]): Promise<string> {
  told.out = "";
  told.err = "";
  const program = new Command("spoor").exitOverride();
  registerMemory(program, session);
  registerExport(program, session);
  await program.parseAsync(words, { from: "user" });
  return told.out;
}

const beacon = findingOf("beaconing", 80, 10, ["device.hostname=ws-12", "dst_endpoint.ip=203.0.113.9"]);
const quiet = findingOf("behavioural-anomaly", 80, 10, ["user.name=alice"]);

beforeAll(async () => {
  mkdirSync(records);
  const record = (id: string, date: string, hypothesis: string) =>
    `---\nid: ${id}\nhypothesis: ${JSON.stringify(hypothesis)}\ntechniques: [T1071.001]\nentities: [ws-12]\nwindow: { from: "2026-11-01 00:00:00", to: "2026-11-08 00:00:00" }\nstatus: refuted\ndate: ${date}\nrun: run-1\n---\n\n# It\n\n## Keep\n\nAn updater. \u001b[2J\u202e\n`;
  writeFileSync(join(records, "one.md"), record("aaaa1111", "2026-11-08", "ws-12 calls home"));
  writeFileSync(join(records, "two.md"), record("aaaa2222", "2026-11-09", "ws-13 \u001b[31mcalls"));
  writeFileSync(join(records, "three.md"), "no record \u001b[31m");
  const opened = await openStore(store);
  await opened.migrate();
  const base = {
    metadata_product_vendor_name: "Example",
    metadata_product_name: "Example",
    raw_file_uid: "f",
    raw_line_number: 1,
  };
  const connection = { src_endpoint_ip: "10.0.0.12", dst_endpoint_ip: "203.0.113.9" };
  await opened.insert("network_activity", [{ ...base, metadata_uid: "n1", time: "2026-11-02 10:00:00.000000", ...connection }]);
  await opened.insert(
    "finding",
    [beacon, quiet].map((finding) => ({
      finding_uid: finding.uid,
      run_uid: "run-1",
      recorded_time: "2026-11-08 00:00:00.000000",
      activity_name: "Create",
      detector: finding.detector,
      score: finding.score,
      document: JSON.stringify(ocsfFinding.parse(toOcsf(finding, { activity: "Create", version: "0" }))),
    })),
  );
  await opened.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("records are listed newest first, searched with the reason, and shown; what is none is told; nothing paints the terminal", async () => {
  const listed = (await spoor("memory", "list", "--memory", records)).trim().split("\n");
  expect(listed.map((line) => line.slice(0, 22))).toEqual(["2026-11-09  aaaa2222  ", "2026-11-08  aaaa1111  "]);
  expect(told.err).toContain("three.md: cannot be read as the record of a hunt");
  expect(await spoor("memory", "search", "updater", "--entity", "ws-12", "--memory", records)).toContain(
    "by entity ws-12, word updater",
  );
  const shown = await spoor("memory", "show", "aaaa1", "--memory", records);
  expect(shown).toContain("## Keep\n\nAn updater.");
  const all = [listed.join("\n"), shown, told.err, await spoor("memory", "list", "--json", "--memory", records)].join("\n");
  expect(all).not.toMatch(/[^\P{C}\n]/u);
  expect(z.array(z.looseObject({ id: z.string() })).parse(JSON.parse(told.out))).toHaveLength(2);
});

test("what is not there, or not clear, is said", async () => {
  await expect(spoor("memory", "show", "aaaa", "--memory", records)).rejects.toThrow("begins several records");
  await expect(spoor("memory", "show", "ffff", "--memory", records)).rejects.toThrow("there is no record");
  await expect(spoor("memory", "search", "--memory", records)).rejects.toThrow("nothing to search for");
  expect(await spoor("memory", "list", "--memory", join(folder, "nowhere"))).toBe("");
  expect(told.err).toContain("No hunt is on record here");
});

test("a finding is exported as a rule with what it matches in the store; one that no event shows is refused", async () => {
  const out = join(folder, "out");
  const yaml = await spoor("export", "sigma", beacon.uid.slice(0, 10), "--store", store, "--out", out);
  expect(parse(yaml)).toMatchObject({
    logsource: { category: "firewall" },
    detection: { selection: { dst_ip: ["203.0.113.9"] }, condition: "selection" },
    description: expect.stringContaining("it matches 1 of 1 events of network_activity, on 1 day"),
  });
  expect(told.err).toContain("it matches 1 of 1");
  await expect(spoor("export", "sigma", quiet.uid, "--store", store, "--out", out)).rejects.toThrow("in no single event");
  await expect(spoor("export", "sigma", "zzzz", "--store", store, "--out", out)).rejects.toThrow("there is no finding or hunt");
});
