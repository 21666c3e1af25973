import { z } from "zod";
import { SpoorError } from "../errors.ts";
import type { SqlParameters, SqlValue, Store } from "../store/store.ts";
import type { Window } from "../types.ts";
import { cleanText } from "./clean-text.ts";
import { shownFailure } from "./engine-words.ts";
import { accounts, type EstateNames, estateNames, isCommonWord } from "./facts.ts";
import { Finder } from "./finder.ts";
import * as forms from "./forms.ts";
import { Hiding, type HidingFacts } from "./hiding.ts";
import { leakFinder } from "./leaks.ts";
import type { NameKind, Privacy, SeenRows } from "./privacy.ts";
import { asAsked, mostRows, seenQuestion, whatCanBeAsked } from "./question.ts";
import { withoutSecrets } from "./secrets.ts";
import { openSeenTables, type SeenTables } from "./seen-tables.ts";
import type { TokenKey } from "./siphash.ts";
import { vocabulary } from "./vocabulary.ts";

export interface PrivacyOptions {
  readonly store: Store;
  readonly mode: Privacy["mode"];
  /** Of the store, kept beside it: see keyOf. */
  readonly key: TokenKey;
  /** What may be asked about: no event outside it is seen. */
  readonly window: Window;
  /** Networks of the estate (CIDR). */
  readonly internal: readonly string[];
  /** Domains of the estate beyond those that the data tells. */
  readonly domains?: readonly string[];
  /** How long a question may take; default 5. A question that runs out of time is answered otherwise than one that does not. */
  readonly seconds?: number;
  readonly signal: AbortSignal;
}

// RFC 1918, RFC 4193, link-local and shared addresses: inside whatever the settings say.
const privateNetworks: readonly string[] = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "169.254.0.0/16",
  "fc00::/7",
  "fe80::/10",
];
const word = /^[\p{L}\p{N}_][\p{L}\p{N}_.$-]{1,63}$/u;
// Names with a kind of their own in texts; the others are "text" there, with the same digits.
const mostNamedInTexts = 5_000;
const limits = {
  seconds: 5,
  /** For statements of our own, which read more than a model may. */
  ownSeconds: 60,
  memoryBytes: 512 * 2 ** 20,
  resultBytes: 4 * 2 ** 20,
  characters: 40_000,
  cell: 300,
  elements: 50,
} as const;
// The engine looks at the clock between blocks of rows; what it is doing within one is ended after this.
const graceMs = 3_000;

/** Opens what a model may see of a store. Reads the names of the estate once. */
export async function openPrivacy(options: PrivacyOptions): Promise<Privacy> {
  const { store, mode, window } = options;
  const names = await estateNames(store, window, options.signal, options.domains);
  const facts = factsOf(names, options);
  const tables = await openSeenTables(store, facts, { mode, window });
  return new SeenStore(store, { mode, seconds: options.seconds ?? limits.seconds }, names, facts, tables);
}

function factsOf(names: EstateNames, { key, internal }: PrivacyOptions): HidingFacts {
  // A name that is one word of everybody's would turn that word into a name wherever it stands.
  // What is no word cannot stand in a text as one; a name that somebody made up to be in the way is not let in either.
  const telling = (name: string): boolean => word.test(name) && !isCommonWord(name) && !/^[0-9.]+$/.test(name);
  const compound = (name: string): boolean => /[-_.]/.test(name);
  const most = (list: readonly string[]): Set<string> =>
    new Set([...list.slice(0, mostNamedInTexts), ...list.filter(compound).slice(0, mostNamedInTexts)].filter(telling));
  return {
    key,
    networks: [...new Set([...internal, ...privateNetworks])],
    addresses: new Set(names.addresses),
    domains: names.domains,
    hosts: most(names.hosts),
    users: most(names.users),
    accounts,
    outside: new Set(names.outside),
    vocabulary,
  };
}

class SeenStore implements Privacy {
  readonly mode: Privacy["mode"];
  readonly leaks: Privacy["leaks"];
  readonly #store: Store;
  readonly #tables: SeenTables;
  readonly #hiding: Hiding;
  readonly #finder: Finder;
  readonly #seconds: number;

  constructor(
    store: Store,
    { mode, seconds }: { readonly mode: Privacy["mode"]; readonly seconds: number },
    names: EstateNames,
    facts: HidingFacts,
    tables: SeenTables,
  ) {
    this.mode = mode;
    this.#seconds = seconds;
    this.#store = store;
    this.#tables = tables;
    this.#finder = new Finder(store, tables, names);
    this.#hiding = new Hiding(facts, (token, value) => this.#finder.note(token, value));
    this.#finder.hiding = this.#hiding;
    this.leaks = leakFinder(names, facts, mode);
  }

  hide(kind: NameKind, value: string): string {
    if (this.mode === "raw") return cleanText(withoutSecrets(value));
    if (kind === "host") return this.#hiding.host(value);
    if (kind === "user") return this.#hiding.user(value);
    if (kind === "mail") return this.#hiding.mail(value);
    if (kind === "ip") return this.#hiding.address(value);
    if (kind === "domain") return this.#hiding.name(value);
    return kind === "event" ? this.#hiding.event(value) : this.hideText(value);
  }

  hideText(text: string, limit: number = limits.cell): string {
    if (this.mode === "raw") return cleanText(withoutSecrets(text), limit);
    return this.#hiding.text(text, limit);
  }

  async ask(sql: string, signal: AbortSignal, parameters: SqlParameters = {}): Promise<SeenRows> {
    const deadline = AbortSignal.timeout(this.#seconds * 1000 + graceMs);
    const options = {
      signal: AbortSignal.any([signal, deadline]),
      maxSeconds: this.#seconds,
      maxMemoryBytes: limits.memoryBytes,
      maxResultBytes: limits.resultBytes,
      readOnly: true,
    };
    try {
      const statement = await seenQuestion(sql, this.#tables, this.#store, parameters);
      const events = await this.#eventsOf(parameters, options.signal);
      const values = { ...this.#tables.parameters, ...parameters, seen_events: events };
      return this.#shown(await this.#store.query(statement, values, anyRow, options));
    } catch (thrown) {
      if (!(thrown instanceof SpoorError)) throw thrown;
      if (thrown.code === "usage" && thrown.cause === undefined)
        throw new SpoorError("usage", asAsked(thrown.message), { hint: whatCanBeAsked });
      const isLate = deadline.aborted && !signal.aborted;
      throw shownFailure(isLate ? new SpoorError("store-limit", "too slow") : thrown, sql);
    }
  }

  /** The events that a statement of ours is about: they are taken out of their tables before anything is hidden, which takes time. */
  async #eventsOf({ uids }: SqlParameters, signal: AbortSignal): Promise<string[]> {
    if (!Array.isArray(uids)) return [];
    const shown = textsIn(uids);
    if (this.mode === "raw") return shown;
    await this.#finder.find(shown.filter(isToken), signal);
    const events = shown.flatMap((token) => this.#finder.known(token) ?? []);
    return events.length === 0 ? [""] : events;
  }

  async own<Row extends z.ZodType>(
    sql: string,
    parameters: SqlParameters,
    row: Row,
    signal: AbortSignal,
  ): Promise<z.infer<Row>[]> {
    await this.#finder.find(textsIn(Object.values(parameters)).filter(isToken), signal);
    const put = (value: SqlValue): SqlValue => {
      if (typeof value === "string") return this.#finder.known(value) ?? value;
      return Array.isArray(value) ? value.map(put) : value;
    };
    const values = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, put(value)]));
    return this.#store.query(sql, this.mode === "raw" ? parameters : values, row, {
      signal,
      maxSeconds: limits.ownSeconds,
    });
  }

  async reveal(text: string): Promise<string> {
    if (this.mode === "raw") return text;
    await this.#finder.find([...text.matchAll(anyToken)].map(([token]) => token));
    return text.replace(anyToken, (token) => this.#finder.known(token) ?? token);
  }

  async valueOf(token: string): Promise<string | null> {
    if (this.mode === "raw") return token;
    if (!isToken(token)) return this.hideText(token) === token || this.#hiding.name(token) === token ? token : null;
    await this.#finder.find([token]);
    return this.#finder.known(token);
  }

  #shown(rows: readonly Readonly<Record<string, unknown>>[]): SeenRows {
    const shown: Record<string, unknown>[] = [];
    let characters = 0;
    for (const row of rows.slice(0, mostRows)) {
      const cells = Object.entries(row).map(([column, value]): [string, unknown] => [asAsked(column), this.#cell(value)]);
      const one = Object.fromEntries(cells);
      characters += JSON.stringify(one).length;
      if (characters > limits.characters && shown.length > 0) break;
      shown.push(one);
    }
    return {
      columns: Object.keys(shown[0] ?? {}),
      rows: shown,
      rowCount: shown.length,
      isCut: shown.length < rows.length,
      eventIds: [...new Set(shown.flatMap((row) => eventIdsIn(row)))],
    };
  }

  #cell(value: unknown): unknown {
    if (typeof value === "string") {
      const text = cleanText(withoutSecrets(value), limits.cell);
      // The statement has hidden everything by now; this is the last look.
      return this.leaks(text).length === 0 ? text : this.#hiding.text(text, limits.cell);
    }
    if (Array.isArray(value)) return value.slice(0, limits.elements).map((element) => this.#cell(element));
    if (value === null || typeof value !== "object") return value;
    const entries = Object.entries(value).slice(0, limits.elements);
    return Object.fromEntries(entries.map(([key, one]) => [String(this.#cell(key)), this.#cell(one)]));
  }
}

const anyRow = z.record(z.string(), z.unknown());
const anyToken = new RegExp(forms.token, "g");
const oneToken = new RegExp(`^${forms.token}$`);

function isToken(text: string): boolean {
  return oneToken.test(text);
}

function textsIn(values: readonly SqlValue[]): string[] {
  return values.flatMap((value) => (typeof value === "string" ? [value] : Array.isArray(value) ? textsIn(value) : []));
}

function eventIdsIn(row: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(row).flatMap(([column, value]) => {
    if (!/^(?:\w+\.)?(?:metadata_uid|event_ids)$/.test(column)) return [];
    return (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === "string" && one !== "");
  });
}
