import type { Trees } from "./trees.ts";

/**
 * By column: how much its splits lowered the Gini impurity, weighted by the rows they divided, as a share of all (mean decrease in
 * impurity: Breiman 2001; scikit-learn's feature_importances_). `classWeights` by node and class. It favours columns of many
 * values, and columns that say the same share it between them.
 */
export function impurityImportance(trees: Trees, classWeights: Float64Array, columns: number): Float64Array {
  const classCount = classWeights.length / Math.max(1, trees.feature.length);
  const impurity = (node: number) => weightedImpurity(classWeights, node * classCount, classCount);
  const sums = new Float64Array(columns);
  for (let tree = 0; tree < trees.offsets.length - 1; tree++) {
    const own = new Float64Array(columns);
    for (let node = trees.offsets[tree] ?? 0; node < (trees.offsets[tree + 1] ?? 0); node++) {
      const column = trees.feature[node] ?? -1;
      if (column < 0) continue;
      const left = trees.left[node] ?? 0;
      own[column] = (own[column] ?? 0) + impurity(node) - impurity(left) - impurity(left + 1);
    }
    addShares(sums, own);
  }
  const shares = new Float64Array(columns);
  addShares(shares, sums);
  return shares;
}

function addShares(sums: Float64Array, own: Float64Array): void {
  const total = own.reduce((sum, value) => sum + value, 0);
  if (total <= 0) return;
  for (let column = 0; column < sums.length; column++) sums[column] = (sums[column] ?? 0) + (own[column] ?? 0) / total;
}

/** Weight times Gini impurity: Σ w - Σ w² / Σ w. */
function weightedImpurity(classWeights: Float64Array, start: number, classCount: number): number {
  let total = 0;
  let squares = 0;
  for (let place = start; place < start + classCount; place++) {
    const weight = classWeights[place] ?? 0;
    total += weight;
    squares += weight * weight;
  }
  return total === 0 ? 0 : total - squares / total;
}
