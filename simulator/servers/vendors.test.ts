import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { VendorRecord } from "../vendor-data.ts";
import { faultRow, faultScripts } from "./fault-rows.ts";
import type { FaultScript } from "./faults.ts";
import { plainRecords } from "./records.ts";
import type { VendorCredentials } from "./room.ts";
import { type ServedVendors, type ServeOptions, serveVendors } from "./serve.ts";

const start = Date.parse("2026-11-05T12:00:00Z");
const data = plainRecords({ seed: 7, from: start - 2 * 86_400_000, to: start - 120_000, count: 120 });
const credentials: VendorCredentials = {
  falcon: { clientId: "falcon-client", clientSecret: "falcon-secret" },
  microsoft: { tenantId: "tenant", clientId: "graph-client", clientSecret: "graph-secret" },
  proofpoint: { principal: "tap-principal", secret: "tap-secret" },
};
const page = z.object({
  meta: z.object({ pagination: z.object({ after: z.string().optional(), next: z.string().optional(), total: z.number() }) }),
  errors: z.array(z.unknown()).nullable(),
  resources: z.array(z.record(z.string(), z.unknown())),
});
const collection = z.object({ value: z.array(z.record(z.string(), z.unknown())), "@odata.nextLink": z.string().optional() });
const job = z.object({
  done: z.boolean(),
  events: z.array(z.record(z.string(), z.unknown())),
  metaData: z.object({ warnings: z.array(z.string()) }),
});
const hunted = z.object({
  schema: z.array(z.record(z.string(), z.string())),
  results: z.array(z.record(z.string(), z.unknown())),
});

let vendors: ServedVendors | null = null;
const clock = { now: start };
afterEach(async () => {
  await vendors?.close();
  vendors = null;
  clock.now = start;
});

interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

/** The vendors with these options, and ways to ask them. */
async function open(options: Partial<ServeOptions> = {}) {
  const served = await serveVendors({ data, clock: () => new Date(clock.now), credentials, ...options });
  vendors = served;
  const read = async (answer: Response): Promise<Asked> => {
    const text = await answer.text();
    const isJson = /^\s*[{[]/.test(text);
    return { status: answer.status, headers: answer.headers, text, body: isJson ? JSON.parse(text) : undefined };
  };
  const falconToken = async () => {
    const { clientId, clientSecret } = credentials.falcon;
    const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret });
    return z
      .object({ access_token: z.string() })
      .parse((await read(await fetch(`${served.falcon.url}/oauth2/token`, { method: "POST", body }))).body).access_token;
  };
  const graphToken = async (scope = "https://graph.microsoft.com/.default") => {
    const { clientId, clientSecret = "" } = credentials.microsoft;
    const body = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret,
      scope,
    });
    return z
      .object({ access_token: z.string() })
      .parse((await read(await fetch(`${served.microsoft.loginUrl}/tenant/oauth2/v2.0/token`, { method: "POST", body }))).body)
      .access_token;
  };
  const asker = (base: string, authorization: string) => async (path: string, body?: unknown, method?: string) =>
    read(
      await fetch(path.startsWith("http") ? path : `${base}${path}`, {
        method: method ?? (body === undefined ? "GET" : "POST"),
        headers: { authorization, "content-type": "application/json" },
        redirect: "manual",
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
  const basic = Buffer.from(`${credentials.proofpoint.principal}:${credentials.proofpoint.secret}`).toString("base64");
  return {
    served,
    falcon: asker(served.falcon.url, `Bearer ${await falconToken()}`),
    graph: asker(`${served.microsoft.url}/v1.0`, `Bearer ${await graphToken()}`),
    tap: asker(served.proofpoint.url, `Basic ${basic}`),
    graphToken,
    asker,
  };
}
type Askers = Awaited<ReturnType<typeof open>>;

async function alertIds({ falcon }: Askers, limit: number, filter = ""): Promise<string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const question = { limit, sort: "updated_timestamp|asc", filter, ...(after === undefined ? {} : { after }) };
    const { meta, resources } = page.parse((await falcon("/alerts/combined/alerts/v1", question)).body);
    ids.push(...resources.map((alert) => String(alert.composite_id)));
    after = meta.pagination.after;
  } while (after !== undefined);
  return ids;
}

const idsOf = (records: readonly VendorRecord[], key: string) => records.map((record) => String(record[key])).sort();
const signInsPath = "/auditLogs/signIns?$top=1000&$orderby=createdDateTime%20asc";

describe("CrowdStrike", () => {
  test("a walk by cursor gives every alert once; the cursor is good for its filter and sort alone", async () => {
    const askers = await open({ limits: { largestPage: 17 } });
    expect((await alertIds(askers, 50)).sort()).toEqual(idsOf(data.falcon.alerts, "composite_id"));
    const first = page.parse(
      (await askers.falcon("/alerts/combined/alerts/v1", { limit: 5, sort: "updated_timestamp|asc" })).body,
    );
    const { after } = first.meta.pagination;
    expect((await askers.falcon("/alerts/combined/alerts/v1", { limit: 5, sort: "created_timestamp|asc", after })).status).toBe(
      400,
    );
    expect((await askers.falcon("/alerts/combined/alerts/v1", { limit: 5, sort: "updated_timestamp|asc", after })).status).toBe(
      200,
    );
  });

  test("a filter on time lets the edge through, > as >=, and minds nanoseconds", async () => {
    const askers = await open();
    const sorted = [...data.falcon.alerts].map((alert) => String(alert.updated_timestamp)).sort();
    const middle = sorted[60] ?? "";
    expect(await alertIds(askers, 1000, `updated_timestamp:>'${middle}'`)).toHaveLength(60);
    expect(await alertIds(askers, 1000, `updated_timestamp:>='${middle}'+updated_timestamp:<'${sorted[80]}'`)).toHaveLength(20);
    expect(await alertIds(askers, 1000, `status:'new'+(severity_name:'Medium',severity_name:'High')`)).toHaveLength(120);
    expect(await alertIds(askers, 1000, `status:!'new'`)).toEqual([]);
    expect(await alertIds(askers, 1000, `device.hostname:'host-1*'`)).not.toEqual([]);
  });

  test("tokens end after half an hour, the scroll pointer after two minutes", async () => {
    const { falcon } = await open();
    const scroll = z.object({ meta: z.object({ pagination: z.object({ offset: z.string() }) }) });
    const { offset } = scroll.parse((await falcon("/devices/queries/devices-scroll/v1?limit=3")).body).meta.pagination;
    clock.now += 119_000;
    expect((await falcon(`/devices/queries/devices-scroll/v1?limit=3&offset=${offset}`)).status).toBe(200);
    clock.now += 2000;
    expect((await falcon(`/devices/queries/devices-scroll/v1?limit=3&offset=${offset}`)).status).toBe(400);
    clock.now += 1_700_000;
    const refused = await falcon("/devices/queries/devices/v1");
    expect([refused.status, refused.text]).toEqual([401, expect.stringContaining("access denied, invalid bearer token")]);
  });

  test("more than the limit in a minute is 429 and says until when", async () => {
    const { falcon } = await open({ limits: { falconPerMinute: 3 } });
    const answers = [
      await falcon("/devices/queries/devices/v1"),
      await falcon("/devices/queries/devices/v1"),
      await falcon("/devices/queries/devices/v1"),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(answers.map(({ headers }) => headers.get("x-ratelimit-remaining"))).toEqual(["1", "0", "0"]);
    expect(answers[2]?.headers.get("x-ratelimit-retryafter")).toBe(String(start / 1000 + 60));
    clock.now += 60_000;
    expect((await falcon("/devices/queries/devices/v1")).status).toBe(200);
  });

  const jobs = "/humio/api/v1/repositories/search-all/queryjobs";
  async function search({ falcon }: Askers, queryString: string, polls = 2) {
    const begun = await falcon(jobs, { queryString, start: start - 3 * 86_400_000, end: start, isLive: false });
    if (begun.status !== 200) return { status: begun.status, job: null, id: "" };
    const { id } = z.object({ id: z.string() }).parse(begun.body);
    let last = null;
    for (let poll = 0; poll < polls; poll += 1) last = job.parse((await falcon(`${jobs}/${id}`)).body);
    return { status: 200, job: last, id };
  }

  test("searches: partial until done, newest first, a number of rows unasked, tail as asked up to its limit", async () => {
    const askers = await open({ limits: { jobRows: 20, tailRows: 1000 } });
    expect((await search(askers, "#event_simpleName=DnsRequest", 1)).job).toMatchObject({ done: false, events: { length: 10 } });
    expect((await search(askers, "#event_simpleName=DnsRequest")).job?.events).toHaveLength(20);
    const all = (await search(askers, "#event_simpleName=/^(DnsRequest|NetworkConnectIP4)$/ | tail(1000)")).job?.events ?? [];
    expect(all).toHaveLength(80);
    expect(all.map((event) => Number(event["@timestamp"]))).toEqual(
      all.map((event) => Number(event["@timestamp"])).sort((a, b) => b - a),
    );
    expect(new Set(all.map((event) => event["@id"])).size).toBe(80);
    expect(
      (await search(askers, 'in(field="#event_simpleName", values=[ProcessRollup2, "DnsRequest"]) | tail(1000)')).job?.events,
    ).toHaveLength(80);
    expect((await search(askers, "#event_simpleName=DnsRequest | tail(1001)")).status).toBe(400);
    expect((await search(askers, "this is | not ( a query")).status).toBe(400);
  });

  test("searches aggregate by hour and group, and warn where groups are left out", async () => {
    const askers = await open({ limits: { groupRows: 5 } });
    const query =
      "#event_simpleName=NetworkConnectIP4 | hour := @timestamp - (@timestamp % 86400000) | groupBy([hour, aid, RemotePort], function=[count(as=connections), min(@timestamp, as=first)], limit=100)";
    const found = (await search(askers, query)).job;
    expect(found?.events.reduce((sum, row) => sum + Number(row.connections), 0)).toBe(40);
    expect(found?.metaData.warnings).toEqual([]);
    const bucketed = (
      await search(askers, "#event_simpleName=NetworkConnectIP4 | bucket(span=1d, field=[RemotePort], function=count())")
    ).job;
    expect(bucketed?.events.reduce((sum, row) => sum + Number(row._count), 0)).toBe(40);
    expect((await search(askers, "#event_simpleName=DnsRequest | groupBy([DomainName])")).job?.metaData.warnings).toHaveLength(1);
  });

  test("a search that nobody asks for is gone after ninety seconds", async () => {
    const askers = await open();
    const { id } = await search(askers, "#event_simpleName=DnsRequest", 1);
    clock.now += 91_000;
    expect((await askers.falcon(`${jobs}/${id}`)).status).toBe(404);
  });
});

describe("Microsoft", () => {
  test("nextLinks lead through all sign-ins once, on this host, with times of seven digits", async () => {
    const { graph, served } = await open({ limits: { largestPage: 33, auditPer10Seconds: 100 } });
    const found: VendorRecord[] = [];
    let link: string | undefined = signInsPath;
    while (link !== undefined) {
      const { value, "@odata.nextLink": next } = collection.parse((await graph(link)).body);
      found.push(...value);
      if (next !== undefined) expect(next.startsWith(`${served.microsoft.url}/v1.0/auditLogs/signIns?`)).toBe(true);
      link = next;
    }
    expect(idsOf(found, "id")).toEqual(idsOf(data.microsoft.signIns, "id"));
    for (const { createdDateTime } of found) expect(createdDateTime).toMatch(/\.\d{7}Z$/);
  });

  test("a token for another cloud is refused, and so is one of a scope that is no resource", async () => {
    const { served, graphToken, asker } = await open();
    const graph = asker(`${served.microsoft.url}/v1.0`, `Bearer ${await graphToken("https://graph.microsoft.us/.default")}`);
    expect((await graph("/users")).text).toContain("Invalid audience");
    await expect(graphToken("https://example.org/.default")).rejects.toThrow();
  });

  test("auditLogs and identityProtection have limits of their own, and only the first says how long to wait", async () => {
    const { graph } = await open();
    for (let asked = 0; asked < 5; asked += 1) expect((await graph(signInsPath)).status).toBe(200);
    const limited = await graph(signInsPath);
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "10"]);
    expect((await graph("/identityProtection/riskyUsers")).status).toBe(200);
    const second = await graph("/identityProtection/riskDetections");
    expect([second.status, second.headers.get("retry-after")]).toEqual([429, null]);
    clock.now += 10_000;
    expect((await graph(signInsPath)).status).toBe(200);
  });

  test("users come with the usual few properties unless others are asked for", async () => {
    const { graph } = await open();
    const [usual] = collection.parse((await graph("/users")).body).value;
    expect(Object.keys(usual ?? {})).not.toContain("onPremisesSecurityIdentifier");
    const [asked] = collection.parse((await graph("/users?$select=id,onPremisesSecurityIdentifier,department")).body).value;
    expect(Object.keys(asked ?? {}).sort()).toEqual(["department", "id", "onPremisesSecurityIdentifier"]);
  });

  test("hunting reads where, between, project, order by, take and count, and cuts at its rows", async () => {
    const { graph } = await open({ limits: { huntingRows: 100 }, quirks: { hasCapitalSchema: true } });
    const hunt = async (Query: string, Timespan?: string) =>
      hunted.parse((await graph("/security/runHuntingQuery", { Query, Timespan })).body);
    const rows = data.microsoft.hunting.DeviceNetworkEvents;
    expect((await hunt("DeviceNetworkEvents | count")).results).toEqual([{ Count: rows.length }]);
    expect((await hunt("DeviceNetworkEvents")).results).toHaveLength(100);
    const [from, to] = [String(rows[10]?.Timestamp), String(rows[19]?.Timestamp)];
    const between = `DeviceNetworkEvents | where Timestamp between (datetime(${from}) .. datetime(${to})) | project Timestamp, DeviceId | order by Timestamp asc | take 50`;
    const found = await hunt(between);
    expect(found.results).toHaveLength(10);
    expect(found.schema).toEqual([
      { Name: "Timestamp", Type: "DateTime" },
      { Name: "DeviceId", Type: "String" },
    ]);
    const halfOpen = `DeviceNetworkEvents | where Timestamp >= datetime(${from}) and Timestamp < datetime(${to}) | where ActionType in ("ConnectionSuccess", "x") and RemotePort == 443`;
    expect((await hunt(halfOpen)).results).toHaveLength(9);
    expect((await hunt("DeviceNetworkEvents", `${from}/${to}`)).results).toHaveLength(10);
    expect((await graph("/security/runHuntingQuery", { Query: "DeviceNetworkEvents | project NoSuchColumn" })).status).toBe(400);
  });
});

describe("Proofpoint", () => {
  const hours = (back: number) => `${new Date(start - back * 3_600_000).toISOString()}/PT1H`;

  test("hours are about when mail was condemned; unordered, some twice; none is lost over all hours", async () => {
    const { tap } = await open();
    const found: VendorRecord[] = [];
    for (let back = 48; back >= 1; back -= 1) {
      const { body } = await tap(`/v2/siem/all?format=json&interval=${hours(back)}`);
      const { messagesDelivered } = z.object({ messagesDelivered: z.array(z.record(z.string(), z.unknown())) }).parse(body);
      found.push(...messagesDelivered);
    }
    expect([...new Set(idsOf(found, "id"))]).toEqual(idsOf(data.proofpoint.messagesDelivered, "id"));
    expect(found.length).toBeGreaterThan(data.proofpoint.messagesDelivered.length);
  });

  test("what is not asked for as JSON comes as syslog, or as 204 where there is nothing", async () => {
    const { tap } = await open();
    const lines = await Promise.all([1, 2, 3, 4].map((back) => tap(`/v2/siem/all?interval=${hours(back)}`)));
    expect(lines.map(({ text }) => text).join("\n")).toContain("ProofpointTAP - MSGDLV");
    expect((await tap(`/v2/siem/all?interval=${hours(100)}`)).status).toBe(204);
    expect((await tap(`/v2/siem/all?format=json&interval=${hours(100)}`)).body).toMatchObject({ messagesDelivered: [] });
  });

  test("the three refusals have TAP's own words", async () => {
    const { tap } = await open();
    const refusal = async (interval: string) => (await tap(`/v2/siem/all?format=json&interval=${interval}`)).text;
    expect(await refusal(`PT10S/${new Date(start - 3_600_000).toISOString()}`)).toBe(
      "The requested interval is too short. Requests must be for at least 30.00s of data",
    );
    expect(await refusal(hours(169))).toBe(
      "The requested start time is too far into the past. Requests for information up to 7.00d are accepted",
    );
    expect(await refusal(hours(0.5))).toBe("The requested interval is still current.");
  });

  test("calls of the day are counted by pool and freed one by one", async () => {
    const { tap } = await open({ limits: { siemPerDay: 2 } });
    const statusOf = async (path: string) => (await tap(`${path}?format=json&interval=${hours(2)}`)).status;
    expect([await statusOf("/v2/siem/all"), await statusOf("/v2/siem/issues"), await statusOf("/v2/siem/all")]).toEqual([
      200, 200, 429,
    ]);
    expect(await statusOf("/v2/siem/clicks/permitted")).toBe(200);
    clock.now += 86_400_000;
    expect(await statusOf("/v2/siem/all")).toBe(200);
  });
});

describe("faults", () => {
  const alerts = "/alerts/combined/alerts/v1";
  const withRow = (id: number | string, more: Partial<ServeOptions> = {}) => open({ faults: faultRow(id), ...more });
  const askAlerts = ({ falcon }: Askers) => falcon(alerts, { limit: 1000, sort: "updated_timestamp|asc" });

  test("every row has a script, but for those that happen on our own side", () => {
    const rows = new Set(faultScripts.map(({ row }) => row));
    // 22: we are killed; 23: the queue of the Data Replicator; 26: secrets.
    const own = [22, 23, 26];
    expect(Array.from({ length: 26 }, (_, index) => index + 1).filter((row) => !rows.has(row))).toEqual(own);
    expect(new Set(faultScripts.map(({ id }) => id)).size).toBe(faultScripts.length);
  });

  test("1, 2: tokens are forgotten; a missing permission is 403 there and nowhere else", async () => {
    const renewed = await withRow(1);
    const statuses: number[] = [];
    for (let asked = 0; asked < 5; asked += 1) statuses.push((await askAlerts(renewed)).status);
    // The fourth question finds its token forgotten; nobody renews it here.
    expect(statuses).toEqual([200, 200, 200, 401, 401]);
    await vendors?.close();
    const { falcon, graph, tap } = await withRow(2);
    expect([(await falcon("/devices/queries/devices/v1")).status, (await falcon("/cases/queries/cases/v1")).status]).toEqual([
      403, 200,
    ]);
    expect((await graph("/identityProtection/riskDetections")).text).toContain("Authorization_RequestDenied");
    expect((await tap("/v2/people/vap?window=14")).status).toBe(403);
    clock.now += 1000;
    expect((await graph("/identityProtection/riskyUsers")).text).toContain('"riskLevel":"hidden"');
  });

  test("3: each form of 429", async () => {
    const askers = await withRow(3, { limits: { auditPer10Seconds: 100 } });
    const seen: (string | null)[] = [];
    for (let asked = 0; asked < 5; asked += 1) {
      const { status, headers } = await askAlerts(askers);
      if (status === 429) seen.push(headers.get("x-ratelimit-retryafter") ?? headers.get("retry-after"));
    }
    expect(seen).toEqual([String(start / 1000 + 30), String(start + 20_000), "3"]);
    const graph: (string | null)[] = [];
    for (let asked = 0; asked < 8; asked += 1) {
      const { status, headers } = await askers.graph(signInsPath);
      if (status === 429) graph.push(headers.get("retry-after"));
    }
    expect(graph).toEqual(["2.128", "7", new Date(start + 9000).toUTCString(), null]);
  });

  test("4: servers break in several ways, and one page of HTML says 200", async () => {
    const askers = await withRow(4);
    const answers: Asked[] = [];
    for (let asked = 0; asked < 8; asked += 1) answers.push(await askAlerts(askers));
    expect(answers.map(({ status }) => status)).toEqual([500, 200, 502, 200, 503, 200, 200, 200]);
    expect(answers[6]?.text).toContain("<html>");
  });

  test("5, 6: bodies are cut with fitting and unfitting length, connections are reset, refused, silent, slow", async () => {
    const cut = await withRow(5);
    expect((await fetchAlerts(cut)).isWhole).toBe(false);
    expect((await fetchAlerts(cut)).isWhole).toBe(true);
    await expect(fetchAlerts(cut)).rejects.toThrow();
    expect((await fetchAlerts(cut)).isWhole).toBe(true);
    await expect(fetchAlerts(cut)).rejects.toThrow();
    await vendors?.close();
    const broken = await withRow(6);
    await expect(fetchAlerts(broken)).rejects.toThrow();
    expect((await fetchAlerts(broken)).isWhole).toBe(true);
    await expect(fetchAlerts(broken, 300)).rejects.toThrow(/timeout|aborted/i);
    expect((await fetchAlerts(broken)).isWhole).toBe(true);
    expect((await fetchAlerts(broken)).isWhole).toBe(true);
  });

  async function fetchAlerts({ served }: Askers, timeoutMs = 10_000): Promise<{ isWhole: boolean }> {
    const tap = Buffer.from(`${credentials.proofpoint.principal}:${credentials.proofpoint.secret}`).toString("base64");
    const answer = await fetch(`${served.proofpoint.url}/v2/people/vap?window=14`, {
      headers: { authorization: `Basic ${tap}` },
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await answer.text();
    return { isWhole: text.endsWith("}") && text.includes("totalVapUsers") };
  }

  test("7, 8, 10: a page twice, a circle, an empty page, a forgotten cursor", async () => {
    const twice = await withRow(7);
    const question = { limit: 40, sort: "updated_timestamp|asc" };
    const first = await twice.falcon(alerts, question);
    const { after: place } = page.parse(first.body).meta.pagination;
    expect((await twice.falcon(alerts, { ...question, after: place })).text).toBe(first.text);
    expect((await twice.falcon(alerts, { ...question, after: place })).text).not.toBe(first.text);
    await vendors?.close();
    const circle = await withRow("7-loop");
    expect(page.parse((await askAlerts(circle)).body).meta.pagination.after).toBe(
      page.parse((await askAlerts(circle)).body).meta.pagination.after,
    );
    await vendors?.close();
    const empty = await withRow(8);
    const { meta, resources } = page.parse((await askAlerts(empty)).body);
    expect([resources.length, typeof meta.pagination.after]).toEqual([0, "string"]);
    expect((await alertIds(empty, 1000)).sort()).toEqual(idsOf(data.falcon.alerts, "composite_id"));
    await vendors?.close();
    const lost = await withRow(10);
    const { after } = page.parse((await askAlerts(lost)).body).meta.pagination;
    expect((await lost.falcon(alerts, { limit: 1000, sort: "updated_timestamp|asc", after })).status).toBe(400);
  });

  test("11, 12: records come late, clocks differ", async () => {
    const late = await withRow(11);
    const told = async (askers: Askers) => page.parse((await askAlerts(askers)).body).resources.length;
    expect(await told(late)).toBeLessThanOrEqual(120);
    await vendors?.close();
    const skewed = await withRow(12);
    expect((await askAlerts(skewed)).headers.get("date")).toBe(new Date(start + 600_000).toUTCString());
  });

  test("13, 14: nothing is 204; edges are refused in TAP's words and in none", async () => {
    const { tap } = await withRow(13);
    const path = `/v2/siem/all?format=json&interval=${new Date(start - 100 * 3_600_000).toISOString()}/PT1H`;
    expect((await tap(path)).status).toBe(204);
    await vendors?.close();
    const edges = await withRow(14);
    const texts: string[] = [];
    for (let asked = 0; asked < 7; asked += 1) texts.push((await edges.tap(path)).text);
    expect(texts.filter((text) => text.startsWith("The requested"))).toHaveLength(3);
    expect(texts[6]).toBe("");
  });

  test("15: parts of answers", async () => {
    const askers = await withRow(15);
    expect((await askAlerts(askers)).body).toMatchObject({ errors: [{ code: 500 }], resources: { length: 119 } });
    const partial = await askers.graph("/security/alerts_v2");
    expect([partial.status, partial.headers.get("warning")]).toEqual([206, expect.stringContaining("199")]);
  });

  test("16, 17, 19: unknown fields, odd types, no order; keys stay what they are", async () => {
    for (const id of [16, 17, 19]) {
      const askers = await withRow(id);
      const { resources } = page.parse((await askers.falcon(alerts, { limit: 1000 })).body);
      const wanted = idsOf(data.falcon.alerts, "composite_id");
      expect(idsOf(resources, "composite_id").every((key) => wanted.includes(key))).toBe(true);
      await vendors?.close();
    }
  });

  test("18: fifty megabytes", async () => {
    expect((await askAlerts(await withRow(18))).text.length).toBeGreaterThan(50_000_000);
  });

  test("20, 21: records change and are hidden while they are read, and none is missed", async () => {
    for (const id of [20, 21]) {
      const askers = await withRow(id);
      const ids = new Set(await alertIds(askers, 40));
      expect([...ids].sort()).toEqual(idsOf(data.falcon.alerts, "composite_id"));
      await vendors?.close();
    }
  });

  test("24: links and redirects to a stranger, who tells what came with a visit", async () => {
    const { graph, falcon, served } = await withRow(24);
    const { "@odata.nextLink": link } = collection.parse((await graph(signInsPath)).body);
    expect(link?.startsWith(served.stranger.url)).toBe(true);
    expect((await falcon(alerts, {})).headers.get("location")).toBe(`${served.stranger.url}/elsewhere`);
    await fetch(`${served.stranger.url}/x`, { headers: { authorization: "Bearer x" } });
    expect(served.stranger.visits()).toEqual([{ path: "/x", hadCredential: true }]);
  });

  test("what is asked for is written down, without proof of who asked", async () => {
    const { served, tap } = await open();
    await tap("/v2/people/vap?window=14");
    expect(served.requests().at(-1)).toEqual({
      vendor: "proofpoint",
      method: "GET",
      path: "/v2/people/vap",
      query: "window=14",
      status: 200,
    });
    const text = JSON.stringify(served.requests());
    for (const secret of ["falcon-secret", "graph-secret", "tap-secret"]) expect(text).not.toContain(secret);
  });

  test("a script of one's own", async () => {
    const script: FaultScript = {
      row: 0,
      id: "own",
      name: "own",
      rules: [
        {
          vendor: "proofpoint",
          path: /vap/,
          query: /window=30/,
          on: "always",
          deeds: [{ kind: "answer", status: 418, body: "no" }],
        },
      ],
      blind: [],
    };
    const { tap } = await open({ faults: script });
    expect([(await tap("/v2/people/vap?window=30")).status, (await tap("/v2/people/vap?window=14")).status]).toEqual([418, 200]);
  });
});
