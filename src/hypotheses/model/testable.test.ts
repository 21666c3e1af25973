import { describe, expect, test } from "vitest";
import { schemaColumns } from "../../hunts/columns.ts";
import { knowledge } from "../knowledge.ts";
import { type Inventory, isDecidable } from "./testable.ts";

const inventory: Inventory = {
  columns: await schemaColumns(),
  names: new Set(["host_aa11", "host_bb22", "user_cc33", "203.0.113.9", "files.example"]),
};

describe("a sentence that the data cannot decide", () => {
  test.each([
    "Evidence of malicious activity consistent with the described behaviour is identified in the available data.",
    "The logs show suspicious activity that indicates that an attacker was present in the environment.",
    "No evidence of the described behaviour is found after a thorough review of all relevant logs.",
    "The hypothesis is supported if further investigation confirms that the device was compromised.",
    "Analysis reveals indicators of compromise that match the expected pattern of this technique.",
    "host_aa11 shows malicious activity that is unusual for it.",
    "host_aa11 and user_cc33 show anomalous behaviour that supports the hypothesis.",
    "process_activity contains evidence that supports the hypothesis.",
    "The data in network_activity and process_activity is consistent with the scenario described above.",
    "user_cc33 was either compromised by an adversary or was not compromised by an adversary.",
    "process_activity shows lsass access on host_aa11 if lsass access on host_aa11 shows in process_activity.",
    "The activity turns out to be harmless because it is legitimate and benign.",
    "Something abnormal deviates from the usual baseline of the organisation.",
    "The detector's finding is real and not a false one, which the analyst verified.",
  ])("is told: %s", (sentence) => {
    expect(isDecidable(sentence, inventory)).toBe(false);
  });
});

describe("a sentence that the data can decide", () => {
  test.each([
    "process_activity shows a process of user_cc33 on host_aa11 that opened the memory of lsass before the movement.",
    "authentication has no successful sign-in of user_cc33 on host_bb22 in the window.",
    "No process of host_aa11 touches lsass or writes a dump.",
    "More than 100 MB went to 203.0.113.9 within an hour.",
    "traffic_bytes_out to files.example stays below that of the same weekday before.",
    "comsvcs.dll stands on a command line.",
    "Kerberos tickets with weak encryption were requested for many services by one account within minutes.",
    "The mail with the link was delivered to two people, and both opened it before the first sign-in from abroad.",
    "All connections of host_aa11 to 203.0.113.9 stop when the agent of the monitoring is off.",
    "In dns_activity host_aa11 asks for long names that nobody else asks for.",
    "A new service was installed on host_bb22 by user_cc33 soon after the share was opened.",
    "Scheduled jobs on other servers start the same script with the same parameters.",
    "No other device of the same group calls that address, and none did in the weeks before.",
    "The hypothesis holds when authentication shows user_cc33 signing in on host_bb22 with NTLM at night.",
    "Registry activity shows a run key that points into a profile of the user.",
  ])("is taken: %s", (sentence) => {
    expect(isDecidable(sentence, inventory)).toBe(true);
  });

  test("is every one of the knowledge base's own, which name no device and no address", () => {
    const own = knowledge.flatMap(({ supportsIf, refutedIf }) => [supportsIf, refutedIf]);
    expect(own.length).toBeGreaterThan(40);
    expect(own.filter((sentence) => !isDecidable(sentence, inventory))).toEqual([]);
  });
});
