import type { Progress } from "../world.ts";

const leastMsBetween = 250;

/**
 * Progress for the process that started this one and left a channel to it, as `spoor serve` does; null where there is none. When that
 * process is gone, this one stops as by Ctrl-C.
 */
export function progressToParent(nowMilliseconds: () => number): ((progress: Progress) => void) | null {
  if (process.send === undefined) return null;
  process.once("disconnect", () => process.emit("SIGINT"));
  // To listen must not keep this process alive when its work is done.
  process.channel?.unref();
  let stage = "";
  let toldAt = 0;
  return (progress) => {
    const now = nowMilliseconds();
    if (progress.stage === stage && now - toldAt < leastMsBetween) return;
    stage = progress.stage;
    toldAt = now;
    if (process.connected) process.send?.(progress);
  };
}
