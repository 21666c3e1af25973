// AssemblyScript, compiled to WebAssembly by scripts/build-assembly.mjs. Byte offsets into one memory, laid out by
// src/ml/tree-scorer.ts; nothing is allocated here. It does what rank-coded-trees.ts does in plain JavaScript, and adds in the same
// order, so both give the same bits.

// Ranks lie column after column, 2,048 rows each: those of a column begin 2^13 bytes after those of the one before.
const columnShift: u32 = 13;
// A node is two 32-bit words: the rank of its threshold; its column in 11 bits below its left child in 21.
const columnBits: u32 = 11;
const columnMask: u32 = (1 << columnBits) - 1;

// Of each tree, 8 words: its first node, its levels below the third, and nothing; then the seven nodes of its first three levels
// (rank of the threshold four times, for four rows at once, and where the ranks of its column begin), and the nodes of its fourth level.
const topThresholds: usize = 16;
const topColumns: usize = topThresholds + 7 * 16;
const fourthLevel: usize = topColumns + 7 * 4 + 4;
const treeBytes: usize = fourthLevel + 8 * 4;

@inline
function isAbove(tree: usize, node: usize, row: usize): v128 {
  const ranks = v128.load(row + load<u32>(tree + topColumns + (node << 2)));
  return i32x4.gt_s(ranks, v128.load(tree + topThresholds + (node << 4)));
}

/** Writes for `count` rows (rounded up to four) which of the eight nodes of the fourth level each comes to. */
@inline
function firstLevels(tree: usize, ranks: usize, count: u32, paths: usize): void {
  const one = i32x4.splat(1);
  const two = i32x4.splat(2);
  const four = i32x4.splat(4);
  for (let row: u32 = 0; row < count; row += 4) {
    const at = ranks + (<usize>row << 2);
    const first = isAbove(tree, 0, at);
    const second = v128.bitselect(isAbove(tree, 2, at), isAbove(tree, 1, at), first);
    const left = v128.bitselect(isAbove(tree, 4, at), isAbove(tree, 3, at), second);
    const right = v128.bitselect(isAbove(tree, 6, at), isAbove(tree, 5, at), second);
    const third = v128.bitselect(right, left, first);
    const path = v128.or(v128.or(v128.and(first, four), v128.and(second, two)), v128.and(third, one));
    v128.store(paths + (<usize>row << 2), path);
  }
}

@inline
function step(nodes: usize, node: u32, row: usize): u32 {
  const pair = load<u64>(nodes + (<usize>node << 3));
  const word = <u32>(pair >> 32);
  return (word >>> columnBits) + (<u32>(<i32>pair - load<i32>(row + (<usize>(word & columnMask) << columnShift))) >>> 31);
}

@inline
function start(tree: usize, paths: usize, row: u32): u32 {
  return load<u32>(tree + fourthLevel + (<usize>load<u32>(paths + (<usize>row << 2)) << 2));
}

/**
 * For `count` ranked rows, at most 2,048: adds to out[r] (64-bit float) the value of the leaf that row r falls into, tree by tree. The
 * first levels of a tree are walked by four rows at once, the others by six rows side by side: each step waits for memory, and six
 * independent waits overlap. `paths` is room for as many words as there are rows, rounded up to four.
 */
export function addLeafValues(
  trees: usize,
  treeCount: u32,
  nodes: usize,
  values: usize,
  ranks: usize,
  count: u32,
  paths: usize,
  out: usize,
): void {
  for (let number: u32 = 0; number < treeCount; number++) {
    const tree = trees + <usize>number * treeBytes;
    const first = load<u32>(tree);
    const levels = load<u32>(tree, 4);
    const own = nodes + (<usize>first << 3);
    const leaves = values + (<usize>first << 3);
    firstLevels(tree, ranks, count, paths);
    let row: u32 = 0;
    for (; row + 6 <= count; row += 6) {
      const a = ranks + (<usize>row << 2);
      let nodeA = start(tree, paths, row);
      let nodeB = start(tree, paths, row + 1);
      let nodeC = start(tree, paths, row + 2);
      let nodeD = start(tree, paths, row + 3);
      let nodeE = start(tree, paths, row + 4);
      let nodeF = start(tree, paths, row + 5);
      for (let level: u32 = 0; level < levels; level++) {
        nodeA = step(own, nodeA, a);
        nodeB = step(own, nodeB, a + 4);
        nodeC = step(own, nodeC, a + 8);
        nodeD = step(own, nodeD, a + 12);
        nodeE = step(own, nodeE, a + 16);
        nodeF = step(own, nodeF, a + 20);
      }
      const sum = out + (<usize>row << 3);
      store<f64>(sum, load<f64>(sum) + load<f64>(leaves + (<usize>nodeA << 3)));
      store<f64>(sum, load<f64>(sum, 8) + load<f64>(leaves + (<usize>nodeB << 3)), 8);
      store<f64>(sum, load<f64>(sum, 16) + load<f64>(leaves + (<usize>nodeC << 3)), 16);
      store<f64>(sum, load<f64>(sum, 24) + load<f64>(leaves + (<usize>nodeD << 3)), 24);
      store<f64>(sum, load<f64>(sum, 32) + load<f64>(leaves + (<usize>nodeE << 3)), 32);
      store<f64>(sum, load<f64>(sum, 40) + load<f64>(leaves + (<usize>nodeF << 3)), 40);
    }
    for (; row < count; row++) {
      const a = ranks + (<usize>row << 2);
      let node = start(tree, paths, row);
      for (let level: u32 = 0; level < levels; level++) node = step(own, node, a);
      const sum = out + (<usize>row << 3);
      store<f64>(sum, load<f64>(sum) + load<f64>(leaves + (<usize>node << 3)));
    }
  }
}

/**
 * For `count` values of one column, `stride` bytes apart from `values` on (32-bit floats): writes to `ranks`, one after the other, how
 * many of its ascending thresholds lie below each. `buckets` says where the thresholds of each of 4,096 equal spans begin.
 */
export function rankColumn(
  values: usize,
  stride: usize,
  count: u32,
  ranks: usize,
  thresholds: usize,
  thresholdCount: u32,
  buckets: usize,
  bucketsPerUnit: f64,
): void {
  const smallest = load<f32>(thresholds);
  const largest = load<f32>(thresholds + (<usize>(thresholdCount - 1) << 2));
  for (let row: u32 = 0; row < count; row++) {
    const value = load<f32>(values);
    let rank: u32 = 0;
    if (value > largest) rank = thresholdCount;
    else if (value > smallest) {
      const bucket = <usize>(<i32>((<f64>value - <f64>smallest) * bucketsPerUnit));
      let low = load<u32>(buckets + (bucket << 2));
      let high = load<u32>(buckets + (bucket << 2), 4);
      while (low < high) {
        const middle = (low + high) >> 1;
        const isBelow = load<f32>(thresholds + (<usize>middle << 2)) < value;
        low = isBelow ? middle + 1 : low;
        high = isBelow ? high : middle;
      }
      rank = low;
    }
    store<u32>(ranks + (<usize>row << 2), rank);
    values += stride;
  }
}
