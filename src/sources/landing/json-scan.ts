/**
 * Follows one JSON value through bytes that arrive in pieces, and takes the line breaks between its tokens out. It knows the grammar
 * (RFC 8259) but for the inside of numbers and escapes: enough to notice damage where it is, and to know where a value ends.
 * Memory does not grow with the length of the value; nesting is followed for a million levels, one bit each.
 */
export interface JsonScan {
  depth: number;
  expecting: number;
  isInString: boolean;
  isKey: boolean;
  isEscaped: boolean;
  isInLiteral: boolean;
  /** Where the last call stopped reading. */
  next: number;
  /** Where what it kept ends: bytes [from, kept) are the value without line breaks. */
  kept: number;
  readonly objects: Uint8Array;
}

/** "more": the bytes ended first. "end": the value is complete. "damaged": the byte at `next` cannot stand there. */
export type ScanStatus = "more" | "end" | "damaged";

const maxDepth = 1_000_000;

const expect = { value: 0, valueOrEnd: 1, key: 2, keyOrEnd: 3, colon: 4, commaOrEnd: 5 } as const;

export function newScan(): JsonScan {
  const objects = new Uint8Array(maxDepth / 8 + 1);
  return {
    depth: 0,
    expecting: 0,
    isInString: false,
    isKey: false,
    isEscaped: false,
    isInLiteral: false,
    next: 0,
    kept: 0,
    objects,
  };
}

/** Makes the scan ready for a new value; with `isInObject`, for the members of an object whose "{" has been read already. */
export function restart(scan: JsonScan, isInObject = false): void {
  scan.depth = 0;
  scan.expecting = expect.value;
  scan.isInString = false;
  scan.isKey = false;
  scan.isEscaped = false;
  scan.isInLiteral = false;
  if (isInObject) open(scan, true);
}

function open(scan: JsonScan, isObject: boolean): void {
  scan.depth++;
  const bit = 1 << (scan.depth & 7);
  const at = scan.depth >> 3;
  const levels = scan.objects[at] ?? 0;
  scan.objects[at] = isObject ? levels | bit : levels & ~bit;
  scan.expecting = isObject ? expect.keyOrEnd : expect.valueOrEnd;
}

function isObject(scan: JsonScan): boolean {
  return scan.depth > 0 && ((scan.objects[scan.depth >> 3] ?? 0) & (1 << (scan.depth & 7))) !== 0;
}

/** "}" and "]" in the order in which they would close what is open now. */
export function closers(scan: JsonScan): string {
  const open: string[] = [];
  for (let level = scan.depth; level > 0; level--) {
    open.push(((scan.objects[level >> 3] ?? 0) & (1 << (level & 7))) !== 0 ? "}" : "]");
  }
  return open.join("");
}

export const quote = 0x22;
export const comma = 0x2c;
export const colon = 0x3a;
export const bracketOpen = 0x5b;
export const backslash = 0x5c;
export const bracketClose = 0x5d;
export const braceOpen = 0x7b;
export const braceClose = 0x7d;

/** Numbers and words: true, false, null, and NaN or Infinity, which some writers put there. */
const literal = 1;
const blank = 2;
const lineBreak = 3;
const plainInString = new Uint8Array(256).fill(1);
for (const byte of [quote, backslash, 0x0a]) plainInString[byte] = 0;
const kindOf = new Uint8Array(256);
for (const character of "0123456789+-.ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
  kindOf[character.charCodeAt(0)] = literal;
for (const character of " \t") kindOf[character.charCodeAt(0)] = blank;
for (const character of "\r\n") kindOf[character.charCodeAt(0)] = lineBreak;

/** Reads bytes [from, to); with `compact`, moves what is kept to the front of them, in place. */
export function advance(scan: JsonScan, bytes: Uint8Array, from: number, to: number, compact: boolean): ScanStatus {
  let read = from;
  let write = from;
  let status: ScanStatus = "more";
  while (read < to) {
    // Runs of bytes that change nothing are moved at once: it is most of them.
    const run = runEnd(scan, bytes, read, to);
    if (run > read) {
      if (compact && write < read) bytes.copyWithin(write, read, run);
      write += run - read;
      read = run;
      continue;
    }
    const byte = bytes[read] ?? 0;
    if (scan.isInString) {
      status = inString(scan, byte);
    } else {
      const kind = kindOf[byte] ?? 0;
      if (kind === literal) {
        if (scan.expecting > expect.valueOrEnd) status = "damaged";
        scan.isInLiteral = true;
      } else {
        if (scan.isInLiteral) {
          scan.isInLiteral = false;
          scan.expecting = expect.commaOrEnd;
          if (scan.depth === 0) {
            status = "end";
            break;
          }
        }
        if (kind === lineBreak) {
          read++;
          continue;
        }
        if (kind !== blank) status = token(scan, byte);
      }
    }
    if (status === "damaged") break;
    if (compact) bytes[write] = byte;
    write++;
    read++;
    if (status === "end") break;
  }
  scan.next = read;
  scan.kept = write;
  return status;
}

/** Where the run ends that goes on inside a string, or inside a number or word; `from` where there is none. */
function runEnd(scan: JsonScan, bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  if (scan.isInString) {
    if (!scan.isEscaped) while (at < to && plainInString[bytes[at] ?? 0] === 1) at++;
  } else if (scan.isInLiteral) while (at < to && kindOf[bytes[at] ?? 0] === literal) at++;
  return at;
}

function inString(scan: JsonScan, byte: number): ScanStatus {
  // A line break inside a string is not JSON; stopping here finds the next record when a quotation mark has been lost.
  if (byte === 0x0a) return "damaged";
  if (scan.isEscaped) scan.isEscaped = false;
  else if (byte === backslash) scan.isEscaped = true;
  else if (byte === quote) {
    scan.isInString = false;
    scan.expecting = scan.isKey ? expect.colon : expect.commaOrEnd;
    if (scan.depth === 0) return "end";
  }
  return "more";
}

function token(scan: JsonScan, byte: number): ScanStatus {
  switch (byte) {
    case quote:
      if (scan.expecting > expect.keyOrEnd) return "damaged";
      scan.isKey = scan.expecting >= expect.key;
      scan.isInString = true;
      return "more";
    case braceOpen:
    case bracketOpen:
      if (scan.expecting > expect.valueOrEnd || scan.depth >= maxDepth) return "damaged";
      open(scan, byte === braceOpen);
      return "more";
    case braceClose:
    case bracketClose: {
      const empty = byte === braceClose ? expect.keyOrEnd : expect.valueOrEnd;
      const fits = scan.depth > 0 && isObject(scan) === (byte === braceClose);
      if (!fits || (scan.expecting !== empty && scan.expecting !== expect.commaOrEnd)) return "damaged";
      scan.depth--;
      scan.expecting = expect.commaOrEnd;
      return scan.depth === 0 ? "end" : "more";
    }
    case comma:
      if (scan.expecting !== expect.commaOrEnd) return "damaged";
      scan.expecting = isObject(scan) ? expect.key : expect.value;
      return "more";
    case colon:
      if (scan.expecting !== expect.colon) return "damaged";
      scan.expecting = expect.value;
      return "more";
    default:
      return "damaged";
  }
}
