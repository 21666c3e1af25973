import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bindByType } from "../../test/support/bind-by-type.ts";
import { SpoorError } from "../errors.ts";
import { openEmbeddedStore } from "./embedded.ts";
import type { Store } from "./store.ts";
import { readOnlyQuestion } from "./untrusted-sql.ts";

const folder = mkdtempSync(join(tmpdir(), "spoor-untrusted-"));
const secret = join(folder, "secret.txt");
const stolen = join(folder, "stolen.txt");
let store: Store;
beforeAll(async () => {
  writeFileSync(secret, "the secret\n");
  store = await openEmbeddedStore({ directory: join(folder, "store") });
  await store.migrate();
  await store.insert("gap", [{ run_uid: "r", position: 1, stage: "import", part: "p", reason: "x", document: "{}" }]);
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Why a question is refused; the question itself when it is not. */
async function verdict(sql: string): Promise<string> {
  try {
    return await readOnlyQuestion(sql, {}, store);
  } catch (thrown) {
    if (thrown instanceof SpoorError) return thrown.code;
    throw thrown;
  }
}

// Reading files, reaching other hosts, writing, lifting limits, leaving the database, several statements, and confusing the guard.
const hostile = [
  `SELECT file('${secret}')`,
  `SELECT FILE('${secret}')`,
  `SELECT "file"('${secret}')`,
  `SELECT \`file\`('${secret}')`,
  `SELECT /* harmless */ file /* still */ ('${secret}')`,
  `SELECT arrayMap(x -> file(x), ['${secret}'])`,
  `SELECT p FROM (SELECT '${secret}' AS p) WHERE file(p) != ''`,
  `SELECT '${secret}' AS p, * APPLY(file) FROM (SELECT p)`,
  `SELECT * APPLY file FROM (SELECT '${secret}')`,
  `SELECT * FROM file('${secret}', 'LineAsString')`,
  `SELECT * FROM file('${secret}', LineAsString, 'line String')`,
  `SELECT * FROM default.\`${secret}\``,
  `SELECT * FROM "default"."${secret}"`,
  `SELECT '${secret}' IN default.\`${secret}\``,
  `SELECT 'x\n       Literal 1' IN default.\`${secret}\``,
  `SELECT 1 WHERE 1 GLOBAL NOT IN default.\`${secret}\``,
  "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
  "SELECT * FROM s3('http://127.0.0.1:1/x', 'LineAsString')",
  "SELECT * FROM remote('127.0.0.1:1', 'system', 'one')",
  "SELECT * FROM remoteSecure('127.0.0.1:1', system.one)",
  "SELECT * FROM cluster('default', system.one)",
  "SELECT * FROM mysql('127.0.0.1:1', 'd', 't', 'u', 'p')",
  "SELECT * FROM postgresql('127.0.0.1:1', 'd', 't', 'u', 'p')",
  "SELECT * FROM sqlite('/etc/passwd', 't')",
  "SELECT * FROM executable('id', 'LineAsString', 'line String')",
  "SELECT * FROM odbc('DSN=x', 'd', 't')",
  "SELECT * FROM numbers(1000000000000)",
  "SELECT * FROM merge('system', '.*')",
  "SELECT * FROM merge(REGEXP('.*'), '.*')",
  "SELECT * FROM mergeTreeIndex(currentDatabase(), raw)",
  "SELECT * FROM view(SELECT 1)",
  "SELECT * FROM viewExplain('EXPLAIN', '', (SELECT 1))",
  "SELECT hasColumnInTable('127.0.0.1:1', 'u', 'p', 'd', 't', 'c')",
  "SELECT joinGet('d.t', 'c', 1)",
  "SELECT dictGet('d', 'a', 1)",
  "SELECT catboostEvaluate('/tmp/model', 1)",
  "SELECT aiGenerate('c', 'say hello')",
  "SELECT sleep(3)",
  `WITH x -> x AS file SELECT file('${secret}')`,
  `WITH x -> x AS numbers SELECT number FROM numbers(1000000000000)`,
  "SELECT sleepEachRow(3)",
  "SELECT getSetting('readonly'), hostName(), FQDN(), serverUUID(), version()",
  "SELECT getServerPort('tcp_port')",
  "SELECT currentUser()",
  "SELECT * FROM system.processes",
  "SELECT * FROM system.settings",
  "SELECT * FROM system.users",
  "SELECT * FROM system.query_log",
  "SELECT * FROM information_schema.tables",
  `SELECT 1 INTO OUTFILE '${stolen}'`,
  `SELECT 1 INTO/**/OUTFILE '${stolen}' TRUNCATE FORMAT CSV`,
  `SELECT 1 -- \n INTO OUTFILE '${stolen}'`,
  "SELECT 1 SETTINGS readonly = 0",
  "SELECT 1 FROM (SELECT 1 SETTINGS max_memory_usage = 0)",
  "SELECT 1 FORMAT CSV",
  "SELECT 1; DROP TABLE gap",
  "SELECT 1;; DROP TABLE gap",
  "SELECT 1 /* ; */; DROP TABLE gap",
  "SELECT 'a\\'; DROP TABLE gap; --'; DROP TABLE gap",
  "SELECT ‘a’; DROP TABLE gap",
  "SELECT $$a'$$; DROP TABLE gap --'",
  "SELECT $t$ ' $t$; DROP TABLE gap --'",
  "SELECT 1 # comment\n; DROP TABLE gap",
  "SELECT 1 \\G DROP TABLE gap",
  "SELECT 'unfinished",
  "SELECT /* unfinished",
  "SELECT 1\0; DROP TABLE gap",
  "",
  ";",
  "-- nothing",
  "DROP TABLE gap",
  "TRUNCATE TABLE gap",
  "ALTER TABLE gap DELETE WHERE 1",
  "DELETE FROM gap WHERE 1",
  "INSERT INTO gap (run_uid) VALUES ('x')",
  "INSERT INTO FUNCTION file('x.csv') SELECT 1",
  "WITH x AS (SELECT 1) INSERT INTO gap (run_uid) SELECT 'x'",
  "CREATE TABLE x (a Int8) ENGINE = Memory",
  "CREATE TEMPORARY TABLE x (a Int8)",
  "SET readonly = 0",
  "USE default",
  "SYSTEM SHUTDOWN",
  "KILL QUERY WHERE 1",
  "BACKUP TABLE gap TO File('x')",
  "EXPLAIN AST SELECT 1",
  "EXPLAIN QUERY TREE SELECT file('/etc/passwd')",
  "SELECT * FROM (EXPLAIN SELECT 1)",
  "DESCRIBE TABLE url('http://127.0.0.1:1/')",
  "SHOW TABLES",
  "EXECUTE AS admin SELECT 1",
  "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT n FROM t",
  "(SELECT 1) UNION ALL (SELECT 2)",
];

test.each(hostile)("refused before it is asked: %s", async (sql) => {
  expect(await verdict(sql)).toBe("usage");
});

test("nothing was read, written or lost by what was refused", async () => {
  expect(existsSync(stolen)).toBe(false);
  expect(readdirSync(folder).sort()).toEqual(["secret.txt", "store"]);
  expect(await store.text("SELECT toUInt32(count()) FROM gap")).toBe("[1]\n");
});

test.each([
  ["SELECT stage, count() AS n FROM gap GROUP BY stage ORDER BY n DESC, stage LIMIT 10;", '["import", "1"]\n'],
  ["-- a comment; with a semicolon\nSELECT /* and 'this */ part FROM gap AS g WHERE g.stage IN ('import', 'it''s')", '["p"]\n'],
  ["WITH a AS (SELECT run_uid FROM gap) SELECT countIf(run_uid = 'r'), uniqExact(run_uid) FROM a", '["1", "1"]\n'],
  ["SELECT 1 WHERE 'r' IN (SELECT run_uid FROM gap) AND 2 NOT IN (1, 3)", "[1]\n"],
  ["SELECT format('{} is {}', 'a', 'b'), CAST(1 AS Nullable(UInt8)), [1, 2][2], (1, 'x').2", '["a is b", 1, 2, "x"]\n'],
  ["SELECT CASE WHEN position > 0 THEN 'yes' ELSE 'no' END AS \"is it\" FROM gap", '["yes"]\n'],
  ["SELECT a.part FROM gap AS a LEFT JOIN gap AS b ON a.run_uid = b.run_uid ORDER BY a.part", '["p"]\n'],
  ["SELECT row_number() OVER (ORDER BY position) FROM gap QUALIFY 1", '["1"]\n'],
  ["SELECT name FROM system.tables WHERE database = currentDatabase() AND name = 'gap'", '["gap"]\n'],
  [
    "SELECT arrayMap(x -> x + 1, [1, 2]), toStartOfHour(toDateTime64('2026-11-01 10:20:30', 6, 'UTC'))",
    '[[2,3], "2026-11-01 10:00:00"]\n',
  ],
  ["WITH x -> x + 1 AS next SELECT next(41)", "[42]\n"],
  ["SELECT 'a;b', 'INTO OUTFILE', 'file(1)', '-- x' AS text", '["a;b", "INTO OUTFILE", "file(1)", "-- x"]\n'],
])("asked as it stands: %s", async (sql, answer) => {
  expect(await store.text(await verdict(sql), {}, { readOnly: true })).toBe(answer);
});

test("every function that our own statements call may be called", async () => {
  const source = fileURLToPath(new URL("../", import.meta.url));
  const statements = readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".sql") && /^(detectors|hunts|entities)\//.test(file))
    .map((file) => readFileSync(join(source, file), "utf8").trim())
    .filter((sql) => /^(SELECT|WITH)\b/i.test(sql.replace(/^--.*$/gm, "").trim()));
  expect(statements.length).toBeGreaterThan(0);
  for (const sql of statements) await readOnlyQuestion(sql, bindByType(sql, {}), store);
});
