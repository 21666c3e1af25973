import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { Ajv } from "ajv";
import { afterEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import type { Page, Slice, Stream, VendorConnection } from "../../../collect/collector.ts";
import { connectCollector } from "../../../collect/connect.ts";
import type { HttpLimits } from "../../../collect/http-client.ts";
import { configuredCollectors } from "../../../collect/load.ts";
import { Redaction } from "../../../collect/redact.ts";
import { json, type TestVendor, testRoom, testVendor } from "../../../collect/testing.ts";
import { GapLedger } from "../../../world.ts";
import collector from "../collector.ts";
import { Hiding } from "./hiding.ts";
import { wholeMoment } from "./moments.ts";
import { keep } from "./replicator-file.ts";
import { announcementOf } from "./replicator-message.ts";
import { sessionOf, usableMs } from "./session.ts";

const now = Date.parse("2026-11-10T12:00:00Z");
const day: Slice = { from: now - 86_400_000, to: now };
const secret = "the-s3cret-of-falcon";

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
  /** How many questions came to this path before, with this one. */
  readonly ordinal: number;
}
interface Told {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

// Everything that any test asked, for the last test of this file.
const everything: Pick<Asked, "method" | "path" | "query" | "body">[] = [];

/** Falcon on loopback: gives tokens, and answers the rest as a test says. */
async function falconThat(answer: (asked: Asked) => Told): Promise<TestVendor> {
  const counts = new Map<string, number>();
  const vendor = await testVendor((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const method = request.method ?? "";
    const text = vendor.asked.at(-1)?.body ?? "";
    if (url.pathname === "/oauth2/token") {
      json({ access_token: `token-${vendor.asked.length}`, expires_in: 1799, token_type: "bearer" }, 201, {
        date: new Date(now).toUTCString(),
      })(request, response, 0);
      return;
    }
    const ordinal = (counts.get(`${method} ${url.pathname}`) ?? 0) + 1;
    counts.set(`${method} ${url.pathname}`, ordinal);
    const body = text === "" ? {} : z.record(z.string(), z.unknown()).parse(JSON.parse(text));
    const asked = { method, path: url.pathname, query: url.searchParams, body, ordinal };
    everything.push(asked);
    const { status = 200, headers = {}, body: told } = answer(asked);
    json(told ?? {}, status, { date: new Date(now).toUTCString(), ...headers })(request, response, 0);
  });
  open.push(() => vendor.close());
  return vendor;
}

interface Connection {
  readonly connection: VendorConnection;
  readonly clock: { now: number };
  readonly waits: number[];
}

async function connectTo(
  vendor: TestVendor,
  more: Readonly<Record<string, unknown>> = {},
  httpLimits: Partial<HttpLimits> = {},
): Promise<Connection> {
  const [configured] = configuredCollectors([collector], {
    crowdstrike: { clientId: "client-1", clientSecret: "env:SECRET", baseUrl: vendor.origin, ...more },
  });
  if (configured === undefined) throw new Error("not configured");
  const clock = { now };
  const waits: number[] = [];
  const { connection } = await connectCollector(
    configured,
    { downloads: "", callsInLastDay: () => Promise.resolve(0), redaction: new Redaction() },
    {
      fetch: globalThis.fetch,
      sleep: (milliseconds) => {
        waits.push(milliseconds);
        clock.now += milliseconds;
        return Promise.resolve();
      },
      random: () => 0.5,
      environment: { SECRET: secret },
      httpLimits: { deadlineMs: 60_000, ...httpLimits },
    },
    { clock: () => new Date(clock.now), signal: new AbortController().signal, gaps: new GapLedger() },
  );
  open.push(() => connection.close?.());
  return { connection, clock, waits };
}

function streamOf({ connection }: Connection, id: string): Stream {
  const stream = connection.streams.find((each) => each.id === id);
  if (stream === undefined) throw new Error(`no stream ${id}`);
  return stream;
}

async function walked(stream: Stream, slice: Slice = day, cursor: string | null = null): Promise<Page[]> {
  const pages: Page[] = [];
  for await (const page of stream.pages(slice, cursor)) pages.push(page);
  return pages;
}

async function thrownBy(work: Promise<unknown>): Promise<Error> {
  const thrown = await work.then(
    () => null,
    (cause: unknown) => cause,
  );
  if (thrown instanceof Error) return thrown;
  throw new Error("nothing was thrown");
}

const list = (resources: unknown, pagination: Record<string, unknown> = {}, errors: unknown = []): Told => ({
  body: { meta: { query_time: 0.01, trace_id: "t", pagination }, errors, resources },
});
const alert = (uid: string, updated: string) => ({ composite_id: uid, updated_timestamp: updated });
const shortfallsOf = (pages: readonly Page[]) => pages.flatMap(({ shortfalls }) => shortfalls ?? []);
const idsOf = (pages: readonly Page[]) =>
  pages.flatMap(({ records }) => records.map((record) => z.looseObject({ composite_id: z.string() }).parse(record).composite_id));

describe("the token", () => {
  test("is asked for once, with the customer below ours, and renewed at four fifths of its life", async () => {
    const vendor = await falconThat(() => list([]));
    const memberCid = "0123456789abcdef0123456789abcdef";
    const connection = await connectTo(vendor, { memberCid });
    await walked(streamOf(connection, "alerts"));
    await walked(streamOf(connection, "devices"));
    connection.clock.now += 1000 * 0.8 * 1799 - 1;
    await walked(streamOf(connection, "devices"));
    const tokens = () => vendor.asked.filter(({ url }) => url === "/oauth2/token");
    expect(tokens().map(({ body }) => Object.fromEntries(new URLSearchParams(body)))).toEqual([
      { client_id: "client-1", client_secret: secret, member_cid: memberCid },
    ]);
    connection.clock.now += 1;
    await walked(streamOf(connection, "devices"));
    expect(tokens()).toHaveLength(2);
    expect(vendor.asked.at(-1)?.headers.authorization).toBe("Bearer token-5");
  });

  test("that lives shortly is used for four fifths of its life, a longer one not in its last two minutes", () => {
    expect([10, 240, 300, 1799].map(usableMs)).toEqual([8000, 192_000, 180_000, 1_439_200]);
  });

  test("that is refused says what may be wrong, and nothing of the secret", async () => {
    const vendor = await testVendor(json({ errors: [{ code: 403, message: "access denied, authorization failed" }] }, 403));
    open.push(() => vendor.close());
    const thrown = await thrownBy(walked(streamOf(await connectTo(vendor), "alerts")));
    expect(thrown).toMatchObject({ name: "VendorError", kind: "unauthorised" });
    expect(thrown.message).toContain("not on the client's list");
    expect(`${thrown.message}${JSON.stringify(thrown)}`).not.toContain(secret);
  });

  test("is sought where X-Cs-Region says, among the known clouds only, and never away from an address that was set", async () => {
    const home = await testVendor(json({ access_token: "home", expires_in: 1799 }, 200));
    const first = await testVendor((request, response, ordinal) =>
      json({ access_token: "first" }, 201, { "X-Cs-Region": ordinal === 1 ? "eu-1" : "evil-1" })(request, response, ordinal),
    );
    open.push(
      () => home.close(),
      () => first.close(),
    );
    const clouds = { "us-1": first.origin, "us-2": "", "us-3": "", "eu-1": home.origin, "us-gov-1": "", "us-gov-2": "" };
    const sessionAt = (settings: { cloud: "auto" | "us-1"; baseUrl?: string }) => {
      const { http, state } = testRoom();
      return sessionOf({ clientId: "c", ...settings }, secret, { http, clock: () => new Date(state.now) }, clouds);
    };
    await sessionAt({ cloud: "auto" }).ask({ method: "GET", path: "/x" });
    expect(home.asked.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ["/oauth2/token", undefined],
      ["/x", "Bearer home"],
    ]);
    await sessionAt({ cloud: "auto" }).ask({ method: "GET", path: "/unknown" });
    await sessionAt({ cloud: "us-1" }).ask({ method: "GET", path: "/named" });
    expect(first.asked.map(({ url }) => url).slice(1)).toEqual(["/oauth2/token", "/unknown", "/oauth2/token", "/named"]);
    expect(home.asked).toHaveLength(2);
  });
});

describe("alerts", () => {
  test("are walked with the same filter and order to the last page; null lists are empty ones", async () => {
    const vendor = await falconThat(({ ordinal, body }) =>
      ordinal === 1
        ? list([alert("a", "2026-11-10T01:00:00.995794943Z")], { after: "p2", total: 2 }, null)
        : ordinal === 2
          ? list(null, { after: "p3", total: 2 }, null)
          : list([alert("b", String(body.after))], { total: 2 }),
    );
    const pages = await walked(streamOf(await connectTo(vendor), "alerts"), { ...day, to: now - 3_600_000 });
    expect(idsOf(pages)).toEqual(["a", "b"]);
    expect(shortfallsOf(pages)).toEqual([]);
    const bodies = everything.slice(-3).map(({ body }) => body);
    expect(bodies).toEqual(
      [{}, { after: "p2" }, { after: "p3" }].map((more) => ({
        filter: "updated_timestamp:>='2026-11-09T12:00:00.000Z'+updated_timestamp:<'2026-11-10T11:00:00.000Z'",
        sort: "updated_timestamp|asc",
        limit: 1000,
        ...more,
      })),
    );
  });

  test("go on from the last nanosecond when the pointer is no longer known", async () => {
    const vendor = await falconThat(({ body, ordinal }) =>
      body.after === "gone"
        ? { status: 400, body: { errors: [{ code: 400, message: "invalid after" }] } }
        : ordinal === 1
          ? list([alert("a", "2026-11-10T01:00:00.1Z"), alert("b", "2026-11-10T01:00:00.123456789Z")], {
              after: "gone",
              total: 3,
            })
          : list([alert("b", "2026-11-10T01:00:00.123456789Z"), alert("c", "2026-11-10T02:00:00Z")], { total: 2 }),
    );
    const pages = await walked(streamOf(await connectTo(vendor), "alerts"));
    expect(idsOf(pages)).toEqual(["a", "b", "b", "c"]);
    expect(everything.at(-1)?.body).toMatchObject({ filter: "updated_timestamp:>='2026-11-10T01:00:00.123456789Z'" });
    expect(everything.at(-1)?.body).not.toHaveProperty("after");
  });

  test("that came out of order are walked again as a whole", async () => {
    const vendor = await falconThat(({ body }) =>
      body.after === "gone"
        ? { status: 404 }
        : list([alert("b", "2026-11-10T02:00:00Z"), alert("a", "2026-11-10T01:00:00Z")], { after: "gone" }),
    );
    expect((await thrownBy(walked(streamOf(await connectTo(vendor), "alerts")))).name).toBe("CursorLost");
  });

  test("are taken up where an earlier run left them", async () => {
    const vendor = await falconThat(({ body }) =>
      body.after === undefined
        ? list([alert("a", "2026-11-10T01:00:00Z")], { after: "p2" })
        : list([alert("b", "2026-11-10T02:00:00Z")]),
    );
    const stream = streamOf(await connectTo(vendor), "alerts");
    const [first] = await walked(stream);
    expect(idsOf(await walked(stream, day, first?.cursor ?? null))).toEqual(["b"]);
    expect((await thrownBy(walked(stream, day, "not ours"))).name).toBe("CursorLost");
  });

  test("beside complaints are asked for once more, then taken with the complaint; fewer than told is told", async () => {
    const complaint = [{ code: 500, message: "shard 3  did\nnot answer" }];
    const vendor = await falconThat(() => list([alert("a", "2026-11-10T01:00:00Z")], { total: 3 }, complaint));
    const pages = await walked(streamOf(await connectTo(vendor), "alerts"));
    expect(vendor.asked).toHaveLength(3);
    expect(shortfallsOf(pages)).toEqual([
      'Falcon answered in part only: "shard 3 did not answer" (500)',
      "Falcon spoke of 3 records and gave 1",
    ]);
    const mended = await falconThat(({ ordinal }) => (ordinal === 1 ? list(null, {}, complaint) : list([alert("a", "x")])));
    expect(shortfallsOf(await walked(streamOf(await connectTo(mended), "alerts")))).toEqual([]);
    const refused = await falconThat(() => list(null, {}, [{ code: 403, message: "scope not permitted" }]));
    expect(await thrownBy(walked(streamOf(await connectTo(refused), "alerts")))).toMatchObject({ kind: "forbidden" });
    const odd = await falconThat(() => ({ body: { resources: { a: 1 } } }));
    expect(await thrownBy(walked(streamOf(await connectTo(odd), "alerts")))).toMatchObject({ kind: "bad-answer" });
  });

  test("too large to be read at once are asked for in smaller pages", async () => {
    const vendor = await falconThat(({ body }) =>
      list([{ ...alert("a", "2026-11-10T01:00:00Z"), blob: "x".repeat(Number(body.limit) * 10) }]),
    );
    const pages = await walked(streamOf(await connectTo(vendor, {}, { maxBytes: 2000 }), "alerts"));
    expect(idsOf(pages)).toEqual(["a"]);
    expect(everything.slice(-3).map(({ body }) => body.limit)).toEqual([1000, 250, 63]);
  });
});

test("hosts are walked by their pointer until there is none, all of them", async () => {
  const vendor = await falconThat(({ query }) =>
    query.get("offset") === null
      ? list([{ device_id: "1" }], { next: "page-1", offset: "", total: 2 })
      : list([{ device_id: "2" }], { next: "", offset: "", total: 2 }),
  );
  const pages = await walked(streamOf(await connectTo(vendor), "devices"));
  expect(pages.flatMap(({ records }) => records)).toEqual([{ device_id: "1" }, { device_id: "2" }]);
  expect(everything.slice(-2).map(({ query }) => Object.fromEntries(query))).toEqual([
    { sort: "modified_timestamp|asc", limit: "2000" },
    { sort: "modified_timestamp|asc", limit: "2000", offset: "page-1" },
  ]);
});

describe("cases", () => {
  const casesThat = (ids: readonly string[], known: readonly string[], pagination: Record<string, unknown>) =>
    falconThat(({ path, body }) =>
      path === "/cases/queries/cases/v1"
        ? list(ids, pagination)
        : list(
            z
              .array(z.string())
              .parse(body.ids)
              .flatMap((id) => (known.includes(id) ? [{ id }] : [])),
          ),
    );

  test("that were listed and did not come are asked for once more, then told", async () => {
    const vendor = await casesThat(["1", "2", "3"], ["1", "3"], { total: 3 });
    const pages = await walked(streamOf(await connectTo(vendor), "cases"));
    expect(pages.flatMap(({ records }) => records)).toEqual([{ id: "1" }, { id: "3" }]);
    expect(everything.slice(-2).map(({ body }) => body)).toEqual([{ ids: ["1", "2", "3"] }, { ids: ["2"] }]);
    expect(shortfallsOf(pages)).toEqual(["1 of 3 cases were listed and could not be had, 2 among them"]);
  });

  test("of which there are more than can be listed make the slice too large", async () => {
    const vendor = await casesThat([], [], { total: 10_001 });
    expect((await thrownBy(walked(streamOf(await connectTo(vendor), "cases")))).name).toBe("SliceTooLarge");
  });

  test("that go away while they are listed have them listed again", async () => {
    const vendor = await falconThat(({ path, ordinal }) =>
      path === "/cases/queries/cases/v1" ? list(["1"], { total: ordinal === 1 ? 900 : 899 }) : list([{ id: "1" }]),
    );
    expect((await thrownBy(walked(streamOf(await connectTo(vendor), "cases")))).name).toBe("CursorLost");
  });
});

describe("searches", () => {
  const state = (body: Record<string, unknown>): Told => ({
    body: {
      done: true,
      cancelled: false,
      events: [],
      warnings: [],
      ...body,
      metaData: { pollAfter: 1000, eventCount: null, ...z.record(z.string(), z.unknown()).catch({}).parse(body.metaData) },
    },
  });
  const searchThat = async (poll: (asked: Asked) => Told, more: Record<string, unknown> = {}) => {
    let jobs = 0;
    const vendor = await falconThat((asked) => {
      if (asked.method === "POST") {
        jobs += 1;
        return { body: { id: `P1-${jobs}`, hashedQueryOnView: "h" } };
      }
      return asked.method === "DELETE" ? {} : poll(asked);
    });
    const connection = await connectTo(vendor, { events: "queries", ...more });
    const asked = (method: string) => vendor.asked.filter((one) => one.method === method && one.url.includes("/queryjobs"));
    return { connection, asked };
  };

  test("are asked about as often as Falcon wants, every 30 seconds at least, and stopped at the end", async () => {
    const rows = [{ "@id": "1", "#event_simpleName": "DnsRequest" }];
    const { connection, asked } = await searchThat(({ ordinal }) =>
      ordinal < 3
        ? state({ done: false, events: rows, metaData: { pollAfter: ordinal === 1 ? 700 : 900_000 } })
        : state({ events: rows, metaData: { eventCount: 1 } }),
    );
    const pages = await walked(streamOf(connection, "names"));
    expect(pages).toEqual([{ records: rows, cursor: null, shortfalls: [] }]);
    expect(connection.waits).toEqual([700, 30_000]);
    expect(JSON.parse(asked("POST")[0]?.body ?? "")).toEqual({
      queryString: "#event_simpleName=DnsRequest | tail(10000)",
      start: String(day.from),
      end: String(day.to),
      isLive: false,
    });
    expect(asked("DELETE").map(({ url }) => url)).toEqual(["/humio/api/v1/repositories/search-all/queryjobs/P1-1"]);
  });

  test("that get lost or are cancelled are begun again, three times", async () => {
    const { connection, asked } = await searchThat(({ path }) =>
      path.endsWith("P1-1") ? { status: 404 } : path.endsWith("P1-2") ? state({ cancelled: true }) : state({}),
    );
    expect(await walked(streamOf(connection, "names"))).toHaveLength(1);
    expect([asked("POST").length, asked("DELETE").length]).toEqual([3, 3]);
    const hopeless = await searchThat(() => ({ status: 404 }));
    expect(await thrownBy(walked(streamOf(hopeless.connection, "names")))).toMatchObject({ kind: "unavailable" });
  });

  test.each([
    ["the limit of rows is reached", { events: new Array(10_000).fill({}) }],
    ["it counts more than it gives", { events: [{}], metaData: { eventCount: 201 } }],
    ["it has more", { events: [{}], metaData: { extraData: { hasMoreEvents: "true" } } }],
    ["it warns of a limit", { events: [{}], warnings: [{ message: "groupBy exceeded its limit" }] }],
  ])("are cut off where %s", async (_why, body) => {
    const { connection, asked } = await searchThat(() => state(body));
    expect((await thrownBy(walked(streamOf(connection, "names")))).name).toBe("SliceTooLarge");
    expect(asked("DELETE")).toHaveLength(1);
  });

  test("that never end make the slice too large, and are stopped", async () => {
    const { connection, asked } = await searchThat(() => state({ done: false, metaData: { pollAfter: 30_000 } }));
    expect((await thrownBy(walked(streamOf(connection, "names")))).name).toBe("SliceTooLarge");
    expect(asked("DELETE")).toHaveLength(1);
  });

  test("that warn of something else are told", async () => {
    const { connection } = await searchThat(() =>
      state({ warnings: ["a node was slow"], metaData: { warning: "a node was slow" } }),
    );
    expect(shortfallsOf(await walked(streamOf(connection, "names")))).toEqual(['Falcon warns of a search: "a node was slow"']);
  });

  test("of an hour with too many pairs are asked in sixteen parts, and go on from the part where they were left", async () => {
    const queries: string[] = [];
    let jobs = 0;
    const vendor = await falconThat(({ method, body, path }) => {
      if (method === "POST") {
        queries.push(String(body.queryString));
        jobs += 1;
        return { body: { id: `P1-${jobs}` } };
      }
      if (method === "DELETE") return {};
      const query = queries[Number(path.split("-").at(-1)) - 1] ?? "";
      return state({
        events: query.startsWith("#event_simpleName=NetworkConnectIP4 |") ? new Array(20_000).fill({}) : [{ query }],
      });
    });
    const connection = await connectTo(vendor, { events: "queries", networkEvents: "hourly" });
    const stream = streamOf(connection, "connections");
    const hour = { from: now - 3_600_000 * 2, to: now - 3_600_000 };
    const pages = await walked(stream, hour);
    expect(pages.map(({ cursor }) => cursor)).toEqual([
      ...Array.from({ length: 15 }, (_, index) => `0/${index + 1}`),
      "1",
      "2",
      "3",
      "4",
      null,
    ]);
    expect(pages.every(({ coveredTo }) => coveredTo === undefined)).toBe(true);
    const resumed = await walked(stream, hour, "0/14");
    expect(resumed.slice(0, 2).map(({ records }) => JSON.stringify(records))).toEqual([
      expect.stringContaining("aid=/^e/"),
      expect.stringContaining("aid=/^f/"),
    ]);
    // Half an hour is not over.
    const running = await walked(stream, { from: now - 1_800_000, to: now });
    expect(running).toEqual([{ records: [], cursor: null, coveredTo: now - 1_800_000 }]);
  });
});

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

test("times are compared with all their digits", () => {
  expect(wholeMoment("2026-11-10T01:00:00.5Z")).toBe("2026-11-10T01:00:00.500000000Z");
  expect(["2026", "2026-11-10T01:00:00'+x", 5, null].map(wholeMoment)).toEqual([null, null, null, null]);
});

test("messages stay hidden while we work at them, three times before they would show, and no longer", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  open.push(() => {
    vi.useRealTimers();
  });
  const hidden: string[] = [];
  const hiding = new Hiding((receipt) => {
    hidden.push(receipt);
    return receipt === "lost" ? Promise.reject(new Error("no such receipt")) : Promise.resolve();
  }, 300_000);
  hiding.keep("one");
  hiding.keep("lost");
  await vi.advanceTimersByTimeAsync(100_000);
  await vi.advanceTimersByTimeAsync(100_000);
  expect(hidden).toEqual(["one", "lost", "one"]);
  hiding.forget("one");
  await vi.advanceTimersByTimeAsync(1_000_000);
  expect(hidden).toHaveLength(3);
});

describe("the replicator's files", () => {
  test("are announced in messages; what is none is said to be", () => {
    const file = { path: "data/u/part-00000.gz", size: "12", checksum: "D41D8CD98F00B204E9800998ECF8427E" };
    const mark = { path: "data/u/_SUCCESS", size: 0 };
    expect(announcementOf(JSON.stringify({ bucket: "cs-bucket", fileCount: 1, files: [file, mark] }))).toEqual({
      bucket: "cs-bucket",
      files: [{ key: file.path, size: 12, checksum: { algorithm: "md5", hex: file.checksum.toLowerCase() } }],
    });
    for (const body of [undefined, "{", "{}", '{"bucket":"../x","files":[]}', '{"bucket":"abc","fileCount":2,"files":[]}'])
      expect(announcementOf(body)).toHaveProperty("why");
  });

  test("are kept whole or not at all", async () => {
    const folder = mkdtempSync(join(tmpdir(), "spoor-files-"));
    open.push(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, "one.gz");
    const whole = gzipSync("a line\n".repeat(1000));
    const keeping = (content: Buffer, told: Partial<Parameters<typeof keep>[1]>) =>
      keep(Readable.from([content]), { key: "k", size: null, checksum: null, ...told }, path, new AbortController().signal);
    await keeping(whole, { size: whole.length });
    expect(readFileSync(path)).toEqual(whole);
    for (const [content, told] of [
      [whole.subarray(0, 40), {}],
      [whole, { size: 5 }],
      [whole, { checksum: { algorithm: "md5", hex: "00" } }],
    ] as const) {
      expect((await thrownBy(keeping(content, told))).name).toBe("NotAsAnnounced");
      expect(existsSync(path)).toBe(false);
    }
  });
});

const specification = fileURLToPath(
  new URL("../../../../../shared/specs/crowdstrike/falcon-openapi-hunt-slice.json", import.meta.url),
);
const absent = !existsSync(specification);
const operation = z.object({
  parameters: z.array(z.object({ in: z.string(), name: z.string(), schema: z.record(z.string(), z.unknown()) })).default([]),
  requestBody: z.object({ content: z.record(z.string(), z.object({ schema: z.record(z.string(), z.unknown()) })) }).optional(),
});
const paths = z.object({ paths: z.record(z.string(), z.record(z.string(), operation)) });

test.skipIf(absent)(
  `every question above fits the interface's description${absent ? " (skipped: ../shared/specs is absent)" : ""}`,
  () => {
    const whole: unknown = JSON.parse(readFileSync(specification, "utf8"));
    const ajv = new Ajv({ strict: false, validateFormats: false, coerceTypes: false });
    ajv.addSchema({ ...z.record(z.string(), z.unknown()).parse(whole), $id: "falcon" });
    const known = paths.parse(whole).paths;
    const complaints = new Set<string>();
    for (const { method, path, query, body } of everything.filter((asked) => !/^\/(?:x|unknown|named)$/.test(asked.path))) {
      const template = Object.keys(known).find((name) => new RegExp(`^${name.replace(/\{\w+\}/g, "[^/]+")}$`).test(path));
      const told = known[template ?? ""]?.[method.toLowerCase()];
      if (told === undefined) {
        complaints.add(`${method} ${path}`);
        continue;
      }
      for (const [name, text] of query) {
        const parameter = told.parameters.find((one) => one.in === "query" && one.name === name);
        // The description lists properties; its own example adds the direction (hostname.asc), as Elastic's collector does (|asc).
        const bare = name === "sort" ? text.replace(/\|(?:asc|desc)$/, "") : text;
        const value = parameter?.schema.type === "integer" ? Number(bare) : bare;
        if (parameter === undefined || !ajv.validate(parameter.schema, value))
          complaints.add(`${method} ${path}: ${name}=${text}`);
      }
      const schema = told.requestBody?.content["application/json"]?.schema;
      if (schema === undefined) continue;
      const reference = z.object({ $ref: z.string() }).parse(schema).$ref;
      const allowed = z
        .object({
          components: z.object({
            schemas: z.record(
              z.string(),
              z
                .object({ properties: z.record(z.string(), z.unknown()) })
                .loose()
                .or(z.unknown()),
            ),
          }),
        })
        .parse(whole).components.schemas[reference.split("/").at(-1) ?? ""];
      const names = Object.keys(z.object({ properties: z.record(z.string(), z.unknown()) }).parse(allowed).properties);
      if (!ajv.validate({ $ref: `falcon${reference}` }, body)) complaints.add(`${method} ${path}: ${ajv.errorsText()}`);
      for (const name of Object.keys(body)) if (!names.includes(name)) complaints.add(`${method} ${path}: ${name} in the body`);
    }
    expect(everything.length).toBeGreaterThan(40);
    expect([...complaints]).toEqual([]);
  },
);

test("nothing asked is of an interface that was taken away", () => {
  expect(everything.filter(({ path }) => /^\/(?:detects|incidents)\//.test(path))).toEqual([]);
});
