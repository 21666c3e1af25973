import { z } from "zod";
import type { RecordLine } from "../reasoner/recording.ts";
import { readRecording, recordingsIn } from "../reasoner/replay.ts";

/** A question as it left this machine, and what came of it. */
export interface SentQuestion {
  readonly position: number;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly model: string;
  /** Null: nothing came of it, or it was tried again. */
  readonly purpose: string | null;
  readonly outcome: string | null;
  /** US dollars at list prices; null: nobody knows. */
  readonly usd: number | null;
  readonly bytes: number;
  /** The body of the request, value for value, as JSON that a person can read. */
  readonly body: string;
}

/** Everything that one run or pursuit sent to a language model, with how many lines of its recording cannot be read. */
export interface Sent {
  readonly questions: readonly SentQuestion[];
  readonly unread: number;
}

/** What the newest recording below a folder holds; null where none is. */
export async function sentIn(folder: string): Promise<Sent | null> {
  const file = (await recordingsIn(folder)).at(-1);
  if (file === undefined) return null;
  const { lines, unread } = await readRecording(file);
  return { questions: questionsIn(lines), unread };
}

function questionsIn(lines: readonly RecordLine[]): SentQuestion[] {
  const questions: SentQuestion[] = [];
  const lastOf = new Map<string, number>();
  for (const line of lines) {
    if (line.line === "sent") {
      lastOf.set(line.key, questions.length);
      questions.push(asSent(line, questions.length + 1));
    } else if (line.line === "outcome") {
      // What was tried several times came to something at the last try.
      const place = lastOf.get(line.key);
      const question = place === undefined ? undefined : questions[place];
      if (place !== undefined && question !== undefined) questions[place] = { ...question, ...cameOf(line) };
    }
  }
  return questions;
}

function asSent({ time, body }: Extract<RecordLine, { line: "sent" }>, position: number): SentQuestion {
  return {
    position,
    time,
    model: withModel.safeParse(body).data?.model ?? "",
    purpose: null,
    outcome: null,
    usd: null,
    bytes: Buffer.byteLength(JSON.stringify(body)),
    body: JSON.stringify(body, null, 2),
  };
}

function cameOf({
  purpose,
  outcome,
}: Extract<RecordLine, { line: "outcome" }>): Pick<SentQuestion, "purpose" | "outcome" | "usd"> {
  const call = "call" in outcome ? outcome.call : null;
  return { purpose, outcome: outcome.kind, usd: call?.usd ?? null };
}

const withModel = z.looseObject({ model: z.string() });
