import type { Severity } from "../types.ts";
import { severities } from "../types.ts";
import type { DrawOptions } from "./drawing.ts";
import { defaultWidth, frame, label } from "./drawing.ts";
import type { Markup } from "./markup.ts";
import { markup } from "./markup.ts";
import { textWidth } from "./text.ts";
import { grouped, placeInTime, timeAxis, timeScale, timeStep } from "./time.ts";

export interface FindingsOverTimeData {
  readonly from: string;
  readonly to: string;
  /** By first event. */
  readonly findings: readonly { readonly time: string; readonly severity: Severity; readonly isVendorAlert: boolean }[];
}

const plotHeight = 110;

/** Findings by the time of their first event, stacked by severity; the vendors' own alerts apart, outlined. */
export function findingsOverTime(data: FindingsOverTimeData, options: DrawOptions): string {
  const width = options.width ?? defaultWidth;
  const left = 30;
  const right = width - 6;
  const span = spanOf(data);
  const legend = drawLegend(data, width);
  const top = legend.height + 10;
  const bottom = top + plotHeight;
  const step = timeStep(span.from, span.to, Math.floor((right - left) / 14));
  const bins = binned(data, span, step);
  const most = Math.max(1, ...bins.map((bin) => bin.counts.reduce((sum, count) => sum + count, 0)));
  const scale = timeScale(span.from, span.to, left, right);
  const body = [
    ...legend.body,
    ...(most % 2 === 0 ? [0, most / 2, most] : [0, most]).flatMap((count) => level(count, most, left, right, bottom)),
    ...bins.flatMap((bin) => stack(bin, { step, most, left, right, bottom, scale })),
    ...timeAxis({ ...span, left, right, top: bottom - 4, bottom }),
  ];
  return frame({ title: "Findings over time", description: describe(data), width, height: bottom + 22, body }, options);
}

function spanOf(data: FindingsOverTimeData): { from: number; to: number } {
  const times = data.findings.flatMap((finding) => placeInTime(finding.time) ?? []);
  const from = placeInTime(data.from) ?? times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY);
  const to = placeInTime(data.to) ?? times.reduce((most, time) => Math.max(most, time), Number.NEGATIVE_INFINITY);
  return Number.isFinite(from) && Number.isFinite(to) ? { from, to } : { from: 0, to: 0 };
}

/** One class a severity, and the vendors' alerts as the last. */
const classes = [...severities, "vendor"] as const;

function classOf(finding: { severity: Severity; isVendorAlert: boolean }): number {
  return finding.isVendorAlert ? classes.length - 1 : severities.indexOf(finding.severity);
}

interface Bin {
  readonly start: number;
  readonly counts: readonly number[];
}

function binned(data: FindingsOverTimeData, span: { from: number; to: number }, step: number): Bin[] {
  const bins = new Map<number, number[]>();
  for (const finding of data.findings) {
    const time = placeInTime(finding.time);
    if (time === null) continue;
    // A finding may have begun before the window: it counts at its edge.
    const start = Math.floor(Math.min(Math.max(time, span.from), span.to) / step) * step;
    const counts = bins.get(start) ?? classes.map(() => 0);
    const index = classOf(finding);
    counts[index] = (counts[index] ?? 0) + 1;
    bins.set(start, counts);
  }
  return [...bins.entries()].toSorted(([one], [other]) => one - other).map(([start, counts]) => ({ start, counts }));
}

function stack(
  bin: Bin,
  plot: { step: number; most: number; left: number; right: number; bottom: number; scale: (time: number) => number },
): Markup[] {
  const x = Math.max(plot.left, plot.scale(bin.start));
  const end = Math.min(plot.right, plot.scale(bin.start + plot.step));
  const width = Math.max(2, end - x - 1.5);
  let y = plot.bottom;
  return bin.counts.flatMap((count, index) => {
    if (count === 0) return [];
    const height = (count / plot.most) * plotHeight;
    y -= height;
    const name = classes[index] ?? "vendor";
    return markup`<rect class="severity-${name.toLowerCase()}" x="${x}" y="${y}" width="${width}" height="${Math.max(1, height - 0.75)}"><title>${new Date(bin.start).toISOString().slice(0, 16).replace("T", " ")} UTC: ${grouped(count)} ${wordOf(index)}</title></rect>`;
  });
}

function level(count: number, most: number, left: number, right: number, bottom: number): Markup[] {
  const y = bottom - (count / most) * plotHeight;
  return [
    markup`<path class="grid" d="M${left} ${y}H${right}"/>`,
    label(left - 6, y + 4, grouped(count), { kind: "small muted", anchor: "end" }),
  ];
}

function wordOf(index: number): string {
  const name = classes[index] ?? "vendor";
  return name === "vendor" ? "vendor alert" : name;
}

function drawLegend(data: FindingsOverTimeData, width: number): { body: Markup[]; height: number } {
  const totals = classes.map((_, index) => data.findings.filter((finding) => classOf(finding) === index).length);
  const body: Markup[] = [];
  let x = 0;
  let y = 0;
  // Worst first, as a reader looks for it; the vendors' alerts last.
  for (const index of [4, 3, 2, 1, 0, 5]) {
    const total = totals[index] ?? 0;
    if (total === 0) continue;
    const text = `${wordOf(index)} ${grouped(total)}`;
    const room = 18 + textWidth(text, 11);
    if (x > 0 && x + room > width) {
      x = 0;
      y += 18;
    }
    body.push(
      markup`<rect class="severity-${(classes[index] ?? "vendor").toLowerCase()}" x="${x + 0.5}" y="${y + 0.5}" width="12" height="12" rx="2"/>`,
    );
    body.push(label(x + 18, y + 11, text, { kind: "small" }));
    x += room + 16;
  }
  return { body, height: y + 14 };
}

function describe(data: FindingsOverTimeData): string {
  const parts = [4, 3, 2, 1, 0, 5].flatMap((index) => {
    const total = data.findings.filter((finding) => classOf(finding) === index).length;
    return total === 0 ? [] : `${grouped(total)} ${wordOf(index)}`;
  });
  return parts.length === 0 ? "No findings." : `Findings from ${data.from} to ${data.to} UTC: ${parts.join(", ")}.`;
}
