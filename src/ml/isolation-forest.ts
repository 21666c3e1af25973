import { z } from "zod";
import { quantile } from "../stats/quantile.ts";
import { type Random, seededRandom } from "../stats/random.ts";
import { averagePathLength } from "./average-path-length.ts";
import { growIsolationTree, type SubSample } from "./grow-isolation-tree.ts";
import { type Matrix, requireColumns } from "./matrix.ts";
import { columnMedians, copyRows } from "./missing-values.ts";
import { rankCodedTrees } from "./rank-coded-trees.ts";
import { blockRows, type ScoringWay, treeScorer } from "./tree-scorer.ts";
import { emptyTrees, firstNodes, joinTrees, leafOf, nodeDepths, type Trees } from "./trees.ts";

/** What an isolation forest can be told; names and meaning as in scikit-learn's IsolationForest. */
export const isolationForestOptions = z.strictObject({
  trees: z.int().min(1).max(100_000).default(100),
  /** Rows a tree is grown from: a count above 1, a share of the rows up to 1, or "auto": at most 256. */
  maxSamples: z.union([z.literal("auto"), z.number().positive()]).default("auto"),
  /** Columns a tree may ask for: a count above 1, or a share of the columns up to 1 (all of them). */
  maxFeatures: z.number().positive().default(1),
  /** The share of the training rows that `predict` calls outliers; "auto" calls out what scores below -0.5. */
  contamination: z.union([z.literal("auto"), z.number().positive().max(0.5)]).default("auto"),
  seed: z.int().default(42),
});
export type IsolationForestOptions = z.infer<typeof isolationForestOptions>;

/** A fitted isolation forest: plain data. */
export interface IsolationForest {
  readonly options: IsolationForestOptions;
  readonly columns: number;
  /** Rows that each tree was grown from. */
  readonly sampleSize: number;
  readonly trees: Trees;
  /** By node: steps from the root, and for a leaf that still holds several rows the steps they would have gone on for. */
  readonly pathLengths: Float64Array;
  /** By column: what a missing value is taken for. */
  readonly medians: Float64Array;
  /** The score below which `predict` says outlier. */
  readonly offset: number;
}

// Below this many rows, preparing the trees costs more than it saves.
const fewRows = 64;

/**
 * Fits an isolation forest (Liu, Ting and Zhou 2008) on rows of numbers; the same matrix, options and seed give the same forest.
 * A missing value (NaN) is taken for the median of its column, in fitting and in scoring: it never makes a row stand out, and
 * `explainIsolation` says where it stood in. RangeError without rows or columns, or on a value that no 32-bit float can hold.
 */
export function isolationForest(matrix: Matrix, options: z.input<typeof isolationForestOptions> = {}): IsolationForest {
  const parsed = isolationForestOptions.parse(options);
  if (matrix.rows === 0 || matrix.columns === 0)
    throw new RangeError(`nothing to fit on: ${matrix.rows} rows of ${matrix.columns} columns`);
  const sampleSize = parsed.maxSamples === "auto" ? Math.min(256, matrix.rows) : countOf(parsed.maxSamples, matrix.rows);
  const medians = columnMedians(matrix);
  const trees = growTrees(matrix, medians, sampleSize, parsed);
  const forest = {
    options: parsed,
    columns: matrix.columns,
    sampleSize,
    trees,
    pathLengths: pathLengthsOf(trees),
    medians,
    offset: -0.5,
  };
  return parsed.contamination === "auto"
    ? forest
    : { ...forest, offset: quantile(scoreSamples(forest, matrix), parsed.contamination) };
}

/** A number up to 1 is a share of the whole, a larger one a count. */
function countOf(amount: number, whole: number): number {
  return Math.max(1, Math.min(whole, Math.floor(amount <= 1 ? amount * whole : amount)));
}

function growTrees(matrix: Matrix, medians: Float64Array, sampleSize: number, options: IsolationForestOptions): Trees {
  const maxDepth = Math.ceil(Math.log2(Math.max(sampleSize, 2)));
  const columnCount = countOf(options.maxFeatures, matrix.columns);
  const random = seededRandom(options.seed);
  const scratch = emptyTrees(1, 2 * sampleSize - 1);
  const grown: Trees[] = [];
  for (let tree = 0; tree < options.trees; tree++) {
    // Each tree has a stream of its own, so that trees grown side by side come out the same.
    const own = random.fork(tree);
    const columns =
      columnCount === matrix.columns
        ? Uint32Array.from({ length: columnCount }, (_, column) => column)
        : own.sample(columnCount, matrix.columns).sort();
    const size = growIsolationTree(scratch, 0, subSample(matrix, medians, sampleSize, own), { columns, maxDepth }, own);
    grown.push(firstNodes(scratch, size));
  }
  return joinTrees(grown);
}

function subSample(matrix: Matrix, medians: Float64Array, size: number, random: Random): SubSample {
  const values = new Float32Array(size * matrix.columns);
  random.sample(size, matrix.rows).forEach((row, place) => {
    for (let column = 0; column < matrix.columns; column++) {
      const value = matrix.values[row * matrix.columns + column] ?? Number.NaN;
      values[column * size + place] = Number.isNaN(value) ? (medians[column] ?? 0) : value;
    }
  });
  return { rows: size, values };
}

/** Path length of every node, from the shape of the trees alone: a model file need not carry it. */
export function pathLengthsOf(trees: Trees): Float64Array {
  const depths = nodeDepths(trees);
  return Float64Array.from(
    depths,
    (depth, node) => depth + ((trees.feature[node] ?? -1) < 0 ? averagePathLength(trees.rows[node] ?? 0) : 0),
  );
}

/**
 * The score of every row, from -1 to 0, the lower the more abnormal: -2^(-E(h)/c), scikit-learn's score_samples.
 * The same bits whichever way. RangeError when the columns differ from those of the fit.
 */
export function scoreSamples(forest: IsolationForest, matrix: Matrix, way: ScoringWay = "webassembly"): Float64Array {
  const lengths = summedPathLengths(forest, matrix, way);
  const treeCount = forest.trees.offsets.length - 1;
  const usualLength = averagePathLength(forest.sampleSize);
  for (let row = 0; row < lengths.length; row++) lengths[row] = -isolationScore((lengths[row] ?? 0) / treeCount, usualLength);
  return lengths;
}

/** 2^(-length / usual): near 1 for a row that soon stands alone, 0.5 for an average one (and for all, when there was one row to fit on). */
export function isolationScore(averageLength: number, usualLength: number): number {
  return usualLength === 0 ? 0.5 : 2 ** (-averageLength / usualLength);
}

/** Score minus offset: negative for outliers, scikit-learn's decision_function. */
export function decisionFunction(forest: IsolationForest, matrix: Matrix): Float64Array {
  return scoreSamples(forest, matrix).map((score) => score - forest.offset);
}

/** -1 for outliers, 1 for the others, scikit-learn's predict. */
export function predictOutliers(forest: IsolationForest, matrix: Matrix): Int8Array {
  return Int8Array.from(decisionFunction(forest, matrix), (distance) => (distance < 0 ? -1 : 1));
}

/** The path lengths of every row, summed over the trees in their order, so that all ways of walking give the same bits. */
function summedPathLengths(forest: IsolationForest, matrix: Matrix, way: ScoringWay): Float64Array {
  requireColumns(matrix, forest.columns);
  const sums = new Float64Array(matrix.rows);
  const coded = matrix.rows < fewRows ? null : rankCodedTrees(forest.trees, matrix.columns);
  const scorer = coded === null ? null : treeScorer(coded, forest.pathLengths, way);
  const block = scorer?.block ?? new Float32Array(Math.min(blockRows, matrix.rows) * matrix.columns);
  for (let first = 0; first < matrix.rows; first += blockRows) {
    const count = Math.min(blockRows, matrix.rows - first);
    copyRows(matrix, forest.medians, first, count, block);
    if (scorer === null) walkRows(forest, block, count, sums, first);
    else scorer.add(count, sums, first);
  }
  return sums;
}

function walkRows(forest: IsolationForest, block: Float32Array, count: number, sums: Float64Array, first: number): void {
  for (let tree = 0; tree < forest.trees.offsets.length - 1; tree++) {
    for (let row = 0; row < count; row++) {
      const leaf = leafOf(forest.trees, tree, block, row * forest.columns);
      sums[first + row] = (sums[first + row] ?? 0) + (forest.pathLengths[leaf] ?? 0);
    }
  }
}
