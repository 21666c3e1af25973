import type { Context } from "hono";
import type { Room } from "../room.ts";

/** Graph's way to refuse: code, message, and the ids to ask support about. */
export function graphError(
  room: Room,
  context: Context,
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const requestId = room.random.uuid();
  const innerError = {
    date: new Date(room.now()).toISOString().slice(0, 19),
    "request-id": requestId,
    "client-request-id": context.req.header("client-request-id") ?? requestId,
  };
  return Response.json({ error: { code, message, innerError } }, { status, headers: { "request-id": requestId, ...headers } });
}
