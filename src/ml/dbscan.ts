import { kdTree, placesWithin } from "./kd-tree.ts";
import { type Matrix, requireFinite } from "./matrix.ts";

/** Groups of rows by density. */
export interface DensityClusters {
  /** By row: the cluster from 0 on, in order of their first core row; -1 is noise. */
  readonly labels: Int32Array;
  /** By row: 1 for rows with enough neighbours to belong to the inside of a cluster. */
  readonly isCore: Uint8Array;
  readonly clusterCount: number;
}

/**
 * DBSCAN (Ester, Kriegel, Sander and Xu 1996) with Euclidean distance. `radius` is scikit-learn's eps: rows at most that far apart are
 * neighbours. A row with `minSamples` neighbours, itself included, is a core row. A border row between two clusters goes to the one
 * whose first core row comes first. Labels and core rows are scikit-learn's. RangeError on a value that is missing or infinite.
 */
export function dbscan(matrix: Matrix, { radius, minSamples }: { radius: number; minSamples: number }): DensityClusters {
  requireFinite(matrix);
  if (!(radius > 0) || !(minSamples >= 1)) throw new RangeError(`radius ${radius} and minSamples ${minSamples} must be positive`);
  const { rows, columns } = matrix;
  const tree = kdTree(matrix);
  const found = new Uint32Array(rows);
  // From here on rows are called by their place in the tree, where neighbours lie close in memory.
  const isCorePlace = Uint8Array.from({ length: rows }, (_, place) =>
    placesWithin(tree, tree.points, place * columns, radius, found, minSamples) >= minSamples ? 1 : 0,
  );
  const placeOf = new Uint32Array(rows);
  tree.order.forEach((row, place) => {
    placeOf[row] = place;
  });
  const placeLabels = new Int32Array(rows).fill(-1);
  const pending = new Uint32Array(rows);
  let clusterCount = 0;
  for (const start of placeOf) {
    if (isCorePlace[start] === 0 || placeLabels[start] !== -1) continue;
    const cluster = clusterCount++;
    placeLabels[start] = cluster;
    pending[0] = start;
    for (let waiting = 1; waiting > 0; ) {
      const place = pending[--waiting] ?? 0;
      const count = placesWithin(tree, tree.points, place * columns, radius, found, rows);
      for (let index = 0; index < count; index++) {
        const neighbour = found[index] ?? 0;
        if (placeLabels[neighbour] !== -1) continue;
        placeLabels[neighbour] = cluster;
        if (isCorePlace[neighbour] === 1) pending[waiting++] = neighbour;
      }
    }
  }
  return {
    labels: Int32Array.from(placeOf, (place) => placeLabels[place] ?? -1),
    isCore: Uint8Array.from(placeOf, (place) => isCorePlace[place] ?? 0),
    clusterCount,
  };
}
