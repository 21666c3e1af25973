/** Where an error came from, in a word a program can test for. */
export type ErrorCode =
  | "usage"
  | "configuration"
  | "path-missing"
  | "damaged-file"
  | "store-locked"
  | "store-unavailable"
  | "store-query"
  | "store-limit"
  | "disk-full"
  | "cancelled"
  | "bad-plugin"
  | "bad-model"
  | "bad-intel"
  | "not-found"
  | "publish-failed"
  | "vendor-unavailable"
  | "evaluation-failed"
  | "internal";

/** An error that says what went wrong, where, and what to do next. `code` is stable; `hint` is the next step. */
export class SpoorError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "SpoorError";
    this.code = code;
    this.hint = options.hint;
  }
}

/** The code of an error of the system ("ENOENT"); empty for anything else that is thrown. */
export function systemCode(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : "";
}

// No space, no quota left, or the file as large as it may become.
const fullDisk: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** True where something could not be written because there is no room for it. */
export function isDiskFull(thrown: unknown): boolean {
  return fullDisk.has(systemCode(thrown));
}

/** The message of anything thrown, for a gap or a log line. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Words of another program or of an error as one line of at most `limit` characters, without what hides or paints: for a gap or a log line. */
export function onOneLine(words: string, limit: number): string {
  const line = words.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  // A character that takes two code units is not cut in the middle.
  return line.length <= limit ? line : `${line.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
