/** Where a pursuit ends, whatever the model wants. */
export interface PursuitLimits {
  /** Answers of the model in the tool loop; summary and critic come on top. */
  readonly turns: number;
  /** Questions of the model to the store. */
  readonly queries: number;
  /** Questions to the store when its claims are checked. */
  readonly checks: number;
  /** Time that the store works for the model, and as much again for the checks. */
  readonly databaseSeconds: number;
  /** From the first call to the verdict. */
  readonly seconds: number;
  /** Of a request as it would be sent; more is not sent. */
  readonly requestBytes: number;
  /** Of an answer, thinking included. */
  readonly answerTokens: number;
}

// Peers allow 25 steps (ExCyTIn-Bench), 50 queries (Cyber Defense Benchmark), 8 steps (agent-threat-hunter); half a megabyte is what
// 120,000 tokens are at most, and what other hunters lost runs to when they did not look first.
export const defaultLimits: PursuitLimits = {
  turns: 12,
  queries: 30,
  checks: 80,
  databaseSeconds: 60,
  seconds: 300,
  requestBytes: 400_000,
  answerTokens: 6_000,
};
