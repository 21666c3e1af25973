import { openReasoner } from "../../src/reasoner/open.ts";
import type { Reasoner } from "../../src/reasoner/port.ts";
import type { ClaudeSettings } from "../../src/reasoner/settings.ts";

/** The reasoner of these settings as a run has it, with a key of no worth, a clock that stands still and nothing waited for. */
export async function openedReasoner(settings: ClaudeSettings, home: string, run: string): Promise<Reasoner> {
  const { reasoner } = await openReasoner(settings, {
    secret: async () => "a-key-for-tests",
    redact: (text) => text,
    environment: {},
    fetch: globalThis.fetch,
    clock: () => new Date("2026-11-22T10:00:00Z"),
    sleep: async () => {},
    run,
    out: home,
    signal: new AbortController().signal,
  });
  return reasoner;
}
