import { type Matrix, matrixFromRows, rowOf } from "../../ml/matrix.ts";
import { pca, project } from "../../ml/pca.ts";
import { standardize, standardScaler } from "../../ml/standard-scaler.ts";
import type { PeopleMap } from "../../types.ts";

// More points than this are a cloud; the outliers and an even share of the others are drawn.
const mostPeople = 1500;

/** People in the plane of the first two principal components of their standardised features; what is unknown counts as the median. */
export function peopleMap(
  names: readonly string[],
  matrix: Matrix,
  medians: readonly number[],
  scores: ArrayLike<number>,
  isOutlier: (row: number) => boolean,
): PeopleMap | null {
  if (names.length < 3) return null;
  const filled = matrixFromRows(
    names.map((_, row) =>
      Array.from(rowOf(matrix, row), (value, column) => (Number.isNaN(value) ? (medians[column] ?? 0) || 0 : value)),
    ),
    matrix.columns,
  );
  const standardised = standardize(standardScaler(filled), filled);
  const model = pca(standardised, { components: 2 });
  const plane = project(model, standardised);
  const step = Math.max(1, Math.ceil(names.length / mostPeople));
  const people = names.flatMap((name, row) => {
    if (!isOutlier(row) && row % step !== 0) return [];
    return [
      {
        name,
        x: plane.values[row * 2] ?? 0,
        y: plane.values[row * 2 + 1] ?? 0,
        score: scores[row] ?? 0,
        isOutlier: isOutlier(row),
      },
    ];
  });
  return { people, explained: [model.explainedVarianceRatio[0] ?? 0, model.explainedVarianceRatio[1] ?? 0] };
}
