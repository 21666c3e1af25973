import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { averagePrecision } from "./average-precision.ts";
import { averageRanks } from "./average-ranks.ts";
import { rocAuc } from "./roc-auc.ts";

const file = new URL("../../../shared/fixtures/metrics.json", import.meta.url);
const metrics = z.object({
  label: z.array(z.number()),
  score: z.array(z.number()),
  roc_auc: z.number(),
  average_precision: z.number(),
  average_ranks: z.array(z.number()),
});

test.skipIf(!existsSync(file))(
  "AUC, average precision and ranks with ties equal scikit-learn's (skipped where ../shared/fixtures is absent)",
  () => {
    const expected = metrics.parse(JSON.parse(readFileSync(file, "utf8")));
    expect(rocAuc(expected.label, expected.score)).toBeCloseTo(expected.roc_auc, 12);
    expect(averagePrecision(expected.label, expected.score)).toBeCloseTo(expected.average_precision, 12);
    expect(Array.from(averageRanks(expected.score))).toEqual(expected.average_ranks);
  },
);
