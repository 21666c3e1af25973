import { deviceName } from "./device-name.ts";
import { isNobody, isPlaceholder } from "./well-known.ts";

/** How an account was written down, taken apart. */
export type UserName =
  /** An operating system's own account, or no value at all. */
  | { readonly kind: "nobody" }
  /** A machine account (NAME$): the device itself. */
  | { readonly kind: "device"; readonly name: string }
  | {
      readonly kind: "person";
      /** What identifies the account where it is known: "sid:…", "uid:…", "addr:jane@corp.example", "sam:corp\jane"; null for a bare name. */
      readonly key: string | null;
      /** The name without a domain; null for ids. */
      readonly bare: string | null;
      /** First label of the domain: "corp" of CORP, corp.example and corp.onmail.example; null for bare names and ids. */
      readonly label: string | null;
    };

const sid = /^s-1-(?:5-21|12-1)-[\d-]+$/i;
const guid = /^\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?$/i;
const nobody: UserName = { kind: "nobody" };

// What stands in front of the backslash when no domain is meant.
const noDomain: ReadonlySet<string> = new Set([".", "workgroup", "localhost", "azuread", "builtin", "local"]);

/** Reads an account name in any of its forms: DOMAIN\user, user@domain, "Name <user@domain>", SID, GUID, NAME$ or a bare name. */
export function readUserName(text: string, domain: string | null = null): UserName {
  const name = (/<([^<>\s]+@[^<>\s]+)>\s*$/.exec(text)?.[1] ?? text).trim().toLowerCase();
  if (isNobody(name, domain)) return nobody;
  if (sid.test(name)) return { kind: "person", key: `sid:${name}`, bare: null, label: null };
  const id = guid.exec(name)?.[1];
  if (id !== undefined) return { kind: "person", key: `uid:${id}`, bare: null, label: null };
  const backslash = name.indexOf("\\");
  if (backslash !== -1) return readUserName(name.slice(backslash + 1), name.slice(0, backslash));
  const at = name.lastIndexOf("@");
  if (at > 0 && at < name.length - 1) return readAddress(name, at);
  if (name.endsWith("$")) return machine(name);
  const label = domainLabel(domain);
  return { kind: "person", key: label === null ? null : `sam:${label}\\${name}`, bare: name, label };
}

function readAddress(address: string, at: number): UserName {
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)];
  if (local.endsWith("$")) return machine(local);
  const [bare = local] = local.split("+");
  return { kind: "person", key: `addr:${address}`, bare, label: domainLabel(domain) };
}

function machine(name: string): UserName {
  const device = deviceName(name);
  return device === null ? nobody : { kind: "device", name: device };
}

/** "corp" of CORP and corp.example; null where no domain is meant. */
function domainLabel(domain: string | null): string | null {
  const [label = ""] = (domain ?? "").trim().toLowerCase().split(".");
  return isPlaceholder(label) || noDomain.has((domain ?? "").trim().toLowerCase()) ? null : label;
}
