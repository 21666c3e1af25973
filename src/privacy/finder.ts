import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { statement } from "../store/statement.ts";
import type { Store } from "../store/store.ts";
import { type Treatment, treatments } from "./columns.ts";
import type { EstateNames } from "./facts.ts";
import type { Hiding } from "./hiding.ts";
import type { SeenTables } from "./seen-tables.ts";

const foundRow = z.object({ treatment: z.string(), value: z.string() });
const searchSeconds = 60;

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

  /** Looks for what is not known yet. */
  async find(tokens: readonly string[]): Promise<void> {
    await this.#among([...this.#missing(tokens)].filter((token) => /^(?:host|user|mail|domain)_/.test(token)));
    for (const table of this.#tables.searchable()) {
      const missing = this.#missing(tokens);
      if (missing.length === 0) return;
      this.#take(await this.#search(this.#tables.search(table, treatmentsOf(missing)), missing));
    }
    for (const token of this.#missing(tokens)) this.#unknown.add(token);
  }

  #missing(tokens: readonly string[]): string[] {
    return [...new Set(tokens.map(bare))].filter((token) => !this.#values.has(token) && !this.#unknown.has(token)).sort();
  }

  async #among(tokens: readonly string[]): Promise<void> {
    if (tokens.length === 0) return;
    const question = await statement(import.meta.url, "sql/found-names.sql");
    const names = {
      seen_found_hosts: [...this.#names.hosts],
      seen_found_users: [...this.#names.users],
      seen_found_mails: [...this.#names.mails],
    };
    this.#take(await this.#search(`${this.#tables.functions}\n${question}`, tokens, names));
  }

  async #search(sql: string | null, tokens: readonly string[], more: Readonly<Record<string, string[]>> = {}) {
    if (sql === null) return [];
    const parameters = { ...this.#tables.parameters, ...more, seen_tokens: [...tokens] };
    try {
      return await this.#store.query(sql, parameters, foundRow, { maxSeconds: searchSeconds, readOnly: true });
    } catch (thrown) {
      // A token that cannot be found in time stays a token.
      if (thrown instanceof SpoorError && thrown.code === "store-limit") return [];
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
