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

test("the hunts of a hypothesis are told as one, what supports it first", () => {
  const told = notebookHunt([hunt("not-testable"), hunt("supported")], { testable: true });
  expect(told.status).toBe("supported");
  expect(told.ai_summary).toMatch(/^supported:/);
  expect(notebookHunt([hunt("refuted"), hunt("not-testable")], { testable: true }).status).toBe("inconclusive");
  expect(notebookHunt([], { testable: false }).status).toBe("not-testable");
});
