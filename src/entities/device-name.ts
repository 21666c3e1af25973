import { isIP } from "node:net";
import { isPlaceholder } from "./well-known.ts";

/**
 * A host name in the form in which names are compared: lower case, without the final dot, the leading backslashes of a share path
 * and the "$" of a machine account. Null for what names no device: a placeholder, "localhost", an address.
 */
export function deviceName(text: string): string | null {
  const name = text.trim().toLowerCase().replace(/^\\+/, "").replace(/\.+$/, "").replace(/\$$/, "");
  if (isPlaceholder(name) || name === "localhost" || name.startsWith("localhost.") || isIP(name) !== 0) return null;
  return name;
}

/** "ws-12" of "ws-12.corp.example". */
export function shortName(name: string): string {
  const dot = name.indexOf(".");
  return dot === -1 ? name : name.slice(0, dot);
}

/** "corp.example" of "ws-12.corp.example"; empty for a short name. */
export function suffixOf(name: string): string {
  const dot = name.indexOf(".");
  return dot === -1 ? "" : name.slice(dot + 1);
}
