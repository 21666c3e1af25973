import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { hostileTexts } from "../../../test/hostile-text.ts";
import { loadAttack } from "../../attack/attack.ts";
import { toFinding } from "../../findings/number.ts";
import { detectorNamed, draftOf } from "../../findings/testing.ts";
import { openStore } from "../../store/open.ts";
import type { Store } from "../../store/store.ts";
import type { Finding, FindingDraft, HuntResult, Observable, ObservableName } from "../../types.ts";
import { sigmaRules, subjectOfFinding, subjectOfHunt } from "./export.ts";
import { logSources, plainValues } from "./log-sources.ts";

const folder = mkdtempSync(join(tmpdir(), "spoor-sigma-"));
const attack = loadAttack();
const internal = ["10.0.0.0/8"];
const window = { from: "2026-11-01 00:00:00.000000", to: "2026-11-08 00:00:00.000000" };
const signal = new AbortController().signal;
const hostile = "powershell -c \"iwr *.evil.com?x=1\" \\\\srv\\share\\ \u202Eexe\u0007 'it''s' {{x}} # : - &a *b !c";
let store: Store;

beforeAll(async () => {
  store = await openStore(join(folder, "store"));
  await store.migrate();
  const base = {
    metadata_product_vendor_name: "Example",
    metadata_product_name: "Example",
    raw_file_uid: "f",
    raw_line_number: 1,
  };
  const row = (uid: string, day: number, values: object) => ({
    ...base,
    metadata_uid: uid,
    time: `2026-11-0${day} 08:00:00.000000`,
    ...values,
  });
  await store.insert("network_activity", [
    row("n1", 2, { src_endpoint_ip: "10.0.0.1", dst_endpoint_ip: "203.0.113.9", dst_endpoint_port: 443 }),
    row("n2", 3, { src_endpoint_ip: "10.0.0.2", dst_endpoint_ip: "203.0.113.9", dst_endpoint_port: 443 }),
    row("n3", 3, { src_endpoint_ip: "10.0.0.2", dst_endpoint_ip: "203.0.113.9", dst_endpoint_port: 80 }),
    row("n4", 3, { src_endpoint_ip: "10.0.0.2", dst_endpoint_ip: "203.0.113.8", dst_endpoint_port: 443 }),
    row("n5", 9, { src_endpoint_ip: "10.0.0.3", dst_endpoint_ip: "203.0.113.9", dst_endpoint_port: 443 }),
  ]);
  await store.insert("dns_activity", [
    row("d1", 2, { src_endpoint_ip: "10.0.0.1", query_hostname: "A.Evil.com" }),
    row("d2", 2, { src_endpoint_ip: "10.0.0.1", query_hostname: "evil.com" }),
    row("d3", 2, { src_endpoint_ip: "10.0.0.1", query_hostname: "notevil.com" }),
    row("d4", 2, { src_endpoint_ip: "10.0.0.1" }),
  ]);
  await store.insert("http_activity", [
    row("h1", 2, { src_endpoint_ip: "10.0.0.1", http_request_url_hostname: "evil.com", http_request_user_agent: "x" }),
    row("h2", 4, { src_endpoint_ip: "10.0.0.1", http_request_url_hostname: "good.com", http_request_user_agent: "Bad*Agent" }),
    row("h3", 4, { src_endpoint_ip: "10.0.0.1", http_request_url_hostname: "good.com", http_request_user_agent: "BadderAgent" }),
  ]);
  await store.insert("process_activity", [
    row("p1", 2, { device_hostname: "ws-1", process_cmd_line: hostile.toUpperCase() }),
    row("p2", 2, { device_hostname: "ws-2", process_cmd_line: "notepad", process_file_hash_sha256: "A".repeat(64) }),
    row("p3", 2, { device_hostname: "ws-2", process_cmd_line: "powershell -c" }),
  ]);
  await store.insert("service_activity", [row("s1", 2, { device_hostname: "srv-1", service_name: "PSEXESVC" })]);
  await store.insert("scheduled_job_activity", [row("j1", 2, { device_hostname: "srv-1", job_name: "\\Updater" })]);
  await store.insert("authentication", [
    row("a1", 2, { user_name: "alice", src_endpoint_ip: "198.51.100.4" }),
    row("a2", 3, { user_name: "bob", src_endpoint_ip: "198.51.100.4" }),
  ]);
});
afterAll(async () => {
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});

function finding(observables: readonly (readonly [ObservableName, string])[], given: Partial<FindingDraft> = {}): Finding {
  const list: Observable[] = observables.map(([name, value]) => ({ name, value }));
  return toFinding(draftOf({ observables: list, ...given }), detectorNamed("test"), attack);
}

const rulesOf = (one: Finding) => sigmaRules(subjectOfFinding(one, internal), window, attack, { store, signal });

/** What Sigma's specification (2.1) asks of a rule, as far as ours use it. */
const sigmaSchema = z.strictObject({
  title: z.string().min(1).max(256),
  id: z.uuid(),
  status: z.enum(["stable", "test", "experimental", "deprecated", "unsupported"]),
  description: z.string(),
  author: z.string(),
  date: z.iso.date(),
  tags: z.array(z.string().regex(/^[a-z0-9_-]+\.[a-z0-9._-]+$/)),
  logsource: z.strictObject({ category: z.string().optional(), product: z.string().optional(), service: z.string().optional() }),
  detection: z.intersection(z.object({ condition: z.string() }), z.record(z.string(), z.unknown())),
  falsepositives: z.array(z.string()),
  level: z.enum(["informational", "low", "medium", "high", "critical"]),
});

const everything = finding(
  [
    ["dst_endpoint.ip", "203.0.113.9"],
    ["dst_endpoint.port", "443"],
    ["query.hostname", "Evil.com."],
    ["http_request.user_agent", "bad*agent"],
    ["process.cmd_line", hostile],
    ["file.hashes", "a".repeat(64)],
    ["service.name", "psexesvc"],
    ["job.name", "\\Updater"],
    ["src_endpoint.ip", "10.0.0.1"],
  ],
  { techniques: ["T1071.001", "T1562.001"] },
);

describe("a finding as Sigma rules", () => {
  test("gives one valid rule for each log source, with ATT&CK of today and the count of what it would have matched", async () => {
    const rules = await rulesOf(everything);
    expect(rules).toHaveLength(logSources.length - 1);
    const counts = Object.fromEntries(
      rules.map(({ test: { table, events, days, entities, rows } }) => [table, [events, days, entities, rows]]),
    );
    expect(counts).toEqual({
      network_activity: [2, 2, 2, 4],
      dns_activity: [2, 1, 1, 4],
      http_activity: [2, 2, 1, 3],
      process_activity: [2, 1, 2, 3],
      service_activity: [1, 1, 1, 1],
      scheduled_job_activity: [1, 1, 1, 1],
    });
    for (const { yaml, test: tried } of rules) {
      const rule = sigmaSchema.parse(parse(yaml));
      expect(rule.tags).toEqual(expect.arrayContaining(["attack.t1071.001", "attack.t1685", "attack.command-and-control"]));
      expect(rule.tags).not.toContain("attack.t1562.001");
      expect(rule.description).toContain(`it matches ${tried.events} of ${tried.rows} events of ${tried.table}`);
      expect(rule.falsepositives).toEqual([everything.benign]);
      const names = Object.keys(rule.detection).filter((name) => name !== "condition");
      expect(rule.detection.condition).toBe(names.length === 1 ? names[0] : "1 of selection_*");
    }
    expect(new Set(rules.map(({ yaml }) => sigmaSchema.parse(parse(yaml)).id)).size).toBe(rules.length);
    expect(await rulesOf(everything)).toEqual(rules);
  });

  test("matches in Sigma's words what the store counted", async () => {
    const fields: Readonly<Record<string, string>> = {
      dst_ip: "dst_endpoint_ip",
      dst_port: "dst_endpoint_port",
      query: "query_hostname",
      "cs-host": "http_request_url_hostname",
      "c-useragent": "http_request_user_agent",
      CommandLine: "process_cmd_line",
      Hashes: "hashes",
      ServiceName: "service_name",
      TaskName: "job_name",
      src_ip: "src_endpoint_ip",
    };
    for (const { yaml, test: tried } of await rulesOf(everything)) {
      const rows = await store.query(
        `SELECT * FROM ${tried.table} WHERE time < toDateTime64({to:String}, 6, 'UTC') ORDER BY metadata_uid`,
        { to: window.to },
        z.record(z.string(), z.unknown()),
      );
      const { condition: _, ...selections } = sigmaSchema.parse(parse(yaml)).detection;
      const matched = rows.filter((row) => {
        const seen = { ...row, hashes: `SHA256=${JSON.stringify(row.process_file_hash_sha256)}`.replaceAll('"', "") };
        return Object.values(selections)
          .flat()
          .some((selection) => matches(selection as Record<string, unknown[]>, seen, fields));
      });
      expect([tried.table, matched.length]).toEqual([tried.table, tried.events]);
    }
  });

  test("says nothing of the estate's own, and nothing where there is only rhythm or amount", async () => {
    const inside = finding([
      ["device.hostname", "ws-1"],
      ["dst_endpoint.ip", "10.0.0.9"],
      ["dst_endpoint.hostname", "srv-9.corp.example"],
      ["actor.user.name", "alice"],
      ["share", "ADMIN$"],
    ]);
    expect(await rulesOf(inside)).toEqual([]);
  });

  test("of an account names the addresses outside that used it, not the browser that half the estate has", async () => {
    const account = finding([
      ["user.name", "alice"],
      ["src_endpoint.ip", "198.51.100.4"],
      ["src_endpoint.ip", "10.0.0.1"],
      ["http_request.user_agent", "Mozilla/5.0"],
    ]);
    const rules = await rulesOf(account);
    expect(rules.map(({ test: { table, events, entities } }) => [table, events, entities])).toEqual([["authentication", 2, 2]]);
    expect(sigmaSchema.parse(parse(rules[0]?.yaml ?? "")).detection.selection).toEqual({ src_ip: ["198.51.100.4"] });
  });

  test("says so where there is nothing to try it on", async () => {
    const later = { from: "2027-01-01 00:00:00.000000", to: "2027-01-02 00:00:00.000000" };
    const [rule] = await sigmaRules(subjectOfFinding(everything, internal), later, attack, { store, signal });
    expect(rule?.yaml).toContain("It could not be tried: there is no network_activity");
  });

  test("keeps hostile text exact for a program and inert for a reader", async () => {
    for (const text of hostileTexts.filter((one) => one.trim() !== "" && one.length < 2000 && !/\p{Cs}/u.test(one))) {
      const one = finding([["process.cmd_line", text]], { title: text, description: text, benign: text });
      const [rule] = await rulesOf(one);
      expect(rule?.yaml).not.toMatch(/[^\P{C}\n]|[\u2028\u2029]/u);
      const read = sigmaSchema.extend({ title: z.string() }).parse(parse(rule?.yaml ?? ""));
      expect(read.detection.selection_command).toEqual({ CommandLine: plainValues([text]) });
      expect(Object.keys(read)).toEqual(Object.keys(sigmaSchema.shape));
    }
  });
});

test("a hunt's result gives rules of its indicators, with what else looks like it from the library", async () => {
  const hunt: HuntResult = {
    id: "u1",
    hypothesisId: null,
    huntId: "gone",
    title: "Something steady",
    techniques: ["T1071.001"],
    status: "supported",
    evidence: [
      {
        description: "calls",
        source: "zeek",
        timestamp: "2026-11-03 10:00:00.000000",
        confidence: 72,
        indicators: ["203.0.113.9", "10.0.0.1", "evil.com", "a".repeat(64), "words"],
        eventIds: [],
        rowCount: 3,
      },
    ],
    summary: "It calls.",
    recommendedActions: [],
    coverage: [{ table: "network_activity", rows: 5 }],
    sql: "",
    parameters: {},
    resultHash: "",
  };
  const rules = await sigmaRules(subjectOfHunt(hunt, null, internal), window, attack, { store, signal });
  expect(rules.map(({ test: { table, events } }) => [table, events])).toEqual([
    ["network_activity", 3],
    ["dns_activity", 2],
    ["http_activity", 1],
    ["process_activity", 1],
  ]);
  expect(sigmaSchema.parse(parse(rules[0]?.yaml ?? ""))).toMatchObject({ level: "high", date: "2026-11-03" });
});

/** A small reading of Sigma: equality, endswith and contains, any case, wildcards escaped. */
function matches(
  selection: Record<string, unknown[]>,
  row: Record<string, unknown>,
  fields: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(selection).every(([key, values]) => {
    const [field = "", modifier] = key.split("|");
    if (field === "EventID") return true;
    const given = row[fields[field] ?? ""];
    const seen = typeof given === "string" || typeof given === "number" ? String(given).toLowerCase() : "";
    return values.some((value) => {
      const asked = String(value)
        .replace(/\\([*?\\])/g, "$1")
        .toLowerCase();
      if (modifier === "endswith") return seen.endsWith(asked);
      return modifier === "contains" ? seen.includes(asked) : seen === asked;
    });
  });
}
