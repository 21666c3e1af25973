import { z } from "zod";
import { messageOf } from "../errors.ts";
import { statement } from "../store/statement.ts";
import type { Window } from "../types.ts";
import type { World } from "../world.ts";
import { type OwnerDatabase, openBundledFiles, openOwnFiles } from "./owner-database.ts";

// One insert of this many small rows at a time.
const rowsAtOnce = 20_000;

/**
 * Writes owner (ASN) and country of every external address met in the window to `network_owner`. Without a database this is a
 * gap, and what depends on owners says so. Gives the names of the files used.
 */
export async function enrichOwners(
  window: Window,
  internal: readonly string[],
  files: readonly string[],
  world: World,
): Promise<readonly string[]> {
  const sql = await statement(import.meta.url, "external-addresses.sql");
  const rows = await world.store.query(
    sql,
    { from: window.from, to: window.to, internal: [...internal] },
    z.object({ ip: z.string() }),
    { signal: world.signal },
  );
  if (rows.length === 0) return [];
  const database = await open(files, world);
  if (database === null) return [];
  for (const lack of database.lacks)
    world.gaps.add({
      stage: "enrich",
      part: "network owners",
      kind: "not-configured",
      reason: `the files in use do not tell the ${lack} of an address`,
    });
  const name = database.names.join(" + ");
  const owners = rows.map(({ ip }) => {
    const owner = database.lookUp(ip);
    return {
      ip,
      autonomous_system_number: owner.autonomousSystemNumber,
      autonomous_system_name: owner.autonomousSystemName,
      location_country: owner.country,
      database_name: name,
    };
  });
  for (let first = 0; first < owners.length; first += rowsAtOnce) {
    world.signal.throwIfAborted();
    world.progress({ stage: "enrich", part: "network owners", done: first, total: owners.length });
    await world.store.insert("network_owner", owners.slice(first, first + rowsAtOnce), { signal: world.signal });
  }
  return database.names;
}

async function open(files: readonly string[], world: World): Promise<OwnerDatabase | null> {
  try {
    if (files.length > 0) return await openOwnFiles(files);
    const bundled = await openBundledFiles();
    if (bundled !== null) return bundled;
    world.gaps.add({
      stage: "enrich",
      part: "network owners",
      kind: "not-configured",
      reason: "no MMDB file at hand: owners and countries of addresses are unknown",
    });
  } catch (thrown) {
    world.gaps.add({ stage: "enrich", part: "network owners", kind: "failed", reason: messageOf(thrown) });
  }
  return null;
}
