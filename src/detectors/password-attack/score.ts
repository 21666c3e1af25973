import { z } from "zod";
import { compareText } from "../../order.ts";
import type { Reason } from "../../types.ts";

/** What one source of failed sign-ins did in the window. Only wrong passwords and wrong names count as failures. */
export const sourceRow = z.object({
  source: z.string(),
  failures: z.coerce.number(),
  successes: z.coerce.number(),
  /** The password was right, and a second factor was asked for. */
  second_factors: z.coerce.number(),
  unknown_accounts: z.coerce.number(),
  /** Days on which somebody got in from here. */
  success_days: z.coerce.number(),
  busiest_hour: z.coerce.number(),
  failed_accounts: z.coerce.number(),
  only_failed_accounts: z.coerce.number(),
  succeeded_accounts: z.coerce.number(),
  /** Accounts that failed here first and got in (or to the second factor) afterwards, on one day only. */
  entered_accounts: z.coerce.number(),
  /** Of these: with as many failures as a guess takes. */
  guessed_accounts: z.coerce.number(),
  /** Of the entered: stopped by the second factor. */
  stopped_accounts: z.coerce.number(),
  failures_before_entry: z.coerce.number(),
  guessed_names: z.array(z.string()),
  entered_names: z.array(z.string()),
  failures_each: z.coerce.number(),
  account_names: z.array(z.string()),
  target_names: z.array(z.string()),
  service_names: z.array(z.string()),
  first_failure_time: z.string(),
  last_failure_time: z.string(),
  /** Of the entered: those that signed in from another source before. */
  known_accounts: z.coerce.number(),
  /** Accounts that got in here on one day only without a failure, after the source had begun to fail at others. */
  first_try_accounts: z.coerce.number(),
  first_try_names: z.array(z.string()),
  /** Of these: those that signed in from another source before. */
  known_first_tries: z.coerce.number(),
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
  successes: z.coerce.number(),
  sources_that_got_in: z.coerce.number(),
  unknown_accounts: z.coerce.number(),
  failure_days: z.coerce.number(),
  first_failure_time: z.string(),
  last_failure_time: z.string(),
  source_names: z.array(z.string()),
  target_names: z.array(z.string()),
});
export type AccountRow = z.infer<typeof accountRow>;

export type Shape = "guessing" | "spraying" | "distributed";

/** Many accounts with few tries each is spraying; the reverse is guessing (ATT&CK T1110.003 and T1110.001). */
export function shapeOf(row: SourceRow): Shape {
  return row.failed_accounts >= sprayedAccounts && row.failures_each <= 10 ? "spraying" : "guessing";
}

// From this many accounts on, somebody goes through names.
const sprayedAccounts = 5;
// Where nearly everybody who fails also gets in, an office mistypes; in a spray, at most this share of the accounts does.
const sprayedShareEntered = 0.25;

/** Accounts whose password was found from this source: by many tries at one account, or among many accounts that only fail. */
export function foundAccounts(row: SourceRow): { readonly count: number; readonly names: readonly string[] } {
  if (!isSpray(row)) return { count: row.guessed_accounts, names: row.guessed_names };
  return {
    count: row.entered_accounts + row.first_try_accounts,
    names: [...new Set([...row.entered_names, ...row.first_try_names])].sort(compareText),
  };
}

/** Many names, few of which get in: with the first password that is tried on them, or with a later one. */
function isSpray(row: SourceRow): boolean {
  const entered = row.entered_accounts + row.first_try_accounts;
  return shapeOf(row) === "spraying" && entered / Math.max(1, entered + row.only_failed_accounts) <= sprayedShareEntered;
}

/**
 * Reasons for the score of a source, in points. Volume and breadth count by their order of magnitude: ten times as many tries is one
 * step, not ten. A source that many people sign in from successfully (an office, a VPN's egress) is somebody's ordinary way in: its
 * failures are mistypings until they outnumber what such a crowd brings.
 */
export function sourceReasons(row: SourceRow): Reason[] {
  const isNever = row.successes + row.second_factors === 0;
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
  if (isNever) reasons.push(reason("never signed in", "no success from this source in the window", 14));
  if (isNever && row.is_internal && shapeOf(row) === "spraying")
    reasons.push(reason("inside the estate", "the source is one of the estate's own addresses", 12));
  return [...reasons, ...entryReasons(row), ...usualReasons(row)];
}

function entryReasons(row: SourceRow): Reason[] {
  const found = foundAccounts(row);
  if (found.count === 0) return [];
  const stopped = row.stopped_accounts > 0 ? `, ${row.stopped_accounts} of them stopped by the second factor` : "";
  const known = Math.min(row.known_accounts + (isSpray(row) ? row.known_first_tries : 0), found.count);
  // Where a crowd signs in, some mistype often enough to look guessed.
  const weight = isCrowd(row) ? failureShare(row) : 1;
  return [
    reason(
      "success after failures",
      `${entryInWords(row, found.count)} from here, on one day only${stopped}`,
      weight * ((row.success_days <= 1 ? 36 : 20) + 10 * steps(row.failures_before_entry, 20)),
    ),
    ...(known > 0
      ? [
          reason(
            "new to the account",
            `${known} of these accounts signed in from elsewhere before, and never from here`,
            8 * weight,
          ),
        ]
      : []),
  ];
}

function entryInWords({ first_try_accounts: first, failures_before_entry: failures }: SourceRow, count: number): string {
  const failed = `${count} accounts failed (one of them ${failures} times) and then got in`;
  if (first === 0 || failures > 0) return failed;
  return `${count} ${count === 1 ? "account" : "accounts"} got in at the first try, while others failed,`;
}

function usualReasons(row: SourceRow): Reason[] {
  const reasons: Reason[] = [];
  if (row.success_days > 1)
    reasons.push(
      reason(
        "a usual way in",
        `${row.succeeded_accounts} accounts signed in from here on ${row.success_days} days`,
        -24 * Math.min(1, row.success_days / 5),
      ),
    );
  if (isCrowd(row))
    reasons.push(
      reason(
        "shared by many people",
        `${row.succeeded_accounts} accounts sign in from here; ${percent(failureShare(row))} of tries fail`,
        -40 * (1 - failureShare(row)),
      ),
    );
  return reasons;
}

function failureShare(row: SourceRow): number {
  return row.failures / (row.failures + row.successes);
}

/** True for an address that many people sign in from, and mostly well. */
function isCrowd(row: SourceRow): boolean {
  return row.succeeded_accounts >= 5 && failureShare(row) < 0.5;
}

/** Reasons for the score of an account that is tried from many sources. */
export function accountReasons(row: AccountRow): Reason[] {
  const reasons = [
    reason(
      "sources that only fail",
      `${row.only_failing_sources} sources never got in`,
      35 * steps(row.only_failing_sources, 50),
    ),
    reason("failed sign-ins", `${row.failures} failed on ${row.failure_days} days`, 25 * steps(row.failures, 1000)),
  ];
  if (row.sources_that_got_in > 0)
    reasons.push(reason("success after failures", `${row.sources_that_got_in} sources failed repeatedly and then got in`, 24));
  if (row.successes === 0) reasons.push(reason("nobody's account", "nobody signs in as it, so there is little to take", -12));
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
  const sum = reasons.reduce((points, one) => points + one.contribution, 0);
  return Math.min(100, Math.max(0, sum));
}
