import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { seededRandom } from "../../stats/random.ts";
import { decisionFunction, isolationForest, scoreSamples } from "../isolation-forest.ts";
import type { Matrix } from "../matrix.ts";
import { isolationForestFromOnnx, isolationForestToOnnx } from "./isolation-forest-onnx.ts";
import { fieldsOf, floatsOf, intsOf, MessageWriter } from "./protobuf.ts";

fc.configureGlobal({ seed: 42 });

function rowsOf(rows: number, columns: number, seed: number): Matrix {
  const random = seededRandom(seed);
  const values = Float64Array.from({ length: rows * columns }, () => (random.integer(30) === 0 ? Number.NaN : random.normal()));
  return { rows, columns, values };
}

function describedBy(columns: number) {
  const features = Array.from({ length: columns }, (_, column) => ({ name: `feature ${column}`, unit: "hours" }));
  return { name: "people", features, version: "1" };
}

describe("the wire format", () => {
  test("numbers, texts and messages are read back", () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeNat()), fc.array(fc.float()), fc.string(), (whole, real, text) => {
        const written = new MessageWriter().ints(1, whole).floats(2, real).text(3, text).int(4, 300).finish();
        const [ints, floats, words, number] = fieldsOf(written).map(({ value }) => value);
        expect(intsOf(z.instanceof(Buffer).parse(ints))).toEqual(whole);
        expect(floatsOf(z.instanceof(Buffer).parse(floats))).toEqual(Float32Array.from(real));
        expect([String(words), number]).toEqual([Buffer.from(text).toString(), 300]);
      }),
    );
  });
});

describe("a forest that left and came back", () => {
  test("scores as before, to the last bit, and the same forest gives the same bytes", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 99 }),
        (rows, columns, seed) => {
          const matrix = rowsOf(rows, columns, seed);
          const forest = isolationForest(matrix, { trees: 10, contamination: 0.1 });
          const bytes = isolationForestToOnnx(forest, describedBy(columns));
          const back = isolationForestFromOnnx(bytes);
          expect(back.features).toEqual(describedBy(columns).features);
          expect(scoreSamples(back.forest, matrix)).toEqual(scoreSamples(forest, matrix));
          expect(isolationForestToOnnx(back.forest, describedBy(columns))).toEqual(bytes);
        },
      ),
      { numRuns: 25 },
    );
  });

  test("a file that is none, or cut anywhere, is refused with a reason", () => {
    const bytes = isolationForestToOnnx(isolationForest(rowsOf(100, 2, 1), { trees: 3 }), describedBy(2));
    for (let length = 0; length < bytes.length; length += 97)
      expect(() => isolationForestFromOnnx(bytes.subarray(0, length)), `${length} bytes`).toThrow(
        /not an ONNX model that Spoor wrote|hold together/,
      );
    expect(() => isolationForestFromOnnx(Buffer.from("import os"))).toThrow("not an ONNX model that Spoor wrote");
  });
});

// A runtime of its own, for comparison: 290 MB, so `.ci/run` installs it beside the checkout and package.json does not name it.
const runtime = resolved("onnxruntime-node");
const why = runtime === null ? " (skipped: onnxruntime-node is not installed)" : "";

/** Where a package is that may be absent: in node_modules, or where NODE_PATH says. */
function resolved(name: string): string | null {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    return null;
  }
}

interface Runtime {
  readonly Tensor: new (type: "float32", values: Float32Array, shape: readonly number[]) => object;
  readonly InferenceSession: {
    create(model: Uint8Array): Promise<{ run(inputs: Record<string, object>): Promise<Record<string, { data: Float32Array }>> }>;
  };
}

test.skipIf(runtime === null)(`onnxruntime gives the scores of scoreSamples to 1e-5${why}`, async () => {
  const { Tensor, InferenceSession } = z.custom<Runtime>().parse(await import(pathToFileURL(runtime ?? "").href));
  for (const [rows, columns, maxSamples] of [
    [2000, 6, "auto"],
    [300, 12, 64],
    [1, 3, "auto"],
  ] as const) {
    const matrix = rowsOf(rows, columns, 7);
    const forest = isolationForest(matrix, { maxSamples, contamination: 0.1 });
    const session = await InferenceSession.create(isolationForestToOnnx(forest, describedBy(columns)));
    const input = new Tensor("float32", Float32Array.from(matrix.values), [rows, columns]);
    const answers = await session.run({ features: input });
    const expected = { score_samples: scoreSamples(forest, matrix), decision_function: decisionFunction(forest, matrix) };
    for (const [name, ours] of Object.entries(expected)) {
      const theirs = answers[name]?.data ?? [];
      expect(theirs.length).toBe(rows);
      expect(Math.max(...Array.from(theirs, (score, row) => Math.abs(score - (ours[row] ?? Number.NaN))))).toBeLessThan(1e-5);
    }
  }
});
