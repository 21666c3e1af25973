import { randomBytes } from "node:crypto";
import { type Config, configSchema } from "../config.ts";
import { isOnServer } from "../places.ts";
import { keyOf } from "../privacy/key.ts";
import type { TokenKey } from "../privacy/siphash.ts";

/** The key of pseudonyms: kept with an embedded store, and never with a server, which others read. */
export function pseudonymKey({ store }: Pick<Config, "store">): Promise<TokenKey> {
  return keyOf(isOnServer(store) ? configSchema.shape.store.parse(undefined) : store, randomBytes);
}
