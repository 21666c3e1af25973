import { join } from "node:path";
import type { CollectPlan } from "../collect/collect.ts";
import { configuredCollectors, loadCollectors } from "../collect/load.ts";
import type { Wanted } from "../collect/plan.ts";
import { sleep } from "../collect/sleep.ts";
import type { Config } from "../config.ts";
import { dayMs, epochMilliseconds } from "../time.ts";
import type { Session } from "./session.ts";

export interface WantedOptions {
  readonly from?: string;
  readonly to?: string;
  /** Days. */
  readonly since?: number;
}

/**
 * What the settings say to collect, made ready for the run; null when they say nothing. `wanted` names some of it (ID or ID/STREAM).
 * Rejects as configuration or usage error before anything is touched.
 */
export async function collectingOf(
  config: Config,
  options: WantedOptions,
  session: Session,
  wanted: readonly string[] = [],
): Promise<((landingDirectory: string) => Omit<CollectPlan, "importOptions">) | null> {
  if (Object.keys(config.collect).length === 0 && wanted.length === 0) return null;
  const collectors = configuredCollectors(await loadCollectors(config.sources), config.collect, wanted);
  return (landingDirectory) => ({
    collectors,
    wanted: wantedOf(options),
    spoolDirectory: join(landingDirectory, "collect"),
    outside: { fetch: globalThis.fetch, sleep, random: Math.random, environment: session.environment, knownSecrets: new Map() },
  });
}

function wantedOf({ from, to, since }: WantedOptions): Wanted {
  return {
    ...(from === undefined ? {} : { from: epochMilliseconds(from) }),
    ...(to === undefined ? {} : { to: epochMilliseconds(to) }),
    ...(since === undefined ? {} : { sinceMs: since * dayMs }),
  };
}
