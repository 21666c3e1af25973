import type { Socket } from "node:net";
import { z } from "zod";

/** Raised when requests or replies change, so that two versions of this program never talk past each other. */
export const protocol = 2;

const texts = z.record(z.string(), z.string());
const question = {
  id: z.number(),
  sql: z.string(),
  parameters: texts,
  settings: texts,
  readOnly: z.boolean(),
  format: z.string(),
};

/** What a process asks of the engine's process. A frame is this header and, for rows, a body of bytes. */
export const request = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("run"), ...question }),
  z.object({ kind: z.literal("stream"), ...question }),
  z.object({ kind: z.literal("insert"), id: z.number(), table: z.string(), settings: texts }),
  z.object({
    kind: z.literal("load"),
    id: z.number(),
    path: z.string(),
    compression: z.enum(["gzip", "none"]),
    fileUid: z.string(),
    sourceFile: z.string(),
    settings: texts,
  }),
  /** Asks for the writer's turn: an empty piece says that it has come; it is given back by cancelling. */
  z.object({ kind: z.literal("turn"), id: z.number() }),
  /** The reader of a stream wants one more piece. */
  z.object({ kind: z.literal("more"), id: z.number() }),
  z.object({ kind: z.literal("cancel"), id: z.number() }),
  z.object({ kind: z.literal("ping"), id: z.number() }),
]);
export type Request = z.infer<typeof request>;

export const reply = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("hello"), protocol: z.number() }),
  z.object({ kind: z.literal("done"), id: z.number(), lines: z.number().optional() }),
  z.object({ kind: z.literal("piece"), id: z.number() }),
  z.object({ kind: z.literal("failed"), id: z.number(), code: z.number().nullable(), message: z.string() }),
]);
export type Reply = z.infer<typeof reply>;

export interface Frame {
  readonly header: unknown;
  readonly body: Buffer;
}

/** Sends one frame: lengths of header and body (32 bits each, big-endian), then both. */
export function sendFrame(socket: Socket, header: Request | Reply, body: Buffer = Buffer.alloc(0)): void {
  if (socket.destroyed) return;
  const head = Buffer.from(JSON.stringify(header));
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32BE(head.length, 0);
  lengths.writeUInt32BE(body.length, 4);
  socket.write(Buffer.concat([lengths, head]));
  if (body.length > 0) socket.write(body);
}

/** Puts frames together from the pieces in which a socket delivers them. */
export class FrameReader {
  #parts: Buffer[] = [];
  #held = 0;
  #wanted = 8;

  push(part: Buffer): Frame[] {
    this.#parts.push(part);
    this.#held += part.length;
    const frames: Frame[] = [];
    while (this.#held >= this.#wanted) {
      const bytes = this.#parts.length === 1 && this.#parts[0] !== undefined ? this.#parts[0] : Buffer.concat(this.#parts);
      const head = bytes.readUInt32BE(0);
      const end = 8 + head + bytes.readUInt32BE(4);
      this.#parts = [bytes];
      this.#wanted = end;
      if (bytes.length < end) break;
      frames.push({ header: JSON.parse(bytes.toString("utf8", 8, 8 + head)), body: bytes.subarray(8 + head, end) });
      const rest = bytes.subarray(end);
      this.#parts = [rest];
      this.#held = rest.length;
      this.#wanted = 8;
    }
    return frames;
  }
}
