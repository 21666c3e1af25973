// What programs may import from "spoor/ml": the algorithms, over flat matrices of numbers.
export { type Calibration, calibrate } from "./calibration.ts";
export { type DensityClusters, dbscan } from "./dbscan.ts";
export { explainIsolation } from "./explain-isolation.ts";
export {
  decisionFunction,
  type IsolationForest,
  isolationForest,
  isolationForestOptions,
  predictOutliers,
  scoreSamples,
} from "./isolation-forest.ts";
export { isolationForestFromFile, isolationForestToFile } from "./isolation-forest-file.ts";
export { type Matrix, matrixFromRows } from "./matrix.ts";
export { isolationForestFromOnnx, isolationForestToOnnx } from "./onnx/isolation-forest-onnx.ts";
export { type Pca, pca, project, reconstructionError } from "./pca.ts";
export { classProbabilities, predictClasses, type RandomForest, randomForest } from "./random-forest.ts";
export { scoreSamplesInParallel } from "./score-in-parallel.ts";
export { type StandardScaler, standardize, standardScaler } from "./standard-scaler.ts";
