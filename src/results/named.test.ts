import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { reportExample } from "../../test/report-example.ts";
import { findingsNdjson } from "../findings/ndjson.ts";
import { findingOf } from "../findings/testing.ts";
import { contextOf } from "../report/context.ts";
import { idNamed } from "../report/reading-order.ts";
import { hypothesisNamedIn, idNamedIn } from "./named.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "spoor-named-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("a short name stands for what the report prints it at", () => {
  const { ranked, stories, hypotheses, labels } = contextOf(reportExample);
  expect(ranked.length).toBeGreaterThan(9);
  for (const [uid, label] of labels) expect(idNamed(label, reportExample)).toBe(uid);
  expect(stories.map((_, index) => idNamed(`s${index + 1}`, reportExample))).toEqual(stories.map(({ uid }) => uid));
  expect(hypotheses.map((_, index) => idNamed(`H${index + 1}`, reportExample))).toEqual(hypotheses.map(({ id }) => id));
});

test("what is no short name, or the number of nothing, is left as it is", () => {
  for (const name of ["f1", "F0", "F01", "F100000", "S", "Q1", "3f9a01", "F1 ", ""])
    expect(idNamed(name, reportExample)).toBe(name);
  expect(idNamed("F1", { stories: reportExample.stories })).toBe("F1");
});

test("short names are looked up in the files of a run", async () => {
  const [low, high] = [findingOf("beaconing", 60, 3, []), findingOf("dns-tunnelling", 90, 4, [])];
  await expect(idNamedIn(folder, "findings", "F1")).rejects.toMatchObject({ code: "path-missing" });
  const revised = [low, high].map((finding) => ({ finding, activity: "Create" as const }));
  await writeFile(join(folder, "findings.ndjson"), findingsNdjson(revised, { version: "1" }));
  expect(await idNamedIn(folder, "findings", "F1")).toBe(high.uid);
  expect(await idNamedIn(folder, "findings", "F2")).toBe(low.uid);
  expect(await idNamedIn(folder, "findings", "S1")).toBe("S1");
  await expect(idNamedIn(folder, "findings", "F3")).rejects.toMatchObject({ code: "not-found" });
  await writeFile(join(folder, "findings.ndjson"), "damaged\n");
  await expect(idNamedIn(folder, "findings", "F1")).rejects.toThrow(/findings\.ndjson: line 1 is not a finding/);
});

test("a hypothesis is named by its number, its id or the beginning of one; what is not known yet stays", async () => {
  expect(await hypothesisNamedIn(folder, "abc")).toBe("abc");
  const known = [
    { id: "abc1", priority: 50 },
    { id: "abd2", priority: 70 },
    { id: "ab", priority: 10 },
  ];
  await writeFile(join(folder, "hypotheses.json"), JSON.stringify(known));
  expect(await hypothesisNamedIn(folder, "H1")).toBe("abd2");
  expect(await hypothesisNamedIn(folder, "abc")).toBe("abc1");
  expect(await hypothesisNamedIn(folder, "ab")).toBe("ab");
  expect(await hypothesisNamedIn(folder, "f00")).toBe("f00");
  await expect(hypothesisNamedIn(folder, "a")).rejects.toMatchObject({ code: "usage" });
  await expect(hypothesisNamedIn(folder, "H9")).rejects.toMatchObject({ code: "not-found" });
});
