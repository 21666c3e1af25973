import { z } from "zod";
import { statement } from "../store/statement.ts";
import type { SqlParameters, Store } from "../store/store.ts";
import type { Window } from "../types.ts";
import { seenTables, type Treatment, treatments, versionedTables } from "./columns.ts";
import * as forms from "./forms.ts";
import type { HidingFacts } from "./hiding.ts";
import { secretForms } from "./secrets.ts";

/** A column of the store, with its type as the engine tells it. */
interface Column {
  readonly name: string;
  readonly type: string;
}

const inWindow = "seen_row.time >= {seen_from:DateTime64(6, 'UTC')} AND seen_row.time < {seen_to:DateTime64(6, 'UTC')}";
const columnRow = z.object({ table: z.string(), name: z.string(), type: z.string() });

/** What stands before the names of tables as they are seen. No text of others may use it. */
export const seenPrefix = "seen_";

/**
 * The tables as they are seen: each a SELECT over the real table in which every column goes through its treatment. They exist only as
 * WITH clauses of the statement that asks them, so nothing is left behind, and no right to create anything is needed.
 */
export interface SeenTables {
  /** The WITH clauses of these tables (by their real names), with those of their columns that are named; null: all. */
  clauses(tables: Iterable<string>, named: ReadonlySet<string> | null): string;
  /** Tables that the store has, seen or not. */
  readonly existing: ReadonlySet<string>;
  readonly parameters: SqlParameters;
  /** The WITH clause of functions that hide values. */
  readonly functions: string;
  /** Tables that tokens can be looked for in, small ones first. */
  searchable(): readonly string[];
  /** The values in columns of these treatments whose shown form holds one of {seen_tokens}; null when the table has no such column. */
  search(table: string, wanted: ReadonlySet<Treatment>): string | null;
}

export async function openSeenTables(
  store: Store,
  facts: HidingFacts,
  options: { readonly mode: "raw" | "pseudonymised"; readonly window: Window },
): Promise<SeenTables> {
  const functions = await statement(import.meta.url, "sql/functions.sql");
  const rows = await store.query(
    "SELECT table, name, type FROM system.columns WHERE database = currentDatabase() ORDER BY table, position LIMIT 100000",
    {},
    columnRow,
  );
  const columns = new Map<string, Column[]>();
  for (const { table, ...column } of rows) columns.set(table, [...(columns.get(table) ?? []), column]);
  const clause = (table: string, named: ReadonlySet<string> | null): string => {
    const wanted = (columns.get(table) ?? []).filter(({ name }) => named?.has(name) ?? true);
    return `${seenPrefix}${table} AS (\n${functions}\n${selectOf(table, wanted, options.mode)}\n)`;
  };
  return {
    clauses: (tables, named) => [...tables].map((table) => clause(table, named)).join(",\n"),
    existing: new Set(columns.keys()),
    parameters: parametersOf(facts, options.window),
    functions,
    searchable: () => [...seenTables].sort((a, b) => Number(isInventory(b)) - Number(isInventory(a)) || (a < b ? -1 : 1)),
    search: (table, wanted) => searchOf(table, columns.get(table) ?? [], wanted, functions),
  };
}

function isInventory(table: string): boolean {
  return table.endsWith("_inventory");
}

/** The columns of one treatment, whose values are hidden together: the engine reads the functions once for all of them. */
interface Group {
  readonly treatment: Treatment;
  readonly single: readonly Column[];
  readonly lists: readonly Column[];
}

function groupsOf(columns: readonly Column[]): Group[] {
  const texts = columns.filter(({ name, type }) => treatments.has(name) && type.includes("String"));
  const found = new Set(texts.map(({ name }) => treatments.get(name) ?? "text"));
  return [...found].sort().map((treatment) => {
    const members = texts.filter(({ name }) => treatments.get(name) === treatment);
    return { treatment, single: members.filter((column) => !isList(column)), lists: members.filter(isList) };
  });
}

function isList({ type }: Column): boolean {
  return type.startsWith("Array(");
}

/** All values of a group as one list: those of single columns first, then the lists one after the other. */
function valuesOf({ single, lists }: Group): string {
  const ofSingle = single.map(({ name }) => `toString(ifNull(seen_row.${name}, ''))`).join(", ");
  const parts = [...(single.length > 0 ? [`[${ofSingle}]`] : []), ...lists.map(({ name }) => `seen_row.${name}`)];
  return parts.length === 1 ? (parts[0] ?? "[]") : `arrayConcat(${parts.join(", ")})`;
}

function selectOf(table: string, columns: readonly Column[], mode: "raw" | "pseudonymised"): string {
  const groups = groupsOf(columns);
  const hide = ({ treatment }: Group): string =>
    mode === "raw" ? "seen_without_secrets(toValidUTF8(seen_value))" : `seen_${treatment}(seen_value)`;
  const hidden = groups.map(
    (group) => `arrayMap(seen_value -> ${hide(group)}, ${valuesOf(group)}) AS seen_group_${group.treatment}`,
  );
  const shown = [
    ...groups.flatMap((group) => [
      ...group.single.map((column, at) => singleShown(column, `seen_group_${group.treatment}[${at + 1}]`)),
      ...group.lists.map(({ name }, at) => {
        const before = group.lists.slice(0, at).map((list) => ` + length(seen_row.${list.name})`);
        const first = `${group.single.length + 1}${before.join("")}`;
        return `arraySlice(seen_group_${group.treatment}, ${first}, length(seen_row.${name})) AS ${name}`;
      }),
    ]),
    ...columns.flatMap(({ name, type }) => {
      const treatment = treatments.get(name);
      if (treatment === undefined || type.includes("String")) return [];
      return [`${treatment === "place" && mode !== "raw" ? `round(seen_row.${name})` : `seen_row.${name}`} AS ${name}`];
    }),
  ];
  // Columns in the order of the table.
  const position = new Map(columns.map(({ name }, at) => [name, at]));
  const ordered = shown.sort((a, b) => (position.get(nameAfter(a)) ?? 0) - (position.get(nameAfter(b)) ?? 0));
  // A question that names no column still counts rows.
  const list = ordered.length === 0 ? "1 AS seen_nothing" : ordered.join(",\n  ");
  return `SELECT\n  ${list}\nFROM (SELECT ${["*", ...hidden].join(",\n  ")}\nFROM (${rowsOf(table)}) AS seen_row) AS seen_row`;
}

function nameAfter(shown: string): string {
  return shown.slice(shown.lastIndexOf(" ") + 1);
}

function singleShown({ name, type }: Column, hidden: string): string {
  return type.includes("Nullable") ? `if(isNull(seen_row.${name}), NULL, ${hidden}) AS ${name}` : `${hidden} AS ${name}`;
}

/** The rows that may be asked about, of an object its newest version. */
function rowsOf(table: string): string {
  // What is known of devices and people holds whenever it was told.
  const time = isInventory(table) ? "" : `${inWindow} AND `;
  const where = `${time}(empty({seen_events:Array(String)}) OR has({seen_events:Array(String)}, seen_row.metadata_uid))`;
  const newest = versionedTables.has(table)
    ? " ORDER BY seen_row.metadata_uid, seen_row.version_time DESC, seen_row.raw_file_uid DESC, seen_row.raw_line_number DESC LIMIT 1 BY seen_row.metadata_uid"
    : "";
  return `SELECT * FROM ${table} AS seen_row WHERE ${where}${newest}`;
}

function searchOf(table: string, columns: readonly Column[], wanted: ReadonlySet<Treatment>, functions: string): string | null {
  const groups = groupsOf(columns).filter(({ treatment }) => wanted.has(treatment));
  if (groups.length === 0) return null;
  // Free text is looked at as far as it is shown.
  const pairs = groups.map((group) => {
    const isWanted = `multiSearchAny(seen_${group.treatment}(seen_value), {seen_tokens:Array(String)})`;
    return `arrayMap(seen_found -> ('${group.treatment}', substringUTF8(toValidUTF8(seen_found), 1, 4000)), arrayFilter(seen_value -> ${isWanted}, arrayDistinct(${valuesOf(group)})))`;
  });
  return `${functions}
SELECT tupleElement(found, 1) AS treatment, tupleElement(found, 2) AS value
FROM (${rowsOf(table)}) AS seen_row ARRAY JOIN arrayConcat(${pairs.join(", ")}) AS found
GROUP BY treatment, value
ORDER BY treatment, value
LIMIT 2000`;
}

function parametersOf(facts: HidingFacts, window: Window): SqlParameters {
  return {
    seen_low: facts.key.low,
    seen_high: facts.key.high,
    seen_from: window.from,
    seen_to: window.to,
    seen_events: [],
    seen_networks: [...facts.networks],
    seen_addresses: anyOf(facts.addresses),
    seen_domains: `(?:^|\\.)(${facts.domains.map(literally).join("|")})$`,
    seen_domain_names: [...facts.domains],
    seen_web: forms.webAddress,
    seen_hosts: anyOf(facts.hosts),
    seen_users: anyOf(facts.users),
    seen_accounts: anyOf(facts.accounts),
    seen_vocabulary: anyOf(facts.vocabulary),
    seen_unprintable: forms.unprintable,
    seen_piece: forms.piece,
    seen_short_number: forms.shortNumber,
    seen_compound: forms.compound,
    seen_with_ending: `(?i)${forms.withEnding}`,
    seen_registered: forms.registered,
    seen_outside_name: forms.outsideName,
    seen_hash: forms.hash,
    seen_technique: forms.techniqueId,
    seen_system_sid: forms.systemSid,
    ...Object.fromEntries(secretForms.map((form, position) => [`seen_secret_${position}`, form])),
  };
}

/** A pattern that these texts alone fit; the longest first does not matter, as the whole text must fit. */
function anyOf(texts: Iterable<string>): string {
  const list = [...texts].sort();
  return list.length === 0 ? "^[^\\s\\S]" : `^(?:${list.map(literally).join("|")})$`;
}

function literally(text: string): string {
  return text.replace(/[!-,./:-@[-^`{-~]/g, (sign) => `\\${sign}`);
}
