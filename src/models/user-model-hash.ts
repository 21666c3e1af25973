import { createHash } from "node:crypto";
import { canonicalJson } from "./canonical-json.ts";

/** SHA-256, in hex, over the canonical JSON of a model without its hash. It shows damage, not forgery: anyone can compute it. */
export function hashOf(model: Readonly<Record<string, unknown>>): string {
  const { hash: _, ...hashed } = model;
  return createHash("sha256").update(canonicalJson(hashed)).digest("hex");
}
