export { type AreaTotal, type Evaluation, type EvaluationOptions, evaluate, type HuntRequest, type RunHunt } from "./evaluate.ts";
export type { Gate } from "./gates.ts";
export type { SetResult } from "./results.ts";
export { type StagedFolder, stageAll } from "./stage.ts";
export { evaluationJson, evaluationText, hasFailed } from "./table.ts";
