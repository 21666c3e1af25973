import { compareText } from "../order.ts";
import type { UserNameRow } from "./rows.ts";
import { UnionFind } from "./union-find.ts";
import { readUserName, type UserName } from "./user-name.ts";
import { isCommonName, isPlaceholder } from "./well-known.ts";

type PersonName = Extract<UserName, { kind: "person" }>;

/** People under one name each: "jane@corp.example", else "corp\jane", else the bare name or id. */
export interface People {
  readonly named: (name: PersonName) => string;
  /** True when rows know this name, or another of the same person. */
  readonly isKnown: (name: PersonName) => boolean;
}

// An id or address that this many others of one kind share is a placeholder or a shared mailbox, not a person.
const partnersPerKey = 5;
const shortestBareName = 3;

interface Group {
  readonly keys: readonly string[];
  readonly bares: ReadonlySet<string>;
  /** Domains of its accounts, those of devices (local accounts) aside; and of its addresses. */
  readonly accountLabels: ReadonlySet<string>;
  readonly addressLabels: ReadonlySet<string>;
  readonly isLocal: boolean;
}

/**
 * - What one row names is one person: its SID, ids, addresses and DOMAIN\user.
 * - Groups with the same bare name (the account's name, the address up to the @) are one person when nothing contradicts it: at most
 *   one account domain, one first label of address domains and one SID among them; never for names that many have ("administrator")
 *   and never for local accounts (WS-12\jane), which belong to their device.
 * - A bare name by itself is the person who has it, when only one does.
 */
export function resolvePeople(rows: readonly UserNameRow[], isDevice: (name: string) => boolean): People {
  const joined = joinedByRow(rows);
  const groups = joined.keys.groups().map((keys) => groupOf(keys, joined.bares, isDevice));
  const people = joinedByName(groups);
  const byKey = new Map<string, string>();
  const byBare = new Map<string, Set<string>>();
  for (const person of people) {
    const name = displayName(person.flatMap((group) => group.keys));
    for (const key of person.flatMap((group) => group.keys)) byKey.set(key, name);
    for (const bare of person.flatMap((group) => (group.isLocal ? [] : [...group.bares])))
      byBare.set(bare, (byBare.get(bare) ?? new Set()).add(name));
  }
  const ofBare = (bare: string | null): string | null => {
    const [only, ...others] = bare === null || isCommonName(bare) ? [] : (byBare.get(bare) ?? []);
    return only !== undefined && others.length === 0 ? only : null;
  };
  const labels = new Map<string, Set<string>>();
  for (const person of people) {
    const own = new Set(person.flatMap((group) => [...group.accountLabels, ...group.addressLabels]));
    labels.set(displayName(person.flatMap((group) => group.keys)), own);
  }
  const known = ({ key, bare, label }: PersonName): string | null => {
    const exact = key === null ? undefined : byKey.get(key);
    if (exact !== undefined) return exact;
    const candidate = ofBare(bare);
    const isOfDomain = label === null || (candidate !== null && (labels.get(candidate)?.has(label) ?? false));
    return isOfDomain ? candidate : null;
  };
  return { named: (name) => known(name) ?? spelled(name.key ?? name.bare ?? ""), isKnown: (name) => known(name) !== null };
}

function joinedByRow(rows: readonly UserNameRow[]): { keys: UnionFind; bares: Map<string, Set<string>> } {
  const read = rows.map(namesOf).filter((names) => names.length > 0);
  const shared = sharedKeys(read);
  const keys = new UnionFind();
  const bares = new Map<string, Set<string>>();
  for (const names of read) {
    const own = names.flatMap(({ key }) => (key === null || shared.has(key) ? [] : [key]));
    for (const key of own) keys.union(own[0] ?? key, key);
    for (const key of own) bares.set(key, new Set([...(bares.get(key) ?? []), ...names.flatMap(({ bare }) => bare ?? [])]));
  }
  return { keys, bares };
}

/** All names of a row; none when it is an operating system's account or a machine's. */
function namesOf(row: UserNameRow): PersonName[] {
  const main = row.user_name === null ? null : readUserName(row.user_name, row.user_domain);
  if (main !== null && main.kind !== "person" && !isPlaceholder(row.user_name ?? "")) return [];
  const ids = [row.user_sid, row.user_uid].flatMap((id) => (id === null || isPlaceholder(id) ? [] : identity(id)));
  const address = row.user_email_addr === null ? null : readUserName(row.user_email_addr);
  return [main, ...ids, address].filter((name) => name?.kind === "person");
}

// Short numbers are what a system gives in order (Unix uid 1000), the same on every device.
function identity(id: string): UserName[] {
  const name = readUserName(id);
  if (name.kind !== "person" || name.key !== null) return [name];
  return /^\d{1,9}$/.test(id.trim()) || id.trim().length < 6
    ? []
    : [{ kind: "person", key: `uid:${id.trim().toLowerCase()}`, bare: null, label: null }];
}

function sharedKeys(rows: readonly PersonName[][]): Set<string> {
  const partners = new Map<string, Set<string>>();
  for (const names of rows) {
    const keys = names.flatMap(({ key }) => key ?? []);
    for (const key of keys)
      for (const other of keys) if (other !== key) partners.set(key, (partners.get(key) ?? new Set()).add(other));
  }
  const tooMany = [...partners].filter(([, others]) => {
    const kinds = [...others].map((other) => other.slice(0, other.indexOf(":")));
    return kinds.some((kind) => kinds.filter((each) => each === kind).length > partnersPerKey);
  });
  return new Set(tooMany.map(([key]) => key));
}

function groupOf(
  keys: readonly string[],
  bares: ReadonlyMap<string, ReadonlySet<string>>,
  isDevice: (name: string) => boolean,
): Group {
  const accounts = keys.filter((key) => key.startsWith("sam:")).map((key) => key.slice(4, key.indexOf("\\")));
  const addresses = keys
    .filter((key) => key.startsWith("addr:"))
    .map((key) => key.slice(key.lastIndexOf("@") + 1).split(".")[0] ?? "");
  const ofDomains = accounts.filter((label) => !isDevice(label));
  return {
    keys,
    bares: new Set(keys.flatMap((key) => [...(bares.get(key) ?? [])])),
    accountLabels: new Set(ofDomains),
    addressLabels: new Set(addresses),
    isLocal: accounts.length > 0 && ofDomains.length === 0 && addresses.length === 0,
  };
}

function joinedByName(groups: readonly Group[]): Group[][] {
  const byBare = new Map<string, Group[]>();
  for (const group of groups.filter((each) => !each.isLocal))
    for (const bare of group.bares)
      if (bare.length >= shortestBareName && !isCommonName(bare)) byBare.set(bare, [...(byBare.get(bare) ?? []), group]);
  const union = new UnionFind();
  const byFirstKey = new Map(groups.map((group) => [group.keys[0] ?? "", group]));
  for (const first of byFirstKey.keys()) union.find(first);
  for (const same of byBare.values()) {
    if (same.length < 2 || isContradictory(same)) continue;
    for (const group of same) union.union(same[0]?.keys[0] ?? "", group.keys[0] ?? "");
  }
  return union.groups().map((firstKeys) => firstKeys.flatMap((first) => byFirstKey.get(first) ?? []));
}

function isContradictory(groups: readonly Group[]): boolean {
  const sids = new Set(groups.flatMap((group) => group.keys.filter((key) => key.startsWith("sid:"))));
  const accounts = new Set(groups.flatMap((group) => [...group.accountLabels]));
  const addresses = new Set(groups.flatMap((group) => [...group.addressLabels]));
  return sids.size > 1 || accounts.size > 1 || addresses.size > 1;
}

const displayOrder = ["addr:", "sam:", "uid:", "sid:"] as const;

function displayName(keys: readonly string[]): string {
  const sorted = [...keys].sort(compareText);
  const best = displayOrder.map((prefix) => sorted.find((key) => key.startsWith(prefix))).find((key) => key !== undefined);
  return spelled(best ?? "");
}

/** A key without its kind: "addr:jane@corp.example" is "jane@corp.example". */
function spelled(key: string): string {
  return key.replace(/^(?:addr|sam|uid|sid):/, "");
}
