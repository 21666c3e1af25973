import { expect, test } from "vitest";
import { type MachineRow, machineDraft } from "./machine.ts";

const row: MachineRow = {
  principal: "arn:aws:sts::111122223333:assumed-role/web/i-0123456789abcdef0",
  machine: "i-0123456789abcdef0",
  issuer: "web",
  addresses: ["198.51.100.20"],
  desktop_agents: ["aws-cli/2.15 Darwin/23.1"],
  operations: ["GetObject", "ListBuckets", "ListObjects"],
  looks: 2,
  calls: 11,
  first_seen: "2026-03-02 10:00:00.000000",
  last_seen: "2026-03-02 10:20:00.000000",
  event_uids: ["one"],
};

test("a machine's keys on a desktop that looks around are an alert that names role and machine", () => {
  const draft = machineDraft(row);
  expect(draft.score).toBeGreaterThanOrEqual(70);
  expect(draft.observables[0]).toEqual({ name: "actor.user.name", value: "web/i-0123456789abcdef0" });
});

test("one call alone stays below the alert line", () => {
  expect(machineDraft({ ...row, looks: 0, calls: 1 }).score).toBeLessThan(70);
});
