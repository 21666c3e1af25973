import { type Attack, loadAttack } from "../attack/attack.ts";
import type { Privacy } from "../privacy/privacy.ts";
import { keptWhileSame, type PastRun, readPastRun } from "../results/past-run.ts";
import { coverTables, spanOfEvents } from "../store/tables.ts";
import type { ToolContext } from "../tools/tool.ts";
import type { Window } from "../types.ts";
import { engineTime, type World } from "../world.ts";

/** What a client may look into: the store, and the results of the last run (null: none were written yet). */
export interface Investigation {
  readonly context: ToolContext;
  readonly past: PastRun | null;
}

export interface InvestigationOptions {
  /** The folder of results. */
  readonly out: string;
  /** The estate's own networks (CIDR), where no run says them. */
  readonly internal: readonly string[];
  /** ATT&CK data of the user's own; absent: those that come with Spoor. */
  readonly attackFile?: string;
  /** The store through the eyes of the client, for a window and the estate's own networks. */
  readonly openPrivacy: (window: Window, internal: readonly string[]) => Promise<Privacy>;
}

/** The last run's results and the store, read again when a run has written new results since. */
export function investigationOver(world: World, options: InvestigationOptions): () => Promise<Investigation> {
  const attack = loadAttack(options.attackFile === undefined ? {} : { dataFile: options.attackFile });
  return keptWhileSame(options.out, (hasRun) => opened(world, options, attack, hasRun));
}

async function opened(world: World, options: InvestigationOptions, attack: Attack, hasRun: boolean): Promise<Investigation> {
  const past = hasRun ? await readPastRun(options.out) : null;
  const now = engineTime(world.clock());
  const window = past?.run.window ?? (await spanOfEvents(world.store)) ?? { from: now, to: now };
  const internal = past?.run.internal ?? options.internal;
  const context: ToolContext = {
    world,
    privacy: await options.openPrivacy(window, internal),
    window,
    internal,
    tables: await coverTables(world.store, window),
    attack,
    findings: past?.findings ?? [],
    stories: past?.stories ?? [],
    hypotheses: past?.hypotheses ?? [],
    hunts: past?.hunts ?? [],
  };
  return { context, past };
}
