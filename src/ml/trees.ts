import { float32AtMost } from "./float32.ts";

/**
 * Binary trees in flat arrays, one tree after the other. Tree t holds the nodes offsets[t] to offsets[t + 1] - 1, its root first;
 * a row goes left when float32(x) <= threshold, as in scikit-learn. The right child follows the left one.
 */
export interface Trees {
  /** Where each tree starts, and at the end the number of nodes. */
  readonly offsets: Int32Array;
  /** The column that a node asks for; -1 in a leaf. */
  readonly feature: Int32Array;
  readonly threshold: Float32Array;
  /** The left child, always behind its parent; a leaf names itself. */
  readonly left: Int32Array;
  /** Training rows that reached the node. */
  readonly rows: Int32Array;
}

/** Trees to be filled in. */
export function emptyTrees(treeCount: number, nodeCount: number): Trees {
  return {
    offsets: new Int32Array(treeCount + 1),
    feature: new Int32Array(nodeCount).fill(-1),
    threshold: new Float32Array(nodeCount),
    left: new Int32Array(nodeCount),
    rows: new Int32Array(nodeCount),
  };
}

/** A copy of the first nodes, as one tree. */
export function firstNodes(trees: Trees, count: number): Trees {
  return {
    offsets: Int32Array.of(0, count),
    feature: trees.feature.slice(0, count),
    threshold: trees.threshold.slice(0, count),
    left: trees.left.slice(0, count),
    rows: trees.rows.slice(0, count),
  };
}

/** One tree each, put behind each other. */
export function joinTrees(singles: readonly Trees[]): Trees {
  const joined = emptyTrees(
    singles.length,
    singles.reduce((sum, { feature }) => sum + feature.length, 0),
  );
  let start = 0;
  singles.forEach((single, tree) => {
    joined.feature.set(single.feature, start);
    joined.threshold.set(single.threshold, start);
    joined.rows.set(single.rows, start);
    for (let node = 0; node < single.left.length; node++) joined.left[start + node] = start + (single.left[node] ?? 0);
    start += single.feature.length;
    joined.offsets[tree + 1] = start;
  });
  return joined;
}

/** The leaf of one tree that a row of 32-bit floats, starting at values[base], falls into. */
export function leafOf(trees: Trees, tree: number, values: Float32Array, base: number): number {
  const { feature, threshold, left } = trees;
  let node = trees.offsets[tree] ?? 0;
  for (let column = feature[node] ?? -1; column >= 0; column = feature[node] ?? -1) {
    const child = left[node] ?? 0;
    node = (values[base + column] ?? 0) <= (threshold[node] ?? 0) ? child : child + 1;
  }
  return node;
}

/** Depth of every node; roots have depth 0. */
export function nodeDepths(trees: Trees): Int32Array {
  const depths = new Int32Array(trees.feature.length);
  // Children stand behind their parent, so one pass in order reaches every node after its depth is known.
  for (let node = 0; node < depths.length; node++) {
    if ((trees.feature[node] ?? -1) < 0) continue;
    const child = trees.left[node] ?? 0;
    depths[child] = (depths[node] ?? 0) + 1;
    depths[child + 1] = (depths[node] ?? 0) + 1;
  }
  return depths;
}

/** A tree as scikit-learn keeps it (tree_.children_left and so on; -1 and -2 mark leaves). */
export interface ScikitLearnTree {
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly feature: readonly number[];
  readonly threshold: readonly number[];
  readonly samples: readonly number[];
}

/** The trees of a scikit-learn forest, renumbered; `source[i]` is the node within its tree that node i was. */
export function treesFromScikitLearn(originals: readonly ScikitLearnTree[]): {
  readonly trees: Trees;
  readonly source: Int32Array;
} {
  const size = originals.reduce((sum, { left }) => sum + left.length, 0);
  const trees = emptyTrees(originals.length, size);
  const source = new Int32Array(size);
  let next = 0;
  originals.forEach((original, tree) => {
    trees.offsets[tree] = next;
    for (let node = next++; node < next; node++) {
      const from = source[node] ?? 0;
      const left = original.left[from] ?? -1;
      trees.rows[node] = original.samples[from] ?? 0;
      trees.left[node] = left < 0 ? node : next;
      if (left < 0) continue;
      trees.feature[node] = original.feature[from] ?? -1;
      trees.threshold[node] = float32AtMost(original.threshold[from] ?? 0);
      source[next++] = left;
      source[next++] = original.right[from] ?? 0;
    }
  });
  trees.offsets[originals.length] = next;
  return { trees, source };
}
