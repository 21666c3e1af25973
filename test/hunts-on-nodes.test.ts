// The hunts over the rows of their own cases, in the embedded engine and on a cluster of two real nodes: rows that mean something, so
// that an answer that is the same byte for byte is also one that found what it should.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asSqlParameters } from "../src/detectors/ask.ts";
import type { LoadedHunt } from "../src/hunts/hunt.ts";
import { loadHunts } from "../src/hunts/load.ts";
import { caseNetworks, caseWindow, huntCases } from "../src/hunts/testing.ts";
import { openStore } from "../src/store/open.ts";
import type { Store } from "../src/store/store.ts";
import { bindByType } from "./support/bind-by-type.ts";
import { type Nodes, noNodes, startNodes } from "./support/clickhouse-nodes.ts";

const hunts = await loadHunts();

/** The hits of all hunts together, each event with a uid of its own. */
async function writeHits(store: Store): Promise<void> {
  const rows = new Map<string, Record<string, unknown>[]>();
  for (const { id, folder } of hunts)
    for (const one of huntCases(folder).filter(({ name }) => name === "hit"))
      for (const [table, some] of one.rows)
        rows.set(table, [
          ...(rows.get(table) ?? []),
          ...some.map((row) => ({ ...row, metadata_uid: `${id} ${String(row.metadata_uid)}` })),
        ]);
  for (const [table, some] of rows) await store.insert(table, some);
}

function valuesOf({ sql, parameters }: LoadedHunt) {
  return bindByType(sql, { ...caseWindow, internal: caseNetworks, entities: [], ...asSqlParameters(parameters) });
}

const title = noNodes === null ? "embedded and on a cluster of two nodes" : `embedded and on a cluster (skipped: ${noNodes})`;
describe.skipIf(noNodes !== null)(title, () => {
  const folder = mkdtempSync(join(tmpdir(), "spoor-hunts-on-nodes-"));
  let nodes: Nodes;
  let embedded: Store;
  let cluster: Store;
  beforeAll(async () => {
    nodes = await startNodes();
    embedded = await openStore(join(folder, "store"));
    cluster = await openStore(nodes.url("hunts"));
    for (const store of [embedded, cluster]) {
      await store.migrate();
      await writeHits(store);
    }
  });
  afterAll(async () => {
    await embedded?.close();
    await cluster?.close();
    await nodes?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(hunts.map((hunt) => [hunt.id, hunt] as const))("%s finds something, and the same", async (_, hunt) => {
    const found = await embedded.text(hunt.sql, valuesOf(hunt));
    expect(found).not.toBe("");
    expect(await cluster.text(hunt.sql, valuesOf(hunt))).toBe(found);
  });
});
