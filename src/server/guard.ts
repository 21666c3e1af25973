import { isSameSecret } from "../loopback.ts";

const ownNames: ReadonlySet<string> = new Set(["127.0.0.1", "localhost"]);

/** Why a request is refused, for the person who made it; null: it comes from this machine and from a page of ours, or from no page. */
export function foreign(request: Request): string | null {
  // A name that was rebound to this machine stands in Host as it was typed.
  const host = request.headers.get("host") ?? "";
  if (!ownNames.has(host.replace(/:\d{1,5}$/, ""))) return "It was made under another name than this machine's.";
  const origin = request.headers.get("origin");
  if (origin === null && request.method === "POST") return "It does not say which page made it.";
  if (origin !== null && origin !== `http://${host}`) return "A page of elsewhere made it.";
  const site = request.headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") return "A page of elsewhere made it.";
  return null;
}

/** Cookies know no ports: the name keeps servers of the same machine apart. */
export function cookieName(request: Request): string {
  return `spoor-${/:(\d{1,5})$/.exec(request.headers.get("host") ?? "")?.[1] ?? "80"}`;
}

/** A link that lets one browser in: a token of its own making works once, a token that somebody chose works again. */
export class Door {
  readonly #token: string;
  readonly #isOnce: boolean;
  #isSpent = false;

  constructor(token: string, options: { readonly isOnce: boolean }) {
    this.#token = token;
    this.#isOnce = options.isOnce;
  }

  opens(given: string): boolean {
    if (this.#isSpent || !isSameSecret(given, this.#token)) return false;
    this.#isSpent = this.#isOnce;
    return true;
  }
}
