import type { Random } from "../stats/random.ts";
import { float32AtMost } from "./float32.ts";
import type { Trees } from "./trees.ts";

/** Rows of a sub-sample, column after column: the value of row r and column c is values[c * rows + r]. */
export interface SubSample {
  readonly rows: number;
  readonly values: Float32Array;
}

export interface TreeLimits {
  /** The columns that this tree may ask for. */
  readonly columns: Uint32Array;
  readonly maxDepth: number;
}

interface Pending {
  readonly node: number;
  readonly from: number;
  readonly to: number;
  readonly depth: number;
}

/**
 * Grows one isolation tree into `trees` from node `root` on and gives the number of nodes used, at most 2 * rows - 1
 * (Liu, Ting and Zhou 2008, algorithm 2): a random column that still varies, a random threshold between its smallest and largest
 * value, until a row stands alone or the depth is reached.
 */
export function growIsolationTree(trees: Trees, root: number, sample: SubSample, limits: TreeLimits, random: Random): number {
  const order = Uint32Array.from({ length: sample.rows }, (_, row) => row);
  const columns = limits.columns.slice();
  const pending: Pending[] = [{ node: root, from: 0, to: sample.rows, depth: 0 }];
  let next = root + 1;
  for (let task = pending.pop(); task !== undefined; task = pending.pop()) {
    const { node, from, to, depth } = task;
    trees.rows[node] = to - from;
    const split = depth < limits.maxDepth && to - from > 1 ? randomSplit(sample, order, from, to, columns, random) : null;
    trees.feature[node] = split?.column ?? -1;
    trees.threshold[node] = split?.threshold ?? 0;
    trees.left[node] = split === null ? node : next;
    if (split === null) continue;
    const middle = partition(sample, order, from, to, split);
    pending.push({ node: next + 1, from: middle, to, depth: depth + 1 }, { node: next, from, to: middle, depth: depth + 1 });
    next += 2;
  }
  return next - root;
}

interface Split {
  readonly column: number;
  readonly threshold: number;
}

/** A column that varies among the rows and a threshold in it; null when no column does. Columns are drawn without replacement. */
function randomSplit(
  sample: SubSample,
  order: Uint32Array,
  from: number,
  to: number,
  columns: Uint32Array,
  random: Random,
): Split | null {
  for (let drawn = 0; drawn < columns.length; drawn++) {
    const place = drawn + random.integer(columns.length - drawn);
    const column = columns[place] ?? 0;
    columns[place] = columns[drawn] ?? 0;
    columns[drawn] = column;
    const start = column * sample.rows;
    let smallest = Number.POSITIVE_INFINITY;
    let largest = Number.NEGATIVE_INFINITY;
    for (let index = from; index < to; index++) {
      const value = sample.values[start + (order[index] ?? 0)] ?? 0;
      if (value < smallest) smallest = value;
      if (value > largest) largest = value;
    }
    if (largest <= smallest) continue;
    const threshold = float32AtMost(random.between(smallest, largest));
    // Rounding may reach the largest value, and then nothing would go right.
    return { column, threshold: threshold < largest ? threshold : smallest };
  }
  return null;
}

/** Puts the rows that go left first and gives where those that go right begin. */
function partition(sample: SubSample, order: Uint32Array, from: number, to: number, { column, threshold }: Split): number {
  const start = column * sample.rows;
  let left = from;
  let right = to;
  while (left < right) {
    const row = order[left] ?? 0;
    if ((sample.values[start + row] ?? 0) <= threshold) {
      left++;
      continue;
    }
    order[left] = order[--right] ?? 0;
    order[right] = row;
  }
  return left;
}
