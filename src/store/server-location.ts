import { SpoorError } from "../errors.ts";

/** What the URL of a store on a server says. */
export interface ServerLocation {
  /** Addresses of HTTP interfaces: the URL's own, then those of `nodes=`. */
  readonly nodes: readonly string[];
  readonly username: string;
  readonly password: string;
  readonly database: string;
  /** Name of the cluster in the servers' configuration; null for a single server. */
  readonly cluster: string | null;
  readonly isReplicated: boolean;
}

/**
 * Reads `http(s)://user@host:port/database?cluster=NAME&nodes=host:port,…&replicated=1`. Without `nodes`, the nodes of a cluster are
 * asked of the server and taken to listen on the same port. Rejects with usage; the password never appears in what it says.
 */
export function serverLocation(url: string, password?: string): ServerLocation {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) throw wrong("it is not a URL that begins with http:// or https://");
  const database = decodeURIComponent(parsed.pathname.replace(/^\/|\/$/g, "")) || "spoor";
  if (!/^[A-Za-z_]\w*$/.test(database)) throw wrong("the name of its database may hold only letters, digits and _");
  const cluster = parsed.searchParams.get("cluster");
  if (cluster !== null && !/^[\w.-]+$/.test(cluster))
    throw wrong("the name of its cluster may hold only letters, digits, _, - and .");
  const known = ["cluster", "nodes", "replicated"];
  const unknown = [...parsed.searchParams.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) throw wrong(`${unknown} is not known; known are ${known.join(", ")}`);
  const others = (parsed.searchParams.get("nodes") ?? "").split(",").filter((node) => node !== "");
  const nodes = others.map((node) => originOf(`${parsed.protocol}//${node}`));
  return {
    nodes: [...new Set([parsed.origin, ...nodes])],
    username: decodeURIComponent(parsed.username) || "default",
    password: password ?? decodeURIComponent(parsed.password),
    database,
    cluster,
    isReplicated: parsed.searchParams.get("replicated") === "1",
  };
}

function originOf(url: string): string {
  if (!URL.canParse(url)) throw wrong("nodes= is a list of host:port");
  return new URL(url).origin;
}

function wrong(what: string): SpoorError {
  return new SpoorError("usage", `the URL of the store cannot be used: ${what}`, {
    hint: "It looks like https://user@host:8443/database, on a cluster with ?cluster=NAME.",
  });
}
