import type { CoverageState } from "../types.ts";
import type { DrawOptions } from "./drawing.ts";
import { defaultWidth, frame, label } from "./drawing.ts";
import type { Markup } from "./markup.ts";
import { markup, trusted } from "./markup.ts";
import { shortened, textWidth } from "./text.ts";
import { grouped } from "./time.ts";

/** One technique in one tactic. */
export interface HeatMapTechnique {
  readonly uid: string;
  readonly name: string;
  readonly state: CoverageState;
  readonly evidenceCount: number;
}

/** Tactics in the order of ATT&CK; a technique stands under each of its tactics. */
export interface HeatMapData {
  readonly tactics: readonly { readonly name: string; readonly techniques: readonly HeatMapTechnique[] }[];
}

const rowHeight = 22;
const gap = 4;
const smallWidth = 66;
const square = 7;
const squareGap = 3;

/**
 * ATT&CK by tactic: what was seen (shade and number: pieces of evidence), what was looked for and not found, what could not be
 * looked for because the data were absent, and what nothing looks for. No drawn matrix: names stay readable at any width.
 */
export function heatMap(data: HeatMapData, options: DrawOptions): string {
  const width = options.width ?? defaultWidth;
  const isNarrow = width < 560;
  const left = isNarrow ? 0 : 158;
  const steps = shades(data);
  const legend = drawLegend(steps, width);
  const rows: Markup[] = [];
  let y = legend.height + 14;
  for (const tactic of data.tactics) {
    const headline = isNarrow ? 18 : 0;
    const cells = drawCells(tactic.techniques, { left, right: width, top: y + headline, steps, isNarrow });
    const height = Math.max(headline + cells.height, rowHeight);
    rows.push(
      markup`<path class="grid" d="M0 ${y - 7}H${width}"/>`,
      label(0, y + (isNarrow ? 11 : 15), shortened(tactic.name, 12, isNarrow ? width : left - 12), {
        kind: "strong",
        whole: tactic.name,
      }),
      ...cells.body,
    );
    y += height + 14;
  }
  return frame(
    { title: "ATT&CK heat map", description: describe(data), width, height: y - 8, body: [...legend.body, ...rows] },
    options,
  );
}

/** The lower bounds of the four shades, for evidence from 1 to the most there is, equal steps of its logarithm. */
function shades(data: HeatMapData): readonly number[] {
  const most = Math.max(1, ...data.tactics.flatMap((tactic) => tactic.techniques.map((technique) => technique.evidenceCount)));
  const bounds: number[] = [];
  for (const step of [0, 1, 2, 3]) {
    const bound = Math.max(Math.round(most ** (step / 4)), (bounds.at(-1) ?? 0) + 1);
    if (bound <= most) bounds.push(bound);
  }
  return bounds;
}

function shadeOf(count: number, steps: readonly number[]): number {
  const position = steps.filter((bound) => count >= bound).length;
  // The most evidence always has the strongest shade, however few steps there are.
  return Math.max(1, 4 - (steps.length - position));
}

interface Place {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly steps: readonly number[];
  readonly isNarrow: boolean;
}

function drawCells(techniques: readonly HeatMapTechnique[], place: Place): { body: Markup[]; height: number } {
  const body: Markup[] = [];
  const seenWidth = place.isNarrow ? place.right - place.left : (place.right - place.left - 2 * gap) / 3;
  let x = place.left;
  let y = place.top;
  const drawn = inDrawingOrder(techniques);
  for (const technique of drawn) {
    const width = technique.state === "seen" ? seenWidth : smallWidth;
    if (x > place.left && x + width > place.right + 0.5) {
      x = place.left;
      y += rowHeight + gap;
    }
    body.push(technique.state === "seen" ? seenCell(technique, x, y, width, place.steps) : otherCell(technique, x, y));
    x += width + gap;
  }
  const bottom = drawn.length > 0 ? y + rowHeight : place.top;
  const blank = techniques.filter((technique) => technique.state === "no-analytic").length;
  if (blank === 0) return { body, height: bottom - place.top };
  const top = drawn.length > 0 ? bottom + 6 : place.top + 4;
  const squares = drawSquares(blank, place.left, place.right, top);
  return { body: [...body, squares.body], height: squares.bottom - place.top };
}

const stateOrder: readonly CoverageState[] = ["seen", "looked-and-clean", "no-data"];

function inDrawingOrder(techniques: readonly HeatMapTechnique[]): HeatMapTechnique[] {
  return techniques
    .filter((technique) => technique.state !== "no-analytic")
    .toSorted(
      (one, other) =>
        stateOrder.indexOf(one.state) - stateOrder.indexOf(other.state) ||
        other.evidenceCount - one.evidenceCount ||
        (one.uid < other.uid ? -1 : 1),
    );
}

function seenCell(technique: HeatMapTechnique, x: number, y: number, width: number, steps: readonly number[]): Markup {
  const shade = shadeOf(technique.evidenceCount, steps);
  const count = grouped(technique.evidenceCount);
  const text = `${technique.uid} ${technique.name}`;
  const room = width - 18 - textWidth(count, 12);
  return markup`<g><title>${text}: seen, ${count} pieces of evidence</title><rect class="seen-${shade}" x="${x}" y="${y}" width="${width}" height="${rowHeight}" rx="2"/>${label(x + 6, y + 15, shortened(text, 11, room), { kind: `small on-seen-${shade}` })}${label(x + width - 6, y + 15, count, { kind: `strong on-seen-${shade}`, anchor: "end" })}</g>`;
}

function otherCell(technique: HeatMapTechnique, x: number, y: number): Markup {
  const isClean = technique.state === "looked-and-clean";
  const words = isClean ? "looked for, not found" : "no data to look in";
  return markup`<g><title>${technique.uid} ${technique.name}: ${words}</title><rect class="${isClean ? "clean" : "no-data"}" x="${x + 0.5}" y="${y + 0.5}" width="${smallWidth - 1}" height="${rowHeight - 1}" rx="2"/>${label(x + smallWidth / 2, y + 15, technique.uid, { kind: isClean ? "small" : "small muted", anchor: "middle" })}</g>`;
}

function drawSquares(count: number, left: number, right: number, top: number): { body: Markup; bottom: number } {
  const pitch = square + squareGap;
  const perRow = Math.max(1, Math.floor((right - left) / pitch));
  let path = "";
  for (let index = 0; index < count; index += 1) {
    path += `M${left + (index % perRow) * pitch} ${top + Math.floor(index / perRow) * pitch}h${square}v${square}h-${square}z`;
  }
  const words = `${grouped(count)} more without an analytic`;
  return {
    body: markup`<path class="no-analytic" d="${trusted(path)}"><title>${words}</title></path>`,
    bottom: top + Math.ceil(count / perRow) * pitch,
  };
}

function drawLegend(steps: readonly number[], width: number): { body: Markup[]; height: number } {
  const body: Markup[] = [];
  let x = 0;
  let y = 0;
  const entry = (swatch: (x: number, y: number) => Markup, swatchWidth: number, text: string): void => {
    const total = swatchWidth + 6 + textWidth(text, 11);
    if (x > 0 && x + total > width) {
      x = 0;
      y += 20;
    }
    body.push(swatch(x, y), label(x + swatchWidth + 6, y + 11, text, { kind: "small" }));
    x += total + 16;
  };
  steps.forEach((bound, index) => {
    const above = steps[index + 1];
    const range =
      above === undefined
        ? `${grouped(bound)}+`
        : above - 1 === bound
          ? grouped(bound)
          : `${grouped(bound)}–${grouped(above - 1)}`;
    const shade = shadeOf(bound, steps);
    entry(
      (left, top) => markup`<rect class="seen-${shade}" x="${left}" y="${top}" width="22" height="14" rx="2"/>`,
      22,
      index === 0 ? `seen: ${range}` : range,
    );
  });
  const box = (kind: string) => (left: number, top: number) =>
    markup`<rect class="${kind}" x="${left + 0.5}" y="${top + 0.5}" width="21" height="13" rx="2"/>`;
  entry(box("clean"), 22, "looked for, not found");
  entry(box("no-data"), 22, "no data");
  entry(
    (left, top) => markup`<rect class="no-analytic" x="${left}" y="${top + 3}" width="${square}" height="${square}"/>`,
    square,
    "no analytic",
  );
  return { body, height: y + 14 };
}

function describe(data: HeatMapData): string {
  const parts = data.tactics.map((tactic) => {
    const seen = tactic.techniques.filter((technique) => technique.state === "seen");
    const names = seen.map((technique) => `${technique.uid} (${grouped(technique.evidenceCount)})`).join(", ");
    return `${tactic.name}: ${seen.length === 0 ? "nothing seen" : names}`;
  });
  return `Techniques seen, with pieces of evidence. ${parts.join("; ")}.`;
}
