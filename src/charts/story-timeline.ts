import type { DrawOptions } from "./drawing.ts";
import { defaultWidth, frame, label } from "./drawing.ts";
import type { Markup } from "./markup.ts";
import { markup, trusted } from "./markup.ts";
import { shortened, textWidth } from "./text.ts";
import { placeInTime, timeAxis, timeScale } from "./time.ts";

export interface StoryTimelineData {
  /** Tactic names in the order of the kill chain; tactics that only steps name are added below. */
  readonly tactics: readonly string[];
  /** Numbered from 1 in the order given. */
  readonly steps: readonly { readonly time: string; readonly tactic: string; readonly text: string }[];
}

const rowHeight = 30;
const radius = 9;

/** Tactics as rows, time from left to right, one numbered dot a step, joined in order: how far an attack came, and how fast. */
export function storyTimeline(data: StoryTimelineData, options: DrawOptions): string {
  const width = options.width ?? defaultWidth;
  const tactics = rowsOf(data);
  const left = Math.min(width * 0.36, Math.max(60, ...tactics.map((tactic) => textWidth(tactic, 12))) + 14);
  const bottom = tactics.length * rowHeight + 6;
  const points = place(data, tactics, left + radius + 4, width - radius - 4);
  const body = [
    ...tactics.flatMap((tactic, row) => rowMarks(tactic, row, left, width)),
    ...timeAxis({ ...spanOf(data), left: left + radius + 4, right: width - radius - 4, top: 0, bottom }),
    markup`<path class="join" d="${trusted(points.map((point, index) => `${index === 0 ? "M" : "L"}${point.x.toFixed(1)} ${point.y.toFixed(1)}`).join(""))}"/>`,
    ...points.map(dot),
  ];
  return frame({ title: "Story timeline", description: describe(data), width, height: bottom + 22, body }, options);
}

function rowsOf(data: StoryTimelineData): string[] {
  const used = new Set(data.steps.map((step) => step.tactic));
  return [...new Set([...data.tactics.filter((tactic) => used.has(tactic)), ...used])];
}

function spanOf(data: StoryTimelineData): { from: number; to: number } {
  const times = data.steps.flatMap((step) => placeInTime(step.time) ?? []);
  return times.length === 0 ? { from: 0, to: 0 } : { from: Math.min(...times), to: Math.max(...times) };
}

interface Dot {
  readonly x: number;
  readonly y: number;
  readonly number: number;
  readonly text: string;
}

/** Dots stand at their times, but never on each other: within a row, one that would cover its neighbour moves to the right of it. */
function place(data: StoryTimelineData, tactics: readonly string[], left: number, right: number): Dot[] {
  const span = spanOf(data);
  const scale = timeScale(span.from, span.to, left, right);
  const lastInRow = new Map<number, number>();
  const dots = data.steps.map((step, index) => {
    const row = tactics.indexOf(step.tactic);
    const wanted = scale(placeInTime(step.time) ?? span.from);
    const x = Math.max(wanted, (lastInRow.get(row) ?? Number.NEGATIVE_INFINITY) + 2 * radius + 1);
    lastInRow.set(row, x);
    return { x, y: row * rowHeight + rowHeight / 2 + 2, number: index + 1, text: `${step.time} UTC: ${step.text}` };
  });
  // A row that ran over the right edge is pushed back as a whole.
  const over = new Map<number, number>();
  for (const dot of dots) over.set(dot.y, Math.max(over.get(dot.y) ?? 0, dot.x - right));
  return dots.map((dot) => ({ ...dot, x: dot.x - Math.max(0, over.get(dot.y) ?? 0) }));
}

function rowMarks(tactic: string, row: number, left: number, width: number): Markup[] {
  const y = row * rowHeight + rowHeight / 2 + 2;
  return [
    label(0, y + 4, shortened(tactic, 12, left - 8), { whole: tactic }),
    markup`<path class="grid" d="M${left} ${y}H${width}"/>`,
  ];
}

function dot(point: Dot): Markup {
  return markup`<g><title>${point.text}</title><circle class="step" cx="${point.x}" cy="${point.y}" r="${radius}"/>${label(point.x, point.y + 4, String(point.number), { kind: "step-number", anchor: "middle" })}</g>`;
}

function describe(data: StoryTimelineData): string {
  return data.steps.map((step, index) => `${index + 1}. ${step.time} UTC, ${step.tactic}: ${step.text}`).join(" ");
}
