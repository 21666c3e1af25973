import { SpoorError } from "../errors.ts";

/** Where files are kept for others to take: a folder, or a bucket of S3. Names have forward slashes and stay below the location. */
export interface Objects {
  /** For people, as they typed it. */
  readonly location: string;
  /** The names that begin with `prefix`, ascending. */
  list(prefix: string): Promise<string[]>;
  /** The bytes, or null where there is no such file. */
  read(name: string): Promise<Buffer | null>;
  /** Writes a file whole or not at all, reads it back and compares. Rejects with publish-failed or disk-full, naming it. */
  write(name: string, bytes: Uint8Array, options?: { readonly contentType?: string }): Promise<void>;
}

/** Whether a name can be used below any location: parts of letters, digits, dot, dash, underscore, none of them hidden or "..". */
export function requireName(name: string): void {
  const isGood = name.length <= 512 && name.split("/").every((part) => /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(part));
  if (!isGood) throw new SpoorError("publish-failed", `${JSON.stringify(name)} is not a name for a file`);
}
