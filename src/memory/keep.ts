import { access } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "../objects/folder.ts";
import type { PastHunt } from "./past-hunt.ts";
import { recordAt } from "./read.ts";
import { type Hunted, headOf, type RecordedRun, recordText, repeatedText, revisedText } from "./record.ts";

/** What became of the records of a run, by file name. */
export interface Kept {
  readonly written: readonly string[];
  readonly revised: readonly string[];
}

/**
 * Writes the hunts of a run into a folder of records, one file a hypothesis. A hypothesis that has a record gets a revision at its end,
 * or one line where the outcome is the same; the same hunt over the same time changes nothing. Nothing that stands there is removed.
 * Rejects with disk-full or publish-failed, naming the file.
 */
export async function keepHunts(
  folder: string,
  known: readonly PastHunt[],
  hunted: readonly Hunted[],
  run: RecordedRun,
): Promise<Kept> {
  const written: string[] = [];
  const revised: string[] = [];
  for (const one of hunted.filter(wasHunted)) {
    const file = known.find(({ id }) => id === one.hypothesis.id)?.file;
    // Read again: a hunt takes minutes, in which somebody may have written into the record.
    const before = file === undefined ? null : await recordAt(folder, file);
    if (before === null) {
      const name = await freeName(folder, one.hypothesis.techniques[0] ?? "hunt", one.hypothesis.id);
      await write(join(folder, name), recordText(one, run));
      written.push(name);
      continue;
    }
    const head = headOf(one, run, before.revision + 1);
    const isSame = head.status === before.status && JSON.stringify(head.evidence) === JSON.stringify(before.evidence);
    if (isSame && head.window.from === before.window.from && head.window.to === before.window.to) continue;
    await write(join(folder, before.file), isSame ? repeatedText(before, one, run) : revisedText(before, one, run));
    revised.push(before.file);
  }
  return { written, revised };
}

/** What could not be asked at all teaches nothing; the report tells of it. */
function wasHunted({ results, pursuit }: Hunted): boolean {
  return pursuit !== null || results.some(({ status }) => status !== "not-testable");
}

/** A name that no file has: a file that is no record any more is left alone. */
async function freeName(folder: string, technique: string, id: string): Promise<string> {
  const stem = `${technique.toLowerCase()}-${id}`;
  for (let attempt = 1; ; attempt += 1) {
    const name = attempt === 1 ? `${stem}.md` : `${stem}-${attempt}.md`;
    const isTaken = await access(join(folder, name)).then(
      () => true,
      () => false,
    );
    if (!isTaken) return name;
  }
}

function write(path: string, text: string): Promise<void> {
  return writeWhole(path, Buffer.from(text, "utf8"), " with --memory");
}
