import { isIP } from "node:net";
import { z } from "zod";
import type { FindingDraft, Observable } from "../../types.ts";
import { detector } from "../detector.ts";
import {
  type AccountRow,
  accountReasons,
  accountRow,
  foundAccounts,
  type SourceRow,
  shapeOf,
  sourceReasons,
  sourceRow,
  total,
} from "./score.ts";

const parameters = z.strictObject({
  /** Failed sign-ins of one source (or against one account) before it is looked at. */
  failureThreshold: z.number().int().positive().default(10),
  /** Failures of one account from one source before its success counts as a guess. */
  guessThreshold: z.number().int().positive().default(5),
  /** Sources that only fail against one account before it counts as a distributed attempt. */
  sourceThreshold: z.number().int().positive().default(8),
});

// Below this many points there is nothing worth a reader's time.
const leastScore = 15;

export default detector({
  id: "password-attack",
  name: "Password attacks",
  version: "1",
  question: "Is somebody guessing passwords: many tries, many names, or one name from many places, and did it work?",
  analyticType: "Statistical",
  techniques: ["T1110", "T1110.001", "T1110.003", "T1078"],
  anyOf: [
    { table: "authentication", columns: ["status", "src_endpoint_ip"] },
    { table: "authentication", columns: ["status", "src_endpoint_hostname"] },
  ],
  parameters,
  questions: { sources: { file: "by-source.sql", row: sourceRow }, accounts: { file: "by-account.sql", row: accountRow } },
  evidenceQuestion: "evidence.sql",
  assess: ({ sources, accounts }) =>
    [...sources.map(sourceDraft), ...accounts.map(accountDraft)].filter((draft) => draft.score >= leastScore),
});

function sourceDraft(row: SourceRow): FindingDraft {
  const reasons = sourceReasons(row);
  const shape = shapeOf(row);
  const found = foundAccounts(row);
  const got =
    found.count > 0 ? `, and ${found.count === 1 ? "one account" : `${found.count} accounts`} then ${how(row, found.count)}` : "";
  return {
    keys: { source: row.source },
    title: `Password ${shape} from ${row.source}: ${row.failures} failures against ${row.failed_accounts} ${row.failed_accounts === 1 ? "account" : "accounts"}${got}`,
    description:
      `${row.source} failed to sign in ${row.failures} times as ${row.failed_accounts} different accounts (${row.busiest_hour} times in its busiest hour), ` +
      `and succeeded ${row.successes} times as ${row.succeeded_accounts} accounts${got}.`,
    score: total(reasons),
    confidence: Math.round(Math.min(95, 40 + 20 * Math.log10(1 + row.failures))),
    reasons,
    benign:
      "A stale password on a phone or a service fails on as one account at a steady pace; an office or VPN address brings many people's mistypings, each followed by a success. Ask the account's owner, and look whether the names belong to people who work from there.",
    blindSpots: [
      "Tries that reach no log (a firewall before the host, an identity provider that is not collected) are not counted.",
    ],
    firstSeen: row.first_failure_time,
    lastSeen: row.last_failure_time,
    techniques: [shape === "spraying" ? "T1110.003" : "T1110.001", ...(found.count > 0 ? ["T1078"] : [])],
    observables: [
      { name: row.is_address ? "src_endpoint.ip" : "src_endpoint.hostname", value: row.source },
      ...row.target_names.map((value): Observable => ({ name: "dst_endpoint.hostname", value })),
      ...row.service_names.map((value): Observable => ({ name: "service.name", value })),
      ...[...new Set([...found.names, ...row.account_names])].map((value): Observable => ({ name: "user.name", value })),
    ],
    evidence: { source: row.source, account: "" },
    rowCount: row.failures + row.successes + row.second_factors,
    detail: {
      shape,
      failures: row.failures,
      successes: row.successes,
      accounts: row.failed_accounts,
      guessed: found.names,
      stoppedBySecondFactor: row.stopped_accounts,
    },
  };
}

function how(row: SourceRow, found: number): string {
  return row.stopped_accounts >= found ? "met only the second factor" : "signed in";
}

function accountDraft(row: AccountRow): FindingDraft {
  const reasons = accountReasons(row);
  return {
    keys: { account: row.account },
    title: `Sign-ins as ${row.account} were tried from ${row.failing_sources} sources: ${row.failures} failures`,
    description:
      `${row.failures} sign-ins as ${row.account} failed, from ${row.failing_sources} sources; ${row.only_failing_sources} of them never got in` +
      (row.sources_that_got_in > 0 ? `, and ${row.sources_that_got_in} did after failing.` : "."),
    score: total(reasons),
    confidence: Math.round(Math.min(90, 40 + 15 * Math.log10(1 + row.failures))),
    reasons,
    benign:
      "Well-known names (root, admin, test) are tried by every scanner of the Internet; a person who travels with a stale password fails from several places, but from few.",
    blindSpots: ["Sources behind one address count once; attempts through a proxy network may look like a few sources."],
    firstSeen: row.first_failure_time,
    lastSeen: row.last_failure_time,
    techniques: ["T1110.001", ...(row.sources_that_got_in > 0 ? ["T1078"] : [])],
    observables: [
      { name: "user.name", value: row.account },
      ...row.source_names.map(
        (value): Observable => ({ name: isIP(value) > 0 ? "src_endpoint.ip" : "src_endpoint.hostname", value }),
      ),
      ...row.target_names.map((value): Observable => ({ name: "dst_endpoint.hostname", value })),
    ],
    evidence: { source: "", account: row.account },
    rowCount: row.failures + row.successes,
    detail: { shape: "distributed", failures: row.failures, sources: row.failing_sources, examples: row.source_names },
  };
}
