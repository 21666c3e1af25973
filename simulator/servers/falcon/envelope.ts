import type { Room } from "../room.ts";

/** Falcon's way to answer: meta, errors, resources. */
export function falconAnswer(
  room: Room,
  resources: readonly unknown[],
  more: { pagination?: object; errors?: readonly object[] } = {},
): Response {
  const errors = more.errors ?? (room.quirks.errorsAreNull ? null : []);
  const meta = { ...metaOf(room), ...(more.pagination === undefined ? {} : { pagination: more.pagination }) };
  return Response.json({ meta, errors, resources });
}

export function falconError(
  room: Room,
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return Response.json({ meta: metaOf(room), errors: [{ code: status, message }] }, { status, headers });
}

export function metaOf(room: Room): { query_time: number; powered_by: string; trace_id: string } {
  return { query_time: 0.01, powered_by: "detectsapi", trace_id: room.random.uuid() };
}
