import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { outsideSubset } from "../../test/support/messages-api/schema-subset.ts";
import { SpoorError } from "../errors.ts";
import { addIndicators } from "../intel/add.ts";
import { sightIndicators } from "../intel/sightings.ts";
import { openPrivacy } from "../privacy/open.ts";
import { tokenKey } from "../privacy/siphash.ts";
import { openEmbeddedStore } from "../store/embedded.ts";
import type { Store } from "../store/store.ts";
import { eventTables } from "../store/tables.ts";
import { definitionOf } from "./definition.ts";
import { fillOffice, officeContext, officeWindow } from "./testing.ts";
import type { ToolContext } from "./tool.ts";
import { callTool, tools } from "./tools.ts";

let folder: string;
let store: Store;
let context: ToolContext;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "spoor-tools-"));
  store = await openEmbeddedStore({ directory: join(folder, "store") });
  await store.migrate();
  await fillOffice(store);
  await writeFile(join(folder, "feed.csv"), "value,description\n203.0.113.0/24,bad block\nevil.example,bad name\n");
  context = await officeContext(store);
  await addIndicators(join(folder, "feed.csv"), { feed: "ours" }, context.world);
  await sightIndicators(officeWindow, context.world);
});

afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

async function answer(name: string, input: unknown, maxBytes = 100_000) {
  const called = await callTool(name, input, context, { maxBytes });
  expect(called.isError, called.text).toBe(false);
  return { ...called, value: z.record(z.string(), z.json()).parse(JSON.parse(called.text)) };
}

test("every tool is told in the part of JSON Schema that the vendor takes, with nothing optional", () => {
  expect(tools.map(({ name }) => name)).toEqual([
    "list_tables",
    "describe_table",
    "run_query",
    "get_rows",
    "entity_timeline",
    "compare_baseline",
    "lookup_indicator",
    "attack_lookup",
  ]);
  for (const tool of tools) {
    const { inputSchema } = definitionOf(tool);
    expect(outsideSubset(inputSchema)).toEqual([]);
    const told = z.object({ properties: z.record(z.string(), z.unknown()), required: z.array(z.string()) }).parse(inputSchema);
    expect(told.required).toEqual(Object.keys(told.properties));
  }
});

test("tables with rows are told with what they cover, tables without rows apart", async () => {
  const { value } = await answer("list_tables", {});
  expect(value.tables).toContainEqual({
    table: "network_activity",
    rows: 360,
    first_time: "2026-11-01 10:00:00.000000",
    last_time: "2026-11-10 12:00:00.000000",
  });
  expect(value.without_rows).toContain("email_activity");
});

test("a table is described by what its rows fill", async () => {
  const { value } = await answer("describe_table", { table: "authentication" });
  expect(value.columns).toContainEqual({ name: "user_name", type: "String", filled_percent: 100 });
  expect(value.columns_without_values).toContain("session_uid");
  expect(value.common_values).toContainEqual({ column: "status", value: "Failure", rows: 1 });
});

test("a question gives rows whose ids may be cited, and only those that are shown", async () => {
  const sql = "SELECT time, metadata_uid, device_hostname FROM network_activity ORDER BY time, metadata_uid LIMIT 200";
  const whole = await answer("run_query", { sql, purpose: "see" });
  expect(whole.value).toMatchObject({ row_count: 200 });
  expect(whole.eventIds).toHaveLength(200);
  const part = await callTool("run_query", { sql, purpose: "see" }, context);
  expect(Buffer.byteLength(part.text)).toBeLessThanOrEqual(2048);
  const { preview, rows } = z
    .object({ preview: z.object({ list: z.string(), shown: z.number(), of: z.number() }), rows: z.array(z.unknown()) })
    .parse(JSON.parse(part.text));
  expect(preview).toEqual({ list: "rows", shown: rows.length, of: 200 });
  expect(part.eventIds).toEqual(whole.eventIds.slice(0, rows.length));
  expect(part.statement).toEqual(whole.statement);
  expect(whole.statement?.rowCount).toBe(200);
});

test("an aggregate says that nothing in it can be cited", async () => {
  const { value, eventIds } = await answer("run_query", { sql: "SELECT count() AS n FROM network_activity", purpose: "size" });
  expect(eventIds).toEqual([]);
  expect(value.note).toContain("metadata_uid");
});

test("what is refused or wrong is an answer too, and tells what to do", async () => {
  const wrong: readonly (readonly [string, unknown, RegExp])[] = [
    ["drop_table", {}, /no tool/],
    ["run_query", { sql: "DROP TABLE raw", purpose: "" }, /SELECT/],
    ["run_query", { sql: "SELECT file('/etc/passwd')", purpose: "" }, /refused/],
    ["run_query", { sql: 5 }, /input of run_query/],
    ["run_query", { sql: "SELECT 1", purpose: "", also: 1 }, /input of run_query/],
    ["describe_table", { table: "raw" }, /input of describe_table/],
    ["get_rows", { table: "network_activity", event_ids: [] }, /event_ids/],
    ["entity_timeline", { entity: "ws-03", from: "yesterday", to: null, after_event: null, limit: null }, /not a time/],
    [
      "entity_timeline",
      { entity: "ws-03", from: "2026-11-09", to: "2026-11-01", after_event: null, limit: null },
      /before it begins/,
    ],
    ["lookup_indicator", { value: "??" }, /no address/],
  ];
  for (const [name, input, said] of wrong) {
    const called = await callTool(name, input, context);
    expect(called.isError).toBe(true);
    expect(called.text).toMatch(said);
    expect(called.eventIds).toEqual([]);
  }
});

test("whole events come by their ids, and ids that are none are told", async () => {
  const { value, eventIds } = await answer("get_rows", { table: "process_activity", event_ids: ["process-1", "process-2"] });
  expect(eventIds).toEqual(["process-1"]);
  expect(value.not_found).toEqual(["process-2"]);
  expect(value.rows).toMatchObject([{ metadata_uid: "process-1", device_hostname: "ws-03" }]);
});

test("a timeline merges the tables, oldest first, and says where it goes on", async () => {
  const whole = await answer("entity_timeline", {
    entity: "10.0.0.3",
    from: "2026-11-10",
    to: null,
    after_event: null,
    limit: null,
  });
  expect(whole.eventIds).toEqual(["auth-9-ann", "net-9-2-0", "net-9-2-1", "net-9-2-2"]);
  expect(whole.value).toMatchObject({ events_in_all: 4, more_events_exist: false });
  const first = await answer("entity_timeline", {
    entity: "10.0.0.3",
    from: "2026-11-10T00:00:00Z",
    to: null,
    after_event: null,
    limit: 2,
  });
  expect(first.eventIds).toEqual(["auth-9-ann", "net-9-2-0"]);
  expect(first.value).toMatchObject({ events_in_all: 4, more_events_exist: true });
  expect(first.value.by_table).toContainEqual({
    table: "network_activity",
    events: 3,
    first_time: "2026-11-10 10:00:00.000000",
    last_time: "2026-11-10 12:00:00.000000",
  });
});

test("a device is found with its domain and without, in any case", async () => {
  const { eventIds } = await answer("entity_timeline", {
    entity: "WS-03",
    from: "2026-11-10",
    to: null,
    after_event: null,
    limit: null,
  });
  expect(eventIds).toContain("process-1");
  expect(eventIds).toContain("service-1");
});

test("every table that can name an entity is part of a timeline", async () => {
  const sql =
    (await callTool("entity_timeline", { entity: "x", from: null, to: null, after_event: null, limit: null }, context)).statement
      ?.sql ?? "";
  for (const table of eventTables) expect(sql.includes(`FROM ${table}`), table).toBe(!table.endsWith("_inventory"));
});

test("an amount is compared with the entity's own days and with its peers of the same day", async () => {
  const input = { metric: "bytes_out", entity: "ws-03", entity_kind: "host", from: "2026-11-10", to: null };
  const { value } = await answer("compare_baseline", input);
  const compared = z
    .object({
      value: z.number(),
      own_history: z.object({ spans: z.number(), median: z.number(), z: z.number(), share_as_high: z.number() }),
      peers: z.object({ others: z.number(), median: z.number(), z: z.number(), share_as_high: z.number() }),
    })
    .parse(value);
  expect(compared.value).toBe(6_000_000_000);
  expect(compared.own_history).toMatchObject({ spans: 9, share_as_high: 0.1 });
  expect(compared.own_history.z).toBeGreaterThan(1000);
  expect(compared.peers).toMatchObject({ others: 11, share_as_high: 0.083 });
  const usual = await answer("compare_baseline", { ...input, entity: "ws-04" });
  const { own_history } = z.object({ own_history: z.object({ z: z.number() }) }).parse(usual.value);
  expect(Math.abs(own_history.z)).toBeLessThan(3);
});

test("a baseline of too little is told as such, and what was not measured is not zero", async () => {
  const few = await answer("compare_baseline", {
    metric: "sign_in_failures",
    entity: "ann@office.example",
    entity_kind: "user",
    from: "2026-11-10",
    to: null,
  });
  expect(few.value).toMatchObject({ value: 1, own_history: { spans: 0 }, peers: { others: 0 } });
  const files = await answer("compare_baseline", {
    metric: "mails_sent",
    entity: "ann",
    entity_kind: "user",
    from: null,
    to: null,
  });
  expect(files.value).toMatchObject({ value: null, own_history: null, peers: null });
});

test("indicators are looked up by value, parent and block, with what met them", async () => {
  const block = await answer("lookup_indicator", { value: "203.0.113.1" });
  expect(block.value).toMatchObject({
    type: "ip",
    indicators: [{ type: "cidr", feed: "ours", is_this_value: false }],
    sightings: 3,
  });
  expect(block.eventIds).toEqual(["net-9-2-2", "net-9-2-1", "net-9-2-0"]);
  const name = await answer("lookup_indicator", { value: "hxxp://a.b.evil[.]example/x" });
  expect(name.value).toMatchObject({ type: "url", indicators: [{ type: "domain" }], sightings: 0 });
  const unknown = await answer("lookup_indicator", { value: "other.example" });
  expect(unknown.value).toMatchObject({ indicators: [] });
  expect(unknown.value.note).toContain("not a sign of innocence");
});

test("with names hidden no tool shows one, and what it shows can be asked for", async () => {
  const key = tokenKey(new Uint8Array(16).fill(1));
  const { signal } = context.world;
  const privacy = await openPrivacy({
    store,
    mode: "pseudonymised",
    key,
    window: officeWindow,
    internal: context.internal,
    signal,
  });
  const hidden = { ...context, privacy };
  const texts: string[] = [];
  const call = async (name: string, input: unknown) => {
    const called = await callTool(name, input, hidden, { maxBytes: 100_000 });
    expect(called.isError, called.text).toBe(false);
    texts.push(called.text, JSON.stringify([called.statement, called.eventIds]));
    return called;
  };
  const sql =
    "SELECT device_hostname AS host, any(src_endpoint_ip) AS address FROM network_activity WHERE traffic_bytes_out > 1000000 GROUP BY host LIMIT 5";
  const { rows } = z
    .object({ rows: z.array(z.object({ host: z.string().startsWith("host_"), address: z.string().startsWith("ip_") })) })
    .parse(JSON.parse((await call("run_query", { sql, purpose: "who" })).text));
  const entity = rows[0]?.host ?? "";
  const timeline = await call("entity_timeline", { entity, from: "2026-11-10", to: null, after_event: null, limit: null });
  expect(timeline.eventIds).toHaveLength(5);
  expect(timeline.text).toContain("203.0.113.1");
  const onPage = z.object({ events: z.array(z.object({ table: z.string(), event_id: z.string(), time: z.string() })) });
  const events = onPage.parse(JSON.parse(timeline.text)).events;
  const last = events[1];
  const after = { from: last?.time, after_event: last?.event_id };
  const later = await call("entity_timeline", { entity, to: null, limit: null, ...after });
  expect(onPage.parse(JSON.parse(later.text)).events).toEqual(events.slice(2));
  const uids = onPage
    .parse(JSON.parse(timeline.text))
    .events.flatMap(({ table, event_id }) => (table === "process_activity" ? [event_id] : []));
  const whole = await call("get_rows", { table: "process_activity", event_ids: uids });
  expect(whole.eventIds).toEqual(uids);
  await call("compare_baseline", { metric: "bytes_out", entity, entity_kind: "host", from: null, to: null });
  await call("lookup_indicator", { value: rows[0]?.address });
  await call("lookup_indicator", { value: "203.0.113.1" });
  await call("describe_table", { table: "authentication" });
  const shown = texts.join("\n").toLowerCase();
  const names = ["ann@", "bob@", "office.example", "ws-03", "10.0.0.3", "net-9-2", "process-1", "\u202e"];
  expect(names.filter((name) => shown.includes(name))).toEqual([]);
  expect(
    (await callTool("entity_timeline", { entity: "ws-03", from: null, to: null, after_event: null, limit: null }, hidden))
      .isError,
  ).toBe(true);
});

test("ATT&CK is looked up by id, retired id, tactic and words; what it lacks does not exist", async () => {
  expect((await answer("attack_lookup", { query: "t1071.004" })).value).toMatchObject({
    technique: { uid: "T1071.004", name: "DNS" },
  });
  expect((await answer("attack_lookup", { query: "T1562" })).value).toMatchObject({ technique: { uid: "T1685" } });
  const tactic = await answer("attack_lookup", { query: "Lateral Movement" });
  expect(tactic.value.techniques).toContainEqual({ uid: "T1021", name: "Remote Services" });
  expect((await answer("attack_lookup", { query: "kerberoasting" })).value.techniques).toEqual([
    { uid: "T1558.003", name: "Kerberoasting" },
  ]);
  expect((await answer("attack_lookup", { query: "T9999" })).value).toMatchObject({ techniques: [], tactics: [] });
});

test("pages of a timeline hold each event once, however many stand at one instant, and in whatever tables", async () => {
  const at = "2026-11-05 21:00:00.000000";
  const product = {
    metadata_product_vendor_name: "Office",
    metadata_product_name: "Sensor",
    raw_file_uid: "f",
    raw_line_number: 1,
  };
  const ids = [...Array(7).keys()].map((number) => `same-${number}`);
  const event = { ...product, time: at, src_endpoint_ip: "10.9.9.9" };
  await context.world.store.insert(
    "network_activity",
    ids.map((metadata_uid) => ({ ...event, metadata_uid })),
  );
  // A sensor may write two records of one kind each under the same id.
  await context.world.store.insert("dns_activity", [{ ...event, metadata_uid: "same-2", query_hostname: "news.example" }]);
  const page = z.object({
    events: z.array(z.object({ table: z.string(), event_id: z.string(), time: z.string() })),
    events_in_all: z.number(),
    more_events_exist: z.boolean(),
  });
  const pages: z.infer<typeof page>[] = [];
  let next: { readonly from: string | null; readonly after_event: string | null } | null = { from: null, after_event: null };
  while (next !== null && pages.length < 10) {
    const told = page.parse((await answer("entity_timeline", { entity: "10.9.9.9", to: null, limit: 3, ...next })).value);
    pages.push(told);
    const last = told.events.at(-1);
    next = told.more_events_exist && last !== undefined ? { from: last.time, after_event: last.event_id } : null;
  }
  expect(pages.map(({ events_in_all }) => events_in_all)).toEqual([8, 4, 1]);
  expect(pages.flatMap(({ events }) => events.map(({ table, event_id }) => `${event_id} ${table}`))).toEqual(
    ids.flatMap((id) => [...(id === "same-2" ? [`${id} dns_activity`] : []), `${id} network_activity`]),
  );
  const alone = await callTool(
    "entity_timeline",
    { entity: "10.9.9.9", from: null, to: null, after_event: "same-1", limit: 3 },
    context,
  );
  expect(alone.text).toMatch(/after_event needs from/);
});

test("a store that is away is told without its folder or server", async () => {
  const away = new SpoorError("store-unavailable", "the server http://db.office.example:8123 cannot be reached", {
    hint: "See /srv/case7.",
  });
  const ask = () => Promise.reject(away);
  const called = await callTool(
    "run_query",
    { sql: "SELECT time FROM network_activity", purpose: "" },
    { ...context, privacy: { ...context.privacy, ask } },
  );
  expect([called.isError, called.text]).toEqual([true, '{"error":"run_query failed","hint":"Try another way."}']);
});
