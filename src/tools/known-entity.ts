import { isIP } from "node:net";
import { SpoorError } from "../errors.ts";
import type { NameKind, Privacy } from "../privacy/privacy.ts";

/**
 * The value in the tables that a name stands for: a token's, or the name itself where names are not hidden (raw mode, public addresses,
 * outside domains, hashes). Rejects with not-found otherwise: a guessed name is not told apart from one that nobody has.
 */
export async function knownEntity(name: string, privacy: Privacy): Promise<string> {
  const value = name.trim();
  const known = await privacy.valueOf(value);
  if (known !== null) return known;
  if (privacy.hide(kindOf(value), value) === value) return value;
  throw new SpoorError("not-found", "no entity is known by that name here", {
    hint: "Use names exactly as answers show them, such as host_…, user_…, ip_… or a public address.",
  });
}

const hash = /^[0-9a-f]{32}$|^[0-9a-f]{40}$|^[0-9a-f]{64}$/i;

function kindOf(value: string): NameKind {
  if (isIP(value) !== 0) return "ip";
  if (value.includes("@")) return "mail";
  if (hash.test(value)) return "text";
  return value.includes(".") ? "domain" : "host";
}
