import type { QueryOptions } from "./store.ts";

/** Limits of every statement of a store, unless the statement brings its own. */
export interface Limits {
  readonly maxSeconds: number;
  readonly maxMemoryBytes: number;
}

// What makes one text of SQL mean the same in both homes, and one answer the same bytes.
const meaning = {
  session_timezone: "UTC",
  // A row without a partner has NULLs, as standard SQL says, not zeros that look like measurements.
  join_use_nulls: "1",
  distributed_product_mode: "global",
  date_time_input_format: "best_effort",
  date_time_output_format: "simple",
  output_format_json_quote_64bit_integers: "1",
  output_format_json_quote_denormals: "0",
  output_format_json_escape_forward_slashes: "0",
  // A lone surrogate in one record must not fail the statement that reads a million others.
  input_format_json_throw_on_bad_escape_sequence: "0",
  max_query_size: "67108864",
  // A line that fits no format of its source is held against all of them at once: statements of many parts.
  max_ast_elements: "1000000",
  max_expanded_ast_elements: "10000000",
  async_insert: "0",
  distributed_foreground_insert: "1",
  skip_unavailable_shards: "0",
} as const;

/** The engine settings of one statement, all of them always given, so that nothing carries over from the one before. */
export function settingsFor(limits: Limits, options: QueryOptions): Record<string, string> {
  const memory = options.maxMemoryBytes ?? limits.maxMemoryBytes;
  return {
    ...meaning,
    max_execution_time: String(options.maxSeconds ?? limits.maxSeconds),
    max_memory_usage: String(memory),
    max_bytes_before_external_group_by: String(Math.floor(memory / 2)),
    max_bytes_before_external_sort: String(Math.floor(memory / 2)),
    max_bytes_ratio_before_external_group_by: "0",
    max_bytes_ratio_before_external_sort: "0",
    max_result_bytes: String(options.maxResultBytes ?? 0),
    ...(options.token === undefined ? {} : withToken(options.token)),
  };
}

/** A token names blocks by their position, so a retry must cut the same rows into the same blocks: one thread, in order. */
function withToken(token: string): Record<string, string> {
  return { insert_deduplication_token: token, max_threads: "1", max_insert_threads: "1" };
}
