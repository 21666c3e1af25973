import type { Graph } from "./graph.ts";

/**
 * PageRank (Page, Brin et al. 1998) of every node, in the order of graph.names; they add up to 1. As in networkx: a step follows an
 * edge in proportion to its weight with probability `damping`, else it lands anywhere; nodes without a way out lead anywhere.
 * Ends when the ranks change by less than `tolerance` a node, or after `maxSteps`.
 */
export function pageRank(graph: Graph, { damping = 0.85, tolerance = 1e-9, maxSteps = 200 } = {}): Float64Array {
  const count = graph.names.length;
  const outWeights = Float64Array.from({ length: count }, (_, node) =>
    graph.weights.subarray(graph.offsets[node], graph.offsets[node + 1]).reduce((sum, weight) => sum + weight, 0),
  );
  let ranks = new Float64Array(count).fill(1 / count);
  for (let step = 0; step < maxSteps; step++) {
    const next = nextRanks(graph, outWeights, ranks, damping);
    const change = next.reduce((sum, rank, node) => sum + Math.abs(rank - (ranks[node] ?? 0)), 0);
    ranks = next;
    if (change < tolerance * count) break;
  }
  return ranks;
}

function nextRanks(graph: Graph, outWeights: Float64Array, ranks: Float64Array, damping: number): Float64Array<ArrayBuffer> {
  const count = ranks.length;
  const stuck = ranks.reduce((sum, rank, node) => sum + ((outWeights[node] ?? 0) === 0 ? rank : 0), 0);
  const next = new Float64Array(count).fill((1 - damping + damping * stuck) / count);
  for (let node = 0; node < count; node++) {
    const outWeight = outWeights[node] ?? 0;
    if (outWeight === 0) continue;
    const share = (damping * (ranks[node] ?? 0)) / outWeight;
    for (let edge = graph.offsets[node] ?? 0; edge < (graph.offsets[node + 1] ?? 0); edge++) {
      const target = graph.targets[edge] ?? 0;
      next[target] = (next[target] ?? 0) + share * (graph.weights[edge] ?? 0);
    }
  }
  return next;
}
