// The same logs are imported into the embedded engine and into a cluster of two real nodes, and every statement of the detectors, the
// hunts and the rooms between is asked of both: tables and answers must be the same, byte for byte. A statement is found by lying in
// a folder.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asSqlParameters } from "../src/detectors/ask.ts";
import { loadDetectors } from "../src/detectors/load.ts";
import { loadHunts } from "../src/hunts/load.ts";
import { importPaths } from "../src/sources/import.ts";
import { type LoadedSource, loadSources } from "../src/sources/load.ts";
import { openStore } from "../src/store/open.ts";
import type { SqlParameters, Store } from "../src/store/store.ts";
import { eventTables } from "../src/store/tables.ts";
import type { SourceCount } from "../src/types.ts";
import { GapLedger } from "../src/world.ts";
import { bindByType } from "./support/bind-by-type.ts";
import { type Nodes, noNodes, startNodes } from "./support/clickhouse-nodes.ts";
import { stageLogs } from "./support/staged-logs.ts";
import { writeSyntheticRows } from "./support/synthetic-rows.ts";

interface Statement {
  readonly file: string;
  readonly sql: string;
  readonly known: SqlParameters;
}

const source = fileURLToPath(new URL("../src/", import.meta.url));
const [from, to] = ["2000-01-01 00:00:00.000000", "2030-01-01 00:00:00.000000"];
// Evidence is asked for between the first and the last event of a finding; an entity is compared with its history.
const window = { from, to, first: from, last: to, now: to, history: from };
const internal = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "147.32.0.0/16", "fc00::/7"];

// Beginnings of statements, which src/privacy/server.test.ts asks whole.
const parts: readonly string[] = ["privacy/sql/functions.sql", "privacy/sql/found-names.sql"];

/** Statements that read: those of src/store and src/sources are run by loading and by importing. */
async function statements(): Promise<Statement[]> {
  const detectors = await loadDetectors();
  const hunts = await loadHunts();
  const files = readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".sql") && !/^(store|sources)\b/.test(file) && !parts.includes(file))
    .sort();
  return files.flatMap((file) => {
    const sql = readFileSync(join(source, file), "utf8").trim().replace(/;$/, "");
    if (!/^(SELECT|WITH)\b/i.test(sql.replace(/^--.*$/gm, "").trim())) return [];
    const detector = detectors.find(({ folder }) => file.startsWith(`${relative(source, folder)}/`));
    const question = Object.values(detector?.questions ?? {}).find((asked) => file.endsWith(`/${asked.file}`));
    const hunt = hunts.find(({ folder }) => file.startsWith(`${relative(source, folder)}/`));
    const parameters = detector === undefined ? (hunt?.parameters ?? {}) : Object(detector.parameters.parse({}));
    return [{ file, sql, known: { ...window, internal, ...asSqlParameters(parameters), ...question?.parameters } }];
  });
}

const all = await statements();

test("there are statements to compare", () => {
  expect(all.length).toBeGreaterThan(0);
});

const title = noNodes === null ? "embedded and on a cluster of two nodes" : `embedded and on a cluster (skipped: ${noNodes})`;
describe.skipIf(noNodes !== null)(title, () => {
  const folder = mkdtempSync(join(tmpdir(), "spoor-conformance-"));
  let nodes: Nodes;
  let embedded: Store;
  let cluster: Store;
  const counts: SourceCount[][] = [];
  beforeAll(async () => {
    nodes = await startNodes();
    embedded = await openStore(join(folder, "store"));
    cluster = await openStore(nodes.url("conformance"));
    const staged = join(folder, "logs");
    stageLogs(staged);
    const sources = await loadSources();
    for (const store of [embedded, cluster]) {
      await store.migrate();
      counts.push(await importInto(store, staged, sources));
      await writeSyntheticRows(store);
    }
  }, 600_000);
  afterAll(async () => {
    await embedded?.close();
    await cluster?.close();
    await nodes?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("importing the same logs gives the same counts", () => {
    expect(counts[0]?.length).toBeGreaterThan(0);
    expect(counts[1]).toEqual(counts[0]);
  });

  for (const table of [...eventTables, "raw", "repeated_line", "quarantine", "landing"]) {
    test(`${table} holds the same rows`, async () => {
      const sql = `SELECT * FROM ${table} ORDER BY ALL`;
      expect(await cluster.text(sql)).toBe(await embedded.text(sql));
    });
  }

  for (const { file, sql, known } of all) {
    test(`${file} answers the same`, async () => {
      const values = bindByType(sql, known);
      expect(await cluster.text(sql, values)).toBe(await embedded.text(sql, values));
    });
  }
});

async function importInto(store: Store, folder: string, sources: readonly LoadedSource[]): Promise<SourceCount[]> {
  const world = {
    store,
    clock: () => new Date("2026-11-01T00:00:00Z"),
    gaps: new GapLedger(),
    progress: () => {},
    signal: new AbortController().signal,
  };
  return importPaths([folder], { sources, landingDirectory: join(dirname(folder), "landing"), year: 2026 }, world);
}
