import { nodeDepths, type Trees } from "./trees.ts";

// A node is two 32-bit words: the rank of its threshold, and its column (11 bits) beside its left child within the tree (21 bits).
const columnBits = 11;
const columnMask = (1 << columnBits) - 1;
const maxNodesOfTree = 1 << (32 - columnBits);
const leafRank = 0x7fffffff;
const bucketCount = 4096;

/**
 * Trees prepared for scoring many rows. Every threshold is replaced by its rank among all thresholds of its column, so a row is
 * ranked once per column and every step of every tree is integer arithmetic without a branch: on branches that depend on the data
 * the processor guesses wrong half of the time, and those misses are most of what a plain walk costs.
 */
export interface RankCodedTrees {
  readonly columns: readonly ColumnRanks[];
  readonly trees: readonly RankCodedTree[];
}

export interface RankCodedTree {
  readonly nodes: Int32Array;
  readonly depth: number;
  /** Where the tree starts among all nodes. */
  readonly start: number;
}

/** The thresholds of one column in ascending order, and where those of each of 4,096 equal spans begin. */
interface ColumnRanks {
  readonly thresholds: Float32Array;
  readonly smallest: number;
  readonly largest: number;
  readonly bucketsPerUnit: number;
  readonly bucketStart: Int32Array;
}

/** The trees as ranks; null when there are more than 2,048 columns or a tree has two million nodes, which need the plain walk. */
export function rankCodedTrees(trees: Trees, columnCount: number): RankCodedTrees | null {
  const starts = Array.from(trees.offsets.subarray(0, -1));
  const sizes = starts.map((start, tree) => (trees.offsets[tree + 1] ?? 0) - start);
  if (columnCount > columnMask + 1 || sizes.some((size) => size > maxNodesOfTree)) return null;
  const columns = thresholdsByColumn(trees, columnCount).map(columnRanks);
  const depths = nodeDepths(trees);
  return {
    columns,
    trees: starts.map((start, tree) => {
      const end = start + (sizes[tree] ?? 0);
      return {
        start,
        depth: depths.subarray(start, end).reduce((most, depth) => Math.max(most, depth), 0),
        nodes: rankCodedNodes(trees, start, end, columns),
      };
    }),
  };
}

function thresholdsByColumn(trees: Trees, columnCount: number): Float32Array[] {
  const thresholds = Array.from({ length: columnCount }, () => new Set<number>());
  trees.feature.forEach((column, node) => {
    thresholds[column]?.add(trees.threshold[node] ?? 0);
  });
  return thresholds.map((values) => Float32Array.from(values).sort());
}

function columnRanks(thresholds: Float32Array): ColumnRanks {
  const smallest = thresholds[0] ?? 0;
  const largest = thresholds.at(-1) ?? 0;
  const bucketsPerUnit = largest > smallest ? bucketCount / (largest - smallest) : 0;
  const bucketStart = new Int32Array(bucketCount + 2);
  for (const threshold of thresholds) {
    const bucket = Math.min(bucketCount, Math.floor((threshold - smallest) * bucketsPerUnit));
    bucketStart[bucket + 1] = (bucketStart[bucket + 1] ?? 0) + 1;
  }
  for (let bucket = 0; bucket <= bucketCount; bucket++)
    bucketStart[bucket + 1] = (bucketStart[bucket + 1] ?? 0) + (bucketStart[bucket] ?? 0);
  return { thresholds, smallest, largest, bucketsPerUnit, bucketStart };
}

/** A leaf asks whether its row is above the highest rank there is, and so leads to itself until the depth of the tree is through. */
function rankCodedNodes(trees: Trees, start: number, end: number, columns: readonly ColumnRanks[]): Int32Array {
  const nodes = new Int32Array(2 * (end - start));
  for (let node = start; node < end; node++) {
    const column = trees.feature[node] ?? -1;
    const ranks = columns[column];
    const place = 2 * (node - start);
    nodes[place] = ranks === undefined ? leafRank : rankOf(ranks, trees.threshold[node] ?? 0);
    nodes[place + 1] = Math.max(0, column) | (((trees.left[node] ?? 0) - start) << columnBits);
  }
  return nodes;
}

/** The column that a coded node asks for; 0 for a leaf. */
export function columnOfNode(nodes: Int32Array, node: number): number {
  return (nodes[2 * node + 1] ?? 0) & columnMask;
}

/** The left child of a coded node, within its tree; a leaf's is the leaf. */
export function childOfNode(nodes: Int32Array, node: number): number {
  return (nodes[2 * node + 1] ?? 0) >>> columnBits;
}

/** How many thresholds of the column lie below the value: value <= thresholds[rank] exactly when its own rank is at most that one. */
function rankOf(ranks: ColumnRanks, value: number): number {
  const { thresholds, smallest, bucketsPerUnit, bucketStart } = ranks;
  if (value <= smallest) return 0;
  if (value > ranks.largest) return thresholds.length;
  // A rising function of the value: thresholds of earlier buckets are below it, those of later ones are not.
  const bucket = ((value - smallest) * bucketsPerUnit) | 0;
  let low = bucketStart[bucket] ?? 0;
  let high = bucketStart[bucket + 1] ?? 0;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((thresholds[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Writes the ranks of `count` rows of 32-bit floats (row after row in `block`) to `ranks`, in the same layout. */
export function rankRows(coded: RankCodedTrees, block: Float32Array, count: number, ranks: Int32Array): void {
  const width = coded.columns.length;
  coded.columns.forEach((column, index) => {
    const end = count * width;
    for (let place = index; place < end; place += width) ranks[place] = rankOf(column, block[place] ?? 0);
  });
}

/**
 * Adds to out[first + r], tree by tree, the value of the leaf that ranked row r falls into. Four rows go down a tree side by side:
 * each step waits for memory, and four independent waits overlap.
 */
export function addLeafValues(
  coded: RankCodedTrees,
  leafValues: Float64Array,
  ranks: Int32Array,
  count: number,
  out: Float64Array,
  first: number,
): void {
  const width = coded.columns.length;
  for (const { nodes, depth, start } of coded.trees) {
    const values = leafValues.subarray(start);
    let row = 0;
    let a = 0;
    for (; row + 4 <= count; row += 4, a += 4 * width) {
      const b = a + width;
      const c = b + width;
      const d = c + width;
      let nodeA = 0;
      let nodeB = 0;
      let nodeC = 0;
      let nodeD = 0;
      for (let step = 0; step < depth; step++) {
        let word = nodes[2 * nodeA + 1] ?? 0;
        nodeA = (word >>> columnBits) + (((nodes[2 * nodeA] ?? 0) - (ranks[a + (word & columnMask)] ?? 0)) >>> 31);
        word = nodes[2 * nodeB + 1] ?? 0;
        nodeB = (word >>> columnBits) + (((nodes[2 * nodeB] ?? 0) - (ranks[b + (word & columnMask)] ?? 0)) >>> 31);
        word = nodes[2 * nodeC + 1] ?? 0;
        nodeC = (word >>> columnBits) + (((nodes[2 * nodeC] ?? 0) - (ranks[c + (word & columnMask)] ?? 0)) >>> 31);
        word = nodes[2 * nodeD + 1] ?? 0;
        nodeD = (word >>> columnBits) + (((nodes[2 * nodeD] ?? 0) - (ranks[d + (word & columnMask)] ?? 0)) >>> 31);
      }
      const place = first + row;
      out[place] = (out[place] ?? 0) + (values[nodeA] ?? 0);
      out[place + 1] = (out[place + 1] ?? 0) + (values[nodeB] ?? 0);
      out[place + 2] = (out[place + 2] ?? 0) + (values[nodeC] ?? 0);
      out[place + 3] = (out[place + 3] ?? 0) + (values[nodeD] ?? 0);
    }
    for (; row < count; row++, a += width) {
      let node = 0;
      for (let step = 0; step < depth; step++) {
        const word = nodes[2 * node + 1] ?? 0;
        node = (word >>> columnBits) + (((nodes[2 * node] ?? 0) - (ranks[a + (word & columnMask)] ?? 0)) >>> 31);
      }
      out[first + row] = (out[first + row] ?? 0) + (values[node] ?? 0);
    }
  }
}
