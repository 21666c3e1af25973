import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { writeWhole } from "../objects/folder.ts";

const delivery = z.strictObject({
  target: z.string(),
  name: z.string(),
  place: z.string(),
  sha256: z.string(),
  bytes: z.number(),
  /** When it was begun, engine time. */
  time: z.string(),
  seconds: z.number(),
  /** written: and read back; unchanged: it was there already; sent: nothing can be read back. */
  result: z.enum(["written", "unchanged", "sent", "failed", "not tried"]),
  reason: z.string().optional(),
});
export type Delivery = z.infer<typeof delivery>;

const sentBefore = z.strictObject({ target: z.string(), sha256: z.string(), time: z.string() });
type SentBefore = z.infer<typeof sentBefore>;

const publishRecord = z.strictObject({
  format: z.literal("spoor-publish"),
  formatVersion: z.literal(1),
  run_uid: z.string(),
  /** Of the last publication, in the order in which they were made. */
  deliveries: z.array(delivery),
  /** Of all publications, oldest first: what went to places that remember nothing. */
  sent: z.array(sentBefore),
});
/** publish.json: what went where, how it ended, and what need not be sent again. */
export type PublishRecord = z.infer<typeof publishRecord>;

const name = "publish.json";
const mostSent = 5000;

/** What was sent, with one more; the oldest go when there are too many. */
export function keepSent(sent: readonly SentBefore[], one: SentBefore): SentBefore[] {
  return [...sent, one].slice(-mostSent);
}

/** The record beside the results; null where nothing was published yet. Rejects with damaged-file where it cannot be understood. */
export async function readRecordOf(out: string): Promise<PublishRecord | null> {
  const text = await readFile(join(out, name), "utf8").catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === "ENOENT") return null;
    throw new SpoorError("path-missing", `${join(out, name)} cannot be read: ${thrown.message}`, { cause: thrown });
  });
  if (text === null) return null;
  try {
    return publishRecord.parse(JSON.parse(text));
  } catch (cause) {
    throw new SpoorError("damaged-file", `${join(out, name)} is damaged: it cannot be known what was sent before`, {
      hint: "Remove it; messages are then sent again.",
      cause,
    });
  }
}

/** Writes the record beside the results. Rejects with disk-full or publish-failed. */
export async function writeRecord(out: string, record: PublishRecord): Promise<void> {
  await writeWhole(join(out, name), Buffer.from(`${JSON.stringify(record, null, 2)}\n`));
}
