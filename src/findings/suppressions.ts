import { z } from "zod";
import { statement } from "../store/statement.ts";
import type { Finding, ObservableName } from "../types.ts";
import { engineTime, type World } from "../world.ts";
import { shortHash } from "./hash.ts";

const row = z.object({
  suppression_uid: z.string(),
  /** Empty: any. */
  finding_uid: z.string(),
  entity: z.string(),
  destination: z.string(),
  detector: z.string(),
  reason: z.string(),
  author: z.string(),
  recorded_time: z.string(),
  expires_time: z.string(),
});
/**
 * What a person wants out of the way: one finding, or those about an entity (who did it, or whom it was done as), to a destination, or of
 * a detector; all that is named has to fit.
 */
export type SuppressionRow = z.infer<typeof row>;

/** What a new suppression says. Times in engine form. */
export interface Suppressing {
  readonly findingUid: string;
  readonly entity: string;
  readonly destination: string;
  readonly detector: string;
  readonly reason: string;
  readonly author: string;
  readonly expires: string;
}

/** The suppressions that were not removed, oldest first; those that have expired too. */
export async function readSuppressions(world: Pick<World, "store" | "signal">): Promise<SuppressionRow[]> {
  return world.store.query(await statement(import.meta.url, "suppressions.sql"), {}, row, { signal: world.signal });
}

/** Writes a suppression down and gives its uid; one that names the same again is the same suppression with a new term. */
export async function addSuppression(suppressing: Suppressing, world: World): Promise<string> {
  const { findingUid, entity, destination, detector, reason, author, expires } = suppressing;
  const named = { findingUid, entity: entity.toLowerCase(), destination: destination.toLowerCase(), detector };
  const uid = shortHash(named).slice(0, 12);
  await world.store.insert("suppression", [
    {
      suppression_uid: uid,
      recorded_time: engineTime(world.clock()),
      finding_uid: findingUid,
      entity,
      destination,
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

function fits({ finding_uid, entity, destination, detector }: SuppressionRow, finding: Finding): boolean {
  // A row that names nothing would hide everything.
  if (finding_uid === "" && entity === "" && destination === "" && detector === "") return false;
  return (
    (finding_uid === "" || finding_uid === finding.uid) &&
    (detector === "" || detector === finding.detector) &&
    (entity === "" || isOnly(entity, finding, subjects)) &&
    (destination === "" || isOnly(destination, finding, destinations))
  );
}

// Whoever is a target is no subject: to suppress a scanner must not hide an attack on it.
const subjects: readonly ObservableName[] = [
  "src_endpoint.ip",
  "src_endpoint.hostname",
  "device.hostname",
  "device.ip",
  "device.uid",
  "actor.user.name",
  "user.name",
  "email.from",
];
const destinations: readonly ObservableName[] = [
  "dst_endpoint.ip",
  "dst_endpoint.hostname",
  "query.hostname",
  "url.hostname",
  "email.to",
];

/** True when the finding has the value under one of these names, and nothing else under that name. */
function isOnly(value: string, { observables }: Finding, names: readonly ObservableName[]): boolean {
  return names.some((name) => {
    const values = observables.filter((one) => one.name === name);
    return values.length > 0 && values.every((one) => isSame(name, one.value.toLowerCase(), value.toLowerCase()));
  });
}

/** A device and an account are meant by their short names as well: ws-12 and ws-12.corp.example, ann and ann@corp.example. */
function isSame(name: ObservableName, one: string, other: string): boolean {
  const mark = name.endsWith("hostname") ? "." : name.endsWith("user.name") ? "@" : null;
  if (one === other || mark === null) return one === other;
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return !short.includes(mark) && long.startsWith(`${short}${mark}`);
}
