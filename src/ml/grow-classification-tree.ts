import type { Random } from "../stats/random.ts";
import { type NodeRows, type RankSplit, splitFinder } from "./best-split.ts";
import { float32AtMost } from "./float32.ts";
import type { RankedColumns } from "./ranked-columns.ts";
import type { Trees } from "./trees.ts";

/** Rows to learn from: their ranked values, and the class of each. */
export interface LabelledColumns extends RankedColumns {
  readonly classes: Uint8Array;
  readonly classCount: number;
}

export interface ClassificationTreeLimits {
  readonly columnsPerSplit: number;
  readonly maxDepth: number;
  readonly minSamplesLeaf: number;
}

/** Where a tree is grown: its nodes, and by node and class the weight of the rows that reached it. */
export interface ClassificationScratch {
  readonly trees: Trees;
  readonly classWeights: Float64Array;
}

interface Pending {
  readonly node: number;
  readonly from: number;
  readonly to: number;
  readonly depth: number;
}

/** Prepares to grow trees on the same rows; what is given grows one tree into the scratch space and gives the number of its nodes. */
export function treeGrower(data: LabelledColumns, scratch: ClassificationScratch, limits: ClassificationTreeLimits) {
  const finder = splitFinder(data, data.classCount);
  const gathered = { rows: new Uint32Array(data.rows), classes: new Uint8Array(data.rows), weights: new Float64Array(data.rows) };

  /**
   * Breiman 2001, with scikit-learn's stopping rules: at each node the best Gini cut of `columnsPerSplit` columns drawn without
   * replacement (more, while all that were drawn are constant), until a node is pure. `weights` by row: how often it was drawn,
   * times the weight of its class.
   */
  return function growTree(order: Uint32Array, weights: Float64Array, random: Random): number {
    const { trees, classWeights } = scratch;
    const { classCount } = data;
    const columns = Uint32Array.from({ length: data.columns }, (_, column) => column);
    const pending: Pending[] = [{ node: 0, from: 0, to: order.length, depth: 0 }];
    let next = 1;
    for (let task = pending.pop(); task !== undefined; task = pending.pop()) {
      const { node, from, to, depth } = task;
      const own = classWeights.subarray(node * classCount, (node + 1) * classCount);
      const rows = gather(order.subarray(from, to), weights, own);
      const isLeaf =
        depth >= limits.maxDepth || rows.count < 2 * limits.minSamplesLeaf || own.filter((weight) => weight > 0).length < 2;
      const split = isLeaf ? null : bestOfSome(rows, columns, random);
      trees.rows[node] = rows.count;
      trees.feature[node] = split?.column ?? -1;
      trees.threshold[node] = split === null ? 0 : thresholdOf(data, split);
      trees.left[node] = split === null ? node : next;
      if (split === null) continue;
      const middle = partition(data, order, from, to, split);
      pending.push({ node: next + 1, from: middle, to, depth: depth + 1 }, { node: next, from, to: middle, depth: depth + 1 });
      next += 2;
    }
    return next;
  };

  function gather(order: Uint32Array, weights: Float64Array, classWeights: Float64Array): NodeRows {
    classWeights.fill(0);
    for (let index = 0; index < order.length; index++) {
      const row = order[index] ?? 0;
      const ownClass = data.classes[row] ?? 0;
      const weight = weights[row] ?? 0;
      gathered.rows[index] = row;
      gathered.classes[index] = ownClass;
      gathered.weights[index] = weight;
      classWeights[ownClass] = (classWeights[ownClass] ?? 0) + weight;
    }
    return { count: order.length, ...gathered, classWeights };
  }

  function bestOfSome(rows: NodeRows, columns: Uint32Array, random: Random): RankSplit | null {
    let best: RankSplit | null = null;
    let bestGain = Number.NEGATIVE_INFINITY;
    for (let drawn = 0; drawn < columns.length && (drawn < limits.columnsPerSplit || best === null); drawn++) {
      const place = drawn + random.integer(columns.length - drawn);
      const column = columns[place] ?? 0;
      columns[place] = columns[drawn] ?? 0;
      columns[drawn] = column;
      const cut = finder.bestCut(rows, column, limits.minSamplesLeaf, bestGain);
      if (cut === null) continue;
      bestGain = cut.gain;
      best = { column, lastLeft: cut.lastLeft, firstRight: cut.firstRight };
    }
    return best;
  }
}

/** Halfway between the neighbouring values, as a float that keeps the lower one on the left and the upper one on the right. */
function thresholdOf(data: RankedColumns, { column, lastLeft, firstRight }: RankSplit): number {
  const lower = data.distinct[column]?.[lastLeft] ?? 0;
  const upper = data.distinct[column]?.[firstRight] ?? 0;
  const middle = float32AtMost(lower / 2 + upper / 2);
  return middle >= lower && middle < upper ? middle : lower;
}

/** Puts the rows that go left first and gives where those that go right begin. */
function partition(data: RankedColumns, order: Uint32Array, from: number, to: number, { column, lastLeft }: RankSplit): number {
  const start = column * data.rows;
  let left = from;
  let right = to;
  while (left < right) {
    const row = order[left] ?? 0;
    if ((data.ranks[start + row] ?? 0) <= lastLeft) {
      left++;
      continue;
    }
    order[left] = order[--right] ?? 0;
    order[right] = row;
  }
  return left;
}
