import { z } from "zod";
import type { Room } from "./room.ts";

/** A cursor as vendors hand them out: opaque, good for one path, and no longer known after a while. */
export function cursorFor(room: Room, path: string, content: Readonly<Record<string, unknown>>, secondsToLive?: number): string {
  const expires = secondsToLive === undefined ? null : room.now() + secondsToLive * 1000;
  return Buffer.from(JSON.stringify({ path, generation: room.cursorGenerations.get(path) ?? 0, expires, content })).toString(
    "base64url",
  );
}

/** The content of a cursor; null where it is not one of ours for this path, or too old. */
export function readCursor(room: Room, path: string, cursor: string): Readonly<Record<string, unknown>> | null {
  const parsed = cursorText.safeParse(Buffer.from(cursor, "base64url").toString("utf8"));
  if (!parsed.success || parsed.data.path !== path) return null;
  const { generation, expires, content } = parsed.data;
  const isKnown = generation === (room.cursorGenerations.get(path) ?? 0);
  return isKnown && (expires === null || expires > room.now()) ? content : null;
}

/** JSON text that may be none. */
const jsonText = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: "custom", message: "not JSON" });
    return z.NEVER;
  }
});

const cursorText = jsonText.pipe(
  z.object({
    path: z.string(),
    generation: z.number(),
    expires: z.number().nullable(),
    content: z.record(z.string(), z.unknown()),
  }),
);
