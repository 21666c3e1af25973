import { expect, test } from "vitest";
import type { HuntResult, HuntStatus } from "../types.ts";
import { notebookHunt } from "./results.ts";

const hunt = (status: HuntStatus): HuntResult => ({
  id: status,
  hypothesisId: "one",
  huntId: status,
  title: status,
  techniques: [],
  status,
  evidence: [],
  summary: "Nothing more.",
  recommendedActions: [],
  coverage: [],
  sql: "",
  parameters: {},
  resultHash: "",
});
const statusOf = (...statuses: HuntStatus[]) => notebookHunt(statuses.map(hunt)).status;

test("a hypothesis is supported by one hunt, refuted by all of them, and open where one could not be asked", () => {
  expect(statusOf("refuted", "supported", "inconclusive")).toBe("supported");
  expect(statusOf("refuted", "refuted")).toBe("refuted");
  expect(statusOf("refuted", "not-testable")).toBe("inconclusive");
  expect(statusOf("not-testable")).toBe("not-testable");
  expect(statusOf()).toBe("not-testable");
  expect(notebookHunt([hunt("not-testable"), hunt("supported")]).ai_summary).toMatch(/^supported:/);
});
