// A thread of score-in-parallel.ts: scores its share and ends.
import { workerData } from "node:worker_threads";
import { scoreSamples } from "./isolation-forest.ts";
import type { ScoringShare } from "./score-in-parallel.ts";

const { forest, columns, values, scores, first, count }: ScoringShare = workerData;
const own = values.subarray(first * columns, (first + count) * columns);
scores.set(scoreSamples(forest, { rows: count, columns, values: own }), first);
