import { z } from "zod";
import { statement } from "../store/statement.ts";
import type { Finding } from "../types.ts";
import { engineTime, type World } from "../world.ts";
import { shortHash } from "./hash.ts";

const row = z.object({
  suppression_uid: z.string(),
  /** Empty: any. */
  finding_uid: z.string(),
  entity: z.string(),
  detector: z.string(),
  reason: z.string(),
  author: z.string(),
  recorded_time: z.string(),
  expires_time: z.string(),
});
/** What a person wants out of the way: one finding, or those of an entity, or of a detector; all that is named has to fit. */
export type SuppressionRow = z.infer<typeof row>;

/** What a new suppression says. Times in engine form. */
export interface Suppressing {
  readonly findingUid: string;
  readonly entity: string;
  readonly detector: string;
  readonly reason: string;
  readonly author: string;
  readonly expires: string;
}

/** The suppressions that were not removed, oldest first; those that have expired too. */
export async function readSuppressions(world: Pick<World, "store" | "signal">): Promise<SuppressionRow[]> {
  return world.store.query(await statement(import.meta.url, "suppressions.sql"), {}, row, { signal: world.signal });
}

/** Writes a suppression down and gives its uid; the same finding, entity and detector are the same suppression with a new term. */
export async function addSuppression(suppressing: Suppressing, world: World): Promise<string> {
  const { findingUid, entity, detector, reason, author, expires } = suppressing;
  const uid = shortHash({ findingUid, entity: entity.toLowerCase(), detector }).slice(0, 12);
  await world.store.insert("suppression", [
    {
      suppression_uid: uid,
      recorded_time: engineTime(world.clock()),
      finding_uid: findingUid,
      entity,
      detector,
      reason,
      author,
      expires_time: expires,
      is_active: true,
    },
  ]);
  return uid;
}

/** Takes a suppression back. */
export async function removeSuppression(one: SuppressionRow, author: string, world: World): Promise<void> {
  await world.store.insert("suppression", [{ ...one, recorded_time: engineTime(world.clock()), author, is_active: false }]);
}

/** The findings with a mark on each that is suppressed at that time, by the oldest suppression that fits. The list keeps its order. */
export function markSuppressed(findings: readonly Finding[], suppressions: readonly SuppressionRow[], now: string): Finding[] {
  const inForce = suppressions.filter(({ expires_time }) => now < expires_time);
  return findings.map((finding) => {
    const found = inForce.find((one) => fits(one, finding));
    if (found === undefined) return finding;
    const { suppression_uid: uid, reason, author, expires_time: until } = found;
    return { ...finding, suppression: { uid, reason, author, until } };
  });
}

function fits({ finding_uid, entity, detector }: SuppressionRow, finding: Finding): boolean {
  // A row that names nothing would hide everything.
  if (finding_uid === "" && entity === "" && detector === "") return false;
  return (
    (finding_uid === "" || finding_uid === finding.uid) &&
    (detector === "" || detector === finding.detector) &&
    (entity === "" || concerns(finding, entity.toLowerCase()))
  );
}

/** A device is meant by its short name as well; everything else as it is written. */
function concerns({ observables }: Finding, entity: string): boolean {
  return observables.some(({ name, value }) => {
    const text = value.toLowerCase();
    return text === entity || (name.endsWith("hostname") && !entity.includes(".") && text.startsWith(`${entity}.`));
  });
}
