// What programs may import from "spoor": the run and its parts, stores, plug-in definitions and the nouns of results.
export { type Config, configSchema, loadConfig } from "./config.ts";
export { type Detector, detector } from "./detectors/detector.ts";
export { SpoorError } from "./errors.ts";
export { readFindings } from "./findings/ndjson.ts";
export { resultFiles } from "./results.ts";
export { type HuntOutcome, type HuntPlan, hunt, type Library, loadLibrary } from "./run.ts";
export { type Source, source } from "./sources/source.ts";
export { openStore } from "./store/open.ts";
export type { Store } from "./store/store.ts";
export type * from "./types.ts";
export { GapLedger, type World } from "./world.ts";
