/** One connection of a graph to be laid out, by names of its ends. */
export interface Link {
  readonly from: string;
  readonly to: string;
}

/** Nodes in columns: sources first, then what they reach, hop by hop. */
export interface Layers {
  readonly columns: readonly (readonly string[])[];
  /** Column and row of a node. */
  readonly place: ReadonlyMap<string, { readonly column: number; readonly row: number }>;
}

/**
 * Lays a directed graph out by hops from its sources: an attacker's path reads from left to right, and the same graph always gives
 * the same picture (no forces, no chance). Within a column, nodes stand beside their mean parent, then by name (Sugiyama's
 * barycentre heuristic, one sweep).
 */
export function layered(links: readonly Link[], sources: readonly string[]): Layers {
  const columns: string[][] = [];
  const place = new Map<string, { column: number; row: number }>();
  let current = initial(links, sources);
  while (current.length > 0) {
    const column = columns.length;
    current.forEach((name, row) => {
      place.set(name, { column, row });
    });
    columns.push(current);
    current = reached(links, place, column);
  }
  return { columns, place };
}

function initial(links: readonly Link[], sources: readonly string[]): string[] {
  const named = new Set(links.flatMap((link) => [link.from, link.to]));
  const started: string[] = [];
  const seen = new Set<string>();
  const extend = (): void => {
    for (let grown = true; grown; ) {
      const before = seen.size;
      for (const link of links) if (seen.has(link.from)) seen.add(link.to);
      grown = seen.size > before;
    }
  };
  // A source that another one reached before stands where it was reached; what no source reaches starts on its own: from names
  // that nothing leads to, then from the first of a circle.
  const targets = new Set(links.filter((link) => link.from !== link.to).map((link) => link.to));
  const byName = [...named].toSorted((one, other) => (one < other ? -1 : 1));
  for (const name of [...sources.filter((each) => named.has(each)), ...byName.filter((each) => !targets.has(each)), ...byName]) {
    if (seen.has(name)) continue;
    started.push(name);
    seen.add(name);
    extend();
  }
  return started;
}

function reached(links: readonly Link[], place: ReadonlyMap<string, { column: number; row: number }>, column: number): string[] {
  const parents = new Map<string, number[]>();
  for (const link of links) {
    const parent = place.get(link.from);
    if (parent?.column !== column || place.has(link.to)) continue;
    parents.set(link.to, [...(parents.get(link.to) ?? []), parent.row]);
  }
  const mean = (rows: readonly number[]): number => rows.reduce((sum, row) => sum + row, 0) / rows.length;
  return [...parents.entries()]
    .toSorted(([oneName, one], [otherName, other]) => mean(one) - mean(other) || (oneName < otherName ? -1 : 1))
    .map(([name]) => name);
}
