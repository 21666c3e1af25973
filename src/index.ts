// What programs may import from "spoor": the run and its parts, stores, plug-in definitions and the nouns of results.
export type { Attack } from "./attack/attack.ts";
export type { AttackCoverage } from "./attack/coverage.ts";
export { type Config, configSchema, loadConfig } from "./config.ts";
export type { DetectorRun } from "./detectors/detect.ts";
export { type Detector, detector } from "./detectors/detector.ts";
export { type ErrorCode, SpoorError } from "./errors.ts";
export { type RevisedFinding, readFindings } from "./findings/ndjson.ts";
export type { OcsfFinding } from "./findings/ocsf.ts";
export {
  type Hunted,
  huntFolder,
  type Outside,
  type PublishOutside,
  type PublishPlace,
  publishTo,
  withStore,
} from "./library.ts";
export type { UserModel } from "./models/user-model.ts";
export { type PublishedFile, writeFolder } from "./publish/folder.ts";
export type { PublishRecord } from "./publish/record.ts";
export type { Pursuit } from "./pursuit/pursuit.ts";
export { type RunRecord, resultFiles } from "./results.ts";
export { type HuntOutcome, type HuntPlan, hunt, type Library, loadLibrary } from "./run.ts";
export { type Source, source } from "./sources/source.ts";
export { type OpenOptions, openStore } from "./store/open.ts";
export type { LandingFile, QueryOptions, SqlParameters, SqlValue, Store } from "./store/store.ts";
export * from "./types.ts";
export { engineTime, GapLedger, type Progress, type World } from "./world.ts";
