import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { type IsolationForest, scoreSamples } from "./isolation-forest.ts";
import { type Matrix, requireColumns } from "./matrix.ts";
import { blockRows } from "./tree-scorer.ts";

/** What one thread does: rows [first, first + count) of the shared values, to the same places of the shared scores. */
export interface ScoringShare {
  readonly forest: IsolationForest;
  readonly columns: number;
  readonly values: Float64Array | Float32Array;
  readonly scores: Float64Array;
  readonly first: number;
  readonly count: number;
}

/**
 * `scoreSamples` on several threads over shared memory: the same bits, sooner, for some hundred thousand rows and more. Rejects as
 * `scoreSamples` throws. Values that do not lie in shared memory are copied there once.
 */
export async function scoreSamplesInParallel(forest: IsolationForest, matrix: Matrix, threads: number): Promise<Float64Array> {
  requireColumns(matrix, forest.columns);
  const shares = sharesOf(matrix.rows, threads);
  if (shares.length < 2) return scoreSamples(forest, matrix);
  const { columns } = matrix;
  const values = inSharedMemory(matrix.values);
  const scores = new Float64Array(new SharedArrayBuffer(8 * matrix.rows));
  await Promise.all(shares.map((share) => onThread({ forest, columns, values, scores, ...share })));
  // A copy of one's own: nobody expects numbers that other threads could change.
  return Float64Array.from(scores);
}

/** Whole blocks for each thread, so that no thread is started for a handful of rows. */
function sharesOf(rows: number, threads: number): { readonly first: number; readonly count: number }[] {
  const blocks = Math.ceil(rows / blockRows);
  const size = Math.ceil(blocks / Math.max(1, threads)) * blockRows;
  const starts = Array.from({ length: Math.ceil(rows / size) }, (_, share) => share * size);
  return starts.map((first) => ({ first, count: Math.min(size, rows - first) }));
}

function inSharedMemory(values: Matrix["values"]): Matrix["values"] {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const memory = new SharedArrayBuffer(values.byteLength);
  const copy = values instanceof Float32Array ? new Float32Array(memory) : new Float64Array(memory);
  copy.set(values);
  return copy;
}

function onThread(share: ScoringShare): Promise<void> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(program(), { workerData: share });
    thread.once("error", reject);
    thread.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`a scoring thread ended with ${code}`))));
  });
}

/** The thread's code: beside this file when built; from the sources by way of a line that teaches the thread to read TypeScript. */
function program(): URL {
  if (!import.meta.url.endsWith(".ts")) return new URL("./scoring-thread.js", import.meta.url);
  const typeScript = new URL("./esm/api/index.mjs", pathToFileURL(createRequire(import.meta.url).resolve("tsx"))).href;
  const thread = new URL("./scoring-thread.ts", import.meta.url).href;
  const code = `import { register } from ${JSON.stringify(typeScript)}; register(); await import(${JSON.stringify(thread)});`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}
