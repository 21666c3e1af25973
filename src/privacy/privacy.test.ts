import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { seededRandom } from "../stats/random.ts";
import { openEmbeddedStore } from "../store/embedded.ts";
import type { Store } from "../store/store.ts";
import { seenTables, treatments, unshownColumns } from "./columns.ts";
import { openPrivacy } from "./open.ts";
import type { NameKind, Privacy } from "./privacy.ts";
import { tokenKey } from "./siphash.ts";

const folder = mkdtempSync(join(tmpdir(), "spoor-privacy-"));
const secretFile = join(folder, "secret.txt");
const never = new AbortController().signal;
const window = { from: "2026-11-01 00:00:00.000000", to: "2026-12-01 00:00:00.000000" };
const key = tokenKey(Uint8Array.from({ length: 16 }, (_, at) => at * 7));
const random = seededRandom(20261122);

// What must not be shown anywhere: the telling part, and the texts in which it is planted.
const canaries: readonly { readonly telling: string; readonly planted: string }[] = [
  { telling: "qvarnholt", planted: "ws-qvarnholt7" },
  { telling: "qvarnholt", planted: "WS-QVARNHOLT7.corp.example" },
  { telling: "brackenr", planted: "Ottoline.Brackenridge" },
  { telling: "brackenr", planted: "CORP\\ottoline.brackenridge" },
  { telling: "brackenr", planted: "ottoline.brackenridge@corp.example" },
  { telling: "brackenr", planted: "Ottoline Brackenridge <ottoline.brackenridge@corp.example>" },
  {
    telling: "vexlund",
    planted:
      "pay vexlund.aurelie at \\\\fs-vexlund9\\people\\vexlund.xlsx via https://vexlund:vexlund1@intranet.corp.example/vexlund?q=vexlund",
  },
  { telling: "10.47.11", planted: "10.47.11.93" },
  { telling: "10.47.11", planted: "from 10.47.11.93:8443 to http://10.47.11.94/x" },
  { telling: "fd12:3456", planted: "fd12:3456:789a::7" },
  { telling: "IOSFODNN7", planted: "AKIAIOSFODNN7EXAMPLE" },
  { telling: "zupplewick", planted: "net user admin Zupplewick9! /add & curl -u admin:Zupplewick9! --password Zupplewick9!" },
  {
    telling: "eyJhbGci",
    planted: "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJlc2lnbmF0dXJl",
  },
  { telling: "MIIEpAIB", planted: "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7\n-----END RSA PRIVATE KEY-----" },
  { telling: "T0000", planted: "https://hooks.slack.com/services/T0000/B0000/XXXXXXXX" },
  { telling: "grönqvist", planted: "Åsa-Grönqvist" },
];

let store: Store;
let hidden: Privacy;
let raw: Privacy;
const columnsOf = new Map<string, { readonly name: string; readonly type: string }[]>();

beforeAll(async () => {
  writeFileSync(secretFile, "the secret\n");
  store = await openEmbeddedStore({ directory: join(folder, "store") });
  await store.migrate();
  const columns = await store.query(
    "SELECT table, name, type FROM system.columns WHERE database = currentDatabase() ORDER BY table, position",
    {},
    z.object({ table: z.string(), name: z.string(), type: z.string() }),
  );
  for (const { table, ...column } of columns) columnsOf.set(table, [...(columnsOf.get(table) ?? []), column]);
  for (const table of seenTables)
    await store.insert(
      table,
      canaries.map(({ planted }, at) => rowWith(table, planted, at)),
    );
  await store.insert("raw", [{ file_uid: "f", source_file: "/home/brackenridge/x.log", line_number: 1, line: "brackenridge" }]);
  await store.insert(
    "process_activity",
    samples.map((text, at) => ({
      ...eventRow(at),
      metadata_uid: `s${at}`,
      process_cmd_line: text,
      device_hostname: text,
      actor_user_name: text,
    })),
  );
  await store.insert(
    "authentication",
    samples.map((text, at) => ({
      ...eventRow(at),
      metadata_uid: `s${at}`,
      dst_endpoint_hostname: text,
      user_email_addr: text,
      src_endpoint_ip: text,
    })),
  );
  const options = { store, key, window, internal: ["10.0.0.0/8"], signal: never };
  hidden = await openPrivacy({ ...options, mode: "pseudonymised" });
  raw = await openPrivacy({ ...options, mode: "raw" });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

function eventRow(at: number) {
  return {
    time: `2026-11-02 10:00:${String(at % 60).padStart(2, "0")}.000000`,
    version_time: "2026-11-02 10:00:00.000000",
    raw_file_uid: "f",
    raw_line_number: at,
  };
}

/** A row that holds the text in each of its text columns. */
function rowWith(table: string, text: string, at: number): Record<string, unknown> {
  const texts = (columnsOf.get(table) ?? []).filter(({ type }) => type.includes("String"));
  const row = Object.fromEntries(texts.map(({ name, type }) => [name, type.startsWith("Array(") ? [text, `a ${text} b`] : text]));
  const all = { ...eventRow(at), ...row, metadata_uid: `${text}-${at}` };
  const known = new Set((columnsOf.get(table) ?? []).map(({ name }) => name));
  return Object.fromEntries(Object.entries(all).filter(([name]) => known.has(name)));
}

const parts = [
  "ws-qvarnholt7",
  "Ann.Berg",
  "corp.example",
  "a.corp.example",
  "evil.example",
  "login.evil.co.uk",
  "10.1.2.3",
  "203.0.113.9",
  "fe80::1",
  "2001:db8::5",
  "C:\\Users\\",
  "\\\\fs01\\c$",
  "powershell",
  "-enc",
  "Invoke-WebRequest",
  "http://u:p@10.1.2.3:8080/a?b=c",
  "https://intranet/x",
  "ann@corp.example",
  "<bob@evil.example>",
  "Ñandú",
  "日本語",
  "10:20:30",
  "4625",
  "123456789",
  "a.b.c",
  "report-2026.docx",
  "x.exe",
  "svc$",
  "S-1-5-18",
  "S-1-5-21-1-2-3-500",
  "password=Zx9",
  "token: abc",
  "host_0123456789ab",
  "...",
  "--",
  "::",
  "'",
  '"',
  "%41",
  "\u200b",
  "\u202e",
  "\t",
  "\n",
  "{",
  "}",
  "=",
  "(",
  "|",
  "🙂",
  "é",
  "_ldap._tcp.dc._msdcs.corp.example",
  "1.1.168.192.in-addr.arpa",
  "localhost",
  "NT AUTHORITY\\SYSTEM",
  "CORP\\ann",
  "ADUser",
  "UserLoggedIn",
  "-",
  "",
];
const samples = Array.from({ length: 150 }, (_, at) => {
  const count = at < parts.length ? 1 : 1 + random.integer(5);
  return Array.from({ length: count }, (_unused, part) =>
    at < parts.length && part === 0 ? parts[at] : random.pick(parts),
  ).join(random.uniform() < 0.5 ? " " : "");
});

/** Everything that a question gives, as text. */
async function answer(privacy: Privacy, sql: string): Promise<string> {
  const { rows, columns } = await privacy.ask(sql, never);
  return JSON.stringify([columns, rows]);
}

/** What came of a question: its answer, or the message of its refusal. */
async function outcome(privacy: Privacy, sql: string): Promise<string> {
  try {
    return await answer(privacy, sql);
  } catch (thrown) {
    if (thrown instanceof SpoorError) return `${thrown.code} ${thrown.message} ${thrown.hint ?? ""}`;
    throw thrown;
  }
}

function canariesIn(text: string): string[] {
  return [
    ...new Set(canaries.map(({ telling }) => telling).filter((telling) => text.toLowerCase().includes(telling.toLowerCase()))),
  ];
}

test("every column of every table that may be asked is classified, and no table of our own is among them", () => {
  const unknown = seenTables.flatMap((table) =>
    (columnsOf.get(table) ?? []).map(({ name }) => name).filter((name) => !treatments.has(name) && !unshownColumns.has(name)),
  );
  expect(unknown).toEqual([]);
  const known = new Set(seenTables.flatMap((table) => (columnsOf.get(table) ?? []).map(({ name }) => name)));
  expect([...treatments.keys()].filter((name) => !known.has(name))).toEqual([]);
});

// Reading files and other hosts, tables of our own and the engine's, getting round the names, functions of one's own, and costly work.
const hostile = [
  "SELECT device_hostname || '' AS z FROM process_activity",
  "SELECT concat(substring(device_hostname, 1, 3), substring(device_hostname, 4)) AS z FROM process_activity",
  "SELECT reverse(device_hostname), hex(process_cmd_line), base64Encode(actor_user_name) FROM process_activity",
  "SELECT arrayMap(x -> char(ascii(substring(device_hostname, x, 1))), [1,2,3,4,5,6,7,8,9,10,11,12]) FROM process_activity",
  "SELECT x FROM (SELECT device_hostname AS x FROM process_activity AS raw) AS y",
  "SELECT p.* FROM service_activity p JOIN rdp_activity a ON p.device_hostname = a.device_hostname",
  "WITH service_activity AS (SELECT * FROM service_activity) SELECT * FROM service_activity",
  "WITH raw AS (SELECT 1 AS x) SELECT * FROM raw",
  "WITH a AS (WITH raw AS (SELECT 1) SELECT * FROM raw) SELECT line FROM raw",
  'SELECT line FROM spoor.raw WHERE 1 IN (WITH "spoor.raw" AS (SELECT 1) SELECT 1)',
  "SELECT line FROM spoor.raw WHERE (WITH `spoor.raw` AS (SELECT 1) SELECT 1) = 1",
  "SELECT name FROM system.tables WHERE 1 IN (WITH `system.tables` AS (SELECT 1) SELECT 1)",
  "SELECT * FROM raw",
  "SELECT * FROM Raw",
  'SELECT * FROM "raw"',
  "SELECT * FROM `raw`",
  "SELECT line FROM spoor.raw",
  "SELECT * FROM spoor.process_activity",
  "SELECT device_hostname FROM default.process_activity",
  "SELECT * FROM finding",
  "SELECT * FROM landing",
  "SELECT * FROM system.tables",
  "SELECT * FROM system.columns",
  "SELECT * FROM system.processes",
  "SELECT * FROM system.query_log",
  "SELECT * FROM information_schema.tables",
  "SELECT 'x' IN raw",
  "SELECT 'x' IN (SELECT line FROM raw)",
  "SELECT (SELECT any(line) FROM raw)",
  "SELECT count() FROM process_activity WHERE process_cmd_line IN (SELECT line FROM raw)",
  "SELECT 1 UNION ALL SELECT count() FROM raw",
  "SELECT * FROM process_activity AS p, raw AS r",
  "SELECT * FROM seen_process_activity",
  "SELECT seen_row.device_hostname FROM process_activity",
  "SELECT `seen_row`.`device_hostname` FROM process_activity",
  "SELECT seen_low FROM process_activity",
  "SELECT seen_host('ws-qvarnholt7')",
  "SELECT {seen_low:UInt64}",
  "SELECT {seen_low:String} FROM process_activity",
  "SELECT raw_file_uid, raw_line_number FROM process_activity",
  "SELECT COLUMNS('raw') FROM service_activity",
  "SELECT COLUMNS('.*') FROM service_activity",
  "SELECT * EXCEPT (device_hostname) FROM service_activity",
  "SELECT * REPLACE (lower(service_name) AS service_name) FROM service_activity",
  "SELECT * APPLY(toString) FROM process_activity",
  "WITH (k, v) -> v AS sipHash128ReferenceKeyed SELECT device_hostname FROM process_activity",
  "WITH (x -> x) AS lower SELECT process_cmd_line FROM process_activity",
  "WITH ((a, b) -> a) AS concat SELECT process_cmd_line FROM process_activity",
  "SELECT arrayMap((x -> 'y') AS hex, [1]), device_hostname FROM process_activity",
  "SELECT device_hostname FROM (SELECT *, (x -> x) AS substring FROM service_activity)",
  "WITH 'a' AS device_hostname SELECT * FROM service_activity",
  "SELECT toUInt64(device_hostname) FROM process_activity",
  "SELECT CAST(process_cmd_line AS DateTime) FROM process_activity",
  "SELECT toIPv4(device_hostname) FROM process_activity",
  "SELECT throwIf(1, device_hostname) FROM process_activity",
  "SELECT getSetting('max_memory_usage'), currentUser(), hostName(), version()",
  "SELECT currentDatabase(), now()",
  `SELECT file('${secretFile}')`,
  `SELECT * FROM file('${secretFile}', 'LineAsString')`,
  `SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')`,
  "SELECT * FROM s3('http://127.0.0.1:1/x', 'LineAsString')",
  "SELECT * FROM remote('127.0.0.1:1', 'spoor', 'raw')",
  "SELECT * FROM remoteSecure('127.0.0.1:1', spoor.raw)",
  "SELECT * FROM cluster('default', spoor.raw)",
  "SELECT * FROM executable('id', 'TSV', 'x String')",
  "SELECT * FROM mysql('127.0.0.1:1', 'd', 't', 'u', 'p')",
  "SELECT * FROM merge('spoor', '.*')",
  "SELECT * FROM merge(currentDatabase(), 'raw')",
  "SELECT * FROM view(SELECT * FROM raw)",
  "SELECT * FROM viewExplain('', '', (SELECT * FROM raw))",
  "SELECT * FROM dictionary('d')",
  "SELECT dictGet('d', 'a', 1)",
  "SELECT joinGet('raw', 'line', 'f')",
  "SELECT * FROM values('x String', 'a')",
  "SELECT * FROM null('x String')",
  "SELECT * FROM input('x String')",
  "SELECT * FROM numbers(1000000000000)",
  "SELECT * FROM zeros(1000000000000)",
  "SELECT * FROM generateRandom('x String')",
  "SELECT * FROM generate_series(1, 1000000000000)",
  "SELECT * FROM mergeTreeIndex('spoor', 'raw')",
  "SELECT * FROM loop(raw)",
  "SELECT * FROM process_activity INTO OUTFILE '/tmp/x'",
  "SELECT * FROM process_activity FORMAT CSV",
  "SELECT * FROM process_activity SETTINGS max_execution_time = 0",
  "SELECT 1; SELECT * FROM raw",
  "SELECT 1; DROP TABLE raw",
  "INSERT INTO raw SELECT 'a', 'b', 1, 'c'",
  "EXPLAIN SELECT * FROM raw",
  "SHOW TABLES",
  "DESCRIBE raw",
  "SET max_execution_time = 0",
  "SYSTEM FLUSH LOGS",
  "KILL QUERY WHERE 1",
  "CREATE FUNCTION f AS x -> x",
  "SELECT 1 -- \n; SELECT * FROM raw",
  "SELECT /* */ * FROM /**/ raw",
  "SELECT * FROM process_activity) UNION ALL (SELECT line FROM raw",
  "SELECT 1) LIMIT 5) UNION ALL SELECT * FROM (SELECT line FROM raw",
  "SELECT * FROM process_activity WHERE 1 = 1 )",
  "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT * FROM t",
  "SELECT sleep(3)",
  "SELECT sleepEachRow(3) FROM process_activity",
  "SELECT repeat('A', 2000000000)",
  "SELECT space(2000000000)",
  "SELECT range(1000000000)",
  "SELECT leftPad('a', 2000000000, 'b')",
  "SELECT arrayWithConstant(1000000000, 1)",
  "SELECT arrayFold((x, y) -> x * y, [1, 2], toInt64(1))",
  "SELECT editDistance(process_cmd_line, process_cmd_line) FROM process_activity",
  "SELECT multiFuzzyMatchAny(process_cmd_line, 2, ['a']) FROM process_activity",
  "SELECT aiGenerate('x')",
  "SELECT evalMLMethod('x')",
  "SELECT hasColumnInTable('spoor', 'raw', 'line')",
  "SELECT filesystemAvailable()",
  "SELECT addressToLine(1)",
  "SELECT `x\n   TableIdentifier raw` FROM process_activity",
  `SELECT ${"(".repeat(500)}1${")".repeat(500)}`,
  `SELECT '${"a".repeat(9000)}'`,
];

test.each(hostile.map((sql) => [sql.slice(0, 120), sql]))("%s is refused, or shows nothing", async (_name, sql) => {
  const text = await outcome(hidden, sql);
  expect(canariesIn(text)).toEqual([]);
  expect(hidden.leaks(text)).toEqual([]);
  expect(text).not.toContain("the secret");
  expect(text).not.toContain("sipHash");
});

test("what reaches for anything but the tables is refused before it is asked", async () => {
  const reaching = hostile.filter((sql) =>
    /\braw\b|system\.|file\(|url\(|s3\(|remote|seen_|OUTFILE|SETTINGS|sleep|repeat|numbers|dictGet|lower SELECT/i.test(sql),
  );
  for (const sql of reaching.filter((one) => !/COLUMNS|AS raw|raw_file_uid|x AS raw/.test(one))) {
    const text = await outcome(hidden, sql);
    expect(text, sql).toMatch(/^(?:usage|store-query) /);
  }
});

test("work that would never end is ended, and what would not fit is refused", async () => {
  const bombs = [
    `SELECT count() FROM ${Array.from({ length: 6 }, (_, at) => `authentication AS a${at}`).join(", ")} WHERE a0.user_name || a1.user_name || a2.user_name != a3.user_name || a4.user_name || a5.user_name`,
    `WITH ${Array.from({ length: 30 }, (_, at) => `${at === 0 ? "'aaaaaaaaaaaaaaaa'" : `concat(x${at - 1}, x${at - 1}, x${at - 1}, x${at - 1})`} AS x${at}`).join(", ")} SELECT x29`,
    "SELECT groupArray(arrayMap(x -> process_cmd_line, [1,2,3,4,5,6,7,8,9])) FROM process_activity AS a, process_activity AS b",
  ];
  for (const sql of bombs) expect(await outcome(hidden, sql), sql).toMatch(/^(?:store-limit|store-query|usage) /);
}, 60_000);

describe("what is planted in every text column", () => {
  test.each(seenTables.map((table) => [table]))("is not shown by any column of %s", async (table) => {
    const text = await answer(hidden, `SELECT * FROM ${table}`);
    expect(canariesIn(text)).toEqual([]);
    expect(hidden.leaks(text)).toEqual([]);
  });

  test("is shown in raw mode, but for secrets", async () => {
    const text = await answer(raw, "SELECT * FROM service_activity");
    expect(
      canariesIn(text).filter((telling) => ["IOSFODNN7", "zupplewick", "eyJhbGci", "MIIEpAIB", "T0000"].includes(telling)),
    ).toEqual([]);
    expect(text).toContain("Brackenridge");
  });
});

test("a person whose given name is a word of everybody's is not shown by it", async () => {
  await store.insert("user_inventory", [
    { ...rowWith("user_inventory", "u", 90), metadata_uid: "pim", user_full_name: "Pim Grant" },
  ]);
  const seen = await hidden.ask("SELECT user_full_name FROM user_inventory", never, { uids: [hidden.hide("event", "pim")] });
  expect(seen.rows).toEqual([{ user_full_name: expect.stringMatching(/^text_[0-9a-f]{12}$/) }]);
});

test("a value has the same name whether the engine or we hide it", async () => {
  const rows = z.object({ process_cmd_line: z.string(), device_hostname: z.string(), actor_user_name: z.string() });
  const seen: string[] = [];
  const expected: string[] = [];
  const compare = (kind: NameKind | "free", at: number, shown: string): void => {
    const text = samples[at] ?? "";
    seen.push(`${kind} ${JSON.stringify(text)} ${shown}`);
    expected.push(`${kind} ${JSON.stringify(text)} ${kind === "free" ? hidden.hideText(text, 400) : hidden.hide(kind, text)}`);
  };
  for (let at = 0; at < samples.length; at += 100) {
    const uids = samples.slice(at, at + 100).map((_, offset) => `s${at + offset}`);
    const shownIds = uids.map((uid) => hidden.hide("event", uid));
    const processes = await hidden.ask(
      "SELECT metadata_uid, process_cmd_line, device_hostname, actor_user_name FROM process_activity",
      never,
      { uids: shownIds },
    );
    for (const row of processes.rows) {
      const one = rows.parse(row);
      const which = at + shownIds.indexOf(String(row.metadata_uid));
      compare("host", which, one.device_hostname);
      compare("user", which, one.actor_user_name);
      compare("free", which, one.process_cmd_line);
    }
    const signIns = await hidden.ask(
      "SELECT metadata_uid, dst_endpoint_hostname, user_email_addr, src_endpoint_ip FROM authentication",
      never,
      { uids: shownIds },
    );
    for (const row of signIns.rows) {
      const which = at + shownIds.indexOf(String(row.metadata_uid));
      compare("domain", which, String(row.dst_endpoint_hostname));
      compare("mail", which, String(row.user_email_addr));
      compare("ip", which, String(row.src_endpoint_ip));
    }
  }
  expect(seen.length).toBeGreaterThan(400);
  expect(seen.filter((line, at) => line !== expected[at]).map((line) => [line, expected[seen.indexOf(line)]])).toEqual([]);
});

test("names come back for a reader of this house, and imitations do not", async () => {
  const { rows } = await hidden.ask("SELECT device_hostname, actor_user_name, metadata_uid FROM service_activity", never);
  const device = String(
    rows.find(({ device_hostname }) => device_hostname === hidden.hide("host", "ws-qvarnholt7"))?.device_hostname,
  );
  expect(await hidden.reveal(`what ${device} did`)).toBe("what ws-qvarnholt7 did");
  expect(await hidden.valueOf(hidden.hide("event", "ws-qvarnholt7-0"))).toBe("ws-qvarnholt7-0");
  expect(await hidden.reveal("all of event_000000000000")).toBe("all of event_000000000000");
  expect(await hidden.valueOf("ws-qvarnholt7")).toBeNull();
  expect(await hidden.valueOf("203.0.113.9")).toBe("203.0.113.9");
  // A log that writes a token of ours is shown under a token of its own.
  const imitation = hidden.hide("host", "ws-qvarnholt7");
  expect(hidden.hideText(`closed by ${imitation}`)).not.toContain(imitation);
  const another = await openPrivacy({ store, key, window, internal: ["10.0.0.0/8"], signal: never, mode: "pseudonymised" });
  expect(await another.valueOf(device)).toBe("ws-qvarnholt7");
  const found = z.object({ rows: z.coerce.number() });
  const sql = "SELECT count() AS rows FROM service_activity WHERE device_hostname = {host:String}";
  expect(await another.own(sql, { host: device }, found, never)).toEqual([{ rows: 1 }]);
});

test("a text full of tokens that were made up is read to its end, and names among them come back", async () => {
  const madeUp = (count: number): string[] => Array.from({ length: count }, (_, at) => `event_${String(at).padStart(12, "0")}`);
  const event = hidden.hide("event", "ws-qvarnholt7-0");
  const another = await openPrivacy({ store, key, window, internal: ["10.0.0.0/8"], signal: never, mode: "pseudonymised" });
  const revealed = await another.reveal([...madeUp(600), event].join(" "));
  expect(revealed.endsWith(" ws-qvarnholt7-0")).toBe(true);
  expect(revealed.split(" ").slice(0, -1)).toEqual(madeUp(600));
  // One who does not wait for the end is let go, and the next one finds what there is.
  const third = await openPrivacy({ store, key, window, internal: ["10.0.0.0/8"], signal: never, mode: "pseudonymised" });
  const asked = { uids: [event] };
  await expect(third.ask("SELECT metadata_uid FROM service_activity", AbortSignal.abort(), asked)).rejects.toThrow();
  expect((await third.ask("SELECT metadata_uid FROM service_activity", never, asked)).eventIds).toEqual([event]);
});

test("the last look finds names, addresses inside and secrets, and lets ordinary words pass", () => {
  expect(hidden.leaks("WS-QVARNHOLT7 called 10.47.11.93:443")).toEqual(["10.47.11.93", "ws-qvarnholt7"]);
  expect(hidden.leaks('{"text":"ottoline.brackenridge@corp.example"}')).toEqual(["ottoline.brackenridge@corp.example"]);
  expect(hidden.leaks("key AKIAIOSFODNN7EXAMPLE")).toContain("a secret");
  expect(raw.leaks("WS-QVARNHOLT7 has AKIAIOSFODNN7EXAMPLE")).toEqual(["a secret"]);
  expect(hidden.leaks('the "token": "host_0123456789ab" of 10.0.0.0/8 calls elsewhere.example, see 203.0.113.9')).toEqual([]);
});

test("another store's key gives other names", async () => {
  const other = { store, key: tokenKey(new Uint8Array(16)), window, internal: [], signal: never, mode: "pseudonymised" } as const;
  expect((await openPrivacy(other)).hide("host", "ws-qvarnholt7")).not.toBe(hidden.hide("host", "ws-qvarnholt7"));
});
