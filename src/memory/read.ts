import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { messageOf, SpoorError, systemCode } from "../errors.ts";
import { oneLine } from "../findings/text.ts";
import { markdownParts } from "../hunts/front-matter.ts";
import type { Gap } from "../types.ts";
import { type PastHunt, recordHead } from "./past-hunt.ts";

/** What a folder of records holds, and which of its files are none. */
export interface Memory {
  /** By file name. */
  readonly records: readonly PastHunt[];
  readonly gaps: readonly Gap[];
}

// A record has some kilobytes; a folder of a team some hundred. Beyond this somebody means harm, or named the wrong folder.
const most = { bytes: 256 * 1024, files: 5000 } as const;

/**
 * Reads the records of past hunts in a folder (its Markdown files, not those of folders in it). What cannot be read as a record is a
 * gap, never an error; a folder that is not there holds none.
 */
export async function readMemory(folder: string): Promise<Memory> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    if (systemCode(cause) === "ENOENT") return [];
    throw new SpoorError("path-missing", `${folder} cannot be read as a folder of hunt records: ${messageOf(cause)}`, {
      hint: "Name a folder of its own with --memory.",
      cause,
    });
  });
  const names = entries
    .filter((entry) => entry.name.endsWith(".md") && entry.name.toLowerCase() !== "readme.md")
    .map(({ name }) => name)
    .sort();
  const records: PastHunt[] = [];
  const gaps: Gap[] = [];
  for (const name of names.slice(0, most.files)) {
    try {
      records.push(parseRecord(name, await textOf(join(folder, name))));
    } catch (thrown) {
      gaps.push(gapOf(name, thrown));
    }
  }
  if (names.length > most.files)
    gaps.push({
      stage: "hypothesise",
      part: "hunt records",
      kind: "limit",
      reason: `only the first ${most.files} records were read`,
      count: names.length - most.files,
    });
  return { records, gaps };
}

/** One record as it stands now; null where it is gone, or none any more. */
export async function recordAt(folder: string, name: string): Promise<PastHunt | null> {
  try {
    return parseRecord(name, await textOf(join(folder, name)));
  } catch {
    return null;
  }
}

/** A record from its text. Throws, saying what is wrong, when it is none. */
export function parseRecord(file: string, text: string): PastHunt {
  const { head, sections } = markdownParts(text);
  const read = recordHead.safeParse(head);
  if (!read.success) throw new Error(z.prettifyError(read.error));
  const latest = [...sections].filter(([heading]) => heading.startsWith("Revision ")).at(-1)?.[1] ?? "";
  const learnt = oneLine(plain(`${latest} ${sections.get("Keep") ?? ""}`), 600);
  return { ...read.data, file, learnt, text };
}

/** Markdown as the text that it shows, as far as records use it. */
function plain(markdown: string): string {
  return markdown
    .replace(/^(?:#+|-|\d+\.)\s+/gm, "")
    .replaceAll("**", "")
    .replace(/\\([\p{P}\p{S}])/gu, "$1");
}

async function textOf(path: string): Promise<string> {
  const status = await lstat(path);
  if (!status.isFile()) throw new Error("it is not a file of its own");
  if (status.size > most.bytes) throw new Error(`it is larger than ${most.bytes / 1024} KiB`);
  return readFile(path, "utf8");
}

function gapOf(name: string, thrown: unknown): Gap {
  return {
    stage: "hypothesise",
    part: oneLine(name, 120),
    kind: "damaged",
    reason: `cannot be read as the record of a hunt and was left aside: ${oneLine(messageOf(thrown), 300)}`,
  };
}
