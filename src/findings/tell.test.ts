import { expect, test } from "vitest";
import { resolveEntities } from "../entities/resolve.ts";
import { noEntityRows } from "../entities/rows.ts";
import { correlate } from "./stories.ts";
import type { StoryFacts } from "./story-facts.ts";
import { tellStories } from "./tell.ts";
import { findingOf } from "./testing.ts";

const window = { from: "2026-11-02 00:00:00.000000", to: "2026-11-03 00:00:00.000000" };
const entities = resolveEntities(noEntityRows, { internal: ["10.0.0.0/8"] });

const click = findingOf("phishing-click", 48, 8, ["user.name=ann@corp.example"], { keys: { id: 1 }, techniques: ["T1566.002"] });
const paste = findingOf("suspicious-execution", 80, 8.5, ["device.hostname=ws-12", "user.name=ann@corp.example"], {
  keys: { id: 2 },
  techniques: ["T1059.001"],
});
const calls = findingOf("beaconing", 85, 9, ["device.hostname=ws-12"], {
  keys: { id: 3 },
  lastSeen: "2026-11-02 23:40:00.000000",
});
const rule = findingOf("account-manipulation", 75, 10, ["actor.user.name=ann@corp.example"], {
  keys: { id: 4 },
  techniques: ["T1078"],
});
const findings = [click, paste, calls, rule];

const facts: StoryFacts = {
  steps: new Map([
    [
      click.uid,
      {
        sensors: ["TAP"],
        keys: [
          ["link", "verify.example"],
          ["message", "m1"],
        ],
      },
    ],
    [
      paste.uid,
      {
        sensors: ["Falcon"],
        keys: [
          ["link", "verify.example"],
          ["process", "p1"],
        ],
      },
    ],
    [calls.uid, { sensors: ["Defender for Endpoint", "Falcon"], keys: [["process", "p1"]] }],
    [rule.uid, { sensors: ["Office 365"], keys: [["session", "s1"]] }],
  ]),
  people: new Map([
    [
      "ann@corp.example",
      {
        person: "ann@corp.example",
        account: "ann",
        full_name: "Ann Berg",
        title: "Controller",
        department: "Finance",
        has_special_rights: false,
      },
    ],
  ]),
  removals: [],
};
const [story] = tellStories(correlate(findings, entities), findings, facts, window);

test("each step names the key that joins it and the step that has it too: the link, then the process", () => {
  expect(story?.steps.map(({ joinedBy, joinedTo }) => [joinedBy, joinedTo])).toEqual([
    [null, null],
    ["link verify.example", 1],
    ["process p1", 2],
    ["user ann@corp.example", 1],
  ]);
});

test("a step names the person with their role, the device and the products that told it", () => {
  expect(story?.steps[1]).toMatchObject({
    person: "ann@corp.example (Ann Berg, Controller, Finance)",
    device: "ws-12",
    sensors: ["Falcon"],
  });
  expect(story?.summary).toContain("ann@corp.example (Ann Berg, Controller, Finance)");
});

test("what goes on at the end of the window is still active, and so is a rule that nobody removed", () => {
  expect(story?.stillActive).toHaveLength(2);
  expect(story?.stillActive[0]).toContain("within the last hour before the records end");
  const undone = {
    person: "ann@corp.example",
    actor: "ann@corp.example",
    operation: "Remove-InboxRule",
    last_time: "2026-11-02 12:00:00.000000",
  };
  const [told] = tellStories(correlate(findings, entities), findings, { ...facts, removals: [undone] }, window);
  expect(told?.stillActive[1]).toContain("Remove-InboxRule on 2026-11-02 12:00 UTC");
});
