import { SpoorError } from "../errors.ts";
import type { Store } from "./store.ts";

export interface ServerOptions {
  readonly url: string;
  readonly password?: string;
  readonly maxMemoryBytes?: number;
  readonly maxSeconds?: number;
}

export async function openServerStore(_options: ServerOptions): Promise<Store> {
  throw new SpoorError("store-unavailable", "stores on a server cannot be opened yet");
}
