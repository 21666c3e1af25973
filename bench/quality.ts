import { z } from "zod";
import { isolationForest, scoreSamples } from "../src/ml/isolation-forest.ts";
import { rocAuc } from "../src/stats/roc-auc.ts";
import { hasReferenceData, readReferenceJson, readReferenceTable } from "../test/reference-tables.ts";

const truth = z.object({
  items: z.array(z.object({ name: z.string(), file: z.string(), sklearn_auc_mean: z.number(), sklearn_auc_sd: z.number() })),
});
const seeds = 10;

/** Prints the AUC of isolation forests on ten public tables (ADBench), ours and scikit-learn's, both as means over seeds. */
export function quality(): void {
  if (!hasReferenceData) {
    console.log("\nquality: skipped, because ../shared/data is absent");
    return;
  }
  console.log(`\nisolation-forest, mean AUC over seeds 42 to ${41 + seeds}:`);
  for (const { name, file, sklearn_auc_mean: theirs, sklearn_auc_sd: deviation } of readReferenceJson(
    "data/iforest-bench/truth.json",
    truth,
  ).items) {
    const { features, column } = readReferenceTable(`data/iforest-bench/${file}`);
    const labels = column("label");
    const aucs = Array.from({ length: seeds }, (_, index) => {
      const scores = scoreSamples(isolationForest(features, { seed: 42 + index }), features);
      return rocAuc(
        labels,
        scores.map((score) => -score),
      );
    });
    const mean = aucs.reduce((sum, auc) => sum + auc, 0) / seeds;
    const allowed = Math.max(0.005, 2 * deviation * Math.sqrt(2 / 10));
    const kept = mean >= theirs - allowed;
    console.log(
      `${name.padEnd(14)} ours ${mean.toFixed(4)}  scikit-learn ${theirs.toFixed(4)}  difference ${(mean - theirs).toFixed(4)} (allowed -${allowed.toFixed(4)}): ${kept ? "kept" : "NOT KEPT"}`,
    );
    if (!kept) process.exitCode = 1;
  }
}
