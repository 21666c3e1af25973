import { open } from "node:fs/promises";
import { onDisk } from "./names.ts";

const pieceSize = 256 * 1024;

/** The bytes of a file in order, in pieces of at most 256 kB; rejects with the system's error. */
export async function* pieces(path: string, size = pieceSize): AsyncGenerator<Buffer> {
  const file = await open(onDisk(path), "r");
  try {
    for (;;) {
      const buffer = Buffer.allocUnsafe(size);
      const { bytesRead } = await file.read(buffer, 0, size, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
