import { leafOf, nodeDepths, type Trees } from "./trees.ts";

export interface TreeShapley {
  /** By column, summed over the trees. */
  readonly contributions: Float64Array;
  /** The sum over the trees of the average leaf value of their training rows. */
  readonly expected: number;
  /** The sum over the trees of the value of the leaf that the row falls into. */
  readonly value: number;
}

/**
 * Exact Shapley values of one row for a sum of trees: how much each column moved the row from the expected to its own value,
 * averaged over all orders in which the columns could become known. A column not yet known sends the row down both branches, in
 * proportion to the training rows (path-dependent TreeSHAP: Lundberg et al., Nature Machine Intelligence 2020, algorithm 2).
 * `values` holds the row's columns as 32-bit floats. Time: trees x leaves x depth squared.
 */
export function treeShapley(trees: Trees, leafValues: Float64Array, values: Float32Array): TreeShapley {
  const contributions = new Float64Array(values.length);
  const deepest = nodeDepths(trees).reduce((most, depth) => Math.max(most, depth), 0);
  const paths = Array.from({ length: deepest + 2 }, () => emptyPath(deepest + 2));
  let expected = 0;
  let value = 0;
  for (let tree = 0; tree < trees.offsets.length - 1; tree++) {
    const root = trees.offsets[tree] ?? 0;
    expected += follow({ trees, leafValues, values, contributions, paths }, root, 0, 1, 1, -1);
    value += leafValues[leafOf(trees, tree, values, 0)] ?? 0;
  }
  return { contributions, expected, value };
}

interface Walk {
  readonly trees: Trees;
  readonly leafValues: Float64Array;
  readonly values: Float32Array;
  readonly contributions: Float64Array;
  /** One path a depth, used again for every branch at that depth. */
  readonly paths: readonly Path[];
}

/**
 * The different columns asked for on the way to a node. `cold`: the share of training rows that goes this way while the column is
 * unknown; `hot`: 1 when the row itself goes this way, else 0; `weight`: the share of orders in which so many of them are known.
 */
interface Path {
  length: number;
  readonly column: Int32Array;
  readonly cold: Float64Array;
  readonly hot: Float64Array;
  readonly weight: Float64Array;
}

function emptyPath(capacity: number): Path {
  return {
    length: 0,
    column: new Int32Array(capacity),
    cold: new Float64Array(capacity),
    hot: new Float64Array(capacity),
    weight: new Float64Array(capacity),
  };
}

/** Adds the contributions of every leaf below the node; gives the average leaf value there, weighted by training rows. */
function follow(walk: Walk, node: number, depth: number, cold: number, hot: number, column: number): number {
  const { trees, paths } = walk;
  const path = paths[depth] ?? emptyPath(0);
  copyPath(depth === 0 ? null : (paths[depth - 1] ?? null), path);
  // A column asked for a second time on one path counts once, with both answers multiplied.
  const earlier = indexOfColumn(path, column);
  const coldBefore = earlier < 0 ? 1 : (path.cold[earlier] ?? 1);
  const hotBefore = earlier < 0 ? 1 : (path.hot[earlier] ?? 1);
  if (earlier >= 0) unwind(path, earlier);
  extend(path, cold * coldBefore, hot * hotBefore, column);

  const asked = trees.feature[node] ?? -1;
  if (asked < 0) {
    addLeaf(walk, path, walk.leafValues[node] ?? 0);
    return walk.leafValues[node] ?? 0;
  }
  const left = trees.left[node] ?? 0;
  const rows = trees.rows[node] ?? 1;
  const leftShare = (trees.rows[left] ?? 0) / rows;
  const rightShare = (trees.rows[left + 1] ?? 0) / rows;
  const goesLeft = (walk.values[asked] ?? 0) <= (trees.threshold[node] ?? 0);
  const leftMean = follow(walk, left, depth + 1, leftShare, goesLeft ? 1 : 0, asked);
  const rightMean = follow(walk, left + 1, depth + 1, rightShare, goesLeft ? 0 : 1, asked);
  return leftShare * leftMean + rightShare * rightMean;
}

function addLeaf(walk: Walk, path: Path, value: number): void {
  for (let index = 1; index < path.length; index++) {
    const column = path.column[index] ?? 0;
    const share = unwoundWeight(path, index) * ((path.hot[index] ?? 0) - (path.cold[index] ?? 0));
    walk.contributions[column] = (walk.contributions[column] ?? 0) + share * value;
  }
}

function copyPath(from: Path | null, to: Path): void {
  to.length = from?.length ?? 0;
  if (from === null) return;
  for (let index = 0; index < from.length; index++) {
    to.column[index] = from.column[index] ?? 0;
    to.cold[index] = from.cold[index] ?? 0;
    to.hot[index] = from.hot[index] ?? 0;
    to.weight[index] = from.weight[index] ?? 0;
  }
}

/** Where the column stands on the path; -1 when it does not. The root's entry, index 0, stands for no column. */
function indexOfColumn(path: Path, column: number): number {
  for (let index = 1; index < path.length; index++) if (path.column[index] === column) return index;
  return -1;
}

/** EXTEND of the paper: one more column on the path. */
function extend(path: Path, cold: number, hot: number, column: number): void {
  const { weight } = path;
  const last = path.length;
  path.column[last] = column;
  path.cold[last] = cold;
  path.hot[last] = hot;
  weight[last] = last === 0 ? 1 : 0;
  for (let index = last - 1; index >= 0; index--) {
    const own = weight[index] ?? 0;
    weight[index + 1] = (weight[index + 1] ?? 0) + (hot * own * (index + 1)) / (last + 1);
    weight[index] = (cold * own * (last - index)) / (last + 1);
  }
  path.length = last + 1;
}

/** UNWIND of the paper: takes a column off the path again. */
function unwind(path: Path, at: number): void {
  const { weight } = path;
  const last = path.length - 1;
  const cold = path.cold[at] ?? 0;
  const hot = path.hot[at] ?? 0;
  let next = weight[last] ?? 0;
  for (let index = last - 1; index >= 0; index--) {
    const own = weight[index] ?? 0;
    if (hot === 0) {
      weight[index] = (own * (last + 1)) / (cold * (last - index));
      continue;
    }
    weight[index] = (next * (last + 1)) / ((index + 1) * hot);
    next = own - ((weight[index] ?? 0) * cold * (last - index)) / (last + 1);
  }
  for (let index = at; index < last; index++) {
    path.column[index] = path.column[index + 1] ?? 0;
    path.cold[index] = path.cold[index + 1] ?? 0;
    path.hot[index] = path.hot[index + 1] ?? 0;
  }
  path.length = last;
}

/** The sum of the weights that `unwind` would leave, without changing the path. */
function unwoundWeight(path: Path, at: number): number {
  const { weight } = path;
  const last = path.length - 1;
  const cold = path.cold[at] ?? 0;
  const hot = path.hot[at] ?? 0;
  let next = weight[last] ?? 0;
  let sum = 0;
  for (let index = last - 1; index >= 0; index--) {
    const own = weight[index] ?? 0;
    if (hot === 0) {
      sum += (own * (last + 1)) / (cold * (last - index));
      continue;
    }
    const left = (next * (last + 1)) / ((index + 1) * hot);
    sum += left;
    next = own - (left * cold * (last - index)) / (last + 1);
  }
  return sum;
}
