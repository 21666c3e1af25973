import { ByteWindow } from "./byte-window.ts";
import { type Envelope, knownEnvelopes, outline } from "./envelope.ts";
import {
  advance,
  backslash,
  braceClose,
  braceOpen,
  bracketClose,
  bracketOpen,
  colon,
  comma,
  type JsonScan,
  newScan,
  quote,
  restart,
} from "./json-scan.ts";

/** Where the lines go. A line is written in pieces and then ended, or dropped with everything written of it. */
export interface LineSink {
  write(bytes: Uint8Array): void;
  /** `isRecord` is false for a damaged stretch, which is kept so that it can be shown. */
  endLine(isRecord: boolean): void;
  dropLine(): void;
}

export interface SplitOutcome {
  /** Complete values, one a line. */
  records: number;
  /** Damaged stretches kept as a line each. */
  damagedLines: number;
  /** Damaged bytes too many to keep. */
  leftOutBytes: number;
  /** The bytes ended inside a value. */
  isTruncated: boolean;
  /** Where in the UTF-8 text the first damage is; null without damage. */
  firstDamageAt: number | null;
  /** Objects that were taken apart because they only carry records. */
  envelopes: number;
}

export interface SplitOptions {
  readonly envelopes?: readonly Envelope[];
  /** Stops after so many lines. */
  readonly limit?: number;
}

// An envelope shows its members early: this is how much of an object is looked at before it is judged.
const lookAheadBytes = 4 * 1024 * 1024;
// A stretch of damage longer than this helps nobody as a line.
const longestDamage = 1024 * 1024;
// Vertical tab: stands in a damaged line where the damage begins and for every line break, and keeps it from being read as JSON.
const verticalTab = Buffer.from([0x0b]);

/**
 * JSON values, however they are laid out, as one record a line: the elements of arrays, the records of envelopes, and other objects
 * whole; several values may follow each other. Bytes stay as they are except that line breaks between tokens go. Damage does not
 * stop it: the damaged stretch becomes a line of its own, and reading goes on where the layout shows the next record.
 */
export async function splitDocument(
  source: AsyncIterable<Buffer>,
  sink: LineSink,
  options: SplitOptions = {},
): Promise<SplitOutcome> {
  const outcome: SplitOutcome = {
    records: 0,
    damagedLines: 0,
    leftOutBytes: 0,
    isTruncated: false,
    firstDamageAt: null,
    envelopes: 0,
  };
  const split: Split = {
    window: new ByteWindow(source),
    sink,
    scan: newScan(),
    outcome,
    envelopes: options.envelopes ?? knownEnvelopes,
    limit: options.limit ?? Number.POSITIVE_INFINITY,
    lineBytes: 0,
  };
  try {
    await topLevel(split);
  } finally {
    await split.window.close();
  }
  return outcome;
}

interface Split {
  readonly window: ByteWindow;
  readonly sink: LineSink;
  readonly scan: JsonScan;
  readonly outcome: SplitOutcome;
  readonly envelopes: readonly Envelope[];
  readonly limit: number;
  /** Bytes of the source in the line that is being written. */
  lineBytes: number;
}

/** How a value looks where it begins: its first byte, and its indentation when it begins a line (else -1). */
interface Look {
  readonly opener: number;
  readonly indent: number;
}

/** What to do after a value: go on with the next one of the same list, at the top level, or stop. */
type Next = "next" | "top" | "over";

interface Wrap {
  readonly before: Buffer;
  readonly after: Buffer;
  /** Members to put in front of an object's own, with the brace before and the comma behind them. */
  readonly members: Buffer | null;
}

const nothing = Buffer.alloc(0);
const plain: Wrap = { before: nothing, after: nothing, members: null };

async function topLevel(split: Split): Promise<void> {
  const { window } = split;
  let next: Next = "next";
  while (next !== "over" && !isFull(split) && (await skipBlanks(window))) {
    const top = lookOf(window);
    if (top.opener === bracketOpen) {
      window.take(1);
      next = await elements(split, top, plain);
    } else if (top.opener === braceOpen) {
      next = await object(split, top, false);
    } else {
      next = await strayLine(split);
    }
  }
}

/** An object: an envelope to be taken apart, or a record. */
async function object(split: Split, top: Look, isInArray: boolean): Promise<Next> {
  const { window, envelopes, scan } = split;
  for (let wanted = 64 * 1024; ; wanted *= 4) {
    const hasMore = await window.fill(Math.min(wanted, lookAheadBytes));
    const seen = outline(window.bytes, window.start, window.end, envelopes, scan);
    if (!seen.isDecided && hasMore && wanted < lookAheadBytes) continue;
    if (seen.envelope === null) return element(split, top, plain, isInArray);
    return membersOf(split, top, seen.envelope, seen.carried);
  }
}

/** Takes an envelope apart: the records of its containers become lines, its other members are read and left. */
async function membersOf(split: Split, top: Look, envelope: Envelope, carried: string | null): Promise<Next> {
  const { window, scan, outcome } = split;
  outcome.envelopes++;
  window.take(1);
  for (;;) {
    if (!(await skipBlanks(window))) return truncated(split);
    if (window.first === braceClose) {
      window.take(1);
      return "next";
    }
    const key = await readKey(window);
    if (key === null) return recover(split, nowhere, top, false);
    if (!(await skipBlanks(window))) return truncated(split);
    if (window.first === bracketOpen && envelope.containers.includes(key)) {
      window.take(1);
      const next = await elements(split, top, wrapOf(envelope, key, carried));
      if (next !== "next") return next;
    } else {
      restart(scan);
      const status = await readValue(split, false);
      if (status === "over") return truncated(split);
      if (status === "damaged") return recover(split, nowhere, top, false);
    }
  }
}

function wrapOf(envelope: Envelope, container: string, carried: string | null): Wrap {
  const isNamed = envelope.isNamed === true;
  return {
    before: isNamed ? Buffer.from(`{"_container":${JSON.stringify(container)},"_record":`) : nothing,
    after: isNamed ? Buffer.from("}") : nothing,
    members: carried === null ? null : Buffer.from(`{"_envelope":${carried},`),
  };
}

/** The values of an array whose "[" has been taken. */
async function elements(split: Split, top: Look, wrap: Wrap): Promise<Next> {
  const { window } = split;
  for (;;) {
    if (isFull(split)) return "over";
    if (!(await skipBlanks(window))) return truncated(split);
    if (window.first === bracketClose) {
      window.take(1);
      return "next";
    }
    const isPage = wrap === plain && window.first === braceOpen;
    const next = await (isPage ? object(split, top, true) : element(split, top, wrap, true));
    if (next !== "next") return next;
  }
}

/** One value as one line. */
async function element(split: Split, top: Look, wrap: Wrap, isInArray: boolean): Promise<Next> {
  const { window, sink, scan, outcome } = split;
  const look = lookOf(window);
  sink.write(wrap.before);
  restart(scan);
  if (wrap.members !== null && look.opener === braceOpen && !(await isEmptyObject(window))) {
    sink.write(wrap.members);
    window.take(1);
    restart(scan, true);
  }
  const status = await readValue(split, true);
  if (status === "over") {
    truncated(split);
    endDamage(split);
    return "over";
  }
  if (status === "damaged") return recover(split, look, top, isInArray);
  sink.write(wrap.after);
  sink.endLine(true);
  split.lineBytes = 0;
  outcome.records++;
  return "next";
}

/** Reads the value that the scan was made ready for. */
async function readValue(split: Split, isKept: boolean): Promise<"end" | "damaged" | "over"> {
  const { window, scan } = split;
  for (;;) {
    const from = window.start;
    const status = advance(scan, window.bytes, from, window.end, true);
    if (isKept) put(split, window.bytes.subarray(from, scan.kept));
    window.take(scan.next - from);
    if (status !== "more") return status;
    // A number or word is complete when the bytes end; anything else is not.
    if (!(await window.fill(1))) return scan.depth === 0 && scan.isInLiteral ? "end" : "over";
  }
}

/**
 * After damage: everything up to the next line that begins as the damaged value did (same bracket, same indentation), that closes
 * its array, or that begins as the document did, becomes one line that cannot be read as JSON.
 */
async function recover(split: Split, look: Look, top: Look, isInArray: boolean): Promise<Next> {
  const { window } = split;
  damaged(split);
  split.sink.write(verticalTab);
  while (await toLineEnd(split)) {
    await window.fill(longestIndent);
    const found = nextLook(window);
    if (found.opener === look.opener && found.indent === look.indent) return resumed(split, "next");
    if (isInArray && found.opener === bracketClose && found.indent <= look.indent) return resumed(split, "next");
    if (found.opener === top.opener && found.indent === top.indent) return resumed(split, "top");
    putDamage(split, verticalTab);
  }
  endDamage(split);
  return "over";
}

const nowhere: Look = { opener: -1, indent: -2 };
const longestIndent = 4096;

function resumed(split: Split, next: Next): Next {
  endDamage(split);
  return next;
}

/** Text between the values: kept line by line as it is. */
async function strayLine(split: Split): Promise<Next> {
  damaged(split);
  const isMore = await toLineEnd(split);
  endDamage(split);
  return isMore ? "next" : "over";
}

/** Takes bytes up to and with the next line break; false when the stream ends before. */
async function toLineEnd(split: Split): Promise<boolean> {
  const { window } = split;
  for (;;) {
    const at = window.bytes.subarray(window.start, window.end).indexOf(0x0a);
    const length = at < 0 ? window.end - window.start : at;
    putDamage(split, window.bytes.subarray(window.start, window.start + length));
    window.take(length);
    if (at >= 0) {
      window.skip(1);
      window.indent = 0;
      return true;
    }
    if (!(await window.fill(1))) return false;
  }
}

function put(split: Split, bytes: Buffer): void {
  split.lineBytes += bytes.length;
  split.sink.write(bytes);
}

/** Counts damaged bytes, and writes them while there is a chance that the line is kept. */
function putDamage(split: Split, bytes: Buffer): void {
  split.lineBytes += bytes.length;
  if (split.lineBytes <= longestDamage) split.sink.write(bytes);
}

function damaged(split: Split): void {
  split.outcome.firstDamageAt ??= split.window.offset;
}

function truncated(split: Split): Next {
  damaged(split);
  split.outcome.isTruncated = true;
  return "over";
}

function endDamage(split: Split): void {
  if (split.lineBytes > 0 && split.lineBytes <= longestDamage) {
    split.sink.endLine(false);
    split.outcome.damagedLines++;
  } else {
    split.sink.dropLine();
    split.outcome.leftOutBytes += split.lineBytes;
  }
  split.lineBytes = 0;
}

function isFull(split: Split): boolean {
  return split.outcome.records + split.outcome.damagedLines >= split.limit;
}

function lookOf(window: ByteWindow): Look {
  return { opener: window.first, indent: window.indent };
}

/** How the line that begins at the window's start looks, without taking its blanks. */
function nextLook(window: ByteWindow): Look {
  let at = window.start;
  while (at < window.end && (window.bytes[at] === 0x20 || window.bytes[at] === 0x09)) at++;
  return { opener: at < window.end ? (window.bytes[at] ?? -1) : -1, indent: at - window.start };
}

/** Skips white space and commas; false when nothing follows. */
async function skipBlanks(window: ByteWindow): Promise<boolean> {
  for (;;) {
    let at = window.start;
    for (; at < window.end; at++) {
      const byte = window.bytes[at];
      if (byte === 0x20 || byte === 0x09) {
        if (window.indent >= 0) window.indent++;
      } else if (byte === 0x0a) window.indent = 0;
      else if (byte === comma) window.indent = -1;
      else if (byte !== 0x0d) break;
    }
    window.skip(at - window.start);
    if (window.start < window.end) return true;
    if (!(await window.fill(1))) return false;
  }
}

/** Takes a member's name and its colon; null when that is not what stands there. */
async function readKey(window: ByteWindow): Promise<string | null> {
  await window.fill(longestIndent);
  if (window.first !== quote) return null;
  let at = window.start + 1;
  while (at < window.end && window.bytes[at] !== quote) at += window.bytes[at] === backslash ? 2 : 1;
  if (at >= window.end) return null;
  const key = window.bytes.toString("utf8", window.start + 1, at);
  window.take(at + 1 - window.start);
  const isNamed = (await skipBlanks(window)) && window.bytes[window.start] === colon;
  if (isNamed) window.take(1);
  return isNamed ? key : null;
}

async function isEmptyObject(window: ByteWindow): Promise<boolean> {
  await window.fill(longestIndent);
  let at = window.start + 1;
  while (at < window.end && /\s/.test(String.fromCharCode(window.bytes[at] ?? 0))) at++;
  return window.bytes[at] === braceClose || at >= window.end;
}
