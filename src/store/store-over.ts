import { z } from "zod";
import { SpoorError } from "../errors.ts";
import type { Engine, Statement } from "./engine.ts";
import type { QueryOptions, SqlParameters, Store } from "./store.ts";

/** A store on top of an engine: rows are parsed here, in one place for every home. */
export function storeOver(engine: Engine): Store {
  const statement = (sql: string, parameters: SqlParameters, format: Statement["format"], options: QueryOptions): Statement => {
    if (options.signal?.aborted === true) throw new SpoorError("cancelled", "the statement was cancelled before it began");
    return { sql, parameters, format, options };
  };
  return {
    home: engine.home,
    async query(sql, parameters, row, options = {}) {
      const answer = await engine.run(statement(sql, parameters, "JSONEachRow", options));
      return linesOf(answer).map((line) => parseRow(line, row, sql));
    },
    async *stream(sql, parameters, row, options = {}) {
      for await (const piece of engine.stream(statement(sql, parameters, "JSONEachRow", options)))
        for (const line of linesOf(piece)) yield parseRow(line, row, sql);
    },
    async text(sql, parameters = {}, options = {}) {
      return (await engine.run(statement(sql, parameters, "JSONCompactEachRow", options))).toString("utf8");
    },
    async exec(sql, parameters = {}, options = {}) {
      await engine.run(statement(sql, parameters, "Null", options));
    },
    async insert(table, rows, options = {}) {
      if (!/^[A-Za-z_]\w*$/.test(table)) throw new SpoorError("internal", `${JSON.stringify(table)} is not a table name`);
      if (rows.length > 0) await engine.insert(table, jsonLines(rows), options);
    },
    load: (file, options = {}) => engine.load(file, options),
    async alone(work, options = {}) {
      const pass = await engine.turn(options);
      try {
        return await work();
      } finally {
        await pass();
      }
    },
    migrate: () => engine.migrate(),
    close: () => engine.close(),
  };
}

function linesOf(bytes: Buffer): string[] {
  return bytes
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "");
}

function parseRow<Row extends z.ZodType>(line: string, row: Row, sql: string): z.infer<Row> {
  const parsed = row.safeParse(JSON.parse(line));
  if (parsed.success) return parsed.data;
  throw new SpoorError("internal", `an answer does not fit its schema: ${z.prettifyError(parsed.error)}`, {
    hint: `The statement begins: ${sql.trim().slice(0, 120)}`,
  });
}

function jsonLines(rows: readonly Readonly<Record<string, unknown>>[]): Buffer {
  const text = rows.map((row) => JSON.stringify(row, (_, value) => (typeof value === "bigint" ? value.toString() : value)));
  return Buffer.from(`${text.join("\n")}\n`);
}
