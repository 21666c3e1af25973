import type { z } from "zod";
import { statement } from "../store/statement.ts";
import type { SqlParameters } from "../store/store.ts";
import type { Window } from "../types.ts";
import type { World } from "../world.ts";
import { type Entities, resolveEntities } from "./resolve.ts";
import { deviceAddressRow, deviceNameRow, type EntityRows, sharedValueRow, userNameRow } from "./rows.ts";

// From this many sources, accounts or devices on, a value is counted as shared.
const sharersCounted = 5;

// The LIMITs of the statements: an answer of this length was cut.
const limits = { addresses: 100_000, devices: 100_000, users: 100_000, shared: 20_000 } as const;

/** Asks the store which names belong together in a window. An answer that was cut is a gap. `internal` are the estate's networks (CIDR). */
export async function gatherEntities(
  window: Window,
  internal: readonly string[],
  world: Pick<World, "store" | "gaps" | "signal">,
): Promise<Entities> {
  return resolveEntities(await gatherEntityRows(window, internal, world), { internal });
}

/** The rows behind gatherEntities. */
export async function gatherEntityRows(
  window: Window,
  internal: readonly string[],
  world: Pick<World, "store" | "gaps" | "signal">,
): Promise<EntityRows> {
  const ask = async <Row extends z.ZodType>(part: keyof EntityRows, file: string, row: Row, values: SqlParameters = {}) => {
    const sql = await statement(import.meta.url, file);
    const rows = await world.store.query(sql, { from: window.from, to: window.to, ...values }, row, { signal: world.signal });
    if (rows.length >= limits[part]) {
      world.gaps.add({
        stage: "correlate",
        part: file,
        kind: "limit",
        reason: `only the ${limits[part]} most frequent rows were read: some names may not be joined`,
      });
    }
    return rows;
  };
  return {
    addresses: await ask("addresses", "device-addresses.sql", deviceAddressRow, { internal: [...internal] }),
    devices: await ask("devices", "device-names.sql", deviceNameRow),
    users: await ask("users", "user-names.sql", userNameRow),
    shared: await ask("shared", "shared-values.sql", sharedValueRow, { sharers: sharersCounted }),
  };
}
