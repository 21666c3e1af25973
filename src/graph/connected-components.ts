import type { Graph } from "./graph.ts";

/**
 * The groups of nodes that hang together when the direction of edges is left out (weakly connected components), each in order of
 * name, the groups in order of their first name.
 */
export function connectedComponents(graph: Graph): string[][] {
  // Union-find with path halving (Tarjan and van Leeuwen 1984); the smaller node is the root, so a group is named by its first node.
  const parent = Uint32Array.from(graph.names.keys());
  const rootOf = (start: number): number => {
    let node = start;
    while (parent[node] !== node) {
      const above = parent[parent[node] ?? node] ?? node;
      parent[node] = above;
      node = above;
    }
    return node;
  };
  for (let node = 0; node < graph.names.length; node++) {
    for (const target of graph.targets.subarray(graph.offsets[node], graph.offsets[node + 1])) {
      const [a, b] = [rootOf(node), rootOf(target)];
      parent[Math.max(a, b)] = Math.min(a, b);
    }
  }
  const groups = new Map<number, string[]>();
  graph.names.forEach((name, node) => {
    const root = rootOf(node);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [name]);
    else group.push(name);
  });
  return Array.from(groups.values());
}
