import { createHash } from "node:crypto";

/** An address that takes what is posted to it. */
export interface Hook {
  /** For records and messages: scheme, host and a mark, never with a secret in it. */
  readonly name: string;
  /** Without user and password: fetch takes no address with them. */
  readonly url: URL;
  /** They go into the header that is for them. */
  readonly authorization: { readonly authorization?: string };
}

/** The hook behind an address with everything in it. */
export function hookOf(address: URL): Hook {
  const url = new URL(address);
  url.username = "";
  url.password = "";
  const pair = `${unescaped(address.username)}:${unescaped(address.password)}`;
  const authorization = pair === ":" ? {} : { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
  return { name: `${url.origin}${markOf(url)}`, url, authorization };
}

/** Two hooks of one host are two places. What tells them apart may be a secret: eight digits of its hash say nothing of it. */
function markOf({ pathname, search }: URL): string {
  const rest = `${pathname}${search}`;
  return rest === "/" ? "" : `#${createHash("sha256").update(rest).digest("hex").slice(0, 8)}`;
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
