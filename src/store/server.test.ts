import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type Nodes, noNodes, startNodes } from "../../test/support/clickhouse-nodes.ts";
import { SpoorError } from "../errors.ts";
import { openStore } from "./open.ts";

async function failure(work: Promise<unknown>): Promise<SpoorError> {
  const thrown: unknown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof SpoorError) return thrown;
  throw new Error(`expected a SpoorError, got ${String(thrown)}`);
}

test("a server that is not there is named, without the password", async () => {
  const error = await failure(openStore("http://ann:hunter2@127.0.0.1:1/case"));
  expect([error.code, error.message]).toEqual(["store-unavailable", expect.stringContaining("http://127.0.0.1:1")]);
  expect(`${error.message} ${error.hint} ${JSON.stringify(error.cause)}`).not.toContain("hunter2");
});

describe.skipIf(noNodes !== null)(noNodes === null ? "with real nodes" : `with real nodes (skipped: ${noNodes})`, () => {
  const folder = mkdtempSync(join(tmpdir(), "spoor-server-"));
  let nodes: Nodes;
  beforeAll(async () => {
    nodes = await startNodes();
  });
  afterAll(async () => {
    await nodes?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("a wrong password is refused without being repeated", async () => {
    const error = await failure(openStore(nodes.singleUrl("case").replace("default@", "nobody:hunter2@")));
    expect(error.code).toBe("store-unavailable");
    expect(`${error.message} ${error.hint} ${String(error.cause)}`).not.toContain("hunter2");
  });

  test("a cluster that the server does not know is named", async () => {
    const error = await failure(openStore(`${nodes.singleUrl("case")}?cluster=nowhere`));
    expect([error.code, error.message]).toEqual(["store-unavailable", expect.stringContaining("nowhere")]);
  });

  test("the lines of one file lie together, those of many files on both nodes", async () => {
    const store = await openStore(nodes.url("spread"));
    await store.migrate();
    for (let file = 0; file < 8; file += 1) {
      const path = join(folder, `spread-${file}`);
      writeFileSync(path, "one\ntwo\nthree\n");
      await store.load({ path, fileUid: `file-${file}`, sourceFile: path });
    }
    const shards = await store.query(
      "SELECT file_uid, groupUniqArray(_shard_num) AS shards FROM raw GROUP BY file_uid ORDER BY file_uid",
      {},
      z.object({ shards: z.array(z.number()) }),
    );
    expect(shards.every((row) => row.shards.length === 1)).toBe(true);
    expect(new Set(shards.flatMap((row) => row.shards))).toEqual(new Set([1, 2]));
    await store.close();
  });

  test("GLOBAL IN over a union of tables loses no rows", async () => {
    const store = await openStore(nodes.url("union"));
    await store.migrate();
    const row = { metadata_product_vendor_name: "v", metadata_product_name: "p", raw_file_uid: "f", raw_line_number: 1 };
    const rows = Array.from({ length: 200 }, (_, number) => ({
      ...row,
      metadata_uid: `u${number}`,
      time: "2026-11-01 00:00:00",
      src_endpoint_ip: `10.0.0.${number % 7}`,
    }));
    await store.insert("network_activity", rows);
    await store.insert("http_activity", rows);
    const both = "(SELECT src_endpoint_ip AS ip FROM network_activity UNION ALL SELECT src_endpoint_ip FROM http_activity)";
    const sql = `SELECT toUInt32(count()) FROM ${both} WHERE cityHash64(ip) GLOBAL IN (SELECT cityHash64(ip) FROM ${both})`;
    expect(await store.text(sql)).toBe("[400]\n");
    await store.close();
  });

  test("a node that dies in the middle of a load and comes back: every line once", async () => {
    const store = await openStore(nodes.url("outage"));
    await store.migrate();
    const path = join(folder, "outage.log");
    writeFileSync(path, Array.from({ length: 400_000 }, (_, line) => `${line} ${"z".repeat(150)}`).join("\n"));
    const files = ["a", "b"].map((fileUid) => ({ path, fileUid, sourceFile: path }));
    const loads = Promise.all(files.map((file) => store.load(file)));
    const rows = async (): Promise<number> =>
      (await store.query("SELECT count() AS rows FROM raw", {}, z.object({ rows: z.coerce.number() })))[0]?.rows ?? 0;
    while ((await rows()) === 0);
    await nodes.kill(2);
    // The second part of a load, noting lines that repeat, is not repeated by itself: repeating the load completes it.
    await loads.catch(() => {});
    for (const file of files) expect(await store.load(file)).toEqual({ lines: 400_000 });
    expect(await store.text("SELECT toUInt32(count()), toUInt32(uniqExact(file_uid, line_number)) FROM raw")).toBe(
      "[800000, 800000]\n",
    );
    await store.close();
  });

  test("a user that may only read works where the server's profile allows no settings", async () => {
    const owner = await openStore(nodes.singleUrl("hunt"));
    await owner.migrate();
    await owner.insert("gap", [{ run_uid: "r", position: 1, stage: "import", part: "p", reason: "x", document: "{}" }]);
    const reader = await openStore(nodes.singleUrl("hunt").replace("default@", "agent:agent@"));
    await reader.migrate();
    expect(await reader.text("SELECT run_uid FROM gap WHERE position = {p:UInt8}", { p: 1 })).toBe('["r"]\n');
    expect((await failure(reader.exec("DROP TABLE gap"))).code).toBe("store-query");
    await reader.close();
    await owner.close();
  });
});
