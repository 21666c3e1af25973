import { join } from "node:path";
import { expect, test } from "vitest";
import { recordingsOfOthers, sourceUnderTest, totals, whatGoesWrong } from "../testing.ts";

const source = sourceUnderTest(import.meta.url, "netflow");

test("Argus and nfdump flows become connections, turned round where the arrow says so", async () => {
  expect(await source.gapsOfAll()).toEqual([
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

test.each(source.logs)("whatever stands in %s, no statement fails on it", async (name) => {
  expect(await whatGoesWrong(source.bench, source.fixture(name))).toEqual([]);
});

const { path: shared, absence } = recordingsOfOthers("beaconing/");
test.skipIf(absence !== "")(`recorded flows of others are read whole${absence}`, async () => {
  const folders = ["ctu-netflow-2016-09-09-win1", "ctu-netflow-normal-2013-10-21"];
  const { counts, gaps } = await source.bench.import(folders.map((name) => join(shared, name, "netflow.binetflow.gz")));
  expect(totals(counts)).toMatchObject({ read: 7199, stored: 7199, quarantined: 0 });
  expect(gaps.map(({ kind }) => kind)).not.toContain("failed");
});
