import { expect, test } from "vitest";
import { migrations, onCluster, statementsOf } from "./migrate.ts";

const cluster = { cluster: "hunt", isReplicated: false };

test("a file is cut into statements at the semicolons that end a line", () => {
  const text =
    "-- About the file\n\n-- shard by: a\nCREATE TABLE t (\n  a String -- not; here\n) ENGINE = MergeTree;\n\nSELECT ';' AS b;\n-- the end\n";
  expect(statementsOf(text)).toEqual([
    "-- About the file\n\n-- shard by: a\nCREATE TABLE t (\n  a String -- not; here\n) ENGINE = MergeTree",
    "SELECT ';' AS b",
  ]);
});

test("on a cluster a table becomes a local one and a Distributed one over it", () => {
  const sql = "-- shard by: cityHash64(a)\nCREATE TABLE IF NOT EXISTS t (a String) ENGINE = MergeTree ORDER BY a";
  expect(onCluster(sql, cluster)).toEqual([
    "-- shard by: cityHash64(a)\nCREATE TABLE IF NOT EXISTS t_local (a String) ENGINE = MergeTree ORDER BY a",
    "CREATE TABLE IF NOT EXISTS t AS t_local\nENGINE = Distributed('hunt', currentDatabase(), 't_local', cityHash64(a))",
  ]);
  expect(onCluster(sql, { ...cluster, isReplicated: true })[0]).toContain(
    "ENGINE = ReplicatedMergeTree('/clickhouse/tables/{database}/t/{shard}', '{replica}') ORDER BY a",
  );
});

test("a view stays as it is; a table that does not say how it is sharded is refused", () => {
  const view = "CREATE OR REPLACE VIEW v AS SELECT 1";
  expect(onCluster(view, cluster)).toEqual([view]);
  expect(() => onCluster("CREATE TABLE IF NOT EXISTS t (a String) ENGINE = MergeTree ORDER BY a", cluster)).toThrow("sharded");
});

test("every migration has its own number, and every table of theirs can be put on a cluster", async () => {
  const all = await migrations();
  expect(all.map(({ number }) => number)).toEqual(all.map((_, index) => index + 1));
  for (const sql of all.flatMap(({ statements }) => statements)) expect(onCluster(sql, cluster).length).toBeGreaterThan(0);
});
