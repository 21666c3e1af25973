import { isIP } from "node:net";
import { z } from "zod";
import { epochMilliseconds } from "../../time.ts";
import type { FindingDraft, Observable } from "../../types.ts";
import { detector } from "../detector.ts";
import { type FirstTicketRow, firstTicketRow, type ReplicationRow, replicationRow, type TicketRow, ticketRow } from "./rows.ts";
import { firstTicketReasons, focusOf, inWords, replicationReasons, ticketReasons, total } from "./score.ts";

const parameters = z.strictObject({
  /** Services of one account, or accounts of one device, within an hour before anybody looks. */
  leastServices: z.number().int().min(2).default(3),
});

// Below this many points there is nothing worth a reader's time.
const leastScore = 20;
const tickets = { table: "authentication", columns: ["user_name", "service_name"] };
const firstTickets = { table: "authentication", columns: ["user_name", "src_endpoint_ip"] };
const calls = { table: "rpc_activity", columns: ["rpc_interface", "rpc_operation"] };

export default detector({
  id: "directory-secrets",
  name: "Secrets asked of the directory",
  version: "1",
  question:
    "Does somebody ask the domain controllers for tickets that passwords can be guessed from, or for the passwords themselves?",
  analyticType: "Statistical",
  techniques: ["T1558.003", "T1558.004", "T1003.006"],
  anyOf: [tickets, calls],
  techniqueNeeds: { "T1558.003": [tickets], "T1558.004": [firstTickets], "T1003.006": [calls] },
  parameters,
  questions: {
    services: { file: "tickets.sql", row: ticketRow, needs: [tickets] },
    accounts: { file: "first-tickets.sql", row: firstTicketRow, needs: [firstTickets] },
    replications: { file: "replications.sql", row: replicationRow, needs: [calls] },
  },
  evidenceQuestion: "evidence.sql",
  assess: ({ services, accounts, replications }) =>
    [...services.map(ticketDraft), ...accounts.map(firstTicketDraft), ...replications.map(replicationDraft)].filter(
      ({ score }) => score >= leastScore,
    ),
});

function ticketDraft(row: TicketRow): FindingDraft {
  const { services, first, last } = focusOf(row);
  const reasons = ticketReasons(row);
  const weak = row.weak > 0 ? `, ${row.weak} of them with weak encryption` : "";
  const minutes = (epochMilliseconds(last) - epochMilliseconds(first)) / 60_000;
  return {
    keys: { account: row.account },
    title: `${row.account} asked for tickets of ${services} ${services === 1 ? "service account" : "service accounts"} within ${inWords(minutes)}`,
    description:
      `${row.account} asked for tickets of ${services} services that run under ordinary accounts within ${inWords(minutes)}${row.sources.length === 0 ? "" : `, from ${row.sources.join(", ")}`}; ${row.requests} requests in the window${weak}. ` +
      "Whoever holds such a ticket can guess the service's password without asking again.",
    score: total(reasons),
    confidence: Math.min(90, 45 + (row.known > 0 ? 20 : 0) + (row.people >= 10 ? 15 : 0) + (row.weak > 0 ? 10 : 0)),
    reasons,
    benign:
      "Monitoring, a vulnerability scanner, a portal that opens everything in the morning, and old systems that know RC4 only ask like this, but day after day. Harmless when the account is one of these; an attack when it is a person's, and the device ran a script at that minute.",
    blindSpots: [
      "What is done with a ticket afterwards happens elsewhere.",
      ...(row.known === 0 ? ["The records do not tell the encryption of tickets."] : []),
    ],
    firstSeen: first,
    lastSeen: last,
    techniques: ["T1558.003"],
    observables: [
      { name: "actor.user.name", value: row.account },
      ...row.sources.map(sourceOf),
      ...row.service_names.map((value): Observable => ({ name: "service.name", value })),
    ],
    evidence: { kind: "tickets", entity: row.account, target: "", first, last },
    rowCount: row.requests,
    detail: { services: row.service_names, weak: row.weak },
  };
}

function firstTicketDraft(row: FirstTicketRow): FindingDraft {
  const reasons = firstTicketReasons(row);
  return {
    keys: { device: row.source },
    title: `${row.source} was given first tickets of ${row.weak_accounts} accounts with weak encryption`,
    description: `${row.source} asked for the first tickets of ${row.accounts} accounts and got those of ${row.weak_accounts} with RC4 or DES. What comes back for an account that need not prove itself can be guessed offline.`,
    score: total(reasons),
    confidence: 60,
    reasons,
    benign:
      "An old terminal server or gateway that signs many people in and knows RC4 only does this every day. Harmless when the people then work there; an attack when none of them is ever seen at the device.",
    blindSpots: ["One account at a time, and accounts whose tickets come with modern encryption."],
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    techniques: ["T1558.004"],
    observables: [sourceOf(row.source), ...row.names.map((value): Observable => ({ name: "user.name", value }))],
    evidence: { kind: "first tickets", entity: row.source, target: "", first: row.first_seen, last: row.last_seen },
    rowCount: row.requests,
  };
}

function replicationDraft(row: ReplicationRow): FindingDraft {
  const reasons = replicationReasons(row);
  const as = row.people.length === 0 ? "" : ` as ${row.people.join(", ")}`;
  return {
    keys: { source: row.source, target: row.target },
    title: `${row.source}${as} asked ${row.target} to replicate the directory`,
    description: `${row.source}${as} asked ${row.target} ${row.calls} times to replicate the directory, as another domain controller would, and never answered for a directory itself. Such an answer holds every password's hash.`,
    score: total(reasons),
    confidence: 75,
    reasons,
    benign:
      "The server that synchronises the directory with a cloud does this every few minutes; a controller that sensors see from one side only looks like this, and so do recovery tools.",
    blindSpots: ["Without a sensor at the controllers nothing is seen; a stolen controller replicates rightly."],
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    techniques: ["T1003.006"],
    observables: [
      sourceOf(row.source),
      { name: isIP(row.target) > 0 ? "dst_endpoint.ip" : "dst_endpoint.hostname", value: row.target },
      ...row.people.map((value): Observable => ({ name: "actor.user.name", value })),
    ],
    evidence: { kind: "replication", entity: row.source, target: row.target, first: row.first_seen, last: row.last_seen },
    rowCount: row.calls,
  };
}

function sourceOf(value: string): Observable {
  return { name: isIP(value) > 0 ? "src_endpoint.ip" : "src_endpoint.hostname", value };
}
