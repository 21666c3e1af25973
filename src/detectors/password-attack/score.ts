import { z } from "zod";
import type { Reason } from "../../types.ts";

/** What one source of failed sign-ins did in the window. */
export const sourceRow = z.object({
  source: z.string(),
  failures: z.coerce.number(),
  successes: z.coerce.number(),
  unknown_accounts: z.coerce.number(),
  success_days: z.coerce.number(),
  targets: z.coerce.number(),
  target_names: z.array(z.string()),
  first_failure_time: z.string(),
  last_failure_time: z.string(),
  busiest_hour: z.coerce.number(),
  failed_accounts: z.coerce.number(),
  succeeded_accounts: z.coerce.number(),
  guessed_accounts: z.coerce.number(),
  guessed_names: z.array(z.string().nullable()),
  failures_each: z.coerce.number(),
  account_names: z.array(z.string().nullable()),
  is_address: z.coerce.boolean(),
  is_internal: z.coerce.boolean(),
});
export type SourceRow = z.infer<typeof sourceRow>;

/** What was tried against one account in the window, from everywhere. */
export const accountRow = z.object({
  account: z.string(),
  failures: z.coerce.number(),
  failing_sources: z.coerce.number(),
  only_failing_sources: z.coerce.number(),
  succeeding_sources: z.coerce.number(),
  sources_that_got_in: z.coerce.number(),
  first_failure_time: z.string(),
  last_failure_time: z.string(),
  source_names: z.array(z.string()),
});
export type AccountRow = z.infer<typeof accountRow>;

export type Shape = "guessing" | "spraying" | "distributed";

/** Many accounts with few tries each is spraying; the reverse is guessing (ATT&CK T1110.003 and T1110.001). */
export function shapeOf(row: SourceRow): Shape {
  return row.failed_accounts >= 5 && row.failures_each <= 10 ? "spraying" : "guessing";
}

/**
 * Reasons for the score of a source, in points. Volume and breadth count by their order of magnitude: ten times as many tries is one
 * step, not ten. A source that many people sign in from successfully (an office, a VPN's egress) is somebody's ordinary way in: its
 * failures are mistypings until they outnumber what such a crowd brings.
 */
export function sourceReasons(row: SourceRow): Reason[] {
  const failureShare = row.failures / (row.failures + row.successes);
  const reasons: Reason[] = [
    reason("failed sign-ins", `${row.failures} failed, ${row.successes} succeeded`, 32 * steps(row.failures, 1000)),
    reason("failures in the busiest hour", `${row.busiest_hour} in one hour`, 12 * steps(row.busiest_hour, 300)),
    reason(
      "accounts tried",
      `${row.failed_accounts} accounts, typically ${row.failures_each} failures each`,
      20 * steps(row.failed_accounts, 50),
    ),
  ];
  if (row.unknown_accounts > 0)
    reasons.push(
      reason(
        "names that do not exist",
        `${row.unknown_accounts} tries with unknown names`,
        12 * Math.min(1, (2 * row.unknown_accounts) / row.failures),
      ),
    );
  if (row.successes === 0) reasons.push(reason("never signed in", "no success from this source in the window", 14));
  if (row.guessed_accounts > 0)
    reasons.push(
      reason(
        "success after failures",
        `${row.guessed_accounts} accounts failed repeatedly and then signed in from here, on one day only`,
        row.success_days <= 1 ? 30 : 15,
      ),
    );
  if (row.success_days > 1)
    reasons.push(
      reason(
        "a usual way in",
        `${row.succeeded_accounts} accounts signed in from here on ${row.success_days} days`,
        -24 * Math.min(1, row.success_days / 5),
      ),
    );
  if (row.succeeded_accounts >= 5 && failureShare < 0.5)
    reasons.push(
      reason(
        "shared by many people",
        `${row.succeeded_accounts} accounts sign in from here; ${percent(failureShare)} of tries fail`,
        -40 * (1 - failureShare),
      ),
    );
  return reasons;
}

/** Reasons for the score of an account that is tried from many sources. */
export function accountReasons(row: AccountRow): Reason[] {
  const reasons = [
    reason(
      "sources that only fail",
      `${row.only_failing_sources} sources never got in`,
      35 * steps(row.only_failing_sources, 50),
    ),
    reason("failed sign-ins", `${row.failures} failed`, 25 * steps(row.failures, 1000)),
  ];
  if (row.sources_that_got_in > 0)
    reasons.push(reason("success after failures", `${row.sources_that_got_in} sources failed and then got in`, 20));
  return reasons;
}

/** 0 for nothing, 1 when `value` reaches `full`, by order of magnitude in between. */
function steps(value: number, full: number): number {
  return value <= 0 ? 0 : Math.min(1, Math.log10(1 + value) / Math.log10(1 + full));
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function reason(feature: string, observed: string, contribution: number): Reason {
  return { feature, observed, baseline: null, peers: null, contribution };
}

/** The sum of contributions within 0 and 100. */
export function total(reasons: readonly Reason[]): number {
  return Math.min(
    100,
    Math.max(
      0,
      reasons.reduce((sum, one) => sum + one.contribution, 0),
    ),
  );
}
