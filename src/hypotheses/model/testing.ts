import { resolveEntities } from "../../entities/resolve.ts";
import { noEntityRows } from "../../entities/rows.ts";
import { correlate } from "../../findings/stories.ts";
import { loadHunts } from "../../hunts/load.ts";
import type { NameKind, Privacy } from "../../privacy/privacy.ts";
import type { Outcome, Reasoner, ReasonerRequest } from "../../reasoner/port.ts";
import type { Situation } from "../situation.ts";
import { attack, found, observables, tablesOf, window } from "../testing.ts";
import type { Proposal } from "./answer.ts";

export { window };

// A small estate with something going on, a privacy that hides three names, and a model that says what a test wants.

const hunts = await loadHunts();

export const beacon = found("beaconing", {
  title: "ws-12 calls 203.0.113.9 every 60 s",
  techniques: ["T1071.001"],
  observables: observables("src_endpoint.hostname=ws-12", "src_endpoint.ip=10.0.0.12", "dst_endpoint.ip=203.0.113.9"),
});
export const movement = found("lateral-movement", {
  title: "ws-12 went on to srv-1",
  score: 85,
  techniques: ["T1021.002"],
  observables: observables("device.hostname=ws-12", "actor.user.name=alice", "dst_endpoint.hostname=srv-1"),
});

export function situation(given: Partial<Situation> = {}): Situation {
  const entities = resolveEntities(noEntityRows, { internal: ["10.0.0.0/8"] });
  const findings = given.findings ?? [movement, beacon];
  return {
    findings,
    stories: correlate(findings, entities),
    tables: tablesOf("network_activity", "process_activity", "authentication", "dns_activity", "smb_activity"),
    window,
    hunts,
    detectors: [],
    attack,
    entities,
    exposures: new Map([
      ["alice", { weight: 1, because: "a privileged account", marks: ["a privileged account"] }],
      ["bob", { weight: 0.5, because: "somebody who clicked on threats before" }],
    ]),
    ...given,
  };
}

const hidden: Readonly<Record<string, string>> = {
  "ws-12": "host_aa11",
  "srv-1": "host_bb22",
  alice: "user_cc33",
  bob: "user_dd44",
};

/** Hides the names above; everything else is shown as it is. */
export function fewNames(given: Partial<Pick<Privacy, "hideText">> = {}): Privacy {
  const hideText = (text: string) => Object.entries(hidden).reduce((said, [name, token]) => said.replaceAll(name, token), text);
  const unused = (): Promise<never> => Promise.reject(new Error("not asked in these tests"));
  return {
    mode: "pseudonymised",
    hide: (_kind: NameKind, value: string) => hidden[value] ?? value,
    hideText: (text, limit = 300) => hideText(text).slice(0, limit),
    ask: unused,
    own: unused,
    reveal: (text) => Promise.resolve(Object.entries(hidden).reduce((said, [name, token]) => said.replaceAll(token, name), text)),
    valueOf: (token) => Promise.resolve(Object.entries(hidden).find(([, one]) => one === token)?.[0] ?? null),
    leaks: (text) => Object.keys(hidden).filter((name) => text.includes(name)),
    ...given,
  };
}

const call = {
  model: "claude-test",
  requestId: "req_1",
  usage: { inputTokens: 1000, outputTokens: 500, cacheWriteTokens: 0, cacheReadTokens: 0 },
  usd: 0.01,
};

/** A model that gives one outcome, and what it was asked. */
export function modelThat(outcome: Outcome): { readonly reasoner: Reasoner; readonly requests: ReasonerRequest[] } {
  const requests: ReasonerRequest[] = [];
  const reasoner: Reasoner = {
    name: "scripted",
    complete: (request) => {
      requests.push(request);
      return Promise.resolve(outcome);
    },
  };
  return { reasoner, requests };
}

/** A model that answers with this text, or with this value as JSON. */
export function modelThatSays(answer: unknown): ReturnType<typeof modelThat> {
  const text = typeof answer === "string" ? answer : JSON.stringify(answer);
  return modelThat({ kind: "ok", content: [{ type: "text", text }], endsFor: "end", call });
}

export const truncated: Outcome = { kind: "truncated", content: [{ type: "text", text: '{"hypotheses":[' }], call };
export const refusal: Outcome = { kind: "refusal", category: "cyber", call };

/** A proposal that holds over the situation above, but for what is given. */
export function proposalOf(given: Partial<Proposal> = {}): Proposal {
  return {
    title: "The operator behind the beacon of host_aa11 dumped credentials before moving to host_bb22",
    statement:
      "Whoever controls host_aa11 over the steady channel read secrets from memory there, and used the account user_cc33 to reach host_bb22.",
    kind: "next_step",
    techniques: ["T1003.001"],
    entities: ["host_aa11", "user_cc33"],
    finding_ids: ["f1", "f2"],
    able: {
      actor: null,
      behavior: "reads the memory of the process that keeps secrets",
      location: "host_aa11, in the hours before the first connection to host_bb22",
      evidence: [
        {
          table: "process_activity",
          columns: ["process_name", "process_cmd_line"],
          expect: "a dump tool or rundll32 with comsvcs started by an interactive shell",
        },
      ],
    },
    steps: [
      {
        purpose: "List what was started on host_aa11 before the movement",
        hunt_id: null,
        sql: "SELECT time, process_cmd_line FROM process_activity WHERE device_hostname = 'host_aa11'",
      },
    ],
    supports_if:
      "process_activity shows a process of user_cc33 on host_aa11 that opened or dumped the memory of lsass before the movement.",
    refuted_if:
      "All processes of that day on host_aa11 are covered in process_activity and none of them touches lsass or writes a dump.",
    benign_explanation:
      "An administrator collected a crash dump for support; a change ticket and the signed tool would tell them apart.",
    expected_indicators: ["comsvcs.dll on a command line", "a file that ends in .dmp"],
    false_positives: ["Support tools that collect dumps."],
    window_hours: 48,
    ...given,
  };
}
