import { describe, expect, test } from "vitest";
import { configuredCollectors } from "../../../collect/load.ts";
import collector from "../collector.ts";
import { connectTo, falconThat, list, now, streamOf, testQuestions, walked } from "./testing.ts";

describe("the doctor", () => {
  test("names each scope that is missing and what is blind without it", async () => {
    const vendor = await falconThat(({ path }) =>
      path.startsWith("/devices/") ? { status: 403 } : path.includes("queryjobs") ? { status: 403 } : list([]),
    );
    const { connection } = await connectTo(vendor, { events: "queries" });
    const found = await connection.check();
    expect(found.map(({ what, state }) => `${what}: ${state}`)).toEqual([
      "client id and secret: ok",
      "Alerts: READ: ok",
      "Hosts: READ: missing",
      "Cases: READ: ok",
      "NGSIEM: READ and WRITE: missing",
    ]);
    expect(found[2]?.blind).toEqual(["devices"]);
    expect(found[4]?.blind).toEqual(expect.arrayContaining(["connections", "names", "processes", "logons"]));
  });

  test("says that a search that finds nothing at all is no good sign, and that clocks differ", async () => {
    const vendor = await falconThat(({ path, method }) =>
      !path.includes("queryjobs")
        ? { ...list([]), headers: { date: new Date(now + 600_000).toUTCString() } }
        : method === "POST"
          ? { body: { id: "P1-1" } }
          : { body: { done: true, events: [], metaData: {} }, headers: { date: new Date(now + 600_000).toUTCString() } },
    );
    const { connection } = await connectTo(vendor, { events: "queries" });
    // The first answer tells the time.
    await walked(streamOf({ connection, clock: { now }, waits: [] }, "alerts"));
    const found = await connection.check();
    expect(found.find(({ what }) => what === "clocks")?.detail).toMatch(/^Falcon's clock is \d+ s ahead of ours/);
    expect(found.at(-1)).toMatchObject({ what: "NGSIEM: READ and WRITE", state: "warning" });
  });
});

test.each([
  ["an address without https", { baseUrl: "http://falcon.example.com" }],
  ["a secret in place of a reference", { clientSecret: "abcdef" }],
  ["the replicator without its settings", { events: "replicator" }],
  ["a setting that there is not", { clientid: "x" }],
])("settings with %s are refused", (_what, wrong) => {
  const settings = { clientId: "c", clientSecret: "env:SECRET", ...wrong };
  expect(() => configuredCollectors([collector], { crowdstrike: settings })).toThrow(/collect\.crowdstrike/);
});

testQuestions(10);
