import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { messageOf, SpoorError } from "../errors.ts";
import { engineTime, type World } from "../world.ts";
import { wellKnownBenign } from "./benign.ts";
import { type Indicator, indicatorUid } from "./indicator.ts";
import { readIndicators } from "./read.ts";

export interface AddedIndicators {
  readonly feed: string;
  readonly format: string;
  readonly added: number;
  readonly leftOut: readonly { readonly value: string; readonly reason: string }[];
}

/**
 * Takes the indicators of a file into the store, as the newest state of its feed: what the feed held before and holds no more is
 * switched off. Values that everybody uses are left out and told.
 */
export async function addIndicators(path: string, options: { readonly feed?: string }, world: World): Promise<AddedIndicators> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new SpoorError("path-missing", `${path} cannot be read: ${messageOf(cause)}`, {
      hint: "Name a CSV file, a STIX 2.1 bundle or a MISP event.",
      cause,
    });
  });
  const feed = options.feed ?? basename(path);
  const file = readIndicators(text, path);
  const { kept, leftOut } = sifted(file.indicators);
  const recordedTime = engineTime(world.clock());
  await world.store.exec(
    `INSERT INTO indicator SELECT * REPLACE (toDateTime64({time:String}, 6, 'UTC') AS recorded_time, false AS is_active) FROM (
       SELECT * FROM indicator WHERE feed_name = {feed:String} ORDER BY indicator_uid, recorded_time DESC LIMIT 1 BY indicator_uid) WHERE is_active`,
    { time: engineTime(new Date(world.clock().getTime() - 1)), feed },
  );
  await world.store.insert(
    "indicator",
    kept.map((indicator) => rowOf(indicator, feed, recordedTime)),
  );
  return { feed, format: file.format, added: kept.length, leftOut: [...file.leftOut, ...leftOut] };
}

function sifted(indicators: readonly Indicator[]): { kept: Indicator[]; leftOut: { value: string; reason: string }[] } {
  const kept = new Map<string, Indicator>();
  const leftOut: { value: string; reason: string }[] = [];
  for (const indicator of indicators) {
    const reason = wellKnownBenign(indicator);
    if (reason === null) kept.set(`${indicator.type} ${indicator.value}`, indicator);
    else leftOut.push({ value: indicator.value, reason });
  }
  return { kept: [...kept.values()], leftOut };
}

function rowOf(indicator: Indicator, feed: string, recordedTime: string): Record<string, unknown> {
  return {
    indicator_uid: indicatorUid(feed, indicator),
    type: indicator.type,
    value: indicator.value,
    valid_from: indicator.validFrom,
    valid_until: indicator.validUntil,
    confidence: indicator.confidence,
    severity: null,
    labels: indicator.labels,
    attack_techniques: indicator.attackTechniques,
    description: indicator.description?.slice(0, 1000) ?? null,
    feed_name: feed,
    recorded_time: recordedTime,
    is_active: true,
  };
}
