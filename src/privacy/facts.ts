import { isIP } from "node:net";
import { z } from "zod";
import { isNobody } from "../entities/well-known.ts";
import { statement } from "../store/statement.ts";
import type { Store } from "../store/store.ts";
import type { Window } from "../types.ts";
import * as forms from "./forms.ts";
import { canonical, lower } from "./hiding.ts";
import { vocabulary } from "./vocabulary.ts";

/** What the data says of the estate's names; each list the most frequent first. */
export interface EstateNames {
  readonly domains: readonly string[];
  /** Public addresses of the estate's devices. */
  readonly addresses: readonly string[];
  readonly hosts: readonly string[];
  readonly users: readonly string[];
  readonly mails: readonly string[];
  /** People as they are called. */
  readonly people: readonly string[];
  /** Registered domains outside. */
  readonly outside: readonly string[];
}

const nameRow = z.object({
  kind: z.enum(["host", "user", "mail", "person", "domain", "directory", "egress", "outside"]),
  value: z.string(),
  times: z.coerce.number(),
});
type NameRow = z.infer<typeof nameRow>;

// Domains that are never outside: RFC 6762 and 8375, and what is used like them.
const houseDomains: readonly string[] = [
  "local",
  "localdomain",
  "lan",
  "internal",
  "intranet",
  "corp",
  "home",
  "home.arpa",
  "private",
];
// Whose mail domain the directory's people have, or the received mail goes to, from this share on, is the estate's.
const ownShare = 0.1;

// Public addresses of devices that are hidden as the estate's: every home office has one.
const mostAddresses = 5_000;

/** Names that would be a person's or a device's, but are what systems and manuals call theirs. */
const everywhere: readonly string[] = [
  "admin",
  "administrator",
  "anonymous",
  "anonymous logon",
  "authenticated users",
  "builtin",
  "daemon",
  "everyone",
  "guest",
  "iusr",
  "krbtgt",
  "local service",
  "local system",
  "localsystem",
  "network service",
  "nobody",
  "nt authority",
  "nt service",
  "null",
  "root",
  "sudo",
  "system",
  "sys",
  "unknown",
  "workgroup",
  "www-data",
];

/** Accounts and domains that are the same everywhere, in lower case. */
export const accounts: ReadonlySet<string> = new Set(everywhere);

/** Asks the store for the names of the estate in a window. `given` are domains that the settings name. */
export async function estateNames(
  store: Store,
  window: Window,
  signal: AbortSignal,
  given: readonly string[] = [],
): Promise<EstateNames> {
  const sql = await statement(import.meta.url, "sql/names.sql");
  const rows = await store.query(sql, { ...window, registered: forms.registered }, nameRow, { signal });
  const of = (kind: NameRow["kind"]): NameRow[] => rows.filter((row) => row.kind === kind);
  const domains = ownDomains(of("domain"), of("directory"), of("mail"), given);
  const isOwn = (name: string): boolean => domains.some((domain) => name === domain || name.endsWith(`.${domain}`));
  const short = (name: string): string => {
    const domain = domains.find((one) => name.endsWith(`.${one}`));
    return domain === undefined ? name : name.slice(0, -domain.length - 1);
  };
  return {
    domains,
    addresses: of("egress")
      .map(({ value }) => value)
      .filter((value) => isIP(value) !== 0)
      .slice(0, mostAddresses),
    hosts: unique(of("host").map(({ value }) => short(canonical(value)))).filter(
      (name) => isIP(name) === 0 && !isNobody(name) && (!name.includes(".") || isOwn(name)),
    ),
    users: unique(of("user").map(({ value }) => value.slice(value.lastIndexOf("\\") + 1))).filter(
      (name) => !name.includes("@") && !name.endsWith("$") && !isNobody(name) && !accounts.has(name),
    ),
    mails: unique([...of("mail"), ...of("user"), ...of("directory")].map(({ value }) => value)).filter(
      (name) => isOwn(name.slice(name.lastIndexOf("@") + 1)) && name.includes("@"),
    ),
    people: unique(of("person").map(({ value }) => value)),
    outside: of("outside")
      .map(({ value }) => value)
      .filter((name) => name !== "" && !isOwn(name)),
  };
}

/** The longest first, then by the alphabet. */
function ownDomains(
  told: readonly NameRow[],
  directory: readonly NameRow[],
  received: readonly NameRow[],
  given: readonly string[],
): string[] {
  const all = [
    ...houseDomains,
    ...given.map(canonical),
    ...told.map(({ value }) => canonical(value)).filter((name) => name.includes(".")),
    ...commonDomains(directory),
    ...commonDomains(received),
  ];
  return [...new Set(all)]
    .filter((name) => /^[a-z0-9_.-]{2,253}$/.test(name))
    .sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
}

function commonDomains(mails: readonly NameRow[]): string[] {
  const counts = new Map<string, number>();
  for (const { value } of mails) {
    const domain = canonical(value.slice(value.lastIndexOf("@") + 1));
    if (value.includes("@") && domain.includes(".")) counts.set(domain, (counts.get(domain) ?? 0) + 1);
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return [...counts].filter(([, count]) => count >= ownShare * total).map(([domain]) => domain);
}

/** True for a name that is one word of everybody's: it tells of nobody. */
export function isCommonWord(name: string): boolean {
  return vocabulary.has(lower(name)) || accounts.has(lower(name));
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names.filter((name) => name !== ""))];
}
