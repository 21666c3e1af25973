import {
  addLeafValues,
  childOfNode,
  columnOfNode,
  type RankCodedTree,
  type RankCodedTrees,
  rankRows,
} from "./rank-coded-trees.ts";
import { type ScoreTrees, scoreTrees } from "./score-trees.ts";

/** Rows at a time: their ranks stay in the processor's second cache. The module counts on 2,048. */
export const blockRows = 2048;

/** Which code walks the trees. Both give the same bits; "plain" is for where WebAssembly is not to be had, and for checking. */
export type ScoringWay = "webassembly" | "plain";

export interface TreeScorer {
  /** Where up to `blockRows` rows of 32-bit floats, row after row, are put before they are scored. */
  readonly block: Float32Array;
  /** Adds to out[first + r] the values of the leaves that row r of the block falls into, tree by tree in their order. */
  add(count: number, out: Float64Array, first: number): void;
}

/** Gets trees ready for scoring many rows; `leafValues` has one number a node. */
export function treeScorer(coded: RankCodedTrees, leafValues: Float64Array, way: ScoringWay): TreeScorer {
  return way === "plain" ? plainScorer(coded, leafValues) : webAssemblyScorer(coded, leafValues);
}

function plainScorer(coded: RankCodedTrees, leafValues: Float64Array): TreeScorer {
  const block = new Float32Array(blockRows * coded.columns.length);
  const ranks = new Int32Array(block.length);
  return {
    block,
    add(count, out, first) {
      rankRows(coded, block, count, ranks);
      addLeafValues(coded, leafValues, ranks, count, out, first);
    },
  };
}

const pageBytes = 65_536;
const alignment = 16;

function webAssemblyScorer(coded: RankCodedTrees, leafValues: Float64Array): TreeScorer {
  const width = coded.columns.length;
  const layout = new Layout();
  const trees = layout.place(Int32Array.from(coded.trees.flatMap(treeWords)));
  const nodes = layout.place(nodesOfAll(coded, leafValues.length));
  const values = layout.place(leafValues);
  const columns = coded.columns.map((column) => ({
    count: column.thresholds.length,
    thresholds: layout.place(column.thresholds),
    buckets: layout.place(column.bucketStart),
    bucketsPerUnit: column.bucketsPerUnit,
  }));
  const blockAt = layout.leave(4 * blockRows * width);
  const ranksAt = layout.leave(columnBytes * width);
  const pathsAt = layout.leave(4 * blockRows);
  const sumsAt = layout.leave(8 * blockRows);
  const { memory, run } = layout.build();
  const block = new Float32Array(memory.buffer, blockAt, blockRows * width);
  const sums = new Float64Array(memory.buffer, sumsAt, blockRows);
  return {
    block,
    add(count, out, first) {
      columns.forEach(({ count: thresholdCount, thresholds, buckets, bucketsPerUnit }, column) => {
        const ranks = ranksAt + columnBytes * column;
        // Without a threshold every rank is 0, as the memory is from the start.
        if (thresholdCount > 0)
          run.rankColumn(blockAt + 4 * column, 4 * width, count, ranks, thresholds, thresholdCount, buckets, bucketsPerUnit);
      });
      sums.set(out.subarray(first, first + count));
      run.addLeafValues(trees, coded.trees.length, nodes, values, ranksAt, count, pathsAt, sumsAt);
      out.set(sums.subarray(0, count), first);
    },
  };
}

/** Ranks of a column in a block. */
const columnBytes = 4 * blockRows;

/** A tree as the module wants it: see assembly/score-trees.ts. */
function treeWords({ nodes, depth, start }: RankCodedTree): number[] {
  const top = [0];
  // Below a leaf the leaf stands again, so that every path has three steps.
  for (let place = 0; place < 7; place++) top.push(...childrenOf(nodes, top[place] ?? 0));
  const upper = top.slice(0, 7);
  return [
    start,
    Math.max(0, depth - 3),
    0,
    0,
    ...upper.flatMap((node) => new Array<number>(4).fill(nodes[2 * node] ?? 0)),
    ...upper.map((node) => columnBytes * columnOfNode(nodes, node)),
    0,
    ...top.slice(7, 15),
  ];
}

function childrenOf(nodes: Int32Array, node: number): [number, number] {
  const child = childOfNode(nodes, node);
  return [child, child === node ? node : child + 1];
}

function nodesOfAll(coded: RankCodedTrees, nodeCount: number): Int32Array {
  const nodes = new Int32Array(2 * nodeCount);
  for (const tree of coded.trees) nodes.set(tree.nodes, 2 * tree.start);
  return nodes;
}

/** Arrays behind each other in the memory of one instance. */
class Layout {
  readonly #parts: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  #end = alignment;

  place(array: Int32Array | Float32Array | Float64Array): number {
    const at = this.leave(array.byteLength);
    this.#parts.push({ at, bytes: new Uint8Array(array.buffer, array.byteOffset, array.byteLength) });
    return at;
  }

  leave(byteLength: number): number {
    const at = this.#end;
    this.#end += Math.ceil(byteLength / alignment) * alignment;
    return at;
  }

  build(): { memory: WebAssembly.Memory; run: ScoreTrees } {
    const memory = new WebAssembly.Memory({ initial: Math.ceil(this.#end / pageBytes) });
    for (const { at, bytes } of this.#parts) new Uint8Array(memory.buffer).set(bytes, at);
    return { memory, run: scoreTrees(memory) };
  }
}
