import type { RankedColumns } from "./ranked-columns.ts";

// Nodes with more rows are split by a histogram of their own ranks, smaller ones by sorting. In a histogram a column of more
// than 256 different values is cut at 255 places, spread over the ranks that this node holds (LightGBM: Ke et al. 2017, per node).
const sortedBits = 8;
const sortedRows = 1 << sortedBits;
const binCount = 256;
const rankLimit = 2 ** 32 / sortedRows;

/** Where to cut: rows whose rank in `column` is at most `lastLeft` go left; `firstRight` is the next rank that a row here has. */
export interface RankSplit {
  readonly column: number;
  readonly lastLeft: number;
  readonly firstRight: number;
}

/** Rows of one node with what is needed of them, gathered so that it lies together. */
export interface NodeRows {
  readonly count: number;
  readonly rows: Uint32Array;
  readonly classes: Uint8Array;
  readonly weights: Float64Array;
  /** By class: the weight of its rows. */
  readonly classWeights: Float64Array;
}

interface Cut {
  readonly gain: number;
  readonly lastLeft: number;
  readonly firstRight: number;
}

/** Finds the cut of a column that leaves the purest halves; keeps its scratch space between calls. */
export interface SplitFinder {
  /**
   * `gain` is the sum over both halves of Σ w² / Σ w: the larger, the lower the Gini impurity. Null when no cut leaves `minRows` on
   * both sides and gains more than `gainToBeat`.
   */
  readonly bestCut: (node: NodeRows, column: number, minRows: number, gainToBeat: number) => Cut | null;
}

export function splitFinder(data: RankedColumns, classCount: number): SplitFinder {
  const ranks = new Uint32Array(data.rows);
  const keys = new Uint32Array(sortedRows);
  const binWeights = new Float64Array(binCount * classCount);
  const binRows = new Uint32Array(binCount);
  const left = new Float64Array(classCount);

  /** Gathers the node's ranks in the column; gives the smallest and the largest. */
  function gather(node: NodeRows, column: number): { smallest: number; largest: number } {
    const start = column * data.rows;
    let smallest = 0xffffffff;
    let largest = 0;
    for (let index = 0; index < node.count; index++) {
      const rank = data.ranks[start + (node.rows[index] ?? 0)] ?? 0;
      ranks[index] = rank;
      if (rank < smallest) smallest = rank;
      if (rank > largest) largest = rank;
    }
    return { smallest, largest };
  }

  function cutBySorting(node: NodeRows, minRows: number, gainToBeat: number): Cut | null {
    const { count, classes, weights, classWeights } = node;
    for (let index = 0; index < count; index++) keys[index] = ((ranks[index] ?? 0) << sortedBits) | index;
    sortKeys(keys, count);
    left.fill(0);
    let best: Cut | null = null;
    let bestGain = gainToBeat;
    for (let place = 0; place + 1 < count; place++) {
      const key = keys[place] ?? 0;
      const next = keys[place + 1] ?? 0;
      const index = key & (sortedRows - 1);
      const ownClass = classes[index] ?? 0;
      left[ownClass] = (left[ownClass] ?? 0) + (weights[index] ?? 0);
      const lastLeft = key >>> sortedBits;
      const firstRight = next >>> sortedBits;
      if (lastLeft === firstRight || place + 1 < minRows || count - place - 1 < minRows) continue;
      const gain = gainOf(left, classWeights);
      if (gain <= bestGain) continue;
      bestGain = gain;
      best = { gain, lastLeft, firstRight };
    }
    return best;
  }

  function cutByHistogram(node: NodeRows, smallest: number, largest: number, minRows: number, gainToBeat: number): Cut | null {
    const { count, classes, weights, classWeights } = node;
    const span = largest - smallest + 1;
    const bins = Math.min(binCount, span);
    // Whole numbers throughout when every rank has a bin of its own.
    const binsPerRank = bins / span;
    binWeights.fill(0, 0, bins * classCount);
    binRows.fill(0, 0, bins);
    for (let index = 0; index < count; index++) {
      const bin = (((ranks[index] ?? 0) - smallest) * binsPerRank) | 0;
      const place = bin * classCount + (classes[index] ?? 0);
      binWeights[place] = (binWeights[place] ?? 0) + (weights[index] ?? 0);
      binRows[bin] = (binRows[bin] ?? 0) + 1;
    }
    left.fill(0);
    let bestGain = gainToBeat;
    let bestBin = -1;
    let rowsLeft = 0;
    for (let bin = 0; bin + 1 < bins; bin++) {
      const inBin = binRows[bin] ?? 0;
      if (inBin === 0) continue;
      rowsLeft += inBin;
      for (let each = 0; each < classCount; each++) left[each] = (left[each] ?? 0) + (binWeights[bin * classCount + each] ?? 0);
      if (rowsLeft < minRows || count - rowsLeft < minRows) continue;
      const gain = gainOf(left, classWeights);
      if (gain <= bestGain) continue;
      bestGain = gain;
      bestBin = bin;
    }
    return bestBin < 0 ? null : { gain: bestGain, ...edgesOfBin(count, smallest, binsPerRank, bestBin) };
  }

  /** The ranks on both sides of the end of a bin that rows of this node have. */
  function edgesOfBin(
    count: number,
    smallest: number,
    binsPerRank: number,
    lastBin: number,
  ): { lastLeft: number; firstRight: number } {
    let lastLeft = 0;
    let firstRight = 0xffffffff;
    for (let index = 0; index < count; index++) {
      const rank = ranks[index] ?? 0;
      const isLeft = (((rank - smallest) * binsPerRank) | 0) <= lastBin;
      if (isLeft && rank > lastLeft) lastLeft = rank;
      if (!isLeft && rank < firstRight) firstRight = rank;
    }
    return { lastLeft, firstRight };
  }

  return {
    bestCut(node, column, minRows, gainToBeat) {
      const { smallest, largest } = gather(node, column);
      if (smallest === largest) return null;
      if (node.count <= sortedRows && largest < rankLimit) return cutBySorting(node, minRows, gainToBeat);
      return cutByHistogram(node, smallest, largest, minRows, gainToBeat);
    },
  };
}

function gainOf(left: Float64Array, all: Float64Array): number {
  let leftWeight = 0;
  let rightWeight = 0;
  let leftSquares = 0;
  let rightSquares = 0;
  for (let each = 0; each < all.length; each++) {
    const own = left[each] ?? 0;
    const other = (all[each] ?? 0) - own;
    leftWeight += own;
    rightWeight += other;
    leftSquares += own * own;
    rightSquares += other * other;
  }
  return leftSquares / leftWeight + rightSquares / rightWeight;
}

/** Ascending, in place: by insertion where that is shorter than a call into the engine's sort. */
function sortKeys(keys: Uint32Array, count: number): void {
  if (count > 32) {
    keys.subarray(0, count).sort();
    return;
  }
  for (let place = 1; place < count; place++) {
    const key = keys[place] ?? 0;
    let hole = place;
    while (hole > 0 && (keys[hole - 1] ?? 0) > key) {
      keys[hole] = keys[hole - 1] ?? 0;
      hole--;
    }
    keys[hole] = key;
  }
}
