import { expect, test } from "vitest";
import { actionById, actions, actionsFor, type Situation } from "./actions.ts";

const ids = (situation: Partial<Situation>, limit = 50) =>
  actionsFor({ detectors: [], techniques: [], tactics: [], severity: "High", ...situation }, { limit }).map(({ id }) => id);

test("the catalogue is closed: about thirty actions, each with an id of its own, a sentence, and a reason to be recommended", () => {
  expect(actions.length).toBeGreaterThanOrEqual(30);
  expect(new Set(actions.map(({ id }) => id)).size).toBe(actions.length);
  for (const action of actions) {
    expect(action.id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(action.text).toMatch(/^[A-Z].*\.$/s);
    const reasons = [action.when.detectors, action.when.techniques, action.when.tactics].flatMap((list) => list ?? []);
    expect(reasons.length).toBeGreaterThan(0);
    expect(actionById(action.id)).toBe(action);
  }
  expect(actionById("format-the-disk")).toBeNull();
});

test("a technique stands for its sub-techniques, and not for one that begins with the same digits", () => {
  expect(ids({ techniques: ["T1021.002"] })).toContain("trace-movement");
  expect(ids({ techniques: ["T1021"] })).toContain("trace-movement");
  expect(ids({ techniques: ["T10210"] })).toEqual([]);
  expect(ids({ techniques: ["T1003.006"] })).toContain("check-privileged-groups");
  expect(ids({ techniques: ["T1003"] })).not.toContain("check-privileged-groups");
});

test("what interrupts somebody's work is recommended for severe findings only, and nothing for a situation without a match", () => {
  expect(ids({ techniques: ["T1071"], severity: "High" })).toContain("isolate-device");
  expect(ids({ techniques: ["T1071"], severity: "Medium" })).not.toContain("isolate-device");
  expect(ids({ techniques: ["T1078"], severity: "High" })).not.toContain("disable-account");
  expect(ids({ techniques: ["T1078"], severity: "Critical" })).toContain("disable-account");
  expect(ids({ techniques: ["T1071"], namesDevice: false })).not.toContain("isolate-device");
  expect(ids({})).toEqual([]);
  expect(
    actionsFor({ detectors: [], techniques: [], tactics: ["TA0008", "TA0010", "TA0040"], severity: "Critical" }),
  ).toHaveLength(8);
});
