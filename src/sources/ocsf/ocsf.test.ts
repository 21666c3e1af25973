import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Bench, expectedIn, openBench, totals, whatGoesWrong } from "../testing.ts";

const fixture = fileURLToPath(new URL("fixtures/events.ndjson", import.meta.url));
const schemaFile = new URL("../../../../shared/specs/ocsf/ocsf-hunt-classes.schema.json", import.meta.url);

let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ only: ["ocsf"] });
});
afterEach(() => bench.clear());
afterAll(() => bench?.close());

const connection = { class_uid: 4001, activity_id: 6, metadata: { product: { name: "Edge", vendor_name: "Acme" } } };

test("events of every class with a table become its rows", async () => {
  const { counts, gaps } = await bench.import([fixture]);
  expect(totals(counts)).toEqual({ read: 34, stored: 29, duplicate: 0, quarantined: 5, rawOnly: 2 });
  expect(await bench.everyRow()).toEqual(expectedIn(import.meta.url, "fixtures/events.expected.json"));
  expect(gaps.map(({ kind, reason, count }) => [kind, reason, count])).toEqual([
    ["quarantined", "an OCSF event whose time cannot be read or lies outside 1970 to 2200", 2],
    ["quarantined", "an OCSF event without a time", 1],
    ["quarantined", "it has no class_uid, so it is no OCSF event", 1],
    ["quarantined", "it is not valid JSON", 1],
    ["raw-only", "OCSF Module Activity: understood, but no table takes it; kept as received", 1],
    ["raw-only", "finding of Spoor itself: understood, but no table takes it; kept as received", 1],
  ]);
});

test("findings of our own, read back in, are no evidence", async () => {
  const own = {
    class_uid: 2004,
    time: 1793527200000,
    severity_id: 5,
    metadata: { product: { name: "Spoor", vendor_name: "Spoor" } },
  };
  const path = bench.write("findings.ndjson", `${JSON.stringify({ ...own, finding_info: { uid: "f", title: "Beaconing" } })}\n`);
  const { counts } = await bench.import([path]);
  expect(counts.map(({ format, stored, rawOnly }) => ({ format, stored, rawOnly }))).toEqual([
    { format: "ocsf-other", stored: 1, rawOnly: 1 },
  ]);
  expect(await bench.everyRow()).toEqual({});
});

test("Parquet gives the rows that its JSON lines give", async () => {
  const lines = readFileSync(fixture, "utf8").split("\r\n").slice(0, 1).join("\n");
  const from = bench.write("network.ndjson", lines);
  const to = join(bench.folder, "logs", "network.parquet");
  await bench.store.exec("INSERT INTO FUNCTION file({to:String}, 'Parquet') SELECT * FROM file({from:String}, 'JSONEachRow')", {
    to,
    from,
  });
  await bench.import([from]);
  const expected = await bench.rows("network_activity");
  expect(expected).toHaveLength(1);
  await bench.clear();
  const { counts } = await bench.import([to]);
  expect(counts.map(({ format, stored }) => [format, stored])).toEqual([["ocsf-network", 1]]);
  expect(await bench.rows("network_activity")).toEqual(expected);
});

test("a time is read as milliseconds, as their text, or as a date in text", async () => {
  const times = [1793527200123, "1793527200123", "2026-11-01T10:00:00.123Z", "2026-11-01T12:00:00.123+02:00"];
  const lines = times.map((time, port) =>
    JSON.stringify({ ...connection, time, src_endpoint: { ip: "10.0.0.1", port: port + 1 } }),
  );
  lines.push(JSON.stringify({ ...connection, time_dt: "2026-11-01 10:00:00.123456", src_endpoint: { port: 5 } }));
  await bench.import([bench.write("times.ndjson", lines.join("\n"))]);
  expect((await bench.rows("network_activity")).map(({ time }) => time)).toEqual([
    ...times.map(() => "2026-11-01 10:00:00.123000"),
    "2026-11-01 10:00:00.123456",
  ]);
});

test("an event with the uid of another is its duplicate; one without a uid is told apart by its line", async () => {
  const event = { ...connection, time: 1793527200000 };
  const numbered = { ...event, metadata: { ...event.metadata, uid: "e-1" } };
  const path = bench.write(
    "uids.ndjson",
    [event, event, numbered, { ...numbered, count: 2 }].map((one) => JSON.stringify(one)).join("\n"),
  );
  expect(totals((await bench.import([path])).counts)).toEqual({ read: 4, stored: 3, duplicate: 1, quarantined: 0, rawOnly: 0 });
});

test("whatever stands in an event, no statement fails on it", async () => {
  expect(await whatGoesWrong(bench, fixture)).toEqual([]);
});

const missing = existsSync(schemaFile) ? "" : " (skipped: shared/specs/ocsf is not there)";
test.skipIf(missing !== "")(`every attribute that the fixture uses is one of OCSF 1.8${missing}`, () => {
  const schema = JSON.parse(readFileSync(schemaFile, "utf8"));
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema(schema);
  const classes: Record<number, string> = {
    4001: "network_activity",
    4003: "dns_activity",
    3002: "authentication",
    2004: "detection_finding",
    4009: "email_activity",
    4012: "email_url_activity",
    5001: "inventory_info",
    5003: "user_inventory",
    1007: "process_activity",
  };
  let checked = 0;
  for (const line of readFileSync(fixture, "utf8").split("\r\n").slice(0, 26)) {
    const event = JSON.parse(line);
    const validate = ajv.getSchema(`${schema.$id}#/$defs/class.${classes[event.class_uid]}`);
    if (validate === undefined) continue;
    checked += 1;
    void validate(event);
    const unknown = (validate.errors ?? []).filter(({ keyword }) => keyword === "additionalProperties");
    // Times in text come with the datetime profile, which the compiled schema leaves out.
    const names = unknown.map(({ instancePath, params }) => `${instancePath}/${params.additionalProperty}`);
    expect(names.filter((name) => !name.endsWith("_dt"))).toEqual([]);
  }
  expect(checked).toBeGreaterThan(9);
});
