import type { z } from "zod";
import type { SqlParameters } from "../store/store.ts";

/** How data is shown to a language model: as it is, or with names and addresses of the estate replaced and secrets taken out. */
export const privacyModes = ["pseudonymised", "raw", "off"] as const;
export type PrivacyMode = (typeof privacyModes)[number];

/** What a value names; a token keeps its kind: host_…, user_…, mail_…, ip_…, domain_…, event_… (the unique id of an event) */
export type NameKind = "host" | "user" | "mail" | "ip" | "domain" | "event" | "text";

/** The answer to a question of the model. */
export interface SeenRows {
  readonly columns: readonly string[];
  /** Values cleaned and cut; text of names and free text is pseudonymised where the mode says so. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly rowCount: number;
  /** More rows than were handed out. */
  readonly isCut: boolean;
  /** Values of every column `metadata_uid` or `event_ids` of the answer, as they are shown (event_… where names are hidden): what the model may cite. */
  readonly eventIds: readonly string[];
}

/**
 * What a language model, or another program of unknown trust, may see of the store. In `pseudonymised` mode the same value has the
 * same token everywhere (question, digest, answer), so tokens can be used in SQL as they are; the key of the tokens never leaves.
 */
export interface Privacy {
  readonly mode: Exclude<PrivacyMode, "off">;
  /** The name under which a value is known outside; the value itself (cleaned) in raw mode, and for what is intelligence: public addresses, outside domains, hashes. */
  hide(kind: NameKind, value: string): string;
  /** Free text: cleaned of control, bidi and invisible characters, secrets taken out, cut to `limit` characters; names and unknown words replaced. */
  hideText(text: string, limit?: number): string;
  /**
   * One SELECT over the tables as the model may see them. Rejects with usage (refused: not one SELECT, another table, a function that
   * is not allowed), store-query or store-limit; messages are safe to show to the model.
   * `parameters`: values for `{name:Type}` in a statement of ours, as they are known outside. `uids`, a list of ids of events: only these
   * are looked at, which is quick however large the tables are.
   */
  ask(sql: string, signal: AbortSignal, parameters?: SqlParameters): Promise<SeenRows>;
  /**
   * A statement of our own over the real tables, answer parsed by `row`: for verification and for tools. Values are bound; a value that is
   * a token (host_…, event_…) is bound as what it stands for. The answer holds real names: hide them before they are shown.
   */
  own<Row extends z.ZodType>(sql: string, parameters: SqlParameters, row: Row, signal: AbortSignal): Promise<z.infer<Row>[]>;
  /** Tokens in a text of the model put back to what they stand for, for a reader in this house. Unknown tokens stay. */
  reveal(text: string): Promise<string>;
  /** Value behind one token; null for an unknown one. In raw mode the text itself. */
  valueOf(token: string): Promise<string | null>;
  /** Names of the estate and secrets that a text still shows: must be empty for whatever leaves. */
  leaks(text: string): readonly string[];
}
