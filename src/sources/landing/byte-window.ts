/**
 * A stretch of a byte stream that can be looked at before it is taken: bytes [start, end) of `bytes`. Grows to what is asked for
 * and no further, so memory is bounded by the longest look ahead, not by the stream.
 */
export class ByteWindow {
  bytes: Buffer = Buffer.allocUnsafe(512 * 1024);
  start = 0;
  end = 0;
  /** Where `start` is in the stream. */
  offset = 0;
  /** Blanks between the beginning of the line and `start`; -1 when something else stands there. */
  indent = 0;
  readonly #source: AsyncIterator<Buffer>;
  #isOver = false;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The byte at `start`; -1 when there is none. */
  get first(): number {
    return this.start < this.end ? (this.bytes[this.start] ?? -1) : -1;
  }

  /** Reads on until `wanted` bytes are there; false when the stream ends before. */
  async fill(wanted: number): Promise<boolean> {
    while (this.end - this.start < wanted && !this.#isOver) {
      const { done, value } = await this.#source.next();
      if (done === true) this.#isOver = true;
      else this.#append(value);
    }
    return this.end - this.start >= wanted;
  }

  /** Takes bytes that do not begin a line. */
  take(count: number): void {
    this.skip(count);
    if (count > 0) this.indent = -1;
  }

  skip(count: number): void {
    this.start += count;
    this.offset += count;
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }

  #append(chunk: Buffer): void {
    const held = this.end - this.start;
    if (this.end + chunk.length > this.bytes.length) {
      const roomy = held + chunk.length > this.bytes.length / 2 ? Buffer.allocUnsafe(2 * (held + chunk.length)) : this.bytes;
      this.bytes.copy(roomy, 0, this.start, this.end);
      this.bytes = roomy;
      this.start = 0;
      this.end = held;
    }
    chunk.copy(this.bytes, this.end);
    this.end += chunk.length;
  }
}
