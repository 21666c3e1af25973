import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  type Asked,
  connectTo,
  day,
  falconThat,
  now,
  shortfallsOf,
  streamOf,
  type Told,
  testQuestions,
  thrownBy,
  walked,
} from "./testing.ts";

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

testQuestions(100);
