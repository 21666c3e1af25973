import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { type IsolationForest, isolationForestOptions, pathLengthsOf } from "./isolation-forest.ts";
import { packedArray, packFloat64, unpackFloat64 } from "./packed-array.ts";
import { treesFile, treesFromFile, treesToFile } from "./trees-file.ts";

/** An isolation forest as JSON: plain data, from which the same forest with the same scores is read back. */
export const isolationForestFile = z.strictObject({
  algorithm: z.literal("isolation-forest"),
  version: z.literal(1),
  options: isolationForestOptions,
  columns: z.int().positive(),
  sampleSize: z.int().positive(),
  offset: z.number(),
  medians: packedArray,
  trees: treesFile,
});
export type IsolationForestFile = z.infer<typeof isolationForestFile>;

/** A forest as plain JSON, every number exact; isolationForestFromFile gives the same forest again. */
export function isolationForestToFile(forest: IsolationForest): IsolationForestFile {
  return {
    algorithm: "isolation-forest",
    version: 1,
    options: forest.options,
    columns: forest.columns,
    sampleSize: forest.sampleSize,
    offset: forest.offset,
    medians: packFloat64(forest.medians),
    trees: treesToFile(forest.trees),
  };
}

/** SpoorError "bad-model" when the parts do not hold together. */
export function isolationForestFromFile(file: IsolationForestFile): IsolationForest {
  const medians = unpackFloat64(file.medians, "medians");
  if (medians.length !== file.columns || !medians.every(Number.isFinite)) {
    throw new SpoorError(
      "bad-model",
      `the model has ${medians.length} medians for ${file.columns} columns, or one that is not a number`,
    );
  }
  const trees = treesFromFile(file.trees, file.columns);
  const { options, columns, sampleSize, offset } = file;
  return { options, columns, sampleSize, offset, medians, trees, pathLengths: pathLengthsOf(trees) };
}
