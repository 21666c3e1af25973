import { expect, test } from "vitest";
import { fitUserModel } from "../models/fit-user-model.ts";
import { seededRandom } from "../stats/random.ts";
import { requireModelFor } from "./require-model.ts";

const hour = { name: "login_hour", unit: "hour of day" };
const countries = { name: "country_diversity", unit: "countries" };
const model = fitUserModel({
  name: "people",
  features: [hour],
  window: { from: "2026-11-01 00:00:00.000000", to: "2026-11-08 00:00:00.000000" },
  matrix: { rows: 40, columns: 1, values: Float64Array.from({ length: 40 }, seededRandom(1).normal) },
  seed: 1,
  forest: { trees: 5 },
});

test("a model is taken when one detector reads its features, and refused by their names when none does", () => {
  requireModelFor([{}, { modelFeatures: [countries] }, { modelFeatures: [hour] }], model);
  expect(() => requireModelFor([{}, { modelFeatures: [countries] }], model)).toThrow(
    /missing: login_hour; unknown to the model: country_diversity/,
  );
});

test("where no detector takes a model there is nothing to refuse", () => {
  requireModelFor([{}], model);
});
