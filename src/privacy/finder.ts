import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { statement } from "../store/statement.ts";
import type { Store } from "../store/store.ts";
import { type Treatment, treatments } from "./columns.ts";
import type { EstateNames } from "./facts.ts";
import type { Hiding } from "./hiding.ts";
import type { SeenTables } from "./seen-tables.ts";

const foundRow = z.object({ treatment: z.string(), value: z.string() });
// For all tables together: a token that was made up is looked for everywhere, and found nowhere.
const mostSeconds = 60;
/** The engine takes 255 texts to look for at once. */
const atOnce = 200;

/**
 * What stands behind tokens. What was hidden in this process is remembered; anything else is looked for among the names of the estate,
 * then in the tables: every value whose token it is. Nothing is kept on disk.
 */
export class Finder {
  hiding: Hiding | null = null;
  readonly #store: Store;
  readonly #tables: SeenTables;
  readonly #names: EstateNames;
  readonly #values = new Map<string, string>();
  readonly #unknown = new Set<string>();

  constructor(store: Store, tables: SeenTables, names: EstateNames) {
    this.#store = store;
    this.#tables = tables;
    this.#names = names;
  }

  note(token: string, value: string): void {
    this.#values.set(token, value);
  }

  /** The value behind a token that was found or noted; null for any other. */
  known(token: string): string | null {
    return this.#values.get(bare(token)) ?? null;
  }

  /** Looks for what is not known yet, until the time is up or `signal` ends it. */
  async find(tokens: readonly string[], signal?: AbortSignal): Promise<void> {
    if (this.#missing(tokens).length === 0) return;
    const late = AbortSignal.timeout(mostSeconds * 1000);
    const either = signal === undefined ? late : AbortSignal.any([signal, late]);
    await this.#among(
      this.#missing(tokens).filter((token) => /^(?:host|user|mail|domain)_/.test(token)),
      either,
    );
    for (const table of this.#tables.searchable()) await this.#inTable(table, this.#missing(tokens), either);
    // A caller who went away learns nothing of what was not looked for.
    if (signal?.aborted === true) return;
    for (const token of this.#missing(tokens)) this.#unknown.add(token);
  }

  async #inTable(table: string, missing: readonly string[], signal: AbortSignal): Promise<void> {
    for (let at = 0; at < missing.length && !signal.aborted; at += atOnce) {
      const some = missing.slice(at, at + atOnce);
      this.#take(await this.#search(this.#tables.search(table, treatmentsOf(some)), some, signal));
    }
  }

  #missing(tokens: readonly string[]): string[] {
    return [...new Set(tokens.map(bare))].filter((token) => !this.#values.has(token) && !this.#unknown.has(token)).sort();
  }

  async #among(tokens: readonly string[], signal: AbortSignal): Promise<void> {
    if (tokens.length === 0) return;
    const question = await statement(import.meta.url, "sql/found-names.sql");
    const names = {
      seen_found_hosts: [...this.#names.hosts],
      seen_found_users: [...this.#names.users],
      seen_found_mails: [...this.#names.mails],
    };
    for (let at = 0; at < tokens.length && !signal.aborted; at += atOnce)
      this.#take(await this.#search(`${this.#tables.functions}\n${question}`, tokens.slice(at, at + atOnce), signal, names));
  }

  async #search(
    sql: string | null,
    tokens: readonly string[],
    signal: AbortSignal,
    more: Readonly<Record<string, string[]>> = {},
  ): Promise<z.infer<typeof foundRow>[]> {
    if (sql === null) return [];
    const parameters = { ...this.#tables.parameters, ...more, seen_tokens: [...tokens] };
    try {
      return await this.#store.query(sql, parameters, foundRow, { maxSeconds: mostSeconds, readOnly: true, signal });
    } catch (thrown) {
      // A token that cannot be found in time stays a token.
      if (signal.aborted || (thrown instanceof SpoorError && thrown.code === "store-limit")) return [];
      throw thrown;
    }
  }

  /** Hides what was found, which notes the tokens of it. */
  #take(rows: readonly z.infer<typeof foundRow>[]): void {
    for (const { treatment, value } of rows) hideAs(this.hiding, treatment, value);
  }
}

function hideAs(hiding: Hiding | null, treatment: string, value: string): void {
  if (treatment === "host") hiding?.host(value);
  else if (treatment === "name") hiding?.name(value);
  else if (treatment === "user") hiding?.user(value);
  else if (treatment === "mail") hiding?.mail(value);
  else if (treatment === "domain") hiding?.domain(value);
  else if (treatment === "address") hiding?.address(value);
  else if (treatment === "id") hiding?.id(value);
  else if (treatment === "event") hiding?.event(value);
  else hiding?.text(value, 400);
}

/** Of mail_…@outside.example the part that is the token. */
function bare(token: string): string {
  return token.replace(/@.*$/, "");
}

// In which columns a kind of token can come up; a column of free text can hold any of them.
const names: readonly Treatment[] = ["host", "name", "user", "mail", "domain", "text"];
const places: Readonly<Record<string, readonly Treatment[]>> = {
  host: names,
  user: names,
  mail: names,
  domain: names,
  ip: ["address", "host", "name", "user", "text"],
  event: ["event"],
  text: [...new Set(treatments.values())].filter((one) => one !== "plain" && one !== "place" && one !== "event"),
};

function treatmentsOf(tokens: readonly string[]): ReadonlySet<Treatment> {
  return new Set(tokens.flatMap((token) => places[token.slice(0, token.indexOf("_"))] ?? []));
}
