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

/**
 * The limits of settings. A replay waits for nobody and pays for nothing, so the clock ends none: how busy a machine is must not decide
 * whether it comes to the same bytes.
 */
export function limitsOf(settings: {
  readonly mostTurns: number;
  readonly mostQueries: number;
  readonly mostSeconds: number;
  readonly replay?: string | null | undefined;
}): PursuitLimits {
  const limits = { ...defaultLimits, turns: settings.mostTurns, queries: settings.mostQueries, seconds: settings.mostSeconds };
  return settings.replay == null ? limits : { ...limits, seconds: aDay, databaseSeconds: aDay };
}

const aDay = 86_400;

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
