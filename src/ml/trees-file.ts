import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { packedArray, packFloat32, packInt32, unpackFloat32, unpackInt32 } from "./packed-array.ts";
import type { Trees } from "./trees.ts";

/** Trees as they are written to a model file: the arrays of `Trees` under the same names. */
export const treesFile = z.strictObject({
  offsets: packedArray,
  feature: packedArray,
  threshold: packedArray,
  left: packedArray,
  rows: packedArray,
});
export type TreesFile = z.infer<typeof treesFile>;

export function treesToFile(trees: Trees): TreesFile {
  return {
    offsets: packInt32(trees.offsets),
    feature: packInt32(trees.feature),
    threshold: packFloat32(trees.threshold),
    left: packInt32(trees.left),
    rows: packInt32(trees.rows),
  };
}

/**
 * The trees of a file, checked so that no walk can leave its tree or run in circles: a file is data from outside, and its hash shows
 * only that it was not damaged. SpoorError "bad-model" where they do not hold together.
 */
export function treesFromFile(file: TreesFile, columns: number): Trees {
  const trees = {
    offsets: unpackInt32(file.offsets, "offsets"),
    feature: unpackInt32(file.feature, "feature"),
    threshold: unpackFloat32(file.threshold, "threshold"),
    left: unpackInt32(file.left, "left"),
    rows: unpackInt32(file.rows, "rows"),
  };
  const fault = faultOf(trees, columns);
  if (fault !== null) throw new SpoorError("bad-model", `the model's trees do not hold together: ${fault}`);
  return trees;
}

function faultOf(trees: Trees, columns: number): string | null {
  const { offsets, feature, threshold, left, rows } = trees;
  const size = feature.length;
  if ([threshold, left, rows].some((array) => array.length !== size)) return "its arrays differ in length";
  if (offsets.length < 2 || offsets[0] !== 0 || offsets.at(-1) !== size) return "the trees do not cover the nodes";
  for (let tree = 0; tree + 1 < offsets.length; tree++) {
    const start = offsets[tree] ?? 0;
    const end = offsets[tree + 1] ?? 0;
    if (end <= start) return `tree ${tree} is empty`;
    for (let node = start; node < end; node++) {
      const column = feature[node] ?? -1;
      const child = left[node] ?? 0;
      if ((rows[node] ?? 0) < 1) return `node ${node} was reached by no row`;
      if (column === -1 && child === node) continue;
      if (column < 0 || column >= columns) return `node ${node} asks for column ${column} of ${columns}`;
      if (child <= node || child + 1 >= end) return `node ${node} leads to node ${child}, outside its tree or back`;
      if ((rows[child] ?? 0) + (rows[child + 1] ?? 0) !== rows[node])
        return `the rows of node ${node} are not those of its children`;
      if (!Number.isFinite(threshold[node])) return `the threshold of node ${node} is not a number`;
    }
  }
  return null;
}
