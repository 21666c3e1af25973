import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { statement } from "../store/statement.ts";
import { engineTime, type World } from "../world.ts";

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
  { store, clock }: Pick<World, "store" | "clock">,
): Promise<string> {
  const rows = await store.query(
    await statement(import.meta.url, "findings-beginning.sql"),
    { id },
    z.object({ finding_uid: z.string() }),
  );
  const [found] = rows;
  if (found === undefined)
    throw new SpoorError("not-found", `there is no finding ${id}`, { hint: "`spoor findings` lists them." });
  if (rows.length > 1) throw new SpoorError("usage", `${id} begins several findings`, { hint: "Give more of its uid." });
  const { finding_uid } = found;
  await store.insert("triage", [{ finding_uid, recorded_time: engineTime(clock()), verdict, note, author }]);
  return finding_uid;
}
