import { type Room, shutFor } from "../room.ts";

/** Counts a question in its pool of the last 24 hours; gives 429, which says nothing of when to come back, where the pool is empty. */
export function spent(room: Room, pool: string, requestsPerDay: number): Response | null {
  return shutFor(room, `tap ${pool}`, requestsPerDay, 86_400_000) > 0 ? new Response(null, { status: 429 }) : null;
}
