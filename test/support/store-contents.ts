import { existsSync } from "node:fs";
import { join } from "node:path";
import { openEmbeddedStore } from "../../src/store/embedded.ts";
import { eventTables } from "../../src/store/tables.ts";
import type { Running } from "./command-line.ts";

/** The engine's text of an answer of the store in a directory. */
export async function askStore(directory: string, sql: string): Promise<string> {
  const store = await openEmbeddedStore({ directory });
  try {
    return await store.text(sql);
  } finally {
    await store.close();
  }
}

/** Rows of every table that logs are read into, and a hash of their contents in which their order does not matter. */
export function storeContents(directory: string): Promise<string> {
  const selects = [...eventTables, "raw", "repeated_line", "quarantine", "landing", "network_owner"].map(
    (name) => `SELECT '${name}' AS name, count(), groupBitXor(cityHash64(formatRow('JSONCompactEachRow', *))) FROM ${name}`,
  );
  return askStore(directory, `SELECT * FROM (${selects.join(" UNION ALL ")}) ORDER BY name`);
}

/** Waits until a question to the store that a command has open is answered with `[1]`; false when the command ends before. */
export async function reached(running: Running, directory: string, sql: string): Promise<boolean> {
  const hasEnded = (): boolean => running.child.exitCode !== null || running.child.signalCode !== null;
  while (!existsSync(join(directory, "owner"))) {
    if (hasEnded()) return false;
    await new Promise((go) => setTimeout(go, 5));
  }
  const store = await openEmbeddedStore({ directory });
  try {
    while (!hasEnded()) {
      // Tables may not be there yet.
      if ((await store.text(sql).catch(() => "")) === "[1]\n") return true;
      await new Promise((go) => setTimeout(go, 5));
    }
    return false;
  } finally {
    await store.close();
  }
}
