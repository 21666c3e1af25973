import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { SpoorError } from "../errors.ts";
import type { Store } from "./store.ts";

/** One numbered file of schema/. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly statements: readonly string[];
}

/** How tables are made on the nodes of a cluster. */
export interface ClusterSchema {
  /** As the servers' configuration names it (system.clusters). */
  readonly cluster: string;
  /** Replicated tables; needs a coordination service (Keeper) and the macros {shard} and {replica}. */
  readonly isReplicated: boolean;
}

let read: Promise<Migration[]> | null = null;

/** The migrations of this version of the program, in order. */
export function migrations(): Promise<Migration[]> {
  read ??= readMigrations(fileURLToPath(new URL("./schema/", import.meta.url)));
  return read;
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d+-.*\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => ({
      number: Number.parseInt(name, 10),
      name,
      statements: statementsOf(await readFile(`${folder}${name}`, "utf8")),
    })),
  );
}

/** The statements of a file: each ends in `;` at the end of a line; comments stay with the statement they precede. */
export function statementsOf(text: string): string[] {
  return text
    .split(/;[ \t]*(?:\n|$)/)
    .map((sql) => sql.trim())
    .filter((sql) => sql.split("\n").some((line) => line.trim() !== "" && !line.startsWith("--")));
}

/** Brings an embedded store, or a single server, to the version of this program. */
export function migrateEmbedded(store: Store): Promise<void> {
  return migrateNode(store, (sql) => [sql]);
}

/** Brings one node of a cluster to the version of this program; to be called for every node. */
export function migrateClusterNode(store: Store, schema: ClusterSchema): Promise<void> {
  return migrateNode(store, (sql) => onCluster(sql, schema));
}

const ledger = `CREATE TABLE IF NOT EXISTS migration (number UInt32, name String)
ENGINE = MergeTree ORDER BY number SETTINGS non_replicated_deduplication_window = 1000`;
const appliedRow = z.object({ number: z.number(), name: z.string() });

// Every statement of a migration can be repeated, so one that was cut off is completed by the next call. The ledger is a table of
// each node, not of the cluster: a node that joins later gets what it lacks.
async function migrateNode(store: Store, render: (sql: string) => string[]): Promise<void> {
  const known = await migrations();
  await store.exec(ledger);
  const applied = await store.query("SELECT number, name FROM migration ORDER BY number, name", {}, appliedRow);
  const newer = applied.find(({ number }) => !known.some((migration) => migration.number === number));
  if (newer !== undefined) throw newerStore(newer.name);
  for (const migration of known) {
    if (applied.some(({ number }) => number === migration.number)) continue;
    for (const sql of migration.statements) for (const rendered of render(sql)) await store.exec(rendered);
    await store.insert("migration", [{ number: migration.number, name: migration.name }]);
  }
}

function newerStore(name: string): SpoorError {
  return new SpoorError("configuration", `the store was written by a newer version of Spoor (it holds migration ${name})`, {
    hint: "Update Spoor, or name another store with --store.",
  });
}

/**
 * A statement as a cluster wants it: a table becomes `<name>_local` and a Distributed table over it under its own name, sharded by
 * the expression in the comment `-- shard by:`. Views and everything else stay as they are.
 */
export function onCluster(sql: string, { cluster, isReplicated }: ClusterSchema): string[] {
  const table = /^CREATE TABLE IF NOT EXISTS (\w+)/m.exec(sql)?.[1];
  if (table === undefined) return [sql];
  const shardBy = /^-- shard by: (.+)$/m.exec(sql)?.[1];
  if (shardBy === undefined) throw new SpoorError("internal", `the table ${table} does not say how it is sharded`);
  const engine = isReplicated
    ? `ENGINE = ReplicatedMergeTree('/clickhouse/tables/{database}/${table}/{shard}', '{replica}')`
    : "ENGINE = MergeTree";
  const local = sql.replace(`CREATE TABLE IF NOT EXISTS ${table}`, `CREATE TABLE IF NOT EXISTS ${table}_local`);
  return [
    local.replace(/ENGINE = MergeTree\b/, () => engine),
    `CREATE TABLE IF NOT EXISTS ${table} AS ${table}_local
ENGINE = Distributed('${cluster}', currentDatabase(), '${table}_local', ${shardBy})`,
  ];
}
