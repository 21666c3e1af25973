import { median } from "../../stats/median.ts";
import type { Channel } from "./channel.ts";
import type { HoursRow } from "./questions.ts";
import { type Rhythm, ramp } from "./rhythm.ts";

// A sensor's first and last hour of a stretch are cut off by its beginning and end; of fewer whole hours nothing can be said.
const fewestHours = 6;
const hour = 3600;

/**
 * The rhythm behind numbers of calls an hour; null when there are too few whole hours. For calls whose pauses vary by c (standard
 * deviation over mean) the numbers of long stretches vary by c² times their mean (renewal theory; Cox 1962): 0 for a clock, 1 for calls
 * at random. So the pauses' variation is told without a single moment.
 */
export function rhythmOfCounts(counts: readonly (readonly [number, number])[]): Rhythm | null {
  const known = new Map(counts);
  const whole = counts.filter(([start]) => known.has(start - hour) && known.has(start + hour)).map(([, calls]) => calls);
  if (whole.length < fewestHours) return null;
  const mean = whole.reduce((sum, calls) => sum + calls, 0) / whole.length;
  const middle = median(whole);
  if (mean < 2 || middle <= 0) return null;
  const variance = whole.reduce((sum, calls) => sum + (calls - mean) ** 2, 0) / (whole.length - 1);
  // Rounding to whole calls alone makes a twelfth.
  const variation = Math.sqrt(Math.max(0, variance - 1 / 12) / mean);
  const periodSeconds = hour / middle;
  return {
    intervals: whole.reduce((sum, calls) => sum + calls, 0),
    periodSeconds,
    jitterSeconds: 0.6745 * variation * periodSeconds,
    spreadSeconds: variation * periodSeconds,
    dispersion: 0.73 * variation,
    shortest: 0,
    skewness: 0,
    interruptedShare: 0,
    timeOfDayConcentration: 0,
    levelShare: 0,
    levels: [],
    backOffShare: 0,
    backOffStepSeconds: 0,
    foldedSeconds: 0,
    callsPerCheckIn: 1,
    // Numbers tell less than moments: what is sure by them comes out at 0.95.
    regularity: 0.95 * (1 - ramp(variation, 0.3, 0.55)),
    sign: "steady",
  };
}

/** The channel of a pair whose calls are only counted; null without a rhythm. */
export function hourlyChannel(row: HoursRow): Channel | null {
  const rhythm = rhythmOfCounts(row.counts);
  if (rhythm === null || rhythm.regularity === 0) return null;
  const named = (values: readonly (string | null)[]): string[] => values.filter((value) => value !== null);
  const [first] = row.counts;
  return {
    by: "address",
    source: row.source,
    sourceIsAddress: row.source_is_address,
    places: [{ address: row.destination, port: row.port, calls: row.connections }],
    addressCount: 1,
    isOutside: !row.destination_is_inside,
    protocol: row.protocol,
    names: named(row.names),
    calledAs: row.destination,
    connections: row.connections,
    firstTime: row.first_time,
    lastTime: row.last_time,
    stretches: [row.counts.map(([start]) => start - (first?.[0] ?? start))],
    activeHours: row.counts.length,
    rhythm,
    sizes: null,
    unansweredShare: row.unanswered / row.connections,
    isOneConnection: false,
    applications: [],
    userAgents: [],
    devices: named(row.devices),
    users: named(row.users),
    processes: named(row.processes),
  };
}
