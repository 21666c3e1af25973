import type { DrawOptions } from "./drawing.ts";
import { defaultWidth, frame, label } from "./drawing.ts";
import type { Layers } from "./layers.ts";
import { layered } from "./layers.ts";
import type { Markup } from "./markup.ts";
import { coordinate, markup } from "./markup.ts";
import { sharedDomain, shortened, textWidth } from "./text.ts";
import { grouped } from "./time.ts";

/** One movement between two hosts by one protocol. */
export interface Movement {
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
  readonly count: number;
}

export interface MovementGraphData {
  readonly movements: readonly Movement[];
  /** Hosts the movement starts from, drawn in the strong colour. */
  readonly sources: readonly string[];
  /** Hosts left out of the picture because there were too many. Default 0. */
  readonly omittedHosts?: number;
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly protocols: string;
  readonly count: number;
}

const pitch = 34;
const boxHeight = 22;
const fontSize = 12;

/** Hosts as boxes from left (source, strong colour) to right, one column a hop; arrows carry protocol and number of connections. */
export function movementGraph(data: MovementGraphData, options: DrawOptions): string {
  const edges = merged(data.movements);
  const layers = layered(edges, data.sources);
  const columns = Math.max(1, layers.columns.length);
  // A column needs room for a name and for the words on the arrows; with more hops than fit, the drawing is wider than asked.
  const width = Math.max(options.width ?? defaultWidth, columns * 136 - 50);
  const stage = stageOf(layers, edges, width);
  const sources = new Set(data.sources);
  const notes = notesOf(data, stage);
  const height = stage.bottom + (notes === "" ? 0 : 22);
  const body = [
    ...edges.map((edge) => arrow(edge, stage, sources.has(edge.from))),
    ...edges.map((edge) => arrowLabel(edge, edges, stage)),
    ...stage.boxes.map((box) => hostBox(box, stage.domain, sources.has(box.name))),
    notes === "" ? null : label(0, height - 6, notes, { kind: "small muted" }),
  ];
  return frame({ title: "Movement between hosts", description: describe(edges, data), width, height, body }, options);
}

function notesOf(data: MovementGraphData, stage: Stage): string {
  const omitted = data.omittedHosts ?? 0;
  return [
    ...(omitted > 0 ? [`and ${grouped(omitted)} more hosts`] : []),
    ...(stage.domain === "" ? [] : [`names without ${stage.domain}`]),
  ].join("; ");
}

/** Movements of one pair are one arrow. */
function merged(movements: readonly Movement[]): Edge[] {
  const pairs = new Map<string, Movement[]>();
  for (const movement of movements) {
    if (movement.from === movement.to) continue;
    const key = JSON.stringify([movement.from, movement.to]);
    pairs.set(key, [...(pairs.get(key) ?? []), movement]);
  }
  return [...pairs.entries()]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, ways]) => {
      const first = ways[0];
      if (first === undefined) return [];
      const protocols = [...new Set(ways.map((way) => way.protocol))].toSorted().join(", ");
      return [{ from: first.from, to: first.to, protocols, count: ways.reduce((sum, way) => sum + way.count, 0) }];
    });
}

interface Box {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly column: number;
}

interface Stage {
  readonly boxes: readonly Box[];
  readonly byName: ReadonlyMap<string, Box>;
  /** Height of the lane under the boxes for each pair that goes back a column. */
  readonly lanes: ReadonlyMap<Edge, number>;
  readonly right: number;
  readonly bottom: number;
  readonly domain: string;
}

function stageOf(layers: Layers, edges: readonly Edge[], width: number): Stage {
  const columns = layers.columns.length;
  const tallest = Math.max(1, ...layers.columns.map((column) => column.length));
  const domain = sharedDomain(layers.columns.flat());
  const room = Math.min(220, Math.max(86, width / Math.max(1, columns) - 90));
  const boxes = layers.columns.flatMap((names, column) =>
    names.map((name, row): Box => {
      const boxWidth = Math.min(room, textWidth(shortName(name, domain), fontSize) + 18);
      const x = columns < 2 ? 1 : (column * (width - room - 2)) / (columns - 1) + 1;
      return { name, x, y: 6 + pitch * (row + (tallest - names.length) / 2), width: boxWidth, column };
    }),
  );
  const byName = new Map(boxes.map((box) => [box.name, box]));
  const floor = tallest * pitch + 4;
  const back = edges.filter((edge) => (byName.get(edge.to)?.column ?? 0) < (byName.get(edge.from)?.column ?? 0));
  const lanes = new Map(back.map((edge, index) => [edge, floor + 10 + (index % 4) * 16]));
  return { boxes, byName, lanes, right: width, bottom: floor + Math.min(4, back.length) * 16 + 4, domain };
}

function shortName(name: string, domain: string): string {
  return domain !== "" && name.endsWith(domain) ? name.slice(0, -domain.length) : name;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Curve {
  readonly path: string;
  readonly at: (share: number) => Point;
  /** The three corners of the arrow's head. */
  readonly head: readonly [Point, Point, Point];
}

/** A cubic Bézier curve and its head, which points the way of the last stretch (right, left or up). */
function curve(start: Point, one: Point, other: Point, tip: Point, way: Point): Curve {
  const end = { x: tip.x - 7 * way.x, y: tip.y - 7 * way.y };
  const blend = (share: number, a: number, b: number, c: number, d: number): number => {
    const rest = 1 - share;
    return rest ** 3 * a + 3 * rest ** 2 * share * b + 3 * rest * share ** 2 * c + share ** 3 * d;
  };
  const print = (point: Point): string => `${coordinate(point.x)} ${coordinate(point.y)}`;
  return {
    path: `M${print(start)}C${print(one)} ${print(other)} ${print(end)}`,
    at: (share) => ({ x: blend(share, start.x, one.x, other.x, end.x), y: blend(share, start.y, one.y, other.y, end.y) }),
    head: [
      tip,
      { x: tip.x - 8 * way.x - 4 * way.y, y: tip.y - 8 * way.y - 4 * way.x },
      { x: tip.x - 8 * way.x + 4 * way.y, y: tip.y - 8 * way.y + 4 * way.x },
    ],
  };
}

/** Forward from right edge to left edge; within a column bowing out to the right; back through a lane under the boxes. */
function curveOf(edge: Edge, from: Box, to: Box, stage: Stage): Curve {
  const start = { x: from.x + from.width, y: from.y + boxHeight / 2 };
  const middle = to.y + boxHeight / 2;
  if (to.column > from.column) {
    const tip = { x: to.x - 1, y: middle };
    const reach = tip.x - start.x;
    return curve(start, { x: start.x + reach * 0.5, y: start.y }, { x: start.x + reach * 0.35, y: middle }, tip, { x: 1, y: 0 });
  }
  const lane = stage.lanes.get(edge);
  if (lane === undefined) {
    const tip = { x: to.x + to.width + 1, y: middle };
    const bow = Math.min(stage.right - 2, Math.max(start.x, tip.x) + 46);
    return curve(start, { x: bow, y: start.y }, { x: bow, y: middle }, tip, { x: -1, y: 0 });
  }
  // A Bézier curve stays within its control points: the lane is reached at three quarters of their depth.
  const depth = Math.max(from.y, to.y) + boxHeight + (lane - Math.max(from.y, to.y) - boxHeight) / 0.75;
  const below = { x: from.x + 24, y: from.y + boxHeight };
  const tip = { x: to.x + 24, y: to.y + boxHeight + 1 };
  return curve(below, { x: below.x, y: depth }, { x: tip.x, y: depth }, tip, { x: 0, y: -1 });
}

function arrow(edge: Edge, stage: Stage, isFromSource: boolean): Markup | null {
  const from = stage.byName.get(edge.from);
  const to = stage.byName.get(edge.to);
  if (from === undefined || to === undefined) return null;
  const { path, head } = curveOf(edge, from, to, stage);
  const kind = isFromSource ? "-source" : "";
  const corners = head.map((point) => `${coordinate(point.x)} ${coordinate(point.y)}`).join("L");
  return markup`<path class="edge${kind}" d="${path}"><title>${edge.from} → ${edge.to}: ${words(edge)}</title></path><path class="arrow${kind}" d="M${corners}z"/>`;
}

/** Words stand at the end where fewer arrows meet, so that a fan does not pile them up. */
function arrowLabel(edge: Edge, edges: readonly Edge[], stage: Stage): Markup | null {
  const from = stage.byName.get(edge.from);
  const to = stage.byName.get(edge.to);
  if (from === undefined || to === undefined) return null;
  const leaving = edges.filter((other) => other.from === edge.from).length;
  const arriving = edges.filter((other) => other.to === edge.to).length;
  const share = stage.lanes.has(edge) ? 0.5 : arriving > leaving ? 0.3 : 0.66;
  const point = curveOf(edge, from, to, stage).at(share);
  const room = Math.max(48, Math.abs(to.x - (from.x + from.width)) - 14);
  return label(point.x, point.y + 4, shortened(words(edge), 11, room), {
    kind: "small halo",
    anchor: "middle",
    whole: words(edge),
  });
}

function words(edge: Edge): string {
  return edge.count > 1 ? `${edge.protocols} ×${grouped(edge.count)}` : edge.protocols;
}

function hostBox(box: Box, domain: string, isSource: boolean): Markup {
  const kind = isSource ? "host host-source" : "host";
  const text = shortened(shortName(box.name, domain), fontSize, box.width - 12);
  return markup`<g><rect class="${kind}" x="${box.x}" y="${box.y}" width="${box.width}" height="${boxHeight}" rx="3"/>${label(box.x + 8, box.y + 15, text, { kind: isSource ? "on-host-source" : "host-name", whole: box.name })}</g>`;
}

function describe(edges: readonly Edge[], data: MovementGraphData): string {
  const shown = edges.slice(0, 20).map((edge) => `${edge.from} to ${edge.to} by ${words(edge)}`);
  const more = edges.length > 20 ? `; and ${edges.length - 20} more` : "";
  return `From ${data.sources.join(", ") || "no named source"}. ${shown.join("; ")}${more}.`;
}
