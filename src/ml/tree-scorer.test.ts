import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../stats/random.ts";
import { isolationForest, scoreSamples } from "./isolation-forest.ts";
import { scoreSamplesInParallel } from "./score-in-parallel.ts";

fc.configureGlobal({ seed: 42 });

test("WebAssembly and plain JavaScript give the same bits, whatever the numbers, gaps and repeats", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 64, max: 5000 }),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 0, max: 999 }),
      fc.constantFrom("normal", "whole", "constant", "huge"),
      (rows, columns, seed, kind) => {
        const random = seededRandom(seed);
        const draw = {
          normal: random.normal,
          whole: () => random.integer(3),
          constant: () => 1,
          huge: () => random.normal() * 1e38,
        };
        const values = Float64Array.from({ length: rows * columns }, () =>
          random.integer(50) === 0 ? Number.NaN : draw[kind](),
        );
        const matrix = { rows, columns, values: values.map((value) => Math.max(-3e38, Math.min(3e38, value))) };
        const forest = isolationForest(matrix, { trees: 15, maxSamples: 256, seed });
        expect(scoreSamples(forest, matrix, "webassembly")).toEqual(scoreSamples(forest, matrix, "plain"));
      },
    ),
    { numRuns: 60 },
  );
});

test("the module is what its source compiles to", () => {
  const check = fileURLToPath(new URL("../../scripts/build-assembly.mjs", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [check, "--check"], { encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
});

test("several threads give the same bits as one, and fail as one does", async () => {
  const random = seededRandom(3);
  const rows = 9_000;
  const matrix = { rows, columns: 3, values: Float64Array.from({ length: 3 * rows }, random.normal) };
  const forest = isolationForest(matrix, { trees: 20 });
  const alone = scoreSamples(forest, matrix);
  for (const threads of [1, 2, 3]) expect(await scoreSamplesInParallel(forest, matrix, threads)).toEqual(alone);
  const broken = { ...matrix, values: matrix.values.with(3 * rows - 1, 1e300) };
  await expect(scoreSamplesInParallel(forest, broken, 2)).rejects.toThrow("larger than a 32-bit float can hold");
});
