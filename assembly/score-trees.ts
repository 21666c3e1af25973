// AssemblyScript, compiled to WebAssembly by scripts/build-assembly.mjs. Byte offsets into one memory, laid out by
// src/ml/tree-scorer.ts; nothing is allocated here. It does what rank-coded-trees.ts does in plain JavaScript, in the same order of
// operations, so both give the same bits.

// A node is two 32-bit words: the rank of its threshold; its column in 11 bits below its left child in 21.
const columnBits: u32 = 11;
const columnMask: u32 = (1 << columnBits) - 1;

// @ts-expect-error: decorators are AssemblyScript's own
@inline
function step(nodes: usize, node: u32, row: usize): u32 {
  const pair = load<u64>(nodes + (<usize>node << 3));
  const word = <u32>(pair >> 32);
  return (word >>> columnBits) + (<u32>(<i32>pair - load<i32>(row + (<usize>(word & columnMask) << 2))) >>> 31);
}

/** For `count` ranked rows of `width` 32-bit ranks: adds to out[r] (64-bit float) the value of the leaf that row r falls into, tree by tree. */
export function addLeafValues(
  trees: usize,
  treeCount: u32,
  nodes: usize,
  values: usize,
  ranks: usize,
  width: u32,
  count: u32,
  out: usize,
): void {
  const stride = <usize>width << 2;
  for (let tree: u32 = 0; tree < treeCount; tree++) {
    // Of each tree: its first node, its depth.
    const start = load<u32>(trees + (<usize>tree << 3));
    const depth = load<u32>(trees + (<usize>tree << 3), 4);
    const own = nodes + (<usize>start << 3);
    const leaves = values + (<usize>start << 3);
    let row = ranks;
    let sum = out;
    let left = count;
    for (; left >= 6; left -= 6) {
      const rowB = row + stride;
      const rowC = rowB + stride;
      const rowD = rowC + stride;
      const rowE = rowD + stride;
      const rowF = rowE + stride;
      let nodeA: u32 = 0;
      let nodeB: u32 = 0;
      let nodeC: u32 = 0;
      let nodeD: u32 = 0;
      let nodeE: u32 = 0;
      let nodeF: u32 = 0;
      for (let level: u32 = 0; level < depth; level++) {
        nodeA = step(own, nodeA, row);
        nodeB = step(own, nodeB, rowB);
        nodeC = step(own, nodeC, rowC);
        nodeD = step(own, nodeD, rowD);
        nodeE = step(own, nodeE, rowE);
        nodeF = step(own, nodeF, rowF);
      }
      store<f64>(sum, load<f64>(sum) + load<f64>(leaves + (<usize>nodeA << 3)));
      store<f64>(sum, load<f64>(sum, 8) + load<f64>(leaves + (<usize>nodeB << 3)), 8);
      store<f64>(sum, load<f64>(sum, 16) + load<f64>(leaves + (<usize>nodeC << 3)), 16);
      store<f64>(sum, load<f64>(sum, 24) + load<f64>(leaves + (<usize>nodeD << 3)), 24);
      store<f64>(sum, load<f64>(sum, 32) + load<f64>(leaves + (<usize>nodeE << 3)), 32);
      store<f64>(sum, load<f64>(sum, 40) + load<f64>(leaves + (<usize>nodeF << 3)), 40);
      row = rowF + stride;
      sum += 48;
    }
    for (; left > 0; left--) {
      let node: u32 = 0;
      for (let level: u32 = 0; level < depth; level++) node = step(own, node, row);
      store<f64>(sum, load<f64>(sum) + load<f64>(leaves + (<usize>node << 3)));
      row += stride;
      sum += 8;
    }
  }
}

/**
 * For `count` values of one column, `stride` bytes apart from `values` on (32-bit floats): writes to the same places of `ranks` how many
 * of its ascending thresholds lie below each. `buckets` says where the thresholds of each of 4,096 equal spans begin.
 */
export function rankColumn(
  values: usize,
  ranks: usize,
  stride: usize,
  count: u32,
  thresholds: usize,
  thresholdCount: u32,
  buckets: usize,
  bucketsPerUnit: f64,
): void {
  const smallest = load<f32>(thresholds);
  const largest = load<f32>(thresholds + (<usize>(thresholdCount - 1) << 2));
  for (let left = count; left > 0; left--) {
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
    store<u32>(ranks, rank);
    values += stride;
    ranks += stride;
  }
}
