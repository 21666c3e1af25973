import { isEnvelope } from "./envelope.ts";
import type { Shape } from "./inspect.ts";
import { advance, closers, comma, newScan, restart } from "./json-scan.ts";
import { type LineSink, type SplitOutcome, splitDocument } from "./json-split.ts";

type JsonRecord = Readonly<Record<string, unknown>>;

export interface Sample {
  readonly shape: Extract<Shape, "lines" | "json-lines" | "json-document">;
  readonly lines: readonly string[];
  readonly records: readonly JsonRecord[];
}

const sampleSize = 200;
const lineFeed = 0x0a;

/**
 * The shape of a text by its first bytes, and what stands there. `isWhole`: nothing follows them. `behind`: where the first line is
 * longer than those bytes, the lines that follow it.
 */
export async function sampleOf(utf8: Buffer, isWhole: boolean, behind: () => Promise<Buffer>): Promise<Sample> {
  const first = await sampleFrom(utf8, isWhole);
  if (isWhole || utf8.includes(lineFeed) || first.shape === "json-document") return first;
  const rest = await sampleFrom(await behind(), false);
  if (rest.lines.length === 0) return first;
  const shape = first.shape === "json-lines" || rest.shape === "json-lines" ? "json-lines" : "lines";
  return { shape, lines: rest.lines, records: [...first.records, ...rest.records] };
}

async function sampleFrom(utf8: Buffer, isWhole: boolean): Promise<Sample> {
  const lines = textLines(utf8, isWhole);
  const first = lines.find((line) => line.trim() !== "") ?? "";
  const opener = first.trimStart()[0];
  const isCutLine = !isWhole && !utf8.includes(lineFeed);

  if (opener === "[" || opener === "{") {
    const document = await readDocument(utf8);
    const sample = { shape: "json-document" as const, lines, records: document.records };
    if (isCutLine) {
      const isDocument = document.outcome.envelopes > 0 || document.outcome.records > 0 || (opener === "[" && document.isSound);
      if (isDocument) return sample;
    } else {
      const value = parsed(first);
      if (Array.isArray(value)) return sample;
      if (isRecord(value)) return isEnvelope(Buffer.from(first), newScan()) ? sample : jsonLines(lines);
      if (document.isSound) return sample;
      if (shareOfRecords(lines) < 0.5 && document.spansLines) return sample;
    }
  }
  if (isCutLine && opener === "{") return jsonLines(lines);
  return shareOfRecords(lines) >= 0.5 ? jsonLines(lines) : { shape: "lines", lines, records: [] };
}

/** Lines of a text; the last one only when it is complete, or when there is no other. */
function textLines(utf8: Buffer, isWhole: boolean): string[] {
  const lines: string[] = [];
  let at = 0;
  while (at < utf8.length && lines.length < sampleSize) {
    const end = utf8.indexOf(lineFeed, at);
    if (end < 0 && !isWhole && lines.length > 0) break;
    const line = utf8.toString("utf8", at, end < 0 ? utf8.length : end);
    lines.push(line.endsWith("\r") ? line.slice(0, -1) : line);
    if (end < 0) break;
    at = end + 1;
  }
  return lines;
}

function jsonLines(lines: readonly string[]): Sample {
  const records: JsonRecord[] = [];
  for (const line of lines) {
    const value = parsed(line) ?? (lines.length === 1 ? beginningOf(Buffer.from(line)) : null);
    if (isRecord(value)) records.push(value);
  }
  return { shape: "json-lines", lines, records };
}

function shareOfRecords(lines: readonly string[]): number {
  const filled = lines.filter((line) => line.trim() !== "");
  return filled.length === 0
    ? 0
    : filled.filter((line) => line.trimStart().startsWith("{") && isRecord(parsed(line))).length / filled.length;
}

interface DocumentSample {
  readonly outcome: SplitOutcome;
  readonly records: readonly JsonRecord[];
  /** No damage but for the end that the limit cut off. */
  readonly isSound: boolean;
  /** What was understood reaches past the second line. */
  readonly spansLines: boolean;
}

async function readDocument(utf8: Buffer): Promise<DocumentSample> {
  const sink = memorySink();
  const outcome = await splitDocument(one(utf8), sink, { limit: sampleSize });
  const isSound = outcome.firstDamageAt === null || outcome.firstDamageAt >= utf8.length;
  const records = sink.lines.map((line) => parsed(line.toString("utf8"))).filter(isRecord);
  const cut = outcome.isTruncated && records.length === 0 && sink.last !== null ? beginningOf(sink.last) : null;
  const secondBreak = utf8.indexOf(lineFeed, utf8.indexOf(lineFeed) + 1);
  const spansLines = secondBreak > 0 && (outcome.firstDamageAt ?? utf8.length) > secondBreak;
  return { outcome, records: cut === null ? records : [cut], isSound, spansLines };
}

function memorySink(): LineSink & { readonly lines: Buffer[]; readonly last: Buffer | null } {
  const lines: Buffer[] = [];
  let parts: Buffer[] = [];
  let last: Buffer | null = null;
  return {
    lines,
    get last() {
      return last;
    },
    write: (bytes) => void parts.push(Buffer.from(bytes)),
    endLine(isKept) {
      last = Buffer.concat(parts);
      if (isKept) lines.push(last);
      parts = [];
    },
    dropLine() {
      parts = [];
    },
  };
}

/**
 * The members at the beginning of an object that was cut off, so that a record longer than the sample can still be told by them:
 * cut at the last comma between two values, and closed.
 */
function beginningOf(json: Buffer): JsonRecord | null {
  const scan = newScan();
  restart(scan);
  let cut = 0;
  for (let from = 0, at = json.indexOf(comma); at > 0; from = at, at = json.indexOf(comma, at + 1)) {
    if (advance(scan, json, from, at, false) !== "more") return null;
    if (!scan.isInString) cut = at;
  }
  restart(scan);
  advance(scan, json, 0, cut, false);
  const value = parsed(json.toString("utf8", 0, cut) + closers(scan));
  return isRecord(value) ? value : null;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function* one(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
