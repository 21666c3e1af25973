import type { z } from "zod";

/** Values bound to `{name:Type}` places in a statement. Times travel as strings ("2026-11-01 10:00:00.000000"), never as Date. */
export type SqlValue = string | number | bigint | boolean | null | readonly SqlValue[];
/** The values of a statement by the names of their places. */
export type SqlParameters = Readonly<Record<string, SqlValue>>;

/** Limits of one statement; every query has both, these override the store's defaults. */
export interface QueryOptions {
  readonly maxSeconds?: number;
  readonly maxMemoryBytes?: number;
  /** Cancels the statement in the engine, not only the wait for it. */
  readonly signal?: AbortSignal;
  /** Insert-deduplication token: a retry with the same rows and the same token stores nothing twice. */
  readonly token?: string;
  /** Limit of the answer; a larger one is refused with store-limit. */
  readonly maxResultBytes?: number;
  /** Runs the statement in a session that refuses to write. */
  readonly readOnly?: boolean;
}

/** A file of lines to be written to `raw`: one record a line, gzip by its name. */
export interface LandingFile {
  /** Where the bytes are now. */
  readonly path: string;
  /** SHA-256 of what was received, in hexadecimal: the identity of the file in `raw`. */
  readonly fileUid: string;
  /** The name the user knows the file by; kept with every line. */
  readonly sourceFile: string;
}

/**
 * Where rows live: the same statements in an embedded engine and on a server or cluster.
 * One statement a call, values bound, answers parsed by `row`. Statements name tables without a database.
 * Rejects with SpoorError: store-query (the engine refused), store-limit (time or memory), cancelled,
 * store-unavailable, disk-full.
 */
export interface Store {
  readonly home: "embedded" | "server";
  /** All rows of a bounded answer, in order. 64-bit integers arrive as strings unless the row schema coerces them. */
  query<Row extends z.ZodType>(sql: string, parameters: SqlParameters, row: Row, options?: QueryOptions): Promise<z.infer<Row>[]>;
  /** Rows one at a time, for answers too large to hold. */
  stream<Row extends z.ZodType>(
    sql: string,
    parameters: SqlParameters,
    row: Row,
    options?: QueryOptions,
  ): AsyncIterable<z.infer<Row>>;
  /** The engine's own text of an answer, one JSON array a line: for comparing answers byte for byte. */
  text(sql: string, parameters?: SqlParameters, options?: QueryOptions): Promise<string>;
  /** A statement without an answer: INSERT SELECT, or DDL that is already meant for this home. */
  exec(sql: string, parameters?: SqlParameters, options?: QueryOptions): Promise<void>;
  /** Small rows of our own (findings, gaps, ledger), keyed by column name. */
  insert(table: string, rows: readonly Readonly<Record<string, unknown>>[], options?: QueryOptions): Promise<void>;
  /**
   * Writes the lines of a file to `raw` (file_uid, source_file, line_number from 1, line without its line end).
   * Lines already there are left alone, so a load that was cut off is completed by repeating it.
   */
  load(file: LandingFile, options?: QueryOptions): Promise<{ lines: number }>;
  /**
   * Does work that must not run twice at once over this store, such as storing only what is absent: other processes wait their turn.
   * On a server, which has no such turn, it is up to its users to let one program write at a time.
   */
  alone<Result>(work: () => Promise<Result>, options?: QueryOptions): Promise<Result>;
  /** Brings tables and views to the version of this program; refuses a store written by a newer one. */
  migrate(): Promise<void>;
  close(): Promise<void>;
}
