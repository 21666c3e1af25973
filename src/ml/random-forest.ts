import { z } from "zod";
import { type Random, seededRandom } from "../stats/random.ts";
import { type LabelledColumns, treeGrower } from "./grow-classification-tree.ts";
import { impurityImportance } from "./impurity-importance.ts";
import { type Matrix, requireColumns } from "./matrix.ts";
import { columnMedians, copyRows } from "./missing-values.ts";
import { rankedColumns } from "./ranked-columns.ts";
import { emptyTrees, firstNodes, joinTrees, leafOf, type Trees } from "./trees.ts";

/** What a random forest can be told; names and meaning as in scikit-learn's RandomForestClassifier. */
export const randomForestOptions = z.strictObject({
  trees: z.int().min(1).max(100_000).default(100),
  /** Columns looked at for each split: "sqrt" of their number, a count above 1, or a share of the columns up to 1. */
  maxFeatures: z.union([z.literal("sqrt"), z.number().positive()]).default("sqrt"),
  /** Null grows until every leaf is pure. */
  maxDepth: z.int().min(1).nullable().default(null),
  minSamplesLeaf: z.int().min(1).default(1),
  /** "balanced" weighs each class by the inverse of its frequency, a list gives the weight of each class. */
  classWeights: z.union([z.enum(["none", "balanced"]), z.array(z.number().positive())]).default("none"),
  /** Whether each tree learns from rows drawn with replacement, which is what leaves rows out of the bag. */
  bootstrap: z.boolean().default(true),
  seed: z.int().default(42),
});
export type RandomForestOptions = z.infer<typeof randomForestOptions>;

/** A fitted random forest for classes 0, 1, …: plain data. */
export interface RandomForest {
  readonly options: RandomForestOptions;
  readonly columns: number;
  readonly classCount: number;
  readonly trees: Trees;
  /** By node and class: the share of the class among the rows that reached the node. */
  readonly shares: Float64Array;
  /** By column: what a missing value is taken for. */
  readonly medians: Float64Array;
  /** By column: its part in making leaves purer; adds up to 1, or to 0 when no split was made. */
  readonly importance: Float64Array;
  /** How the forest does on rows that a tree has not seen; null without bootstrap. */
  readonly outOfBag: OutOfBag | null;
}

export interface OutOfBag {
  /** Share of the rows that are classed wrongly by the trees that did not learn from them; NaN when every tree saw every row. */
  readonly error: number;
  /** By row and class: probabilities from those trees; NaN for a row that every tree saw. */
  readonly probabilities: Matrix;
}

/**
 * Fits a random forest (Breiman 2001) on rows and their classes, whole numbers from 0; the same input and seed give the same forest.
 * Missing values (NaN) are taken for the median of their column. RangeError on a class that is not a whole number below 256, on
 * unequal lengths, without rows, or on a value that no 32-bit float can hold.
 */
export function randomForest(
  matrix: Matrix,
  classes: ArrayLike<number>,
  options: z.input<typeof randomForestOptions> = {},
): RandomForest {
  const parsed = randomForestOptions.parse(options);
  requireClasses(matrix, classes);
  const medians = columnMedians(matrix);
  const values = new Float32Array(matrix.rows * matrix.columns);
  copyRows(matrix, medians, 0, matrix.rows, values);
  const labels = Uint8Array.from(classes);
  const data = {
    ...rankedColumns(values, matrix.rows, matrix.columns),
    classes: labels,
    classCount: 1 + labels.reduce((most, label) => Math.max(most, label), 0),
  };
  const grown = growForest(data, values, parsed);
  return { options: parsed, columns: matrix.columns, classCount: data.classCount, medians, ...grown };
}

function requireClasses(matrix: Matrix, classes: ArrayLike<number>): void {
  if (matrix.rows === 0 || matrix.columns === 0)
    throw new RangeError(`nothing to fit on: ${matrix.rows} rows of ${matrix.columns} columns`);
  if (classes.length !== matrix.rows) throw new RangeError(`${classes.length} classes are given for ${matrix.rows} rows`);
  const wrong = Array.from(classes).find((label) => !Number.isInteger(label) || label < 0 || label > 255);
  if (wrong !== undefined) throw new RangeError(`a class is a whole number from 0 to 255, not ${wrong}`);
}

function growForest(
  data: LabelledColumns,
  values: Float32Array,
  options: RandomForestOptions,
): Pick<RandomForest, "trees" | "shares" | "importance" | "outOfBag"> {
  const { rows, columns, classCount } = data;
  const scratch = { trees: emptyTrees(1, 2 * rows - 1), classWeights: new Float64Array((2 * rows - 1) * classCount) };
  const limits = {
    columnsPerSplit: columnsPerSplit(options.maxFeatures, columns),
    maxDepth: options.maxDepth ?? Number.POSITIVE_INFINITY,
    minSamplesLeaf: options.minSamplesLeaf,
  };
  const growTree = treeGrower(data, scratch, limits);
  const perClass = weightsOfClasses(data, options.classWeights);
  const random = seededRandom(options.seed);
  const votes = new Float64Array(rows * classCount);
  const trees: Trees[] = [];
  const weights: Float64Array[] = [];
  for (let tree = 0; tree < options.trees; tree++) {
    // Each tree has a stream of its own, so that trees grown side by side come out the same.
    const own = random.fork(tree);
    const counts = options.bootstrap ? bootstrapCounts(rows, own) : new Uint32Array(rows).fill(1);
    const size = growTree(
      rowsInBag(counts),
      Float64Array.from(counts, (count, row) => count * (perClass[data.classes[row] ?? 0] ?? 1)),
      own,
    );
    const grown = firstNodes(scratch.trees, size);
    const classWeights = scratch.classWeights.slice(0, size * classCount);
    trees.push(grown);
    weights.push(classWeights);
    if (options.bootstrap) addOutOfBagVotes(votes, grown, sharesOf(classWeights, classCount), values, columns, counts);
  }
  const joined = joinTrees(trees);
  const classWeights = concatenated(weights);
  return {
    trees: joined,
    shares: sharesOf(classWeights, classCount),
    importance: impurityImportance(joined, classWeights, columns),
    outOfBag: options.bootstrap ? outOfBag(votes, data) : null,
  };
}

function columnsPerSplit(maxFeatures: RandomForestOptions["maxFeatures"], columns: number): number {
  const wanted = maxFeatures === "sqrt" ? Math.sqrt(columns) : maxFeatures <= 1 ? maxFeatures * columns : maxFeatures;
  return Math.max(1, Math.min(columns, Math.floor(wanted)));
}

/** By class. "balanced" as in scikit-learn: rows / (classes that occur * rows of the class). */
function weightsOfClasses(data: LabelledColumns, classWeights: RandomForestOptions["classWeights"]): number[] {
  const counts = Array.from({ length: data.classCount }, (_, label) => data.classes.filter((own) => own === label).length);
  if (classWeights === "none") return counts.map(() => 1);
  if (classWeights === "balanced") {
    const occurring = counts.filter((count) => count > 0).length;
    return counts.map((count) => (count === 0 ? 1 : data.rows / (occurring * count)));
  }
  if (classWeights.length < data.classCount)
    throw new RangeError(`${classWeights.length} class weights are given for ${data.classCount} classes`);
  return classWeights.slice();
}

/** How often each row was drawn, drawing as many rows as there are, with replacement. */
function bootstrapCounts(rows: number, random: Random): Uint32Array {
  const counts = new Uint32Array(rows);
  for (let draw = 0; draw < rows; draw++) {
    const row = random.integer(rows);
    counts[row] = (counts[row] ?? 0) + 1;
  }
  return counts;
}

function rowsInBag(counts: Uint32Array): Uint32Array {
  const rows = new Uint32Array(counts.length);
  let size = 0;
  for (let row = 0; row < counts.length; row++) if ((counts[row] ?? 0) > 0) rows[size++] = row;
  return rows.subarray(0, size);
}

/** Class weights of every node as shares of their sum. */
export function sharesOf(classWeights: Float64Array, classCount: number): Float64Array {
  const shares = new Float64Array(classWeights.length);
  for (let start = 0; start < shares.length; start += classCount) {
    const total = classWeights.subarray(start, start + classCount).reduce((sum, weight) => sum + weight, 0);
    for (let place = start; place < start + classCount; place++)
      shares[place] = total === 0 ? 0 : (classWeights[place] ?? 0) / total;
  }
  return shares;
}

function concatenated(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

function addOutOfBagVotes(
  votes: Float64Array,
  tree: Trees,
  shares: Float64Array,
  values: Float32Array,
  columns: number,
  counts: Uint32Array,
): void {
  const classCount = votes.length / counts.length;
  for (let row = 0; row < counts.length; row++) {
    if ((counts[row] ?? 0) > 0) continue;
    addShares(votes, row * classCount, shares, leafOf(tree, 0, values, row * columns), classCount);
  }
}

function addShares(votes: Float64Array, place: number, shares: Float64Array, leaf: number, classCount: number): void {
  for (let each = 0; each < classCount; each++)
    votes[place + each] = (votes[place + each] ?? 0) + (shares[leaf * classCount + each] ?? 0);
}

function outOfBag(votes: Float64Array, { classes, classCount, rows }: LabelledColumns): OutOfBag {
  let judged = 0;
  let wrong = 0;
  for (let row = 0; row < rows; row++) {
    const own = votes.subarray(row * classCount, (row + 1) * classCount);
    const total = own.reduce((sum, vote) => sum + vote, 0);
    if (total > 0) {
      judged++;
      if (largestOf(own) !== classes[row]) wrong++;
    }
    for (let each = 0; each < classCount; each++) own[each] = total > 0 ? (own[each] ?? 0) / total : Number.NaN;
  }
  return { error: judged === 0 ? Number.NaN : wrong / judged, probabilities: { rows, columns: classCount, values: votes } };
}

/** The first of the largest. */
function largestOf(values: Float64Array | Float32Array): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if ((values[index] ?? 0) > (values[best] ?? 0)) best = index;
  return best;
}

/** By row and class: the mean over the trees of the share of the class in the leaf, scikit-learn's predict_proba. */
export function classProbabilities(forest: RandomForest, matrix: Matrix): Matrix {
  requireColumns(matrix, forest.columns);
  const { classCount, trees, shares } = forest;
  const treeCount = trees.offsets.length - 1;
  const values = new Float32Array(matrix.rows * matrix.columns);
  copyRows(matrix, forest.medians, 0, matrix.rows, values);
  const sums = new Float64Array(matrix.rows * classCount);
  for (let tree = 0; tree < treeCount; tree++) {
    for (let row = 0; row < matrix.rows; row++) {
      addShares(sums, row * classCount, shares, leafOf(trees, tree, values, row * matrix.columns), classCount);
    }
  }
  return { rows: matrix.rows, columns: classCount, values: sums.map((sum) => sum / treeCount) };
}

/** The most probable class of every row, the first of equals. */
export function predictClasses(forest: RandomForest, matrix: Matrix): Uint8Array {
  const { values, columns } = classProbabilities(forest, matrix);
  return Uint8Array.from({ length: matrix.rows }, (_, row) => largestOf(values.subarray(row * columns, (row + 1) * columns)));
}
