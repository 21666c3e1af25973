// Every statement of the detectors, the hunts and the rooms between, over the same rows in the embedded engine and on a cluster of
// two real nodes: the answers must be the same, byte for byte. A statement is found by lying in a folder.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asSqlParameters } from "../src/detectors/ask.ts";
import { loadDetectors } from "../src/detectors/load.ts";
import { openStore } from "../src/store/open.ts";
import type { SqlParameters, Store } from "../src/store/store.ts";
import { bindByType } from "./support/bind-by-type.ts";
import { type Nodes, noNodes, startNodes } from "./support/clickhouse-nodes.ts";
import { syntheticWindow, writeSyntheticRows } from "./support/synthetic-rows.ts";

interface Statement {
  readonly file: string;
  readonly sql: string;
  readonly known: SqlParameters;
}

const source = fileURLToPath(new URL("../src/", import.meta.url));
const internal = ["10.0.0.0/8", "fc00::/7"];

/** Statements that read: those of src/store and src/sources are run by loading and by importing. */
async function statements(): Promise<Statement[]> {
  const detectors = await loadDetectors();
  const files = readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".sql") && !/^(store|sources)\b/.test(file))
    .sort();
  return files.flatMap((file) => {
    const sql = readFileSync(join(source, file), "utf8").trim().replace(/;$/, "");
    if (!/^(SELECT|WITH)\b/i.test(sql.replace(/^--.*$/gm, "").trim())) return [];
    const detector = detectors.find(({ folder }) => file.startsWith(`${relative(source, folder)}/`));
    const question = Object.values(detector?.questions ?? {}).find((asked) => file.endsWith(`/${asked.file}`));
    const parameters = detector === undefined ? {} : Object(detector.parameters.parse({}));
    return [{ file, sql, known: { ...syntheticWindow, internal, ...asSqlParameters(parameters), ...question?.parameters } }];
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
  beforeAll(async () => {
    nodes = await startNodes();
    embedded = await openStore(join(folder, "store"));
    cluster = await openStore(nodes.url("conformance"));
    for (const store of [embedded, cluster]) {
      await store.migrate();
      await writeSyntheticRows(store);
    }
  });
  afterAll(async () => {
    await embedded?.close();
    await cluster?.close();
    await nodes?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("the rows to ask about are the same", async () => {
    for (const store of [embedded, cluster])
      expect(await store.text("SELECT toUInt32(count()), toUInt32(uniqExact(metadata_uid)) FROM network_activity")).toBe(
        "[1000, 1000]\n",
      );
  });

  for (const { file, sql, known } of all) {
    test(`${file} answers the same`, async () => {
      const values = bindByType(sql, known);
      expect(await cluster.text(sql, values)).toBe(await embedded.text(sql, values));
    });
  }
});
