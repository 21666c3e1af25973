import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { hasReferenceData, readReferenceJson, readReferenceTable } from "../../test/reference-tables.ts";
import { seededRandom } from "../stats/random.ts";
import { dbscan } from "./dbscan.ts";
import { type Matrix, matrixFromRows, rowOf } from "./matrix.ts";
import { pca, project, reconstruct, reconstructionError } from "./pca.ts";
import { standardize, standardScaler, unstandardize } from "./standard-scaler.ts";

fc.configureGlobal({ seed: 42 });

const numbers = z.array(z.number());
const isAbsent = !hasReferenceData;

function normalRows(rows: number, columns: number, seed: number): Matrix {
  return { rows, columns, values: Float64Array.from({ length: rows * columns }, seededRandom(seed).normal) };
}

/** Equal to nine digits, relative to the larger of 1 and the expected value. */
function expectNear(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, index) => {
    expect(Math.abs((actual[index] ?? Number.NaN) - value)).toBeLessThan(1e-9 * Math.max(1, Math.abs(value)));
  });
}

describe.skipIf(isAbsent)(
  "scaler and principal components are scikit-learn's (skipped where ../shared/fixtures is absent)",
  () => {
    const expected = isAbsent
      ? null
      : readReferenceJson(
          "fixtures/pca.json",
          z.object({
            mean: numbers,
            components: z.array(numbers),
            explained_variance: numbers,
            explained_variance_ratio: numbers,
            singular_values: numbers,
            transform_first20: z.array(numbers),
            scaler_mean: numbers,
            scaler_scale: numbers,
            reconstruction_mse: z.number(),
          }),
        );

    test("mean and scale of every column, the constant one included", () => {
      const scaler = standardScaler(readReferenceTable("fixtures/pca.csv").features);
      expectNear(scaler.mean, expected?.scaler_mean ?? []);
      expectNear(scaler.scale, expected?.scaler_scale ?? []);
    });

    test("components up to their sign, variances, coordinates and reconstruction error", () => {
      const rows = readReferenceTable("fixtures/pca.csv").features;
      const model = pca(rows, { components: 5 });
      expectNear(model.mean, expected?.mean ?? []);
      expectNear(model.explainedVariance, expected?.explained_variance ?? []);
      expectNear(model.explainedVarianceRatio, expected?.explained_variance_ratio ?? []);
      expectNear(model.singularValues, expected?.singular_values ?? []);
      const signs = (expected?.components ?? []).map((component, index) => {
        const own = rowOf(model.components, index);
        const sign = Math.sign(component.reduce((sum, entry, column) => sum + entry * (own[column] ?? 0), 0));
        expectNear(
          own,
          component.map((entry) => sign * entry),
        );
        return sign;
      });
      const coordinates = project(model, rows);
      (expected?.transform_first20 ?? []).forEach((row, index) => {
        expectNear(
          rowOf(coordinates, index),
          row.map((value, component) => value * (signs[component] ?? 0)),
        );
      });
      const errors = reconstructionError(model, rows);
      expectNear([errors.reduce((sum, error) => sum + error, 0) / rows.rows], [expected?.reconstruction_mse ?? 0]);
    });
  },
);

describe("standard scaler", () => {
  test("scaled columns have mean 0 and deviation 1, and unscaling gives the rows back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), fc.integer({ min: 1, max: 5 }), fc.nat(999), (rows, columns, seed) => {
        const matrix = normalRows(rows, columns, seed);
        const scaler = standardScaler(matrix);
        const scaled = standardize(scaler, matrix);
        const again = standardScaler(scaled);
        expectNear(again.mean, new Array<number>(columns).fill(0));
        expectNear(again.scale, new Array<number>(columns).fill(1));
        expectNear(unstandardize(scaler, scaled).values, Array.from(matrix.values));
      }),
    );
  });

  test("a constant column becomes 0, however large; missing values are left out and stay missing", () => {
    const matrix = matrixFromRows([
      [1e9 + 0.1, 1, null],
      [1e9 + 0.1, null, null],
      [1e9 + 0.1, 3, null],
    ]);
    const scaler = standardScaler(matrix);
    expect(scaler.scale[0]).toBe(1);
    expect(Array.from(scaler.mean).slice(1)).toEqual([2, 0]);
    expect(Array.from(standardize(scaler, matrix).values)).toEqual([
      0,
      -1,
      Number.NaN,
      0,
      Number.NaN,
      Number.NaN,
      0,
      1,
      Number.NaN,
    ]);
    expect(() => standardize(scaler, matrixFromRows([[1]]))).toThrow(RangeError);
  });
});

describe("principal components", () => {
  test("all components together reconstruct the rows, are orthonormal, and have a positive largest entry", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.integer({ min: 1, max: 5 }), fc.nat(999), (rows, columns, seed) => {
        const matrix = normalRows(rows, columns, seed);
        const model = pca(matrix, { components: columns });
        expectNear(reconstruct(model, project(model, matrix)).values, Array.from(matrix.values));
        for (let first = 0; first < columns; first++) {
          const own = Array.from(rowOf(model.components, first));
          expect(Math.max(...own)).toBe(Math.max(...own.map(Math.abs)));
          for (let second = 0; second < columns; second++) {
            const other = rowOf(model.components, second);
            expect(own.reduce((sum, entry, column) => sum + entry * (other[column] ?? 0), 0)).toBeCloseTo(
              first === second ? 1 : 0,
              9,
            );
          }
        }
        expect(model.explainedVarianceRatio.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
      }),
    );
  });

  test("a row that breaks the pattern has the largest reconstruction error", () => {
    const rows = Array.from({ length: 100 }, (_, row) => [row, 2 * row + (row % 3)]);
    const matrix = matrixFromRows([...rows, [50, 0]]);
    const errors = reconstructionError(pca(matrix, { components: 1 }), matrix);
    expect(errors.indexOf(Math.max(...errors))).toBe(100);
  });

  test("rows that do not differ have components of no variance; gaps and single rows are refused", () => {
    expect(
      pca(
        matrixFromRows([
          [1, 2],
          [1, 2],
        ]),
        { components: 2 },
      ).explainedVarianceRatio,
    ).toEqual(Float64Array.of(0, 0));
    expect(() => pca(matrixFromRows([[1, 2]]), { components: 1 })).toThrow(RangeError);
    expect(() =>
      pca(
        matrixFromRows([
          [1, 2],
          [null, 1],
        ]),
        { components: 1 },
      ),
    ).toThrow("row 1, column 0");
  });
});

describe("DBSCAN", () => {
  test.skipIf(isAbsent).each(["moons", "blobs6"])(
    "%s: labels and core rows are scikit-learn's (skipped where ../shared/fixtures is absent)",
    (name) => {
      const given = z.object({ eps: z.number(), min_samples: z.number(), clusters: z.number(), noise: z.number() });
      const expected = readReferenceJson("fixtures/index.json", z.object({ dbscan: z.record(z.string(), given) })).dbscan[name];
      const { features, column } = readReferenceTable(`fixtures/dbscan_${name}.csv`, ["label", "core"]);
      const found = dbscan(features, { radius: expected?.eps ?? 0, minSamples: expected?.min_samples ?? 0 });
      expect(found.clusterCount).toBe(expected?.clusters);
      expect(found.labels.filter((label) => label === -1)).toHaveLength(expected?.noise ?? -1);
      expect(Array.from(found.isCore)).toEqual(Array.from(column("core")));
      expect(Array.from(found.labels)).toEqual(Array.from(column("label")));
    },
  );

  /** By the definition, comparing every pair. */
  function byDefinition(matrix: Matrix, radius: number, minSamples: number): { labels: number[]; core: number[] } {
    const near = (a: number, b: number) =>
      Array.from(rowOf(matrix, a)).reduce((sum, value, column) => sum + (value - (rowOf(matrix, b)[column] ?? 0)) ** 2, 0) <=
      radius * radius;
    const all = Array.from({ length: matrix.rows }, (_, row) => row);
    const neighbours = all.map((row) => all.filter((other) => near(row, other)));
    const core = neighbours.map((list) => (list.length >= minSamples ? 1 : 0));
    const labels = all.map(() => -1);
    let cluster = 0;
    for (const start of all) {
      if (core[start] === 0 || labels[start] !== -1) continue;
      const pending = [start];
      labels[start] = cluster;
      for (let row = pending.pop(); row !== undefined; row = pending.pop()) {
        if (core[row] === 0) continue;
        for (const other of neighbours[row] ?? []) {
          if (labels[other] !== -1) continue;
          labels[other] = cluster;
          pending.push(other);
        }
      }
      cluster++;
    }
    return { labels, core };
  }

  test("is the definition, on points with ties and duplicates, in one to five dimensions", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 150 }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(999),
        fc.integer({ min: 1, max: 6 }),
        (rows, columns, seed, minSamples) => {
          const random = seededRandom(seed);
          const matrix = { rows, columns, values: Float64Array.from({ length: rows * columns }, () => random.integer(6)) };
          const found = dbscan(matrix, { radius: 1, minSamples });
          expect({ labels: Array.from(found.labels), core: Array.from(found.isCore) }).toEqual(
            byDefinition(matrix, 1, minSamples),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  test("what has no neighbourhood is refused", () => {
    expect(() => dbscan(matrixFromRows([[1], [null]]), { radius: 1, minSamples: 2 })).toThrow("row 1, column 0");
    expect(() => dbscan(matrixFromRows([[1]]), { radius: 0, minSamples: 2 })).toThrow(RangeError);
  });
});
