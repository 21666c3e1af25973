import { describe, expect, test } from "vitest";
import {
  alert,
  connectTo,
  day,
  everything,
  falconThat,
  idsOf,
  list,
  now,
  shortfallsOf,
  streamOf,
  testQuestions,
  thrownBy,
  walked,
} from "./testing.ts";

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

testQuestions(20);
