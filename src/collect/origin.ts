import { z } from "zod";

/** Whether nothing can listen in: https, or a server on this machine. */
export function isPrivate(url: URL): boolean {
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
}

// Where clouds tell a machine who it is, by http only; the host answers itself, and no network carries it.
const machineIdentity = "http://169.254.169.254";

/** Whether the host is this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** The address of a vendor's API in settings: https://, or http:// on this machine; without name, password, query or final slash. */
export const baseUrl = z
  .string()
  .refine(
    (text) => {
      const url = URL.canParse(text) ? new URL(text) : null;
      return url !== null && isPrivate(url) && url.username === "" && url.password === "" && url.search === "" && url.hash === "";
    },
    { error: "it must be an address such as https://api.example.com (http:// only for this machine)" },
  )
  .transform((text) => text.replace(/\/+$/, ""));

/**
 * Why a question must not be sent there; null when it may. Only the origin that was configured may learn what proves who asks, and
 * only where nobody listens in.
 */
export function whyForeign(url: string, origin: string): string | null {
  if (!URL.canParse(url) || !URL.canParse(origin)) return "it is no address";
  const target = new URL(url);
  if (target.username !== "" || target.password !== "") return "it carries a name or a password";
  if (target.origin !== new URL(origin).origin) return `it is not at ${new URL(origin).origin}, which was configured`;
  return isPrivate(target) || target.origin === machineIdentity ? null : "it is not https";
}
