import type { DrawOptions } from "./drawing.ts";
import { defaultWidth, frame, label } from "./drawing.ts";
import type { Markup } from "./markup.ts";
import { markup, trusted } from "./markup.ts";
import { shortened, textWidth } from "./text.ts";
import { dayAndTime, duration, grouped, placeInTime, timeAxis, timeScale } from "./time.ts";

/** One pair that calls home. */
export interface BeaconLane {
  readonly source: string;
  readonly destination: string;
  /** Times of the calls in UTC, any order; where there are too many, a stretch of calls in a row, not every tenth of them. */
  readonly times: readonly string[];
  /** All calls, drawn or not. */
  readonly count: number;
  readonly periodSeconds: number;
  /** How far the intervals spread around the period. */
  readonly jitterSeconds: number;
}

export interface BeaconTimelineData {
  readonly from: string;
  readonly to: string;
  readonly lanes: readonly BeaconLane[];
}

const laneHeight = 24;
const closeHeight = 16;
const closeCalls = 90;
const histogramBins = 25;

/**
 * A lane a pair: one tick a call over the window, a close look at some calls in a row where the window shows them as one band,
 * and how often each interval between calls occurred (a beacon is one spike).
 */
export function beaconTimeline(data: BeaconTimelineData, options: DrawOptions): string {
  const width = options.width ?? defaultWidth;
  const isNarrow = width < 560;
  const histogramWidth = isNarrow ? 84 : 150;
  const right = width - histogramWidth - 18;
  const span = spanOf(data);
  const scale = timeScale(span.from, span.to, 0, right);
  const body: Markup[] = [];
  let y = 0;
  for (const lane of data.lanes) {
    const times = milliseconds(lane).filter((time) => time >= span.from && time <= span.to);
    const top = y + (isNarrow ? 34 : 20);
    const columns = new Set(times.map((time) => Math.round(scale(time) * 2) / 2));
    const close = columns.size > 0 && times.length > 1.5 * columns.size ? closeLook(times, right, top + laneHeight + 3) : null;
    body.push(...laneWords(lane, top, width, isNarrow));
    body.push(
      markup`<rect class="lane" x="0" y="${top}" width="${right}" height="${laneHeight}"/>`,
      ticks(columns, top, laneHeight),
    );
    body.push(...(close ?? []), ...histogram(lane, times, width - histogramWidth, top, histogramWidth));
    y = top + laneHeight + (close === null ? 16 : closeHeight + 24);
  }
  body.push(...timeAxis({ ...span, left: 0, right, top: y - 4, bottom: y }));
  body.push(label(width - histogramWidth, y + 15, isNarrow ? "intervals" : "intervals between calls", { kind: "small muted" }));
  return frame({ title: "Beacon timeline", description: describe(data), width, height: y + 22, body }, options);
}

function spanOf(data: BeaconTimelineData): { from: number; to: number } {
  const times = data.lanes.flatMap((lane) => milliseconds(lane));
  const from = placeInTime(data.from) ?? Math.min(...times);
  const to = placeInTime(data.to) ?? Math.max(...times);
  return Number.isFinite(from) && Number.isFinite(to) ? { from, to } : { from: 0, to: 0 };
}

function milliseconds(lane: BeaconLane): number[] {
  return lane.times.flatMap((time) => placeInTime(time) ?? []).toSorted((one, other) => one - other);
}

function laneWords(lane: BeaconLane, top: number, width: number, isNarrow: boolean): Markup[] {
  const pair = `${lane.source} → ${lane.destination}`;
  const rhythm = rhythmOf(lane);
  if (isNarrow) {
    return [
      label(0, top - 20, shortened(pair, 12, width), { kind: "strong", whole: pair }),
      label(0, top - 6, shortened(rhythm, 11, width), { kind: "small muted", whole: rhythm }),
    ];
  }
  const room = width - textWidth(rhythm, 11) - 24;
  return [
    label(0, top - 6, shortened(pair, 12, room), { kind: "strong", whole: pair }),
    label(width, top - 6, rhythm, { kind: "small muted", anchor: "end" }),
  ];
}

function rhythmOf(lane: BeaconLane): string {
  const calls =
    lane.times.length < lane.count
      ? `${grouped(lane.times.length)} of ${grouped(lane.count)} calls drawn`
      : `${grouped(lane.count)} calls`;
  return `every ${duration(lane.periodSeconds)}, jitter ${duration(lane.jitterSeconds)}, ${calls}`;
}

/** One path for all ticks of a lane; calls closer than half a pixel are one tick. */
function ticks(columns: ReadonlySet<number>, top: number, height: number): Markup {
  const path = [...columns].toSorted((one, other) => one - other).map((x) => `M${x} ${top + 3}v${height - 6}`);
  return markup`<path class="tick" d="${trusted(path.join(""))}"/>`;
}

/** Calls in a row, far enough apart to be seen: the stretch of the most usual length, so that no long pause fills it. */
function closeLook(times: readonly number[], width: number, top: number): Markup[] {
  const count = Math.min(closeCalls, Math.floor(width / 4), times.length);
  const calls = usualStretch(times, count);
  const [start, end] = [calls[0] ?? 0, calls.at(-1) ?? 0];
  const scale = timeScale(start, end, 1, width - 1);
  const words = `close look: ${count} calls in a row, ${duration((end - start) / 1000)} from ${dayAndTime(start)} UTC`;
  return [
    markup`<rect class="lane" x="0" y="${top}" width="${width}" height="${closeHeight}"/>`,
    ticks(new Set(calls.map((time) => Math.round(scale(time) * 2) / 2)), top, closeHeight),
    label(0, top + closeHeight + 12, shortened(words, 11, width), { kind: "small muted", whole: words }),
  ];
}

function usualStretch(times: readonly number[], count: number): readonly number[] {
  const stretches: { calls: readonly number[]; length: number }[] = [];
  for (let first = 0; first + count <= times.length; first += count) {
    const calls = times.slice(first, first + count);
    stretches.push({ calls, length: (calls.at(-1) ?? 0) - (calls[0] ?? 0) });
  }
  const byLength = stretches.toSorted((one, other) => one.length - other.length);
  return byLength[Math.floor((byLength.length - 1) / 2)]?.calls ?? times;
}

/** Intervals from 0 to three periods in equal bins with the period in the middle of one; the last takes all longer ones. */
function histogram(lane: BeaconLane, times: readonly number[], left: number, top: number, width: number): Markup[] {
  const ceiling = 3 * lane.periodSeconds * 1000;
  if (times.length < 2 || !(ceiling > 0)) return [];
  const bins = new Array<number>(histogramBins).fill(0);
  for (let index = 1; index < times.length; index += 1) {
    const interval = (times[index] ?? 0) - (times[index - 1] ?? 0);
    const bin = Math.min(histogramBins - 1, Math.round((interval / ceiling) * (histogramBins - 1)));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  const most = Math.max(...bins);
  const step = width / histogramBins;
  const bars = bins.map((count, bin) => {
    if (count === 0) return null;
    const height = Math.max(1, (count / most) * laneHeight);
    return markup`<rect class="${count === most ? "bar" : "bar-rest"}" x="${left + bin * step}" y="${top + laneHeight - height}" width="${step - 1}" height="${height}"/>`;
  });
  const place = left + ((histogramBins - 1) / 3 + 0.5) * step;
  return [
    markup`<g><title>Intervals between calls, 0 to ${duration(ceiling / 1000)}; the last bar takes all longer ones</title>${bars}<path class="axis" d="M${left} ${top + laneHeight + 0.5}H${left + width}"/></g>`,
    label(place, top + laneHeight + 12, duration(lane.periodSeconds), { kind: "small muted", anchor: "middle" }),
  ];
}

function describe(data: BeaconTimelineData): string {
  return data.lanes.map((lane) => `${lane.source} to ${lane.destination}: ${rhythmOf(lane)}.`).join(" ") || "No beacons.";
}
