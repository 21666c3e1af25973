import type { VendorRecord } from "../../vendor-data.ts";
import { plainText } from "../plain-text.ts";
import { expressionOf } from "./cql-expression.ts";
import { filterOf } from "./cql-filter.ts";
import { aggregatesOf, type CqlAnswer, grouped } from "./cql-groups.ts";
import { CqlError, callOf, compareValues, listOf, type Row, tokensOf, unquoted } from "./cql-words.ts";

export interface CqlLimits {
  /** Rows of a query that says no number. */
  readonly rows: number;
  readonly tail: number;
  readonly groups: number;
}

type Stage = (answer: CqlAnswer) => CqlAnswer;

/**
 * Reads a small part of LogScale's query language (CQL): filters with =, !=, >, <, regular expressions, in(), and, or, not; tail,
 * head, sort, select, count, groupBy, bucket; assignments of numbers. Throws CqlError for all else.
 */
export function readCql(text: string, limits: CqlLimits): (events: readonly Row[]) => CqlAnswer {
  const stages = pipeline(text).map((part) => stageOf(part, limits));
  const isBounded = stages.some(({ bounds }) => bounds);
  return (events) => {
    const start: CqlAnswer = { rows: events, isAggregate: false, warnings: [] };
    const answer = stages.reduce((so, { stage }) => stage(so), start);
    return isBounded ? answer : { ...answer, rows: answer.rows.slice(0, limits.rows) };
  };
}

/** An event of the Data Replicator as the search gives it. */
export function searchRow(event: VendorRecord): Row {
  const { event_simpleName, timestamp, ...fields } = event;
  return {
    "@timestamp": Number(timestamp),
    "@id": `${plainText(fields.aid)}_${plainText(fields.id)}`,
    "#event_simpleName": event_simpleName,
    "#repo": "base_sensor",
    timestamp,
    ...fields,
  };
}

/** The stages between pipes; pipes in brackets belong to their stage. */
function pipeline(text: string): string[][] {
  const withoutComments = text.replace(/^\s*\/\/.*$/gm, "").trim();
  const stages: string[][] = [[]];
  let depth = 0;
  for (const token of tokensOf(withoutComments)) {
    if (token === "(" || token === "[") depth += 1;
    if (token === ")" || token === "]") depth -= 1;
    if (token === "|" && depth === 0) stages.push([]);
    else stages.at(-1)?.push(token);
  }
  if (depth !== 0 || stages.some((stage) => stage.length === 0)) throw new CqlError("an empty stage or an open bracket");
  return stages;
}

function stageOf(tokens: readonly string[], limits: CqlLimits): { stage: Stage; bounds: boolean } {
  if (tokens[1] === ":=") return { stage: assignment(tokens), bounds: false };
  const name = tokens[1] === "(" ? tokens[0]?.toLowerCase() : undefined;
  const call = name === undefined || !STAGES.has(name) ? null : callOf(tokens);
  if (call === null) {
    const fits = filterOf(tokens);
    return { stage: (answer) => ({ ...answer, rows: answer.rows.filter(fits) }), bounds: false };
  }
  const number = (value: string | undefined, none: number) =>
    value === undefined ? none : value === "max" ? limits.groups : Number(unquoted(value));
  const first = call.plain[0];
  if (name === "tail" || name === "head") {
    const rows = number(first ?? call.named.limit, limits.rows);
    if (!(rows <= limits.tail)) throw new CqlError(`limit is at most ${limits.tail}`);
    return {
      stage: (answer) => ({ ...answer, rows: name === "tail" ? answer.rows.slice(0, rows) : answer.rows.slice(-rows) }),
      bounds: true,
    };
  }
  if (name === "sort") {
    const rows = number(call.named.limit, limits.rows);
    const field = listOf(first ?? call.named.field ?? "@timestamp")[0] ?? "@timestamp";
    const sign = call.named.order === "asc" ? 1 : -1;
    return {
      stage: (answer) => ({
        ...answer,
        rows: [...answer.rows].sort((a, b) => sign * compareValues(a[field], b[field])).slice(0, rows),
      }),
      bounds: true,
    };
  }
  if (name === "select" || name === "table") {
    const fields = listOf(first ?? call.named.fields ?? "");
    const pick = (row: Row) => Object.fromEntries(fields.flatMap((field) => (field in row ? [[field, row[field]]] : [])));
    return { stage: (answer) => ({ ...answer, rows: answer.rows.map(pick) }), bounds: name === "table" };
  }
  if (name === "count")
    return { stage: (answer) => grouped(answer, [], aggregatesOf(tokens.join("")), limits.groups), bounds: true };
  const fields = listOf((name === "bucket" ? call.named.field : (first ?? call.named.field)) ?? "[]");
  const aggregates = aggregatesOf(call.named.function ?? "count()");
  const most = number(call.named.limit, limits.groups);
  if (name === "bucket") {
    const spanMs = spanOf(unquoted(call.named.span ?? "1h"));
    const bucketed = (row: Row) => ({ ...row, _bucket: String(Math.floor(Number(row["@timestamp"]) / spanMs) * spanMs) });
    return {
      stage: (answer) => grouped({ ...answer, rows: answer.rows.map(bucketed) }, ["_bucket", ...fields], aggregates, most),
      bounds: true,
    };
  }
  return { stage: (answer) => grouped(answer, fields, aggregates, most), bounds: true };
}

const STAGES = new Set(["tail", "head", "sort", "select", "table", "count", "groupby", "bucket"]);

function spanOf(text: string): number {
  const match = /^(\d+)\s*(ms|millis|s|sec|seconds?|m|min|minutes?|h|hours?|d|days?)$/.exec(text);
  const unit = match?.[2];
  if (match === null || unit === undefined) throw new CqlError(`not a span: ${text}`);
  const ms =
    unit.startsWith("ms") || unit === "millis"
      ? 1
      : unit.startsWith("s")
        ? 1000
        : unit.startsWith("m")
          ? 60_000
          : unit.startsWith("h")
            ? 3_600_000
            : 86_400_000;
  return Number(match[1]) * ms;
}

function assignment(tokens: readonly string[]): Stage {
  const name = unquoted(tokens[0] ?? "");
  const value = expressionOf(tokens.slice(2));
  return (answer) => ({ ...answer, rows: answer.rows.map((row) => ({ ...row, [name]: String(value(row)) })) });
}
