import { createGunzip } from "node:zlib";

/** How the decompression of a file ended. */
export type GzipEnd =
  | { readonly kind: "complete" }
  /** Everything was read, and zero bytes follow (tapes and block devices pad); some decompressors refuse those. */
  | { readonly kind: "padded" }
  /** The first `consumed` compressed bytes are sound; the damage lies behind them. */
  | { readonly kind: "damaged"; readonly consumed: number; readonly reason: string };

export interface Gunzipped {
  readonly chunks: AsyncIterable<Buffer>;
  /** Known once the chunks have been read to their end; damage does not make them reject. */
  readonly end: () => GzipEnd;
}

// Small enough that feeding one of these byte by byte stays cheap, large enough to cost nothing otherwise.
const inputSize = 16 * 1024;

/**
 * Decompresses gzip, several members included. A decompressor drops what it had already made when it meets damage, so a damaged
 * file is read a second time with `carefulFrom` set to what the first attempt `consumed`: from there on it is fed byte by byte, and
 * everything up to the damage comes out.
 */
export function gunzip(compressed: AsyncIterable<Buffer>, carefulFrom = Number.POSITIVE_INFINITY): Gunzipped {
  let end: GzipEnd = { kind: "complete" };
  return {
    chunks: decompressed(compressed, carefulFrom, (reached) => {
      end = reached;
    }),
    end: () => end,
  };
}

async function* decompressed(
  compressed: AsyncIterable<Buffer>,
  carefulFrom: number,
  report: (end: GzipEnd) => void,
): AsyncGenerator<Buffer> {
  const inflater = openInflater();
  try {
    let received = 0;
    for await (const piece of compressed) {
      for (const part of parts(piece, carefulFrom - received)) {
        yield* inflater.feed(part);
        if (inflater.isOver()) break;
      }
      received += piece.length;
      if (inflater.isOver()) break;
    }
    const consumed = inflater.consumed();
    if (!inflater.isOver()) yield* inflater.finish();
    const failure = inflater.failure();
    if (failure !== null) report({ kind: "damaged", consumed, reason: failure.message });
    else if (inflater.consumed() < received) report({ kind: "padded" });
  } finally {
    inflater.close();
  }
}

/** A piece in parts: of 16 kB as far as `careful` is away, of one byte behind it. */
function* parts(piece: Buffer, careful: number): Generator<Buffer> {
  for (let at = 0; at < piece.length; ) {
    const end = at < careful ? Math.min(piece.length, careful, at + inputSize) : at + 1;
    yield piece.subarray(at, end);
    at = end;
  }
}

/** The stream as questions and answers: what goes in comes out before the next question, so that nothing is waiting when it fails. */
function openInflater() {
  const stream = createGunzip({ chunkSize: 64 * 1024 });
  let failure: Error | null = null;
  let isEnded = false;
  let wake = () => {};
  stream.on("readable", () => wake());
  stream.on("end", () => {
    isEnded = true;
    wake();
  });
  stream.on("error", (thrown) => {
    failure = thrown;
    wake();
  });

  async function* answer(ask: (done: (thrown?: Error | null) => void) => void): AsyncGenerator<Buffer> {
    let isDone = false;
    ask((thrown) => {
      isDone = true;
      failure ??= thrown ?? null;
      wake();
    });
    for (;;) {
      for (let chunk: unknown = stream.read(); Buffer.isBuffer(chunk); chunk = stream.read()) yield chunk;
      if (isDone || isEnded || failure !== null) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  return {
    feed: (part: Buffer) => answer((done) => stream.write(part, done)),
    // The stream says it has finished before it has noticed that something is missing: only its end or an error is an answer.
    finish: () => answer(() => stream.end()),
    isOver: () => isEnded || failure !== null,
    failure: () => failure,
    consumed: () => stream.bytesWritten,
    close: () => stream.destroy(),
  };
}
