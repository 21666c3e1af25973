import type { PeopleMap } from "../types.ts";
import type { DrawOptions } from "./drawing.ts";
import { defaultWidth, frame, label } from "./drawing.ts";
import type { Markup } from "./markup.ts";
import { markup, trusted } from "./markup.ts";
import { shortened, textWidth } from "./text.ts";
import { grouped } from "./time.ts";

const labelled = 12;
const margin = { left: 26, right: 10, top: 10, bottom: 28 };

/** People who behave alike lie close together; outliers are larger, in the strong colour, and named. */
export function peopleMap(data: PeopleMap, options: DrawOptions): string {
  const width = options.width ?? defaultWidth;
  const height = Math.round(width < 560 ? width * 0.95 : width * 0.48);
  const x = extent(
    data.people.map((person) => person.x),
    margin.left + 8,
    width - margin.right - 8,
  );
  const y = extent(
    data.people.map((person) => person.y),
    height - margin.bottom - 8,
    margin.top + 8,
  );
  const points = data.people
    .map((person) => ({ ...person, px: x(person.x), py: y(person.y) }))
    .toSorted((one, other) => other.score - one.score || (one.name < other.name ? -1 : 1));
  const outliers = points.filter((point) => point.isOutlier);
  const body = [
    ...axes(data, width, height),
    crowd(points.filter((point) => !point.isOutlier)),
    ...outliers.toReversed().map(diamond),
    ...names(outliers, width, height),
  ];
  return frame({ title: "Map of people", description: describe(data), width, height, body }, options);
}

function extent(values: readonly number[], start: number, end: number): (value: number) => number {
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  if (!(high > low)) return () => (start + end) / 2;
  return (value) => start + ((value - low) / (high - low)) * (end - start);
}

type Person = PeopleMap["people"][number];

interface Point extends Person {
  readonly px: number;
  readonly py: number;
}

const mostDots = 1500;

/** All others in one path: people on the same spot are one dot, and spots grow until few enough are left for a small drawing. */
function crowd(points: readonly Point[]): Markup {
  const snapped = (grid: number): Set<string> =>
    new Set(points.map((point) => `${Math.round(point.px / grid) * grid} ${Math.round(point.py / grid) * grid}`));
  const places = [1, 2, 3, 4, 6].map(snapped).find((each) => each.size <= mostDots) ?? snapped(8);
  // A line of no length with round ends is a dot.
  const path = [...places].toSorted().map((place) => `M${place}h0`);
  return markup`<path class="person" d="${trusted(path.join(""))}"/>`;
}

function diamond(point: Point): Markup {
  return markup`<path class="person-outlier" d="M${point.px} ${point.py - 5.5}l5.5 5.5l-5.5 5.5l-5.5-5.5z"><title>${point.name}, score ${point.score.toFixed(1)}</title></path>`;
}

interface Rectangle {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Names beside their points where there is room; a name that would cover another is left to the tooltip and the table. */
function names(outliers: readonly Point[], width: number, height: number): Markup[] {
  const taken: Rectangle[] = outliers.map((point) => ({
    left: point.px - 5,
    right: point.px + 5,
    top: point.py - 5,
    bottom: point.py + 5,
  }));
  const drawn: Markup[] = [];
  for (const point of outliers.slice(0, labelled)) {
    const text = shortened(point.name, 11, 180);
    const size = textWidth(text, 11);
    const places = [
      { x: point.px + 9, y: point.py + 4 },
      { x: point.px - 9 - size, y: point.py + 4 },
      { x: point.px - size / 2, y: point.py - 10 },
      { x: point.px - size / 2, y: point.py + 18 },
    ];
    for (const place of places) {
      const area = { left: place.x, right: place.x + size, top: place.y - 10, bottom: place.y + 3 };
      const isInside = area.left >= 0 && area.right <= width && area.top >= 0 && area.bottom <= height - margin.bottom;
      if (!isInside || taken.some((other) => overlap(area, other))) continue;
      taken.push(area);
      drawn.push(label(place.x, place.y, text, { kind: "small halo", whole: point.name }));
      break;
    }
  }
  return drawn;
}

function overlap(one: Rectangle, other: Rectangle): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

function axes(data: PeopleMap, width: number, height: number): Markup[] {
  const bottom = height - margin.bottom;
  const share = (value: number): string => `${Math.round(value * 100)} % of the variance`;
  const middle = (margin.top + bottom) / 2;
  return [
    markup`<path class="axis" d="M${margin.left} ${margin.top}V${bottom}H${width - margin.right}"/>`,
    label(width - margin.right, bottom + 17, `first component, ${share(data.explained[0])}`, {
      kind: "small muted",
      anchor: "end",
    }),
    markup`<g transform="rotate(-90 14 ${middle})">${label(14, middle, `second component, ${share(data.explained[1])}`, { kind: "small muted", anchor: "middle" })}</g>`,
  ];
}

function describe(data: PeopleMap): string {
  const outliers = data.people
    .filter((person) => person.isOutlier)
    .toSorted((one, other) => other.score - one.score || (one.name < other.name ? -1 : 1));
  const named = outliers.slice(0, labelled).map((person) => `${person.name} (score ${person.score.toFixed(1)})`);
  return `${grouped(data.people.length)} people by their first two principal components; ${outliers.length} stand apart${named.length > 0 ? `: ${named.join(", ")}` : ""}.`;
}
