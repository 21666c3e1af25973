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
  let latest: Progress | null = null;
  const tell = (): void => {
    if (latest === null) return;
    stage = latest.stage;
    toldAt = nowMilliseconds();
    if (process.connected) process.send?.(latest);
    latest = null;
  };
  return (progress) => {
    const isTimerSet = latest !== null;
    latest = progress;
    const wait = leastMsBetween - (nowMilliseconds() - toldAt);
    if (progress.stage !== stage || wait <= 0) tell();
    // What came too soon is told a little later: where the work then stands still, its last word is what the reader sees.
    else if (!isTimerSet) setTimeout(tell, wait).unref();
  };
}
