import { createHash } from "node:crypto";
import { pieces } from "./pieces.ts";

/** What a file is, whatever its name: the SHA-256 of its bytes as received, in hexadecimal, and how many there are. */
export interface Identity {
  readonly fileUid: string;
  readonly byteCount: number;
}

/** Reads a file once, in pieces; rejects with the system's error (`unreadable` of problem.ts puts it in plain words). */
export async function identify(path: string): Promise<Identity> {
  const hash = createHash("sha256");
  let byteCount = 0;
  for await (const piece of pieces(path)) {
    hash.update(piece);
    byteCount += piece.length;
  }
  return { fileUid: hash.digest("hex"), byteCount };
}
