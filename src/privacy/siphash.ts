const mask = (1n << 64n) - 1n;

/** A secret of 128 bits, as the two halves that SipHash takes. */
export interface TokenKey {
  readonly low: bigint;
  readonly high: bigint;
}

/** The key that 16 bytes hold, little end first. */
export function tokenKey(bytes: Uint8Array): TokenKey {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { low: view.getBigUint64(0, true), high: view.getBigUint64(8, true) };
}

/**
 * SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, "SipHash: a fast short-input PRF", with the authors' extension), as 32
 * hexadecimal digits: what the engine calls sipHash128ReferenceKeyed. A keyed hash that is made for short texts: without the key
 * nothing can be learned of the text, not even by trying all host names.
 */
export function sipHash128(key: TokenKey, text: string): string {
  const bytes = new TextEncoder().encode(text);
  const state: State = {
    a: key.low ^ 0x736f6d6570736575n,
    b: key.high ^ 0x646f72616e646f6dn ^ 0xeen,
    c: key.low ^ 0x6c7967656e657261n,
    d: key.high ^ 0x7465646279746573n,
  };
  for (const word of wordsOf(bytes)) {
    state.d ^= word;
    rounds(state, 2);
    state.a ^= word;
  }
  state.c ^= 0xeen;
  rounds(state, 4);
  const first = state.a ^ state.b ^ state.c ^ state.d;
  state.b ^= 0xddn;
  rounds(state, 4);
  return hexadecimal(first) + hexadecimal(state.a ^ state.b ^ state.c ^ state.d);
}

interface State {
  a: bigint;
  b: bigint;
  c: bigint;
  d: bigint;
}

/** The text in words of 64 bits; the last one carries what is left and the length. */
function* wordsOf(bytes: Uint8Array): Generator<bigint> {
  const padded = new Uint8Array((bytes.length >> 3) * 8 + 8);
  padded.set(bytes);
  padded[padded.length - 1] = bytes.length & 255;
  const view = new DataView(padded.buffer);
  for (let at = 0; at < padded.length; at += 8) yield view.getBigUint64(at, true);
}

function rounds(state: State, count: number): void {
  for (let round = 0; round < count; round++) {
    state.a = (state.a + state.b) & mask;
    state.b = rotate(state.b, 13n) ^ state.a;
    state.a = rotate(state.a, 32n);
    state.c = (state.c + state.d) & mask;
    state.d = rotate(state.d, 16n) ^ state.c;
    state.a = (state.a + state.d) & mask;
    state.d = rotate(state.d, 21n) ^ state.a;
    state.c = (state.c + state.b) & mask;
    state.b = rotate(state.b, 17n) ^ state.c;
    state.c = rotate(state.c, 32n);
  }
}

function rotate(word: bigint, by: bigint): bigint {
  return ((word << by) | (word >> (64n - by))) & mask;
}

function hexadecimal(word: bigint): string {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, word, true);
  return Buffer.from(bytes).toString("hex");
}
