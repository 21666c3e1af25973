import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { plainRecords } from "./records.ts";
import type { VendorCredentials } from "./room.ts";
import { type ServedVendors, serveVendors } from "./serve.ts";

const specs = fileURLToPath(new URL("../../../shared/specs/", import.meta.url));
const hasSpecs = existsSync(specs);
const unlessSpecs = hasSpecs ? "" : " (skipped: ../shared/specs is not here)";
const now = Date.parse("2026-11-05T12:00:00Z");
const from = now - 3 * 86_400_000;
const credentials: VendorCredentials = {
  falcon: { clientId: "falcon-client", clientSecret: "falcon-secret" },
  microsoft: { tenantId: "tenant", clientId: "graph-client", clientSecret: "graph-secret" },
  proofpoint: { principal: "tap-principal", secret: "tap-secret" },
};

let vendors: ServedVendors;
let authorisation: Record<"falcon" | "microsoft" | "proofpoint", string>;

beforeAll(async () => {
  const data = plainRecords({ seed: 42, from, to: now - 60_000, count: 250 });
  const limits = { auditPer10Seconds: 1000, identityPerSecond: 1000 };
  vendors = await serveVendors({ data, clock: () => new Date(now), credentials, limits });
  const token = async (url: string, form: Record<string, string>) => {
    const answer = await fetch(url, { method: "POST", body: new URLSearchParams(form) });
    return z.object({ access_token: z.string() }).parse(await answer.json()).access_token;
  };
  const { falcon, microsoft, proofpoint } = credentials;
  authorisation = {
    falcon: `Bearer ${await token(`${vendors.falcon.url}/oauth2/token`, { client_id: falcon.clientId, client_secret: falcon.clientSecret })}`,
    microsoft: `Bearer ${await token(`${vendors.microsoft.loginUrl}/tenant/oauth2/v2.0/token`, {
      grant_type: "client_credentials",
      client_id: microsoft.clientId,
      client_secret: microsoft.clientSecret ?? "",
      scope: "https://graph.microsoft.com/.default",
    })}`,
    proofpoint: `Basic ${Buffer.from(`${proofpoint.principal}:${proofpoint.secret}`).toString("base64")}`,
  };
});
afterAll(() => vendors.close());

interface Question {
  readonly vendor: "falcon" | "microsoft" | "proofpoint";
  readonly method?: "GET" | "POST" | "DELETE";
  readonly path: string;
  /** The path in the specification, where it has parameters in it. */
  readonly specPath?: string;
  readonly body?: unknown;
  readonly authorisation?: string;
  readonly status: number;
}

async function ask(question: Question): Promise<{ status: number; body: unknown; text: string; headers: Headers }> {
  const { vendor, method = "GET", path, body } = question;
  const base = { falcon: vendors.falcon.url, microsoft: `${vendors.microsoft.url}/v1.0`, proofpoint: vendors.proofpoint.url }[
    vendor
  ];
  const headers = { authorization: question.authorisation ?? authorisation[vendor], "content-type": "application/json" };
  const answer = await fetch(`${base}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, text, headers: answer.headers, body: text.startsWith("{") ? JSON.parse(text) : undefined };
}

const hour = (back: number) => new Date(now - back * 3_600_000).toISOString();
const interval = (back: number) => `${hour(back)}/${hour(back - 1)}`;
const filter = (text: string) => encodeURIComponent(text);
const many = (count: number) => Array.from({ length: count }, (_, index) => `id-${index}`);

const falconQuestions: readonly Question[] = [
  {
    vendor: "falcon",
    method: "POST",
    path: "/alerts/combined/alerts/v1",
    body: { limit: 100, sort: "updated_timestamp|asc", filter: `updated_timestamp:>='${hour(72)}'` },
    status: 200,
  },
  { vendor: "falcon", method: "POST", path: "/alerts/combined/alerts/v1", body: { limit: 1001 }, status: 400 },
  { vendor: "falcon", method: "POST", path: "/alerts/combined/alerts/v1", body: { filter: "no filter at all" }, status: 400 },
  { vendor: "falcon", method: "POST", path: "/alerts/combined/alerts/v1", body: { after: "made-up" }, status: 400 },
  { vendor: "falcon", path: "/alerts/queries/alerts/v2?limit=50&offset=100", status: 200 },
  { vendor: "falcon", path: "/alerts/queries/alerts/v2?limit=50&offset=9990", status: 400 },
  { vendor: "falcon", path: "/alerts/queries/alerts/v2?limit=1&offset=10000", status: 500 },
  { vendor: "falcon", method: "POST", path: "/alerts/entities/alerts/v2", body: { composite_ids: many(3) }, status: 200 },
  { vendor: "falcon", method: "POST", path: "/alerts/entities/alerts/v2", body: { composite_ids: many(1001) }, status: 413 },
  { vendor: "falcon", path: "/devices/combined/devices/v1?limit=10&sort=modified_timestamp%7Casc", status: 200 },
  { vendor: "falcon", path: "/devices/queries/devices-scroll/v1?limit=10", status: 200 },
  { vendor: "falcon", path: "/devices/queries/devices/v1?limit=10", status: 200 },
  { vendor: "falcon", method: "POST", path: "/devices/entities/devices/v2", body: { ids: many(2) }, status: 200 },
  { vendor: "falcon", method: "POST", path: "/devices/combined/devices/login-history/v2", body: { ids: many(2) }, status: 200 },
  {
    vendor: "falcon",
    method: "POST",
    path: "/devices/combined/devices/network-address-history/v1",
    body: { ids: many(2) },
    status: 200,
  },
  { vendor: "falcon", path: "/cases/queries/cases/v1?limit=10&sort=updated_timestamp%7Casc", status: 200 },
  { vendor: "falcon", method: "POST", path: "/cases/entities/cases/v2", body: { ids: many(2) }, status: 200 },
  { vendor: "falcon", path: "/cases/queries/cases/v1", authorisation: "Bearer nobody", status: 401 },
  { vendor: "falcon", path: "/detects/queries/detects/v1", status: 404 },
  { vendor: "falcon", path: "/incidents/queries/incidents/v1", status: 404 },
];

const graphQuestions: readonly (Question & { readonly schema: string })[] = [
  {
    vendor: "microsoft",
    path: `/auditLogs/signIns?$filter=${filter(`createdDateTime ge ${hour(48)} and createdDateTime le ${hour(24)}`)}&$orderby=createdDateTime%20asc&$top=20`,
    schema: "collection.signIns",
    status: 200,
  },
  {
    vendor: "microsoft",
    path: `/auditLogs/signIns?$filter=${filter(`createdDateTime ge '${hour(48)}'`)}`,
    schema: "ODataError",
    status: 400,
  },
  {
    vendor: "microsoft",
    path: `/auditLogs/signIns?$filter=${filter(`createdDateTime ge ${hour(24 * 40)}`)}`,
    schema: "ODataError",
    status: 400,
  },
  { vendor: "microsoft", path: "/auditLogs/signIns?$skip=5", schema: "ODataError", status: 400 },
  { vendor: "microsoft", path: "/auditLogs/signIns?$top=1001", schema: "ODataError", status: 400 },
  { vendor: "microsoft", path: "/auditLogs/signIns?$skiptoken=made-up", schema: "ODataError", status: 400 },
  {
    vendor: "microsoft",
    path: `/security/alerts_v2?$filter=${filter(`lastUpdateDateTime ge ${hour(24)}`)}&$orderby=lastUpdateDateTime%20asc&$top=100&$count=true`,
    schema: "collection.alerts_v2",
    status: 200,
  },
  { vendor: "microsoft", path: "/security/alerts_v2?$skip=500&$top=10", schema: "collection.alerts_v2", status: 200 },
  { vendor: "microsoft", path: "/security/alerts_v2?$skip=501", schema: "ODataError", status: 400 },
  { vendor: "microsoft", path: "/security/incidents?$top=50", schema: "collection.incidents", status: 200 },
  { vendor: "microsoft", path: "/security/incidents?$top=51", schema: "ODataError", status: 400 },
  { vendor: "microsoft", path: "/identityProtection/riskyUsers?$top=500", schema: "collection.riskyUsers", status: 200 },
  {
    vendor: "microsoft",
    path: `/identityProtection/riskDetections?$filter=${filter(`detectedDateTime ge ${hour(24)}`)}`,
    schema: "collection.riskDetections",
    status: 200,
  },
  { vendor: "microsoft", path: "/security/incidents/7", schema: "microsoft.graph.security.incident", status: 200 },
  { vendor: "microsoft", path: "/security/incidents/none", schema: "ODataError", status: 404 },
  { vendor: "microsoft", path: "/auditLogs/signIns", authorisation: "Bearer nobody", schema: "ODataError", status: 401 },
  {
    vendor: "microsoft",
    method: "POST",
    path: "/security/runHuntingQuery",
    body: { Query: "DeviceLogonEvents | take 5", Timespan: "P7D" },
    schema: "HuntingResponse",
    status: 200,
  },
  {
    vendor: "microsoft",
    method: "POST",
    path: "/security/runHuntingQuery",
    body: { query: "EmailEvents | where Timestamp > ago(2d) | count" },
    schema: "HuntingResponse",
    status: 200,
  },
  {
    vendor: "microsoft",
    method: "POST",
    path: "/security/runHuntingQuery",
    body: { Query: "NoSuchTable | take 5" },
    schema: "ODataError",
    status: 400,
  },
];

const tapQuestions: readonly Question[] = [
  { vendor: "proofpoint", path: `/v2/siem/all?format=json&interval=${interval(30)}`, status: 200 },
  { vendor: "proofpoint", path: `/v2/siem/issues?format=json&interval=PT1H/${hour(10)}`, status: 200 },
  { vendor: "proofpoint", path: `/v2/siem/clicks/permitted?format=json&interval=${hour(10)}/PT30M`, status: 200 },
  { vendor: "proofpoint", path: "/v2/siem/messages/blocked?format=json&sinceSeconds=3600", status: 200 },
  { vendor: "proofpoint", path: `/v2/siem/all?format=json&interval=PT10S/${hour(10)}`, status: 400 },
  { vendor: "proofpoint", path: `/v2/siem/all?format=json&interval=${interval(170)}`, status: 400 },
  { vendor: "proofpoint", path: `/v2/siem/all?format=json&interval=${interval(0.5)}`, status: 400 },
  { vendor: "proofpoint", path: "/v2/people/vap?window=14", status: 200 },
  { vendor: "proofpoint", path: "/v2/people/top-clickers?window=30&size=5&page=2", status: 200 },
  { vendor: "proofpoint", path: "/v2/people/top-clickers?window=7", status: 400 },
  { vendor: "proofpoint", path: `/v2/campaign/ids?interval=${new Date(from - 3600_000).toISOString()}/PT12H`, status: 200 },
  { vendor: "proofpoint", path: "/v2/campaign/none", specPath: "/v2/campaign/{campaignId}", status: 404 },
  { vendor: "proofpoint", path: "/v2/forensics?threatId=none", status: 404 },
  { vendor: "proofpoint", path: "/v2/people/vap?window=14", authorisation: "Basic bm86Ym9keQ==", status: 401 },
];

/** A schema for each path, method and status of an OpenAPI document; `nullable` of 3.0 read as what it means. */
function openApi(file: string): (path: string, method: string, status: number) => ValidateFunction | null {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  for (const name of ["int32", "int64", "float", "double"]) ajv.addFormat(name, true);
  const document = nullsAllowed(JSON.parse(readFileSync(`${specs}${file}`, "utf8")));
  ajv.addSchema({ $id: "api", ...z.record(z.string(), z.unknown()).parse(document) });
  const pointer = (text: string) => encodeURIComponent(text.replaceAll("~", "~0").replaceAll("/", "~1"));
  return (path, method, status) => {
    const at = `api#/paths/${pointer(path)}/${method.toLowerCase()}/responses/${status}/content/${pointer("application/json")}/schema`;
    return ajv.getSchema(at) ?? null;
  };
}

function nullsAllowed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(nullsAllowed);
  if (typeof node !== "object" || node === null) return node;
  const inner = Object.fromEntries(Object.entries(node).map(([name, part]) => [name, nullsAllowed(part)]));
  return inner.nullable === true && typeof inner.type === "string" ? { ...inner, type: [inner.type, "null"] } : inner;
}

test.skipIf(!hasSpecs)(`Falcon's answers are those of its OpenAPI document${unlessSpecs}`, async () => {
  const schemaOf = openApi("crowdstrike/falcon-openapi-hunt-slice.json");
  const errors = schemaOf("/alerts/combined/alerts/v1", "POST", 403);
  for (const question of falconQuestions) {
    const { status, body, headers } = await ask(question);
    expect([question.path, status]).toEqual([question.path, question.status]);
    expect(Number(headers.get("x-ratelimit-limit"))).toBe(6000);
    expect(Number(headers.get("x-ratelimit-remaining"))).toBeGreaterThan(5000);
    const path = question.path.split("?")[0] ?? "";
    const validate = status === 200 ? schemaOf(path, question.method ?? "GET", status) : errors;
    expect(validate, path).not.toBeNull();
    validate?.(body);
    expect(validate?.errors ?? null, path).toBeNull();
  }
});

test.skipIf(!hasSpecs)(`a query job's answers are those of Falcon's OpenAPI document${unlessSpecs}`, async () => {
  const schemaOf = openApi("crowdstrike/falcon-openapi-hunt-slice.json");
  const path = "/humio/api/v1/repositories/{repository}/queryjobs";
  const start = { vendor: "falcon", method: "POST", path: "/humio/api/v1/repositories/search-all/queryjobs" } as const;
  const begun = await ask({
    ...start,
    status: 200,
    body: { queryString: "#event_simpleName=DnsRequest | tail(100)", start: from, end: now },
  });
  const validateStart = schemaOf(path, "POST", 200);
  expect(validateStart?.(begun.body)).toBe(true);
  const { id } = z.object({ id: z.string() }).parse(begun.body);
  const validate = schemaOf(`${path}/{id}`, "GET", 200);
  for (const isDone of [false, true]) {
    const { body } = await ask({ vendor: "falcon", path: `${start.path}/${id}`, status: 200 });
    validate?.(body);
    expect(validate?.errors).toBeNull();
    const answer = z.object({ done: z.boolean(), events: z.array(z.unknown()) }).parse(body);
    expect(answer.done).toBe(isDone);
    expect(answer.events).toHaveLength(isDone ? 84 : 42);
  }
});

test.skipIf(!hasSpecs)(`Graph's answers have nothing but what its schema names${unlessSpecs}`, async () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addFormat("int32", true);
  ajv.addSchema(JSON.parse(readFileSync(`${specs}microsoft/graph-hunt-strict.schema.json`, "utf8")), "graph");
  for (const question of graphQuestions) {
    const { status, body, headers } = await ask(question);
    expect([question.path, status]).toEqual([question.path, question.status]);
    expect(headers.get("request-id")).toMatch(/^[0-9a-f-]{36}$/);
    const validate = ajv.getSchema(`graph#/$defs/${question.schema}`);
    expect(validate, question.schema).toBeDefined();
    await validate?.(body);
    expect(validate?.errors ?? null, question.path).toBeNull();
  }
});

test.skipIf(!hasSpecs)(`TAP's answers are those of its OpenAPI document${unlessSpecs}`, async () => {
  const schemaOf = openApi("proofpoint/tap-openapi.json");
  for (const question of tapQuestions) {
    const { status, body } = await ask(question);
    expect([question.path, status]).toEqual([question.path, question.status]);
    const path = question.specPath ?? question.path.split("?")[0] ?? "";
    const validate = schemaOf(path, "GET", status);
    if (status === 200) expect(validate, path).not.toBeNull();
    validate?.(body);
    expect(validate?.errors ?? null, path).toBeNull();
  }
});
