import type { LandingFile, QueryOptions, SqlParameters } from "./store.ts";

/** A statement on its way to an engine: `format` is the engine's name of the form of the answer. */
export interface Statement {
  readonly sql: string;
  readonly parameters: SqlParameters;
  readonly format: "JSONEachRow" | "JSONCompactEachRow" | "Null";
  readonly options: QueryOptions;
}

/** What differs between the homes of a store; `storeOver` builds the rest on it. Rejects with SpoorError. */
export interface Engine {
  readonly home: "embedded" | "server";
  /** The whole answer, in the bytes of `format`. */
  run(statement: Statement): Promise<Buffer>;
  /** The answer in pieces, each of whole lines. */
  stream(statement: Statement): AsyncIterable<Buffer>;
  /** `rows` is one JSON object a line. */
  insert(table: string, rows: Buffer, options: QueryOptions): Promise<void>;
  /** Waits until nobody else has the turn to write, and gives what passes it on. */
  turn(options: QueryOptions): Promise<() => Promise<void>>;
  load(file: LandingFile, options: QueryOptions): Promise<{ lines: number }>;
  migrate(): Promise<void>;
  close(): Promise<void>;
}
