// Searches that give less than there is, where asking for less time does not help: what came is kept, and that there was more is told.
import { afterEach, expect, test } from "vitest";
import type { Page, Slice } from "../../../collect/collector.ts";
import { connectCollector } from "../../../collect/connect.ts";
import { configuredCollectors } from "../../../collect/load.ts";
import { Redaction } from "../../../collect/redact.ts";
import { json, type TestVendor, testVendor } from "../../../collect/testing.ts";
import { GapLedger } from "../../../world.ts";
import collector from "../collector.ts";

const now = Date.parse("2026-11-10T12:00:00Z");
const hour = 3_600_000;
const open: TestVendor[] = [];
afterEach(async () => {
  for (const vendor of open.splice(0)) await vendor.close();
});

/** Falcon, whose searches give the rows that a query asks for in a test. */
async function falconThat(rowsFor: (query: string) => readonly unknown[]) {
  const queries: string[] = [];
  const dated = { date: new Date(now).toUTCString() };
  const vendor = await testVendor((request, response) => {
    const { url = "", method } = request;
    if (url === "/oauth2/token") return json({ access_token: "token", expires_in: 1799 }, 201, dated)(request, response, 0);
    if (method === "POST") queries.push(String(JSON.parse(vendor.asked.at(-1)?.body ?? "{}").queryString));
    if (method !== "GET") return json({ id: `job-${queries.length}` }, 200, dated)(request, response, 0);
    const query = queries[Number(url.split("-").at(-1)) - 1] ?? "";
    return json({ done: true, events: rowsFor(query), metaData: { pollAfter: 50 } }, 200, dated)(request, response, 0);
  });
  open.push(vendor);
  const [configured] = configuredCollectors([collector], {
    crowdstrike: {
      clientId: "client-1",
      clientSecret: "env:SECRET",
      baseUrl: vendor.origin,
      events: "queries",
      networkEvents: "hourly",
    },
  });
  if (configured === undefined) throw new Error("not configured");
  const { connection } = await connectCollector(
    configured,
    { downloads: "", callsInLastDay: () => Promise.resolve(0), redaction: new Redaction() },
    { fetch: globalThis.fetch, sleep: () => Promise.resolve(), random: () => 0.5, environment: { SECRET: "of-falcon" } },
    { clock: () => new Date(now), signal: new AbortController().signal, gaps: new GapLedger() },
  );
  const walked = async (id: string, slice: Slice): Promise<Page[]> => {
    const stream = connection.streams.find((each) => each.id === id);
    const pages: Page[] = [];
    for await (const page of stream?.pages(slice, null) ?? []) pages.push(page);
    return pages;
  };
  return { walked, queries };
}

const rows = (count: number): unknown[] => Array.from({ length: count }, (_, at) => ({ "@id": `row-${at}` }));
const shortfalls = (pages: readonly Page[]) => [...new Set(pages.flatMap((page) => page.shortfalls ?? []))];

test.each([
  ["names", 10_000, 1000],
  ["heartbeats", 20_000, hour],
])(
  "rows of %s that come in a slice too short to be halved are kept; in a longer one they are asked for in halves",
  async (id, cap, shortest) => {
    const { walked } = await falconThat(() => rows(cap));
    const pages = await walked(id, { from: now - shortest, to: now });
    expect(pages.flatMap(({ records }) => records)).toHaveLength(cap);
    expect(shortfalls(pages)).toEqual([`a search gave ${cap} rows and had more`]);
    await expect(walked(id, { from: now - 2 * shortest, to: now })).rejects.toMatchObject({ name: "SliceTooLarge" });
  },
);

test("connections counted by the hour: parts that are cut off are kept, also where a slice begins and ends within hours", async () => {
  const { walked, queries } = await falconThat((query) =>
    rows(query.includes("NetworkConnectIP4") && !/aid=\/\^[1-9a-f]/.test(query) ? 20_000 : 1),
  );
  const pages = await walked("connections", { from: now - 2.5 * hour, to: now - 1.5 * hour });
  expect(queries.filter((query) => query.includes("aid=/^"))).toHaveLength(16);
  expect(pages.flatMap(({ records }) => records)).toHaveLength(20_000 + 15 + 3 + 1);
  expect(shortfalls(pages)).toEqual(["a search gave 20000 rows and had more"]);
  await expect(walked("connections", { from: now - 4 * hour, to: now - 2 * hour })).rejects.toMatchObject({
    name: "SliceTooLarge",
  });
});
