const eulerGamma = 0.5772156649015329;

/**
 * The average number of steps of an unsuccessful search in a binary search tree of `rows` rows: what a leaf that still holds that
 * many would have gone on for (Liu, Ting and Zhou 2008, equation 1, with the first harmonic numbers exact as in scikit-learn).
 */
export function averagePathLength(rows: number): number {
  if (rows <= 1) return 0;
  if (rows === 2) return 1;
  return 2 * (Math.log(rows - 1) + eulerGamma) - (2 * (rows - 1)) / rows;
}
