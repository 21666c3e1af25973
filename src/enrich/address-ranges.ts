import { addressNumber } from "./address.ts";

/** The owner of a block of addresses. */
export interface RangeOwner {
  readonly number: number;
  readonly name: string;
}

const newline = 0x0a;
const comma = 0x2c;
const text = new TextDecoder();

/**
 * Finds the block that holds an address in the bytes of a list "first,last,number,name" that ascends by its first addresses, which are
 * written as whole numbers. The bytes are searched as they are: reading half a million lines into objects costs more than all the
 * look-ups of a run together. Gives null outside every block and for text that is no address.
 */
export function rangeOwner(list: Uint8Array, ip: string): RangeOwner | null {
  const address = addressNumber(ip);
  if (address === null) return null;
  const wanted = digitsOf(address);
  // The wanted line begins in [low, high); -1 while none is known that begins at or below the address.
  let found = -1;
  let low = 0;
  let high = list.length;
  while (low < high) {
    const start = lineStart(list, (low + high) >> 1);
    if (compareNumber(list, start, wanted) <= 0) {
      found = start;
      low = lineEnd(list, start) + 1;
    } else high = start;
  }
  return found < 0 ? null : ownerIn(text.decode(list.subarray(found, lineEnd(list, found))), wanted);
}

function digitsOf(number: bigint | string): Uint8Array {
  return Buffer.from(number.toString(), "latin1");
}

function lineStart(list: Uint8Array, within: number): number {
  let at = within;
  while (at > 0 && list[at - 1] !== newline) at--;
  return at;
}

function lineEnd(list: Uint8Array, within: number): number {
  let at = within;
  while (at < list.length && list[at] !== newline) at++;
  return at;
}

/** Compares the digits from `at` up to a comma with the wanted ones: the longer number is the larger. */
function compareNumber(list: Uint8Array, at: number, wanted: Uint8Array): number {
  let difference = 0;
  let length = 0;
  for (; at + length < list.length && list[at + length] !== comma; length++)
    if (difference === 0) difference = (list[at + length] ?? 0) - (wanted[length] ?? 0);
  return length === wanted.length ? difference : length - wanted.length;
}

const line = /^\d+,(\d+),(\d+),(?:"((?:[^"]|"")*)"|(.*))$/;

function ownerIn(range: string, wanted: Uint8Array): RangeOwner | null {
  const [, last, number, quoted, plain] = line.exec(range.trimEnd()) ?? [];
  if (last === undefined || compareNumber(digitsOf(last), 0, wanted) < 0) return null;
  return { number: Number(number), name: (quoted?.replaceAll('""', '"') ?? plain ?? "").trim() };
}
