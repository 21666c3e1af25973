import type { Progress } from "../world.ts";
import { inert, type Terminal } from "./terminal.ts";

/** Shows how far a run is: stage, part, count, and the time left as it looks from the pace so far. */
export function progressOn(terminal: Terminal, nowMilliseconds: () => number): (progress: Progress) => void {
  let stage = "";
  let startedAt = 0;
  let told = 0;
  return (progress) => {
    const now = nowMilliseconds();
    if (progress.stage !== stage) {
      stage = progress.stage;
      startedAt = now;
      told = 0;
    }
    if (now - told < 100) return;
    told = now;
    const count = progress.total === null ? `${progress.done}` : `${progress.done} of ${progress.total}`;
    terminal.progress(`${progress.stage}: ${count}${timeLeft(progress, now - startedAt)}  ${inert(progress.part)}`);
  };
}

function timeLeft(progress: Progress, elapsedMilliseconds: number): string {
  if (progress.total === null || progress.done === 0 || elapsedMilliseconds < 2000) return "";
  const seconds = Math.round(((elapsedMilliseconds / progress.done) * (progress.total - progress.done)) / 1000);
  return seconds < 1 ? "" : `, about ${seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`} left`;
}
