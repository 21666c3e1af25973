import { createHash } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { isDiskFull, messageOf, SpoorError } from "../errors.ts";
import type { DownloadedFile, Slice } from "./collector.ts";

const walkSchema = z.object({
  from: z.number(),
  to: z.number(),
  /** Where the walk goes on; null from the start, or when it has ended. */
  cursor: z.string().nullable(),
  /** "open" while the walk goes on. */
  state: z.enum(["open", "complete", "partial", "refused", "failed", "cancelled", "absent"]),
  /** When the walk began and how far its answer reaches, by the vendor's clock. */
  askedAt: z.number(),
  coveredTo: z.number(),
  /** All of the walk so far. */
  records: z.number(),
  calls: z.number(),
  bytes: z.number(),
  shortfalls: z.array(z.string()),
  /** Before it the vendor has nothing; see Page.beginning. */
  beginning: z.object({ at: z.number(), reason: z.string() }).optional(),
});
/** How far the walk of a slice is. */
export type Walk = z.infer<typeof walkSchema>;

const entrySchema = z.object({
  walk: walkSchema,
  /** Length of the pages file behind this entry's page. */
  end: z.number(),
  files: z.array(z.object({ path: z.string(), name: z.string() })),
  receipts: z.array(z.string()),
});
type Entry = z.infer<typeof entrySchema>;

/** What lies in a spool and is not stored yet. */
export interface Batch {
  /** The file of pages; null when no record came. */
  readonly pages: string | null;
  readonly files: readonly DownloadedFile[];
  readonly ended: readonly Walk[];
  readonly receipts: readonly string[];
  /** The stretch of time that its pages are about. */
  readonly span: Slice;
}

/**
 * What came of a stream and is not in the store yet, on disk: the pages as lines of JSON, and a journal that says after each page how
 * far the walks are. A page counts once its journal line is whole and on the disk; on opening, what came after the last such line is
 * cut off, so that a walk goes on from a cursor whose pages are all there. Throws SpoorError "disk-full".
 */
export class Spool {
  readonly #directory: string;
  readonly #pages: FileHandle;
  readonly #walks = new Map<string, Walk>();
  /** How often each line of the batch came, by its hash: what a second walk brings again is not written again. */
  readonly #lines = new Map<string, number>();
  #journal: FileHandle;
  #end = 0;
  #files: DownloadedFile[] = [];
  #fileBytes = 0;
  #receipts: string[] = [];

  private constructor(directory: string, pages: FileHandle, journal: FileHandle) {
    this.#directory = directory;
    this.#pages = pages;
    this.#journal = journal;
  }

  /** Opens the spool of a folder, made when it is absent, as it was after the last page that was written down whole. */
  static async open(directory: string): Promise<Spool> {
    return onDisk(directory, async () => {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await rm(join(directory, "journal.next"), { force: true });
      const pages = await open(join(directory, "pages.ndjson"), "a+", 0o600);
      const journal = await open(join(directory, "journal.ndjson"), "a+", 0o600);
      const spool = new Spool(directory, pages, journal);
      await spool.#recover();
      return spool;
    });
  }

  /** Walks that were not ended, oldest first. */
  get open(): Walk[] {
    return [...this.#walks.values()].filter(({ state }) => state === "open").sort((a, b) => a.from - b.from);
  }

  /** Bytes that wait to be stored. */
  get bytes(): number {
    return this.#end + this.#fileBytes;
  }

  get receipts(): number {
    return this.#receipts.length;
  }

  get isEmpty(): boolean {
    return this.bytes === 0 && this.#receipts.length === 0 && [...this.#walks.values()].every(({ state }) => state === "open");
  }

  /**
   * Writes a page down and says how far its walk is. `seen` counts the lines that this walk brought before: of equal lines, as many are
   * kept as one walk brings, however many walks bring them.
   */
  async append(
    walk: Walk,
    page: { lines?: readonly string[]; files?: readonly DownloadedFile[]; receipts?: readonly string[] } = {},
    seen: Map<string, number> = new Map(),
  ): Promise<void> {
    const { files = [], receipts = [] } = page;
    await onDisk(this.#directory, async () => {
      const text = (page.lines ?? [])
        .filter((line) => this.#isNew(line, seen))
        .map((line) => `${line}\n`)
        .join("");
      const bytes = Buffer.from(text, "utf8");
      await writeAt(this.#pages, bytes, this.#end);
      if (bytes.length > 0) await this.#pages.datasync();
      for (const file of files) this.#fileBytes += await flushed(file.path);
      this.#end += bytes.length;
      const entry: Entry = { walk, end: this.#end, files: [...files], receipts: [...receipts] };
      this.#take(entry);
      await this.#journal.appendFile(`${JSON.stringify(entry)}\n`);
      await this.#journal.datasync();
    });
  }

  batch(): Batch {
    const walks = [...this.#walks.values()];
    return {
      pages: this.#end === 0 ? null : join(this.#directory, "pages.ndjson"),
      files: this.#files,
      ended: walks.filter(({ state }) => state !== "open"),
      receipts: this.#receipts,
      span: { from: Math.min(...walks.map(({ from }) => from)), to: Math.max(...walks.map(({ to }) => to)) },
    };
  }

  /** Forgets what is stored; walks that go on stay known. */
  async clear(): Promise<void> {
    const stored = this.#files;
    await onDisk(this.#directory, async () => {
      const next = join(this.#directory, "journal.next");
      const open = this.open;
      const journal = await createAnew(next);
      const lines = open.map((walk) => `${JSON.stringify({ walk, end: 0, files: [], receipts: [] } satisfies Entry)}\n`);
      await journal.appendFile(lines.join(""));
      await journal.sync();
      // From here on the pages count as stored: cut off now, or, should we be killed before, on the next opening.
      await rename(next, join(this.#directory, "journal.ndjson"));
      await this.#journal.close();
      this.#journal = journal;
      await this.#pages.truncate(0);
      for (const { path } of stored) await rm(path, { force: true });
      this.#walks.clear();
      for (const walk of open) this.#walks.set(keyOf(walk), walk);
      this.#lines.clear();
      this.#end = 0;
      this.#files = [];
      this.#fileBytes = 0;
      this.#receipts = [];
    });
  }

  /** Closes the files; a spool that holds nothing leaves no folder behind. */
  async close(): Promise<void> {
    await this.#pages.close();
    await this.#journal.close();
    if (this.isEmpty && this.open.length === 0) await rm(this.#directory, { recursive: true, force: true });
  }

  async #recover(): Promise<void> {
    const text = await readFile(join(this.#directory, "journal.ndjson"), "utf8");
    const { size } = await this.#pages.stat();
    let whole = 0;
    for (const line of text.split("\n").slice(0, -1)) {
      const entry = parsedEntry(line);
      if (entry === null || entry.end > size) break;
      this.#take(entry);
      this.#end = entry.end;
      whole += Buffer.byteLength(line, "utf8") + 1;
    }
    await this.#journal.truncate(whole);
    await this.#pages.truncate(this.#end);
    this.#files = await present(this.#files);
  }

  #take({ walk, files, receipts }: Entry): void {
    this.#walks.set(keyOf(walk), walk);
    this.#files.push(...files);
    this.#receipts.push(...receipts);
  }

  #isNew(line: string, seen: Map<string, number>): boolean {
    const hash = createHash("sha1").update(line).digest("base64");
    const count = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, count);
    if (count <= (this.#lines.get(hash) ?? 0)) return false;
    this.#lines.set(hash, count);
    return true;
  }
}

/** The folders of spools that hold something, below a collector's folder: left behind by a run that was cut off. */
export async function forsaken(directory: string): Promise<string[]> {
  const names = await readdir(directory, { withFileTypes: true }).catch(() => []);
  return names
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

function keyOf({ from, to }: Slice): string {
  return `${from}..${to}`;
}

function parsedEntry(line: string): Entry | null {
  try {
    return entrySchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

/** Files that are still there: one whose batch was stored may be gone already. */
async function present(files: readonly DownloadedFile[]): Promise<DownloadedFile[]> {
  const found = await Promise.all(files.map(({ path }) => stat(path).catch(() => null)));
  return files.filter((_, position) => found[position]?.isFile() === true);
}

async function createAnew(path: string): Promise<FileHandle> {
  await rm(path, { force: true });
  return open(path, "a", 0o600);
}

async function writeAt(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  // Opened for appending, the file's end is where it writes; a page that failed half-way must not shift the next.
  await file.truncate(position);
  if (bytes.length > 0) await file.appendFile(bytes);
}

async function flushed(path: string): Promise<number> {
  const file = await open(path, "r");
  try {
    await file.datasync();
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

async function onDisk<Result>(directory: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof SpoorError) throw cause;
    const isFull = isDiskFull(cause);
    throw new SpoorError(
      isFull ? "disk-full" : "internal",
      isFull
        ? `the disk is full: what was collected for ${basename(directory)} could not be written down`
        : `what was collected could not be written down: ${messageOf(cause)}`,
      { hint: "Free some space and repeat the command: it goes on from where it was.", cause },
    );
  }
}
