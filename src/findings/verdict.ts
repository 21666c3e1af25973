import { engineTime, type World } from "../world.ts";
import { findingNamed } from "./on-record.ts";

/** OCSF Detection Finding verdicts (verdict_id), in the words of the command line. */
export const verdicts = [
  "true_positive",
  "false_positive",
  "benign",
  "suspicious",
  "disregard",
  "insufficient_data",
  "test",
  "duplicate",
] as const;

/** What a hunter decided of a finding. */
export interface Verdict {
  /** The finding's uid, or the beginning of one. */
  readonly id: string;
  readonly verdict: (typeof verdicts)[number];
  readonly note: string;
  readonly author: string;
}

/** Writes a verdict down and gives the uid of its finding. Append-only; the latest counts. Rejects as not-found and as usage error. */
export async function recordVerdict(
  { id, verdict, note, author }: Verdict,
  world: Pick<World, "store" | "clock" | "signal">,
): Promise<string> {
  const { uid: finding_uid } = await findingNamed(id, world);
  await world.store.insert("triage", [{ finding_uid, recorded_time: engineTime(world.clock()), verdict, note, author }]);
  return finding_uid;
}
