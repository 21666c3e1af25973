import { z } from "zod";
import type { SqlParameters, Store } from "../store/store.ts";

const countRow = z.object({ rows: z.coerce.number() });
const anyRow = z.record(z.string(), z.unknown());
export type EventRow = z.infer<typeof anyRow>;

/** Which rows of a table are meant: a condition in SQL, with its values bound. */
export interface RowsOf {
  readonly table: string;
  readonly where: string;
  readonly parameters: SqlParameters;
  /** Rows of one object of which a later version counts. */
  readonly isVersioned: boolean;
}

/**
 * Rows that stay in the store: `length` is their number, `head` gives the first of them, and a loop reads all, one at a time. A
 * quarter of an estate's events does not fit into a notebook.
 */
export class EventRows {
  readonly length: number;
  readonly #store: Store;
  readonly #rows: RowsOf;

  private constructor(store: Store, rows: RowsOf, length: number) {
    this.#store = store;
    this.#rows = rows;
    this.length = length;
  }

  static async count(store: Store, rows: RowsOf): Promise<EventRows> {
    const [counted] = await store.query(
      `SELECT count() AS rows FROM (${statementOf(rows, ["metadata_uid"])})`,
      rows.parameters,
      countRow,
    );
    return new EventRows(store, rows, counted?.rows ?? 0);
  }

  /** The newest rows, without the columns that have no value in any of them. */
  async head(count = 10): Promise<EventRow[]> {
    const found = await this.#store.query(
      `${statementOf(this.#rows, ["*"])} ORDER BY time DESC, metadata_uid LIMIT {count:UInt32}`,
      { ...this.#rows.parameters, count },
      anyRow,
    );
    const filled = new Set(found.flatMap((row) => Object.keys(row).filter((name) => !isEmpty(row[name]))));
    return found.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => filled.has(name))));
  }

  /** All rows, oldest first. */
  [Symbol.asyncIterator](): AsyncIterator<EventRow> {
    const sql = `${statementOf(this.#rows, ["*"])} ORDER BY time, metadata_uid`;
    return this.#store.stream(sql, this.#rows.parameters, anyRow)[Symbol.asyncIterator]();
  }
}

function statementOf({ table, where, isVersioned }: RowsOf, columns: readonly string[]): string {
  const latest = isVersioned
    ? `(SELECT * FROM ${table} ORDER BY metadata_uid, version_time DESC, raw_file_uid DESC, raw_line_number DESC LIMIT 1 BY metadata_uid)`
    : table;
  return `SELECT ${columns.join(", ")} FROM ${latest} AS rows WHERE ${where}`;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}
