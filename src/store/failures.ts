import { SpoorError } from "../errors.ts";

// ClickHouse error codes, by the names of its src/Common/ErrorCodes.cpp.
const limits = new Set([
  158, // TOO_MANY_ROWS
  159, // TIMEOUT_EXCEEDED
  160, // TOO_SLOW
  191, // SET_SIZE_LIMIT_EXCEEDED
  241, // MEMORY_LIMIT_EXCEEDED
  307, // TOO_MANY_BYTES
  396, // TOO_MANY_ROWS_OR_BYTES
]);
const cancelled = new Set([394, 734]); // QUERY_WAS_CANCELLED, QUERY_WAS_CANCELLED_BY_CLIENT
const damaged = new Set([354]); // ZLIB_INFLATE_FAILED
const access = new Set([192, 193, 194, 516]); // UNKNOWN_USER, WRONG_PASSWORD, REQUIRED_PASSWORD, AUTHENTICATION_FAILED

/** What the engine refused, as the error of a Store. `code` is ClickHouse's, null where the engine gave none. */
export function storeFailure(code: number | null, message: string, cause?: unknown): SpoorError {
  const text = tidy(message);
  const options = cause === undefined ? {} : { cause };
  if (code === 243 || /No space left on device|ENOSPC/.test(message))
    return new SpoorError("disk-full", `the disk of the store is full: ${text}`, {
      hint: "Free some space and repeat the command: what was stored stays, and nothing is stored twice.",
      ...options,
    });
  if (code !== null && limits.has(code))
    return new SpoorError("store-limit", text, {
      hint: code === 159 ? "Narrow the time window or raise the time limit." : "Narrow the question or raise the memory limit.",
      ...options,
    });
  if (code !== null && cancelled.has(code)) return new SpoorError("cancelled", "the statement was cancelled", options);
  if (code !== null && damaged.has(code))
    return new SpoorError("damaged-file", `the compressed file is damaged: ${text}`, {
      hint: "Its beginning may still be readable.",
      ...options,
    });
  if (code !== null && access.has(code))
    return new SpoorError("store-unavailable", "the server refused the user or the password", options);
  return new SpoorError("store-query", text, options);
}

/** The number at the head of an engine's message ("Code: 62. DB::Exception: …"). */
export function codeIn(message: string): number | null {
  const code = /Code: (\d+)\. /.exec(message)?.[1];
  return code === undefined ? null : Number(code);
}

function tidy(message: string): string {
  return message
    .replace(/^Query failed: /, "")
    .replace(/Code: \d+\. DB::Exception: /g, "")
    .replace(/ \(version [^)]*\)/g, "")
    .replace(/(\([A-Z_]+\))\. \1/g, "$1")
    .trim();
}
