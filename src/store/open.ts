import { SpoorError } from "../errors.ts";
import { openEmbeddedStore } from "./embedded.ts";
import { openServerStore } from "./server.ts";
import type { Store } from "./store.ts";

/** How to open a store, whichever home it has. */
export interface OpenOptions {
  /** What the embedded engine may use altogether, or one statement on a server. */
  readonly maxMemoryBytes?: number;
  /** Limit of one statement, in seconds. */
  readonly maxSeconds?: number;
  /** For a server, where the URL does not hold one. */
  readonly password?: string;
}

/** Opens the store at a URL (`http(s)://user@host:port/database`) or in a directory. */
export function openStore(location: string, options: OpenOptions = {}): Promise<Store> {
  const { password, ...limits } = options;
  if (/^https?:\/\//.test(location)) return openServerStore({ url: location, ...options });
  if (/^\w+:\/\//.test(location))
    throw new SpoorError("usage", "a store is a directory or a URL that begins with http:// or https://");
  return openEmbeddedStore({ directory: location, ...limits });
}
