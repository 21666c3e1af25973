import { createHash } from "node:crypto";
import { canonicalJson } from "./canonical-json.ts";

/** 80 bits of SHA-256 over the canonical JSON of a value, as 20 hexadecimal digits: short enough to type, and a million of them do not collide. */
export function shortHash(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value), "utf8").digest("hex").slice(0, 20);
}
