/** A directed, weighted edge between two named nodes. */
export interface Edge {
  readonly source: string;
  readonly target: string;
  /** 1 where absent; parallel edges add up. */
  readonly weight?: number;
}

/**
 * A directed graph over names in compressed sparse rows: the edges out of node n are those from offsets[n] to offsets[n + 1] - 1.
 * Nodes stand in code-unit order of their names, edges in order of source and target, so equal graphs are equal arrays.
 */
export interface Graph {
  readonly names: readonly string[];
  readonly offsets: Uint32Array;
  readonly targets: Uint32Array;
  readonly weights: Float64Array;
}

/** The graph of some edges, in whatever order they come. RangeError on a weight that is negative or not a number. */
export function graphOf(edges: Iterable<Edge>): Graph {
  const weights = new Map<string, Map<string, number>>();
  for (const { source, target, weight = 1 } of edges) {
    if (!(weight >= 0)) throw new RangeError(`the edge from ${source} to ${target} weighs ${weight}`);
    const own = weights.get(source) ?? new Map<string, number>();
    weights.set(source, own.set(target, (own.get(target) ?? 0) + weight));
    if (!weights.has(target)) weights.set(target, new Map());
  }
  const names = Array.from(weights.keys()).sort();
  const index = new Map(names.map((name, node) => [name, node]));
  const rows = names.map((name) =>
    Array.from(weights.get(name) ?? [], ([target, weight]) => ({ target: index.get(target) ?? 0, weight })).sort(
      (a, b) => a.target - b.target,
    ),
  );
  const offsets = new Uint32Array(names.length + 1);
  rows.forEach((row, node) => {
    offsets[node + 1] = (offsets[node] ?? 0) + row.length;
  });
  return {
    names,
    offsets,
    targets: Uint32Array.from(rows.flatMap((row) => row.map(({ target }) => target))),
    weights: Float64Array.from(rows.flatMap((row) => row.map(({ weight }) => weight))),
  };
}
