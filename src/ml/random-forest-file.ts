import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { packedArray, packFloat64, unpackFloat64 } from "./packed-array.ts";
import { type RandomForest, randomForestOptions } from "./random-forest.ts";
import { treesFile, treesFromFile, treesToFile } from "./trees-file.ts";

/** A random forest as JSON: plain data, from which the same forest with the same probabilities is read back, without its training rows. */
export const randomForestFile = z.strictObject({
  algorithm: z.literal("random-forest"),
  version: z.literal(1),
  options: randomForestOptions,
  columns: z.int().positive(),
  classCount: z.int().positive(),
  medians: packedArray,
  importance: packedArray,
  shares: packedArray,
  outOfBagError: z.number().nullable(),
  trees: treesFile,
});
export type RandomForestFile = z.infer<typeof randomForestFile>;

/** What is written leaves the out-of-bag probabilities behind: they belong to the training rows. */
export function randomForestToFile(forest: RandomForest): RandomForestFile {
  const error = forest.outOfBag?.error ?? Number.NaN;
  return {
    algorithm: "random-forest",
    version: 1,
    options: forest.options,
    columns: forest.columns,
    classCount: forest.classCount,
    medians: packFloat64(forest.medians),
    importance: packFloat64(forest.importance),
    shares: packFloat64(forest.shares),
    outOfBagError: Number.isNaN(error) ? null : error,
    trees: treesToFile(forest.trees),
  };
}

/** SpoorError "bad-model" when the parts do not hold together. */
export function randomForestFromFile(file: RandomForestFile): RandomForest {
  const { options, columns, classCount, outOfBagError } = file;
  const trees = treesFromFile(file.trees, columns);
  const medians = sized(unpackFloat64(file.medians, "medians"), columns, "medians");
  const importance = sized(unpackFloat64(file.importance, "importance"), columns, "importance");
  const shares = sized(unpackFloat64(file.shares, "shares"), trees.feature.length * classCount, "shares");
  const probabilities = { rows: 0, columns: classCount, values: new Float64Array(0) };
  const outOfBag = outOfBagError === null ? null : { error: outOfBagError, probabilities };
  return { options, columns, classCount, trees, shares, medians, importance, outOfBag };
}

function sized(values: Float64Array, length: number, name: string): Float64Array {
  if (values.length === length && values.every(Number.isFinite)) return values;
  throw new SpoorError(
    "bad-model",
    `the model's ${name} are ${values.length} numbers where ${length} belong, or not all are finite`,
  );
}
