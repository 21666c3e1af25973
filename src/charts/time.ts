import { epochMilliseconds, isEngineTime } from "../time.ts";
import { label } from "./drawing.ts";
import type { Markup } from "./markup.ts";
import { markup } from "./markup.ts";

/** Milliseconds since 1970 of a time as the engine writes it (UTC); null when it is none, for a chart leaves out what it cannot place. */
export function placeInTime(text: string): number | null {
  return isEngineTime(text) ? epochMilliseconds(text) : null;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [
  second,
  5 * second,
  10 * second,
  30 * second,
  minute,
  2 * minute,
  5 * minute,
  10 * minute,
  15 * minute,
  30 * minute,
  hour,
  2 * hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  7 * day,
  14 * day,
  30 * day,
  90 * day,
  365 * day,
  3650 * day,
];

/** The shortest round step that gives at most `count` ticks over a span. */
export function timeStep(from: number, to: number, count: number): number {
  return steps.find((step) => (to - from) / step <= count) ?? 36500 * day;
}

/** Round times within a span, in order. */
export function timeTicks(from: number, to: number, count: number): number[] {
  const step = timeStep(from, to, Math.max(1, count));
  const ticks: number[] = [];
  for (let time = Math.ceil(from / step) * step; time <= to; time += step) ticks.push(time);
  return ticks;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The words of a tick: the day where the day changes, else the time of day. */
function tickLabel(time: number, before: number | null, step: number): string {
  const date = new Date(time);
  const isNewDay = before === null || Math.floor(before / day) !== Math.floor(time / day);
  const isNewYear = before === null || new Date(before).getUTCFullYear() !== date.getUTCFullYear();
  const dayName = `${date.getUTCDate()} ${months[date.getUTCMonth()] ?? ""}${isNewYear && step >= 30 * day ? ` ${date.getUTCFullYear()}` : ""}`;
  if (step >= day) return dayName;
  const clock = date.toISOString().slice(11, step >= minute ? 16 : 19);
  return isNewDay ? `${dayName} ${clock}` : clock;
}

/** A function from a time (ms) to x; a span of no length is drawn in the middle. */
export function timeScale(from: number, to: number, left: number, right: number): (time: number) => number {
  if (!(to > from)) return () => (left + right) / 2;
  return (time) => left + ((time - from) / (to - from)) * (right - left);
}

/** Grid lines from `top` to `bottom` and their times below, in UTC (which it says at the right end). */
export function timeAxis(place: {
  from: number;
  to: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}): Markup[] {
  const { from, to, left, right, top, bottom } = place;
  const count = Math.max(2, Math.floor((right - left) / 96));
  const step = timeStep(from, to, count);
  const scale = timeScale(from, to, left, right);
  const ticks = timeTicks(from, to, count);
  const words = ticks
    .map((time, index) => ({ x: scale(time), text: tickLabel(time, ticks[index - 1] ?? null, step) }))
    // The last label makes room for the zone.
    .filter((tick) => tick.x <= right - 52);
  return [
    ...ticks.map((time) => markup`<path class="grid" d="M${scale(time)} ${top}V${bottom}"/>`),
    markup`<path class="axis" d="M${left} ${bottom}H${right}"/>`,
    ...(words.length < 2
      ? [label(left, bottom + 15, dayAndTime(from), { kind: "small muted" })]
      : words.map(({ x, text }) =>
          label(x, bottom + 15, text, { kind: "small muted", anchor: x < left + 36 ? "start" : "middle" }),
        )),
    label(right, bottom + 15, words.length < 2 ? `${dayAndTime(to)} UTC` : "UTC", { kind: "small muted", anchor: "end" }),
  ];
}

/** "4 Nov 16:53", UTC. */
export function dayAndTime(time: number): string {
  const date = new Date(time);
  return `${date.getUTCDate()} ${months[date.getUTCMonth()] ?? ""} ${date.toISOString().slice(11, 16)}`;
}

/** A length of time in the unit a reader would use: "60.0 s", "5.2 min", "3.1 h". */
export function duration(seconds: number): string {
  if (seconds < 120) return `${trim(seconds)} s`;
  if (seconds < 7200) return `${trim(seconds / 60)} min`;
  return seconds < 172_800 ? `${trim(seconds / 3600)} h` : `${trim(seconds / 86_400)} d`;
}

function trim(value: number): string {
  return value < 10 ? String(Math.round(value * 100) / 100) : String(Math.round(value * 10) / 10);
}

/** Digits in groups of three: 1,204,332. */
export function grouped(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}
