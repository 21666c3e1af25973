import { join } from "node:path";
import type { Config } from "./config.ts";

/** True for a store on a server, false for one in a directory of this machine. */
export function isOnServer(store: string): boolean {
  return /^https?:\/\//.test(store);
}

/** Where copies lie while files are read: below the store, or below the results where the store is on a server. */
export function landingOf({ store, out }: Pick<Config, "store" | "out">): string {
  return join(isOnServer(store) ? out : store, "landing");
}

/** What is ours: where it lies below a path that is read, it is not read as logs. */
export function ownPlaces({ store, out, huntRecords }: Pick<Config, "store" | "out" | "huntRecords">): string[] {
  return [out, ...(huntRecords === undefined ? [] : [huntRecords]), ...(isOnServer(store) ? [] : [store])];
}
