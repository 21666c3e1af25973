import type { Slice } from "../../../collect/collector.ts";
import { dayMs } from "../../../time.ts";
import type { GapLedger } from "../../../world.ts";
import { momentOf } from "./interval.ts";

/**
 * TAP tells of a message when it condemns it, which may be days after it came: its row then stands among those of the day on which it
 * came. This counts such messages and clicks, so that whoever looked at those days before is told to look again.
 */
export class LateCondemnations {
  #count = 0;
  #oldest = Number.POSITIVE_INFINITY;

  note(answer: Readonly<Record<string, unknown>>, asked: Slice): void {
    for (const [container, list] of Object.entries(answer)) {
      if (!Array.isArray(list)) continue;
      for (const record of list) {
        const time = timeOf(record, container.startsWith("clicks") ? "clickTime" : "messageTime");
        if (time === null || time >= asked.from - dayMs) continue;
        this.#count += 1;
        this.#oldest = Math.min(this.#oldest, time);
      }
    }
  }

  tell(gaps: GapLedger): void {
    if (this.#count === 0) return;
    const day = new Date(this.#oldest).toISOString().slice(0, 10);
    gaps.add({
      stage: "collect",
      part: "proofpoint/siem",
      kind: "assumption",
      reason: `messages and clicks were condemned more than a day after they came, the oldest of ${day}: what was concluded about those days did not know of them; hunt again from ${day}`,
      count: this.#count,
    });
  }
}

function timeOf(record: unknown, name: string): number | null {
  const fields: Readonly<Record<string, unknown>> = typeof record === "object" && record !== null ? { ...record } : {};
  return momentOf(fields[name]);
}
