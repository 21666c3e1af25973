import type { Slice } from "./collector.ts";

// Sets of moments as lists of stretches: in order, apart from each other, none empty. All functions are pure and give such lists.

/** Every moment that lies in at least `times` of the stretches (default: in any), given in any order and overlapping as they may. */
export function united(stretches: readonly Slice[], times = 1): Slice[] {
  const edges = stretches
    .filter(({ from, to }) => to > from)
    .flatMap(({ from, to }) => [
      { at: from, step: 1 },
      { at: to, step: -1 },
    ])
    .sort((a, b) => a.at - b.at);
  const found: Slice[] = [];
  let depth = 0;
  let begun = 0;
  for (const [position, { at, step }] of edges.entries()) {
    const before = depth;
    depth += step;
    // Edges at one moment count together: what ends where another begins is one stretch.
    if (edges[position + 1]?.at === at) {
      edges[position + 1] = { at, step: (edges[position + 1]?.step ?? 0) + step };
      depth = before;
      continue;
    }
    if (before < times && depth >= times) begun = at;
    if (before >= times && depth < times) found.push({ from: begun, to: at });
  }
  return found;
}

/** What of `stretches` lies in none of `others`. */
export function without(stretches: readonly Slice[], others: readonly Slice[]): Slice[] {
  const taken = united(others);
  return united(stretches).flatMap(({ from, to }) => {
    const left: Slice[] = [];
    let begun = from;
    for (const other of taken) {
      if (other.to <= begun || other.from >= to) continue;
      if (other.from > begun) left.push({ from: begun, to: other.from });
      begun = other.to;
    }
    return begun < to ? [...left, { from: begun, to }] : left;
  });
}

/** What lies in both. */
export function common(stretches: readonly Slice[], others: readonly Slice[]): Slice[] {
  return without(stretches, without(stretches, others));
}

/** How long all of them are together, in milliseconds. */
export function lengthOf(stretches: readonly Slice[]): number {
  return united(stretches).reduce((sum, { from, to }) => sum + to - from, 0);
}
