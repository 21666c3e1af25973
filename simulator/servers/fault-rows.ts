import { randomOf } from "../random.ts";
import type { VendorRecord } from "../vendor-data.ts";
import type { Deed, FaultRule, FaultScript, Vendor } from "./faults.ts";
import type { Room } from "./room.ts";

type Body = Readonly<Record<string, unknown>>;

/** Everything that is data: all but tokens. */
const data: Readonly<Record<"falcon" | "microsoft" | "proofpoint", RegExp>> = {
  falcon: /^\/(?!oauth2)/,
  microsoft: /^\/v1\.0\//,
  proofpoint: /^\/v2\//,
};

function on(vendor: keyof typeof data, ordinals: readonly number[] | "always", ...deeds: readonly Deed[]): FaultRule {
  return { vendor, path: data[vendor], on: ordinals, deeds };
}

function everywhere(ordinals: readonly number[] | "always", ...deeds: readonly Deed[]): FaultRule[] {
  return [on("falcon", ordinals, ...deeds), on("microsoft", ordinals, ...deeds), on("proofpoint", ordinals, ...deeds)];
}

function at(vendor: Vendor, path: RegExp, ordinals: readonly number[] | "always", ...deeds: readonly Deed[]): FaultRule {
  return { vendor, path, on: ordinals, deeds };
}

function answer(status: number, body: unknown = null, headers: Readonly<Record<string, string>> = {}): Deed {
  return { kind: "answer", status, body, headers: () => headers };
}

function falconError(code: number, message: string): Body {
  return { meta: { query_time: 0.01, trace_id: "00000000-0000-4000-a000-000000000000" }, errors: [{ code, message }] };
}

function graphError(code: string, message: string): Body {
  return { error: { code, message, innerError: { date: "2026-01-01T00:00:00", "request-id": "0", "client-request-id": "0" } } };
}

function change(what: (room: Room, path: string) => void): Deed {
  return { kind: "change", change: what };
}

function wire(damage: Extract<Deed, { kind: "wire" }>["damage"]): Deed {
  return { kind: "wire", damage };
}

/** The records of an answer, wherever a vendor puts them, rewritten. */
function records(rewrite: (records: readonly unknown[], room: Room) => readonly unknown[]): Deed {
  return {
    kind: "rewrite",
    rewrite: (body, room) =>
      Object.fromEntries(
        Object.entries(body).map(([name, part]) => [name, isRecordList(name, part) ? rewrite(part, room) : part]),
      ),
  };
}

const recordLists = new Set([
  "resources",
  "value",
  "results",
  "events",
  "messagesDelivered",
  "messagesBlocked",
  "clicksPermitted",
  "clicksBlocked",
  "users",
]);

function isRecordList(name: string, part: unknown): part is readonly unknown[] {
  return recordLists.has(name) && Array.isArray(part) && part.every((record) => typeof record === "object");
}

function eachRecord(rewrite: (record: VendorRecord, index: number) => unknown): Deed {
  return records((list) => list.map((record, index) => (isRecord(record) ? rewrite(record, index) : record)));
}

function isRecord(value: unknown): value is VendorRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function retryAt(name: string, value: (room: Room) => string): Deed {
  return {
    kind: "answer",
    status: 429,
    body: falconError(429, "API rate limit exceeded."),
    headers: (room) => ({ [name]: value(room) }),
  };
}

function graphLimit(headers: (room: Room) => Readonly<Record<string, string>>): Deed {
  return { kind: "answer", status: 429, body: graphError("TooManyRequests", "Too many requests."), headers };
}

/** A link that leaves the vendor, where there was one, and where there was none. */
const foreignLink: Deed = {
  kind: "rewrite",
  rewrite: (body, room) => ({ ...body, "@odata.nextLink": `${room.urls.stranger}/v1.0/next?$skiptoken=1` }),
};

const elsewhere: Deed = {
  kind: "answer",
  status: 307,
  body: null,
  headers: (room) => ({ location: `${room.urls.stranger}/elsewhere`, "x-cs-region": "us-2" }),
};

const html = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>";

/**
 * The table of failures that a collector must survive, row by row (numbers of the research on the vendors' APIs), as scripts: what can
 * be survived without a loss comes back whole, and `blind` names what cannot be had and has to be told.
 */
export const faultScripts: readonly FaultScript[] = [
  {
    row: 1,
    id: "1",
    name: "tokens end in the middle of a walk",
    rules: [
      {
        ...on(
          "falcon",
          [4, 12],
          change((room) => room.tokens.falcon.clear()),
        ),
        together: true,
      },
      {
        ...on(
          "microsoft",
          [8, 30],
          change((room) => room.tokens.microsoft.clear()),
        ),
        together: true,
      },
    ],
    limits: { falconTokenSeconds: 200, microsoftTokenSeconds: 200 },
    blind: [],
  },
  {
    row: 1,
    id: "1-refused",
    name: "a new token is refused as well",
    rules: [
      on(
        "falcon",
        "always",
        change((room) => room.tokens.falcon.clear()),
      ),
      on(
        "microsoft",
        "always",
        change((room) => room.tokens.microsoft.clear()),
      ),
      on("proofpoint", "always", answer(401)),
    ],
    blind: [/./],
  },
  {
    row: 2,
    id: "2",
    name: "permissions are missing, one for each vendor",
    rules: [at("proofpoint", /^\/v2\/people\//, "always", answer(403))],
    quirks: { missingScopes: ["Hosts: READ", "IdentityRiskEvent.Read.All"], hasP2: false },
    blind: [/\/devices\//, /riskDetections/, /\/v2\/people\//],
  },
  {
    row: 3,
    id: "3",
    name: "too many requests, in every form of saying when to come back, and none",
    rules: [
      on(
        "falcon",
        [1],
        retryAt("X-RateLimit-RetryAfter", (room) => String(Math.ceil(room.now() / 1000) + 30)),
      ),
      on(
        "falcon",
        [3],
        retryAt("X-RateLimit-RetryAfter", (room) => String(room.now() + 20_000)),
      ),
      on(
        "falcon",
        [5],
        retryAt("Retry-After", () => "3"),
      ),
      on(
        "microsoft",
        [1],
        graphLimit(() => ({ "retry-after": "2.128" })),
      ),
      on(
        "microsoft",
        [3],
        graphLimit(() => ({ "retry-after": "7" })),
      ),
      on(
        "microsoft",
        [5],
        graphLimit((room) => ({ "retry-after": new Date(room.now() + 9000).toUTCString() })),
      ),
      on(
        "microsoft",
        [7],
        graphLimit(() => ({})),
      ),
      on("proofpoint", [2], answer(429)),
    ],
    blind: [],
  },
  {
    row: 3,
    id: "3-quota",
    name: "the day's calls are used up",
    rules: [],
    limits: { siemPerDay: 4 },
    blind: [/\/v2\/siem\//],
  },
  {
    row: 4,
    id: "4",
    name: "servers break: 500, 502 with a page, 503, 504, 408",
    rules: [
      on("falcon", [1], answer(500, falconError(500, "internal error"))),
      on("falcon", [3], answer(502, html, { "content-type": "text/html" })),
      on("falcon", [5], answer(503)),
      on("microsoft", [1], answer(503, graphError("ServiceUnavailable", "try later"), { "retry-after": "1" })),
      on("microsoft", [3], answer(502, html, { "content-type": "text/html" })),
      on("microsoft", [5], answer(504, graphError("GatewayTimeout", "timeout"))),
      on("microsoft", [7], answer(408)),
      on("proofpoint", [1], answer(500)),
      on("proofpoint", [3], answer(503, html, { "content-type": "text/html" })),
      // A page of HTML that claims to be an answer.
      on("falcon", [7], answer(200, html, { "content-type": "text/html" })),
      on("microsoft", [9], answer(200, html, { "content-type": "text/html" })),
      on("proofpoint", [5], answer(200, html, { "content-type": "text/html" })),
    ],
    blind: [],
  },
  {
    row: 4,
    id: "4-lasting",
    name: "one list of each vendor breaks whenever it is asked",
    rules: [
      at("falcon", /^\/cases\//, "always", answer(500, falconError(500, "internal error"))),
      at("microsoft", /\/security\/incidents/, "always", answer(500, graphError("InternalServerError", "internal error"))),
      at("proofpoint", /top-clickers/, "always", answer(500)),
    ],
    blind: [/\/cases\//, /\/security\/incidents/, /top-clickers/],
  },
  {
    row: 5,
    id: "5",
    name: "answers are cut off: with a length that fits, with one that does not, in the middle of the connection",
    rules: [...everywhere([1], wire("cut")), ...everywhere([3], wire("wrong-length")), ...everywhere([5], wire("reset"))],
    blind: [],
  },
  {
    row: 6,
    id: "6",
    name: "connections break, hang, and drip",
    rules: [...everywhere([1], wire("refuse")), ...everywhere([3], wire("silence")), ...everywhere([5], wire("drip"))],
    blind: [],
  },
  {
    row: 7,
    id: "7",
    name: "a page comes twice, with its cursor",
    rules: [
      at("falcon", /\/combined\//, "always", { kind: "repeat" }),
      { ...on("microsoft", "always", { kind: "repeat" }), method: "GET" },
    ],
    limits: { largestPage: 40 },
    blind: [],
  },
  {
    row: 7,
    id: "7-loop",
    name: "one list of each vendor goes round in a circle",
    rules: [
      at("falcon", /^\/alerts\/combined/, "always", {
        kind: "rewrite",
        rewrite: (body) => ({
          ...body,
          meta: {
            ...(isRecord(body.meta) ? body.meta : {}),
            pagination: { limit: 40, total: 999, after: "eyJnb2VzIjoicm91bmQifQ" },
          },
        }),
      }),
      at("microsoft", /\/security\/alerts_v2/, "always", {
        kind: "rewrite",
        rewrite: (body, room, query) => ({
          ...body,
          "@odata.nextLink": `${room.urls.microsoft}/v1.0/security/alerts_v2${query}`,
        }),
      }),
    ],
    limits: { largestPage: 40 },
    blind: [/\/alerts\/combined/, /alerts_v2/],
  },
  {
    row: 8,
    id: "8",
    name: "pages come empty, with a cursor to what follows",
    rules: [
      at("falcon", /\/combined\//, [1, 3], change(holdPageBack)),
      at("microsoft", /^\/v1\.0\/(?!security\/runHunting)/, [1, 3], change(holdPageBack)),
    ],
    limits: { largestPage: 40 },
    blind: [],
  },
  {
    row: 9,
    id: "9",
    name: "pages are as short as can be, and every cap is enforced",
    rules: [],
    limits: { largestPage: 7 },
    blind: [],
  },
  {
    row: 10,
    id: "10",
    name: "cursors are forgotten in the middle of a walk",
    rules: everywhere([2], change(forgetCursors)),
    limits: { largestPage: 40 },
    blind: [],
  },
  {
    row: 11,
    id: "11",
    name: "records can be asked for only long after their time",
    rules: [],
    quirks: { lateOneIn: 5, lateMs: 25 * 60_000 },
    blind: [],
  },
  { row: 12, id: "12", name: "the vendors' clocks are ten minutes ahead", rules: [], quirks: { skewMs: 600_000 }, blind: [] },
  {
    row: 12,
    id: "12-behind",
    name: "the vendors' clocks are ten minutes behind",
    rules: [],
    quirks: { skewMs: -600_000 },
    blind: [],
  },
  {
    row: 13,
    id: "13",
    name: "nothing to tell is 204, and JSON comes as text",
    rules: [],
    quirks: { emptyIs204: true, isPlainText: true },
    blind: [],
  },
  {
    row: 14,
    id: "14",
    name: "windows are refused at their edges, once",
    rules: [
      at("proofpoint", /\/v2\/siem\//, [1], answer(400, "The requested interval is still current.")),
      at(
        "proofpoint",
        /\/v2\/siem\//,
        [3],
        answer(400, "The requested start time is too far into the past. Requests for information up to 7.00d are accepted"),
      ),
      at(
        "proofpoint",
        /\/v2\/siem\//,
        [5],
        answer(400, "The requested interval is too short. Requests must be for at least 30.00s of data"),
      ),
      at("proofpoint", /\/v2\/siem\//, [7], answer(400)),
      at("microsoft", /\/auditLogs\/signIns/, [1], answer(400, graphError("BadRequest", "Invalid filter clause"))),
    ],
    blind: [/\/v2\/siem\//, /signIns/],
  },
  {
    row: 15,
    id: "15",
    name: "answers are in part: errors beside resources, fewer than asked, 206, an absent list",
    rules: [
      at("falcon", /^\/alerts\/combined/, [1], {
        kind: "rewrite",
        rewrite: (body) => ({
          ...body,
          errors: [{ code: 500, message: "shard 3 did not answer" }],
          resources: fewer(body.resources),
        }),
      }),
      at("falcon", /^\/cases\/entities/, [1], {
        kind: "rewrite",
        rewrite: (body) => ({ ...body, resources: fewer(body.resources) }),
      }),
      at(
        "microsoft",
        /\/security\/alerts_v2/,
        [1],
        { kind: "rewrite", rewrite: (body) => ({ ...body, value: fewer(body.value) }) },
        { kind: "stamp", status: 206, headers: { warning: '199 - "Microsoft/WDATP/Timeout/10000"' } },
      ),
      at("proofpoint", /\/v2\/siem\/all/, [2], {
        kind: "rewrite",
        rewrite: ({ clicksBlocked: _, ...others }) => others,
      }),
    ],
    blind: [/\/alerts\/combined/, /alerts_v2/, /\/v2\/siem\//],
  },
  {
    row: 16,
    id: "16",
    name: "records have fields and words that nobody has seen before",
    rules: everywhere(
      "always",
      eachRecord((record) => ({ ...record, zzNewField: { nested: [1, "two", null] }, "new field with 'quotes'": "x" })),
      eachRecord((record) => ("product" in record ? { ...record, product: "brand-new-product" } : record)),
    ),
    quirks: { hasFieldDrift: true },
    blind: [],
  },
  {
    row: 17,
    id: "17",
    name: "fields are null or of another type, and among the records is what is none",
    rules: [
      ...everywhere("always", eachRecord(withOddTypes)),
      on("falcon", "always", {
        kind: "rewrite",
        rewrite: (body) => (Array.isArray(body.errors) && body.errors.length === 0 ? { ...body, errors: null } : body),
      }),
    ],
    quirks: { errorsAreNull: true },
    blind: [],
  },
  {
    row: 18,
    id: "18",
    name: "a page has fifty megabytes",
    rules: [
      at("falcon", /^\/alerts\/combined/, [1], { kind: "pad", bytes: 50_000_000 }),
      at("microsoft", /\/security\/alerts_v2/, [1], { kind: "pad", bytes: 50_000_000 }),
      at("proofpoint", /\/v2\/siem\//, [1], { kind: "pad", bytes: 50_000_000 }),
    ],
    blind: [],
  },
  {
    row: 19,
    id: "19",
    name: "records come in no order",
    rules: everywhere(
      "always",
      records((list, room) => randomOf(room.limits.jobRows, "order").shuffle([...list])),
    ),
    limits: { largestPage: 40 },
    blind: [],
  },
  {
    row: 20,
    id: "20",
    name: "records change while they are read",
    rules: [
      at("falcon", /^\/alerts\/combined/, [2], change(touch)),
      at("microsoft", /\/security\/alerts_v2/, [2], change(touch)),
    ],
    limits: { largestPage: 40 },
    blind: [],
  },
  {
    row: 21,
    id: "21",
    name: "records are hidden, redirected and cleared while they are read",
    rules: [
      at("falcon", /^\/alerts\/combined/, [2], change(hideSome)),
      at("microsoft", /\/security\/incidents/, [2], change(redirectSome)),
    ],
    limits: { largestPage: 40 },
    blind: [],
  },
  {
    row: 24,
    id: "24",
    name: "links and redirects lead to a host that nobody configured",
    rules: [
      at("falcon", /^\/alerts\/combined/, "always", elsewhere),
      at("falcon", /^\/devices\/combined/, "always", elsewhere),
      at("microsoft", /\/auditLogs\/signIns/, "always", foreignLink),
      at("microsoft", /\/users$/, "always", elsewhere),
      at("proofpoint", /\/v2\/siem\//, "always", elsewhere),
    ],
    blind: [/\/alerts\/combined/, /\/devices\/combined/, /signIns/, /\/users$/, /\/v2\/siem\//],
  },
  {
    row: 25,
    id: "25",
    name: "searches are forgotten before they are done",
    rules: [
      { vendor: "falcon", method: "GET", path: /\/queryjobs\//, on: "always", deeds: [change(loseJob)] },
      at("microsoft", /runHuntingQuery/, [1], answer(504, graphError("GatewayTimeout", "The query took too long."))),
    ],
    blind: [],
  },
];

/** The script of a row, by its number or by the name of one of its forms. */
export function faultRow(id: number | string): FaultScript {
  const found = faultScripts.find((script) => script.id === String(id));
  if (found === undefined) throw new Error(`no row ${id} among: ${faultScripts.map((script) => script.id).join(", ")}`);
  return found;
}

function holdPageBack(room: Room): void {
  room.isNextPageEmpty = true;
}

function forgetCursors(room: Room, path: string): void {
  room.cursorGenerations.set(path, (room.cursorGenerations.get(path) ?? 0) + 1);
}

function fewer(list: unknown): unknown {
  return Array.isArray(list) ? list.slice(0, -1) : list;
}

/** Forgets the search that is asked for, once for each question and its time. */
function loseJob(room: Room, path: string): void {
  const id = path.split("/").at(-1) ?? "";
  const job = room.jobs.get(id);
  if (job === undefined) return;
  const question = `${job.query} ${job.from} ${job.to}`;
  if (room.tallies.has(question)) return;
  room.tallies.set(question, 1);
  room.jobs.delete(id);
}

/** Types as they were seen in answers: numbers and booleans as text, null for what is not known, addresses that are none. */
function withOddTypes(record: VendorRecord, index: number): VendorRecord {
  const odd: Record<string, unknown> = {};
  if ("severity" in record && typeof record.severity === "number") odd.severity = String(record.severity);
  if ("device" in record && isRecord(record.device)) odd.device = { ...record.device, pod_labels: null };
  if ("isDeleted" in record) odd.isDeleted = "true";
  if ("location" in record && isRecord(record.location)) odd.location = { ...record.location, geoCoordinates: null };
  if ("ipAddress" in record && index % 2 === 0) odd.ipAddress = "123.456.7.89";
  if ("deviceDetail" in record) odd.deviceDetail = null;
  if ("messageSize" in record) odd.messageSize = "3002";
  if ("completelyRewritten" in record) odd.completelyRewritten = "na";
  if ("fromAddress" in record) odd.fromAddress = null;
  if ("RemotePort" in record) odd.RemotePort = index % 2 === 0 ? "none" : null;
  if ("tags" in record) odd.tags = null;
  return { ...record, ...odd };
}

/** One alert of each vendor, already read or not, changes now. */
function touch(room: Room): void {
  const now = new Date(room.now()).toISOString();
  const { falcon, microsoft } = room.shelves;
  for (const alert of ends(falcon.alerts.all())) falcon.alerts.put({ ...alert, status: "in_progress", updated_timestamp: now });
  for (const alert of ends(microsoft.alerts.all())) {
    microsoft.alerts.put({ ...alert, status: "inProgress", lastUpdateDateTime: now.replace("Z", "0000Z") });
  }
}

function ends(list: readonly VendorRecord[]): VendorRecord[] {
  return [list[0], list.at(-1)].flatMap((record) => (record === undefined ? [] : [record]));
}

function hideSome({ shelves }: Room): void {
  for (const alert of ends(shelves.falcon.alerts.all())) shelves.falcon.alerts.put({ ...alert, show_in_ui: false });
}

function redirectSome({ shelves }: Room): void {
  const [first, last] = ends(shelves.microsoft.incidents.all());
  if (first !== undefined && last !== undefined) {
    shelves.microsoft.incidents.put({ ...first, status: "redirected", redirectIncidentId: last.id });
  }
}
