import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { reportExample } from "../../test/report-example.ts";
import { compose } from "../report/compose.ts";
import { toMarkdown } from "../report/markdown.ts";
import { openEmbeddedStore } from "../store/embedded.ts";
import type { Store } from "../store/store.ts";
import { GapLedger, type World } from "../world.ts";
import { applyBudget } from "./budget.ts";
import { fromOcsf, toOcsf } from "./ocsf.ts";
import { addSuppression, markSuppressed, readSuppressions, removeSuppression, type SuppressionRow } from "./suppressions.ts";
import { findingOf } from "./testing.ts";

const now = "2026-11-03 00:00:00.000000";
const later = "2026-12-03 00:00:00.000000";
const scanner = findingOf("lateral-movement", 95, 1, ["src_endpoint.hostname=scn01.corp.example", "dst_endpoint.ip=10.0.0.9"]);
const person = findingOf("unusual-sign-in", 80, 2, ["user.name=Ann@corp.example"]);
const beacon = findingOf("beaconing", 75, 3, ["src_endpoint.ip=10.0.0.12", "src_endpoint.hostname=scn01"]);
const all = [scanner, person, beacon];
const rowOf = (given: Partial<SuppressionRow>): SuppressionRow => ({
  suppression_uid: "5f1c",
  finding_uid: "",
  entity: "",
  destination: "",
  detector: "",
  reason: "our own scanner",
  author: "kim",
  recorded_time: now,
  expires_time: later,
  ...given,
});
const hidden = (given: Partial<SuppressionRow>, at = now): string[] =>
  markSuppressed(all, [rowOf(given)], at)
    .filter(({ suppression }) => suppression !== undefined)
    .map(({ detector }) => detector);

test("a finding is suppressed by its uid, its entity, its detector, or all that is named together; never by nothing", () => {
  expect(hidden({ finding_uid: person.uid })).toEqual(["unusual-sign-in"]);
  expect(hidden({ entity: "SCN01" })).toEqual(["lateral-movement", "beaconing"]);
  expect(hidden({ entity: "scn01", detector: "beaconing" })).toEqual(["beaconing"]);
  expect(hidden({ entity: "ann@corp.example" })).toEqual(["unusual-sign-in"]);
  expect(hidden({ entity: "ann" })).toEqual(["unusual-sign-in"]);
  expect(hidden({ entity: "an" })).toEqual([]);
  expect(hidden({ destination: "10.0.0.9" })).toEqual(["lateral-movement"]);
  expect(hidden({ detector: "beaconing" })).toEqual(["beaconing"]);
  expect(hidden({})).toEqual([]);
});

test("to suppress a device hides no attack on it, and to suppress one of several hides none of them", () => {
  const on = findingOf("lateral-movement", 95, 1, ["src_endpoint.hostname=ws-12", "dst_endpoint.hostname=scn01"]);
  const several = findingOf("beaconing", 75, 3, [
    "src_endpoint.ip=10.0.0.12",
    "dst_endpoint.hostname=update.example",
    "dst_endpoint.hostname=evil.example",
  ]);
  const rows = [rowOf({ entity: "scn01" }), rowOf({ destination: "update.example" })];
  for (const { suppression } of markSuppressed([on, several], rows, now)) expect(suppression).toBeUndefined();
});

test("its term ends, and an older suppression is the one that is named", () => {
  expect(hidden({ detector: "beaconing" }, later)).toEqual([]);
  const rows = [rowOf({ suppression_uid: "one", entity: "scn01" }), rowOf({ suppression_uid: "two", detector: "beaconing" })];
  expect(markSuppressed([beacon], rows, now)[0]?.suppression).toEqual({
    uid: "one",
    reason: "our own scanner",
    author: "kim",
    until: later,
  });
});

test("what is suppressed gives its place in the budget to others, stays in the record with its mark, and keeps its score", () => {
  const window = { from: "2026-11-02 00:00:00.000000", to: now };
  const marked = markSuppressed(all, [rowOf({ finding_uid: scanner.uid })], now);
  const within = applyBudget(marked, { perDay: 1, window }).filter(({ isWithinBudget }) => isWithinBudget);
  expect(within.map(({ uid }) => uid)).toEqual([person.uid]);
  const [first = scanner] = marked;
  const record = toOcsf(first, { activity: "Update", version: "0.1.0" });
  expect(record).toMatchObject({ status_id: 3, status: "Suppressed", severity: "Critical", unmapped: { score: 95 } });
  expect(fromOcsf(record)).toEqual(first);
});

test("the report leaves it out of its top, says how many there are, and why each is low down", () => {
  const [best] = [...reportExample.findings].filter(({ isVendorAlert }) => !isVendorAlert).sort((a, b) => b.score - a.score);
  if (best === undefined) throw new Error("there is no finding");
  const findings = markSuppressed(reportExample.findings, [rowOf({ finding_uid: best.uid })], now).map((finding) =>
    finding.suppression === undefined ? finding : { ...finding, isWithinBudget: false },
  );
  const text = toMarkdown(compose({ ...reportExample, findings }));
  expect(text).toContain("**Suppressed.** 1 finding that somebody wants out of the way is left out here");
  expect(toMarkdown(compose(reportExample))).not.toContain("**Suppressed.**");
});

let folder = "";
let store: Store;
let world: World;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "spoor-suppressions-"));
  store = await openEmbeddedStore({ directory: join(folder, "store") });
  await store.migrate();
  let minute = 0;
  world = {
    store,
    clock: () => new Date(Date.UTC(2026, 10, 3, 0, minute++)),
    gaps: new GapLedger(),
    progress: () => {},
    signal: new AbortController().signal,
  };
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

test("suppressions are kept with reason, author and term; said again they are renewed, and taken back they are gone", async () => {
  const ours = {
    findingUid: "",
    entity: "scn01",
    destination: "",
    detector: "",
    reason: 'it\'s our\n"scanner"',
    author: "kim",
    expires: later,
  };
  const uid = await addSuppression(ours, world);
  expect(await addSuppression({ ...ours, entity: "SCN01", author: "lee" }, world)).toBe(uid);
  await addSuppression({ ...ours, entity: "", detector: "beaconing" }, world);
  const known = await readSuppressions(world);
  expect(
    known.map(({ entity, detector, author, reason, expires_time }) => [entity, detector, author, reason, expires_time]),
  ).toEqual([
    ["SCN01", "", "lee", ours.reason, later],
    ["", "beaconing", "kim", ours.reason, later],
  ]);
  const [first] = known;
  if (first === undefined) throw new Error("there is no suppression");
  await removeSuppression(first, "lee", world);
  expect((await readSuppressions(world)).map(({ detector }) => detector)).toEqual(["beaconing"]);
});
