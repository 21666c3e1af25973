import { messageOf, SpoorError } from "../errors.ts";
import type { World } from "../world.ts";
import type { Mapping } from "./load.ts";
import type { LandedFile } from "./reading.ts";

/** Notes a failed statement of a source as a gap; throws what must end the import. */
export function tellFailure(mapping: Mapping, file: LandedFile, cause: unknown, world: World): void {
  const isFatal = cause instanceof SpoorError && ["disk-full", "cancelled", "store-unavailable"].includes(cause.code);
  if (world.signal.aborted || isFatal) throw cause;
  world.gaps.add({
    stage: "normalise",
    part: `${mapping.file} on ${file.sourceFile}`,
    kind: "failed",
    reason: messageOf(cause),
  });
}
