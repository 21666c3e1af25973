import { appendFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";

export interface ArchiveCounts {
  readonly files: number;
  readonly records: number;
  readonly bytes: number;
}

/** Files of records that grow while an estate is told; what has been written is on disk and not in memory. */
export interface Archive {
  /** Adds records to a file, one JSON text a line. The path has `*` where the number of the part goes: a new part begins when one is full. */
  readonly add: (path: string, records: readonly unknown[]) => void;
  /** Adds lines to a file that is no NDJSON; `records` says how many of them are records. */
  readonly addText: (path: string, text: string, records: number) => void;
  /** Writes out what is held back of the files that nothing more will come to. */
  readonly close: () => void;
  readonly counts: () => ArchiveCounts;
}

// Parts stay below the size that the Data Replicator writes (25 MB); members are large enough to compress well.
const fullPart = 20_000_000;
const member = 4_000_000;

interface File {
  part: number;
  partBytes: number;
  held: string[];
  heldLength: number;
}

/** An archive of gzip files in a folder. Parts are gzip members one after the other, which is gzip. */
export function archiveIn(directory: string): Archive {
  const files = new Map<string, File>();
  const made = new Set<string>();
  let [records, bytes] = [0, 0];

  const flush = (path: string, file: File): void => {
    if (file.heldLength === 0) return;
    const compressed = gzipSync(file.held.join(""), { level: 6 });
    const target = join(directory, path.replace("*", String(file.part).padStart(5, "0")));
    if (!made.has(target)) mkdirSync(dirname(target), { recursive: true });
    made.add(target);
    appendFileSync(target, compressed);
    bytes += compressed.length;
    file.partBytes += compressed.length;
    file.held = [];
    file.heldLength = 0;
    if (file.partBytes < fullPart || !path.includes("*")) return;
    file.part += 1;
    file.partBytes = 0;
  };
  const hold = (path: string, text: string): void => {
    const file = files.get(path) ?? { part: 0, partBytes: 0, held: [], heldLength: 0 };
    files.set(path, file);
    file.held.push(text);
    file.heldLength += text.length;
    if (file.heldLength >= member) flush(path, file);
  };
  return {
    add: (path, list) => {
      for (const record of list) hold(path, `${JSON.stringify(record)}\n`);
      records += list.length;
    },
    addText: (path, text, count) => {
      hold(path, text);
      records += count;
    },
    close: () => {
      for (const [path, file] of files) flush(path, file);
      files.clear();
    },
    counts: () => ({ files: made.size, records, bytes }),
  };
}
