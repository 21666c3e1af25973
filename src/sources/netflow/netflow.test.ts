import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Bench, expectedIn, openBench, totals, whatGoesWrong } from "../testing.ts";

const fixtures = fileURLToPath(new URL("fixtures/", import.meta.url));

let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ only: ["netflow"] });
});
afterEach(() => bench.clear());
afterAll(() => bench?.close());

const logs = readdirSync(fixtures).filter((name) => !name.startsWith("expected"));

test("Argus and nfdump flows become connections, turned round where the arrow says so", async () => {
  const { counts, gaps } = await bench.import(logs.map((name) => join(fixtures, name)));
  expect(await bench.everyRow()).toEqual(expectedIn(import.meta.url, "fixtures/expected.json"));
  expect(
    counts.map(({ format, read, stored, quarantined, rawOnly }) => ({ format, read, stored, quarantined, rawOnly })),
  ).toEqual(expectedIn(import.meta.url, "fixtures/expected-counts.json"));
  expect(gaps.map(({ kind, reason, count }) => [kind, reason, count])).toEqual([
    ["quarantined", "a flow whose time cannot be read or lies outside 1970 to 2200", 2],
    ["quarantined", "a flow without two addresses", 1],
    ["quarantined", "it has 8 values for 15 columns", 1],
    ["raw-only", "Argus arp: understood, but no table takes it; kept as received", 1],
    ["raw-only", "Argus llc: understood, but no table takes it; kept as received", 1],
    ["quarantined", "a flow whose time cannot be read or lies outside 1970 to 2200", 1],
    ["quarantined", "a flow without two addresses", 1],
    ["quarantined", "it has 8 values for 17 columns", 1],
  ]);
});

test.each(logs)("whatever stands in %s, no statement fails on it", async (name) => {
  expect(await whatGoesWrong(bench, join(fixtures, name))).toEqual([]);
});

const shared = fileURLToPath(new URL("../../../../shared/data/beaconing/", import.meta.url));
const missing = existsSync(shared) ? "" : " (skipped: shared/data is not there)";
test.skipIf(missing !== "")(`recorded flows of others are read whole${missing}`, async () => {
  const folders = ["ctu-netflow-2016-09-09-win1", "ctu-netflow-normal-2013-10-21"];
  const { counts, gaps } = await bench.import(folders.map((name) => join(shared, name, "netflow.binetflow.gz")));
  expect(totals(counts)).toMatchObject({ read: 7199, stored: 7199, quarantined: 0 });
  expect(gaps.map(({ kind }) => kind)).not.toContain("failed");
});
