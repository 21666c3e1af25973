import { TimeLimit, within } from "./time-limit.ts";

/** The answer is longer than was allowed. */
export class TooLong extends Error {
  override readonly name = "TooLong";
}

/** The answer ended before or after the length that was announced. */
export class CutShort extends Error {
  override readonly name = "CutShort";
}

export interface BodyLimits {
  readonly maxBytes: number;
  /** The longest silence between two pieces: slow is not stalled. */
  readonly idleMs: number;
  /** Called between pieces; throws when the question has to end. */
  readonly goOn: () => void;
}

/**
 * Hands an answer on piece by piece, and gives its length in bytes. Rejects with TooLong, CutShort or TimeLimit; the connection is
 * dropped then. What comes compressed is measured unpacked, and its announced length is the connection's to check.
 */
export async function readBody(response: Response, limits: BodyLimits, take: (piece: Uint8Array) => unknown): Promise<number> {
  const announced = announcedBytes(response);
  if (announced !== null && announced > limits.maxBytes) {
    await response.body?.cancel().catch(() => undefined);
    throw new TooLong(`it is ${announced} bytes long`);
  }
  if (response.body === null) return 0;
  const reader = response.body.getReader();
  let bytes = 0;
  try {
    for (;;) {
      limits.goOn();
      const { done, value } = await within(
        limits.idleMs,
        reader.read(),
        new TimeLimit(`nothing came for ${limits.idleMs / 1000} s`),
      );
      if (done) break;
      bytes += value.byteLength;
      if (bytes > limits.maxBytes) throw new TooLong(`it is longer than ${limits.maxBytes} bytes`);
      await take(value);
    }
  } catch (cause) {
    await reader.cancel().catch(() => undefined);
    throw cause;
  }
  if (announced !== null && announced !== bytes) throw new CutShort(`${announced} bytes were announced, ${bytes} came`);
  return bytes;
}

function announcedBytes(response: Response): number | null {
  const length = response.headers.get("content-length");
  const encoding = response.headers.get("content-encoding");
  const isPlain = encoding === null || encoding === "" || encoding === "identity";
  return isPlain && length !== null && /^\d+$/.test(length) ? Number(length) : null;
}
