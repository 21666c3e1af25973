import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { messageOf, SpoorError } from "../errors.ts";
import { parsedJson } from "../json.ts";
import type { Outcome, Reasoner } from "./port.ts";
import { type RecordLine, recordLine, requestKey } from "./recording.ts";

/** Recordings in a folder, the newest last. Empty where there is no such folder. */
export async function recordingsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => /^calls-.*\.ndjson$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** A recording's lines in order, with how many of them could not be read (a crash tears the last one). Rejects as path-missing. */
export async function readRecording(file: string): Promise<{ readonly lines: readonly RecordLine[]; readonly unread: number }> {
  const lines: RecordLine[] = [];
  let unread = 0;
  try {
    for await (const text of createInterface({ input: createReadStream(file, "utf8"), crlfDelay: Number.POSITIVE_INFINITY })) {
      if (text.trim() === "") continue;
      const parsed = recordLine.safeParse(parsedJson(text));
      if (parsed.success) lines.push(parsed.data);
      else unread += 1;
    }
  } catch (cause) {
    throw new SpoorError("path-missing", `${file} cannot be read: ${messageOf(cause)}`, { hint: "Name a recording.", cause });
  }
  return { lines, unread };
}

/**
 * A reasoner that answers from a recording, a file or the newest one of a folder, and sends nothing. The same request asked again gets
 * what came of it the next time, and then the last again; one that was never recorded is invalid. Rejects as path-missing.
 */
export async function replayReasoner(place: string): Promise<Reasoner> {
  const file = await recordingAt(place);
  const { lines } = await readRecording(file);
  const first = lines.find((line) => line.line === "recording");
  if (first === undefined)
    throw new SpoorError("configuration", `${file} is no recording of a language model`, {
      hint: "A run with a model leaves calls-….ndjson in the folder claude of its results.",
    });
  const byKey = new Map<string, Outcome[]>();
  for (const line of lines) if (line.line === "outcome") byKey.set(line.key, [...(byKey.get(line.key) ?? []), line.outcome]);
  return {
    name: first.reasoner,
    async complete(request, signal) {
      signal.throwIfAborted();
      const outcomes = byKey.get(requestKey(request)) ?? [];
      const outcome = outcomes.length > 1 ? outcomes.shift() : outcomes[0];
      return (
        outcome ?? {
          kind: "invalid",
          reason: "this question is not in the recording: data, settings or program differ",
          call: null,
        }
      );
    },
  };
}

async function recordingAt(place: string): Promise<string> {
  const isFolder = (await stat(place).catch(() => null))?.isDirectory() === true;
  const newest = isFolder ? (await recordingsIn(place)).at(-1) : place;
  if (newest !== undefined) return newest;
  throw new SpoorError("path-missing", `there is no recording in ${place}`, {
    hint: "A run with a model leaves calls-….ndjson in the folder claude of its results.",
  });
}
