import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { z } from "zod";
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

// A feed is read as one text; larger ones hold more than anybody can match by hand anyway.
const largestFile = 256 * 2 ** 20;
// One insert of this many small rows at a time.
const rowsAtOnce = 20_000;
const mostLabels = 30;
const longestLabel = 200;
const longestDescription = 1000;

/**
 * Takes the indicators of a file into the store, as the newest state of its feed: what the feed held before and holds no more is
 * switched off. Values that everybody uses are left out and told. Rejects with path-missing or bad-intel; a file that is cut off or
 * holds nothing changes nothing.
 */
export async function addIndicators(path: string, options: { readonly feed?: string }, world: World): Promise<AddedIndicators> {
  const text = await textOf(path);
  const feed = options.feed ?? basename(path);
  const file = readIndicators(text, path);
  if (file.indicators.length === 0)
    throw new SpoorError("bad-intel", `${path} holds no indicator that can be looked for (${file.leftOut.length} left out)`, {
      hint: "The feed was left as it was.",
    });
  const { kept, leftOut } = sifted(file.indicators);
  const recorded = await nextMoment(feed, world);
  const rows = kept.map((indicator) => rowOf(indicator, feed, recorded));
  for (let first = 0; first < rows.length; first += rowsAtOnce)
    await world.store.insert("indicator", rows.slice(first, first + rowsAtOnce), { signal: world.signal });
  // Only when the new state is in: a run that breaks off in between knows too much, never too little.
  await world.store.exec(
    `INSERT INTO indicator SELECT * REPLACE (toDateTime64({recorded:String}, 6, 'UTC') AS recorded_time, false AS is_active) FROM (
       SELECT * FROM (
         SELECT * FROM indicator WHERE feed_name = {feed:String} ORDER BY indicator_uid, recorded_time DESC, is_active DESC LIMIT 1 BY indicator_uid
       ) WHERE is_active AND recorded_time < toDateTime64({recorded:String}, 6, 'UTC')
     )`,
    { recorded, feed },
    { signal: world.signal },
  );
  return { feed, format: file.format, added: kept.length, leftOut: [...file.leftOut, ...leftOut] };
}

async function textOf(path: string): Promise<string> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > largestFile)
    throw new SpoorError("bad-intel", `${path} is larger than ${largestFile / 2 ** 20} MiB`, {
      hint: "Split it into several feeds.",
    });
  return readFile(path, "utf8").catch((cause: unknown) => {
    throw new SpoorError("path-missing", `${path} cannot be read: ${messageOf(cause)}`, {
      hint: "Name a CSV file, a STIX 2.1 bundle or a MISP event.",
      cause,
    });
  });
}

/** Now, or a millisecond after the feed's newest state where the clock has not moved on since. */
async function nextMoment(feed: string, world: World): Promise<string> {
  const [row] = await world.store.query(
    "SELECT toUnixTimestamp64Milli(max(recorded_time)) AS newest FROM indicator WHERE feed_name = {feed:String}",
    { feed },
    z.object({ newest: z.coerce.number() }),
  );
  return engineTime(new Date(Math.max(world.clock().getTime(), (row?.newest ?? 0) + 1)));
}

function sifted(indicators: readonly Indicator[]): { kept: Indicator[]; leftOut: { value: string; reason: string }[] } {
  const kept = new Map<string, Indicator>();
  const leftOut: { value: string; reason: string }[] = [];
  for (const indicator of indicators) {
    const reason = wellKnownBenign(indicator);
    const key = `${indicator.type} ${indicator.value}`;
    if (reason !== null) leftOut.push({ value: indicator.value.slice(0, 200), reason });
    else kept.set(key, stronger(kept.get(key), indicator));
  }
  return { kept: [...kept.values()], leftOut };
}

/** Of two entries for one value the one that the feed is surer of; the later one where it does not say. */
function stronger(known: Indicator | undefined, indicator: Indicator): Indicator {
  return known !== undefined && (known.confidence ?? -1) > (indicator.confidence ?? -1) ? known : indicator;
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
    labels: indicator.labels.slice(0, mostLabels).map((label) => label.slice(0, longestLabel)),
    attack_techniques: indicator.attackTechniques,
    description: indicator.description?.slice(0, longestDescription) ?? null,
    feed_name: feed,
    recorded_time: recordedTime,
    is_active: true,
  };
}
