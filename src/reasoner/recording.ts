import { createHash } from "node:crypto";
import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Block, Outcome, ReasonerRequest } from "./port.ts";

const usage = z.object({
  inputTokens: z.number(),
  outputTokens: z.number(),
  cacheWriteTokens: z.number(),
  cacheReadTokens: z.number(),
});
const call = z.object({ model: z.string(), requestId: z.string().nullable(), usage, usd: z.number() });
const block = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.literal("tool_use"), id: z.string(), name: z.string(), input: z.unknown() }),
  z.object({ type: z.literal("tool_result"), toolUseId: z.string(), text: z.string(), isError: z.boolean() }),
  z.object({ type: z.literal("opaque"), value: z.unknown() }),
]) satisfies z.ZodType<Block>;
const content = z.array(block);
const failed = z.object({
  kind: z.enum(["timeout", "overloaded", "invalid"]),
  reason: z.string(),
  call: call.nullable(),
});
const outcome = z.union([
  z.object({ kind: z.literal("ok"), content, endsFor: z.enum(["tools", "end"]), call }),
  z.object({ kind: z.literal("truncated"), content, call }),
  z.object({ kind: z.literal("refusal"), category: z.string().nullable(), call }),
  z.object({ kind: z.enum(["budget", "disabled"]), reason: z.string() }),
  failed,
]) satisfies z.ZodType<Outcome>;

/** A line of a recording: what it is of; a body as it was sent; what came of a request. */
export const recordLine = z.discriminatedUnion("line", [
  z.object({ line: z.literal("recording"), version: z.literal(1), time: z.string(), reasoner: z.string() }),
  z.object({ line: z.literal("sent"), time: z.string(), key: z.string(), body: z.unknown() }),
  z.object({
    line: z.literal("outcome"),
    time: z.string(),
    key: z.string(),
    purpose: z.string(),
    account: z.string().nullable(),
    outcome,
  }),
]);
export type RecordLine = z.infer<typeof recordLine>;

/** Where recordings of a run go: one file a run, named by its time. */
export function recordingFile(folder: string, moment: Date): string {
  return join(folder, `calls-${moment.toISOString().replaceAll(/[-:.]/g, "")}.ndjson`);
}

/** What makes two requests the same for a replay: all that the model reads, whatever the order of the fields. The hunt that pays is no part of it. */
export function requestKey({ purpose, system, tools, format, messages, maxTokens }: ReasonerRequest): string {
  return createHash("sha256")
    .update(canonical({ purpose, system, tools, format, messages, maxTokens }))
    .digest("hex")
    .slice(0, 32);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(",")}}`;
}

/** Adds lines to a recording, each on the disk before the next; others of this machine may not read it. */
export class Recorder {
  readonly #file: string;
  readonly #folder: string;
  readonly #clock: () => Date;
  #last: Promise<void> = Promise.resolve();

  constructor(folder: string, moment: Date, clock: () => Date) {
    this.#folder = folder;
    this.#file = recordingFile(folder, moment);
    this.#clock = clock;
  }

  get file(): string {
    return this.#file;
  }

  async begin(reasoner: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await this.#add({ line: "recording", version: 1, time: this.#time(), reasoner });
  }

  /** A body before it is sent, as it is: no headers, no key. Rejects when it cannot be written, and then nothing must be sent. */
  async sent(key: string, body: string): Promise<void> {
    await this.#add({ line: "sent", time: this.#time(), key, body: JSON.parse(body) });
  }

  async came(key: string, request: ReasonerRequest, outcome: Outcome): Promise<void> {
    const { purpose, account } = request;
    await this.#add({ line: "outcome", time: this.#time(), key, purpose, account, outcome });
  }

  #time(): string {
    return this.#clock().toISOString();
  }

  #add(line: unknown): Promise<void> {
    const next = this.#last
      .catch(() => {})
      .then(async () => {
        const handle = await open(this.#file, "a", 0o600);
        try {
          await handle.appendFile(`${JSON.stringify(line)}\n`);
          await handle.sync();
        } finally {
          await handle.close();
        }
      });
    this.#last = next;
    return next;
  }
}
