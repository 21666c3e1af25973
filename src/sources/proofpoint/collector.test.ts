import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { type Page, type Slice, SliceTooLarge } from "../../collect/collector.ts";
import { VendorError } from "../../collect/http.ts";
import type { HttpLimits } from "../../collect/http-client.ts";
import { type Answering, inTurn, json, testRoom, testVendor } from "../../collect/testing.ts";
import { GapLedger } from "../../world.ts";
import tap from "./collector.ts";

const hour = 3_600_000;
const day = 24 * hour;
const now = Date.parse("2026-11-02T10:00:00Z");
const secret = "tap-S3cret";
const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A connection to a TAP that answers as the test says, with a ledger of the test's own. */
async function connected(
  answer: Answering,
  given: {
    settings?: Record<string, unknown>;
    spent?: number;
    before?: (pool: string) => number;
    limits?: Partial<HttpLimits>;
  } = {},
) {
  const vendor = await testVendor((request, response, ordinal) => {
    response.setHeader("date", new Date(now).toUTCString());
    answer(request, response, ordinal);
  });
  const downloads = mkdtempSync(join(tmpdir(), "spoor-tap-"));
  open.push(
    () => vendor.close(),
    () => rmSync(downloads, { recursive: true, force: true }),
  );
  const room = testRoom({}, given.limits);
  const gaps = new GapLedger();
  const spentBefore = given.before ?? (() => given.spent ?? 0);
  const connection = await tap.connect(
    tap.settings.parse({ principal: "principal-1", secret: "env:TAP", baseUrl: vendor.origin, ...given.settings }),
    {
      http: room.http,
      clock: () => new Date(room.state.now),
      signal: room.cancel.signal,
      gaps,
      secret: () => Promise.resolve(secret),
      downloads,
      callsInLastDay: (pool) => Promise.resolve(spentBefore(pool) + room.log.filter((entry) => entry.pool === pool).length),
    },
  );
  const stream = (id: string) => {
    const found = connection.streams.find((one) => one.id === id);
    if (found === undefined) throw new Error(`no stream ${id}`);
    return found;
  };
  const pages = async (id: string, slice: Slice, cursor: string | null = null): Promise<Page[]> => {
    const all: Page[] = [];
    for await (const page of stream(id).pages(slice, cursor)) all.push(page);
    return all;
  };
  const queries = () => vendor.asked.map(({ url }) => new URL(url, vendor.origin).searchParams);
  return { connection, stream, pages, queries, gaps, vendor, room };
}

const lastHour: Slice = { from: now - 2 * hour, to: now - hour };
const empty = { messagesDelivered: [], messagesBlocked: [], clicksPermitted: [], clicksBlocked: [] };
function siem(more: Record<string, unknown> = {}, end = lastHour.to): Answering {
  return json({ queryEndTime: new Date(end).toISOString(), ...empty, ...more });
}
const message = (id: string, time: number, threat: Record<string, unknown> = {}) => ({
  id,
  GUID: `g-${id}`,
  messageTime: new Date(time).toISOString(),
  recipient: ["ana@corp.example"],
  threatsInfoMap: [{ threatID: "t1", threatStatus: "active", ...threat }],
});
const click = (id: string, threatID: string) => ({
  id,
  GUID: "g",
  clickTime: new Date(lastHour.from).toISOString(),
  threatID,
  threatStatus: "active",
});

test("an hour is asked for in JSON, by its ends, with every state; each message and click is a record with the name of its list", async () => {
  const { pages, vendor, queries } = await connected(
    siem({ messagesDelivered: [message("m1", now - 2 * hour)], clicksBlocked: [click("c1", "t9")] }),
    {
      settings: { forensicsARun: 0 },
    },
  );
  const [page, ...more] = await pages("siem", lastHour);
  expect(more).toEqual([]);
  expect(page?.records).toEqual([
    { _container: "messagesDelivered", _record: message("m1", now - 2 * hour) },
    { _container: "clicksBlocked", _record: click("c1", "t9") },
  ]);
  expect([page?.cursor, page?.coveredTo, page?.shortfalls]).toEqual([null, undefined, undefined]);
  expect(vendor.asked[0]?.headers.authorization).toBe(`Basic ${Buffer.from(`principal-1:${secret}`).toString("base64")}`);
  expect(queries().map((query) => [query.get("format"), query.get("interval"), query.getAll("threatStatus")])).toEqual([
    ["json", "2026-11-02T08:00:00Z/2026-11-02T09:00:00Z", ["active", "cleared", "falsePositive"]],
  ]);
});

test("seven days are 168 calls: slices of an hour at most, back to where TAP gives them", async () => {
  const { stream } = await connected(siem());
  const { retentionMs, sliceMs, shortestSliceMs, overlapMs } = stream("siem");
  expect(Math.ceil((retentionMs ?? 0) / sliceMs)).toBe(168);
  expect([retentionMs, shortestSliceMs, overlapMs]).toEqual([7 * day - 600_000, 30_000, hour]);
});

test.each([
  [
    "ends of parts of a second are rounded outwards",
    { from: now - 2 * hour + 400, to: now - hour - 1600 },
    "2026-11-02T08:00:00Z/2026-11-02T08:59:59Z",
  ],
  [
    "a slice of less than 30 seconds begins earlier",
    { from: now - hour, to: now - hour + 5000 },
    "2026-11-02T08:59:35Z/2026-11-02T09:00:05Z",
  ],
  ["what is still current is left for later", { from: now - hour, to: now }, "2026-11-02T09:00:00Z/2026-11-02T09:59:00Z"],
])("%s", async (_name, slice, interval) => {
  const { pages, queries } = await connected(json({ ...empty, queryEndTime: "2026-11-02T11:00:00Z" }));
  await pages("siem", slice);
  expect(queries()[0]?.get("interval")).toBe(interval);
});

test("the next run begins where TAP says that it looked to, or where it was not asked", async () => {
  const early = await connected(siem({}, lastHour.to - 120_000));
  expect((await early.pages("siem", lastHour))[0]?.coveredTo).toBe(lastHour.to - 120_000);
  const current = await connected(siem({}, now));
  expect((await current.pages("siem", { from: now - hour, to: now }))[0]?.coveredTo).toBe(now - 60_000);
  const ahead = await connected(siem());
  expect(await ahead.pages("siem", { from: now - 30_000, to: now })).toEqual([
    { records: [], cursor: null, coveredTo: now - 30_000 },
  ]);
  expect(ahead.vendor.asked).toEqual([]);
});

test("204 and an empty answer are none, up to the end that was asked for; text/plain is read as JSON", async () => {
  const { pages } = await connected(
    inTurn(
      (_, response) => response.writeHead(204).end(),
      (_, response) => response.writeHead(200).end(),
      (_, response) =>
        response.setHeader("content-type", "text/plain").end(JSON.stringify({ ...empty, clicksBlocked: [{ id: 1 }] })),
    ),
  );
  expect(await pages("siem", lastHour)).toEqual([{ records: [], cursor: null }]);
  expect(await pages("siem", lastHour)).toEqual([{ records: [], cursor: null }]);
  expect((await pages("siem", lastHour))[0]?.records).toEqual([{ _container: "clicksBlocked", _record: { id: 1 } }]);
});

test("a list that is not in the answer is told: it was not answered, which is not none", async () => {
  const { pages } = await connected(
    json({ queryEndTime: new Date(lastHour.to).toISOString(), messagesDelivered: [], clicksPermitted: null }),
  );
  expect((await pages("siem", lastHour))[0]?.shortfalls).toEqual([
    "the answer has no messagesBlocked",
    "the answer has no clicksPermitted",
    "the answer has no clicksBlocked",
  ]);
});

const tooShort = "The requested interval is too short. Requests must be for at least 30.00s of data";
const tooOld = "The requested start time is too far into the past. Requests for information up to 7.00d are accepted";
const stillCurrent = "The requested interval is still current.";
test("an edge that TAP refuses is moved as it says, and what that leaves out is told", async () => {
  const week = { from: now - 7 * day, to: now - 7 * day + hour };
  const old = await connected(inTurn(json(tooOld, 400), siem({}, week.to)));
  const [page] = await old.pages("siem", week);
  expect(old.queries()[1]?.get("interval")).toBe("2026-10-26T10:10:00Z/2026-10-26T11:00:00Z");
  expect(page?.shortfalls?.[0]).toContain("seven days back");

  const current = await connected(inTurn(json(stillCurrent, 400), siem({}, now)));
  expect((await current.pages("siem", { from: now - hour, to: now }))[0]?.coveredTo).toBe(now - 120_000);

  const short = await connected(inTurn(json(tooShort, 400), siem()));
  await short.pages("siem", { from: lastHour.from, to: lastHour.from + 30_000 });
  expect(short.queries()[1]?.get("interval")).toBe("2026-11-02T07:59:30Z/2026-11-02T08:00:30Z");

  const older = await connected(json(tooOld, 400));
  expect((await older.pages("siem", { from: now - 7 * day, to: now - 7 * day + 300_000 }))[0]?.shortfalls?.[0]).toContain(
    "is further",
  );
});

test("a refusal that is not understood ends the slice at once, with what TAP said or that it said nothing", async () => {
  const empty400 = await connected((_, response) => response.writeHead(400).end());
  await expect(empty400.pages("siem", lastHour)).rejects.toMatchObject({
    kind: "refused",
    message: expect.stringContaining("no reason"),
  });
  const other = await connected(json("Unknown parameter", 400));
  await expect(other.pages("siem", lastHour)).rejects.toMatchObject({
    kind: "refused",
    message: expect.stringContaining("Unknown parameter"),
  });
  const stubborn = await connected(json(tooShort, 400));
  const halfAMinute = { from: lastHour.from, to: lastHour.from + 30_000 };
  await expect(stubborn.pages("siem", halfAMinute)).rejects.toMatchObject({ kind: "refused" });
  expect([empty400.vendor.asked.length, other.vendor.asked.length, stubborn.vendor.asked.length]).toEqual([1, 1, 6]);
});

test("an hour too large for one answer is asked for in halves", async () => {
  const { pages } = await connected(siem({ messagesDelivered: [message("m1", now)] }), { limits: { maxBytes: 100 } });
  await expect(pages("siem", lastHour)).rejects.toBeInstanceOf(SliceTooLarge);
});

test("when the day's calls are spent, TAP is not asked; a refusal that lasts is left alone for ten minutes", async () => {
  const frugal = await connected(siem(), { spent: 500, settings: { siemCallsADay: 501 } });
  await frugal.pages("siem", lastHour);
  await expect(frugal.pages("siem", lastHour)).rejects.toMatchObject({ kind: "limited" });
  expect(frugal.vendor.asked.length).toBe(1);

  const touched = await connected(inTurn(json("", 429), json("", 429), siem()));
  expect((await touched.pages("siem", lastHour)).length).toBe(1);

  let isSpent = true;
  const { pages, vendor, room } = await connected((...question) => (isSpent ? json("", 429) : siem())(...question));
  await expect(pages("siem", lastHour)).rejects.toMatchObject({ kind: "limited", status: 429 });
  const asked = vendor.asked.length;
  expect([asked < 12, room.waits.reduce((sum, wait) => sum + wait) < 90_000]).toEqual([true, true]);
  await expect(pages("siem", lastHour)).rejects.toMatchObject({ kind: "limited" });
  expect(vendor.asked.length).toBe(asked);
  isSpent = false;
  room.state.now += 600_000;
  expect((await pages("siem", lastHour)).length).toBe(1);
});

test("threats that people clicked or were sent get one forensic report each, a page each, and a walk goes on among them", async () => {
  const answer: Answering = (request, response) => {
    const id = new URL(request.url ?? "", "http://tap").searchParams.get("threatId");
    if (id === null)
      return siem({
        messagesDelivered: [
          message("m1", now - 2 * hour),
          message("m2", now - 2 * hour, { threatID: "t3", threatStatus: "cleared" }),
        ],
        messagesBlocked: [message("m3", now - 2 * hour, { threatID: "t4" })],
        clicksPermitted: [click("c1", "t2"), click("c2", "t2"), click("c3", "../../etc")],
      })(request, response, 0);
    return id === "t2"
      ? json({ generated: "2026-11-02T10:00:00Z", reports: [{ id }] })(request, response, 0)
      : json("", 404)(request, response, 0);
  };
  const { pages, queries } = await connected(answer);
  const walk = await pages("siem", lastHour);
  expect(walk.map(({ records, cursor }) => [records.length, cursor])).toEqual([
    [6, '{"threats":["t2","t1"],"coveredTo":null}'],
    [1, '{"threats":["t1"],"coveredTo":null}'],
    [0, null],
  ]);
  expect(walk[1]?.records).toEqual([
    { _envelope: { threatId: "t2" }, generated: "2026-11-02T10:00:00Z", reports: [{ id: "t2" }] },
  ]);
  expect(
    queries()
      .slice(1)
      .map((query) => query.get("threatId")),
  ).toEqual(["t2", "t1"]);
  expect((await pages("siem", lastHour)).length).toBe(1);
  expect(
    (await pages("siem", lastHour, '{"threats":["t1"],"coveredTo":5}')).map(({ coveredTo, cursor }) => [coveredTo, cursor]),
  ).toEqual([[5, null]]);
});

test("a report is fetched once a day, and so many in a run; the rest is a gap", async () => {
  const answer: Answering = (request, response) =>
    request.url?.startsWith("/v2/forensics") === true
      ? json({ reports: [] })(request, response, 0)
      : siem({ clicksPermitted: ["t1", "t2", "t3"].map((id) => click(id, id)) })(request, response, 0);
  const { pages, queries, gaps } = await connected(answer, {
    settings: { forensicsARun: 1 },
    before: (pool) => (pool === "proofpoint-forensics t1" ? 1 : 0),
  });
  await pages("siem", lastHour);
  expect(queries().map((query) => query.get("threatId"))).toEqual([null, "t2"]);
  expect(gaps.list().filter(({ kind }) => kind === "limit")).toHaveLength(1);
});

test("mail does not wait for reports: when their calls are spent, that is a gap", async () => {
  const { pages, gaps, vendor } = await connected(
    inTurn(siem({ clicksPermitted: [click("c1", "t1"), click("c2", "t2"), click("c3", "t3")] }), json("", 429)),
  );
  expect((await pages("siem", lastHour)).map(({ records }) => records.length)).toEqual([3, 0, 0, 0]);
  expect(new Set(vendor.asked.slice(1).map(({ url }) => url))).toEqual(new Set(["/v2/forensics?threatId=t1"]));
  expect(gaps.list().filter(({ kind }) => kind === "limit")).toHaveLength(1);
});

test("what is condemned days after it came is told, with the day from which to hunt again", async () => {
  const { pages, connection, gaps } = await connected(
    siem({
      messagesDelivered: [message("m1", now - 3 * day), message("m2", now - 2 * hour)],
      clicksPermitted: [{ ...click("c1", "t1"), clickTime: "2026-10-29T23:00:00Z" }],
    }),
    { settings: { forensicsARun: 0 } },
  );
  await pages("siem", lastHour);
  await connection.close?.();
  const late = gaps.list().find(({ reason }) => reason.includes("condemned more than a day after"));
  expect([late?.kind, late?.count]).toEqual(["assumption", 2]);
  expect(late?.reason).toContain("hunt again from 2026-10-29");
});

test("every run says that no click here is no evidence of no click", async () => {
  const { gaps } = await connected(siem());
  expect(gaps.list()).toMatchObject([
    { stage: "collect", part: "proofpoint/siem", kind: "assumption", reason: expect.stringContaining("never evidence") },
  ]);
});

const person = (id: number) => ({
  identity: { guid: `u-${id}`, emails: [`p${id}@corp.example`] },
  clickStatistics: { clickCount: id },
});
const peoplePages =
  (total: number): Answering =>
  (request, response) => {
    const query = new URL(request.url ?? "", "http://tap").searchParams;
    const size = Number(query.get("size"));
    const first = (Number(query.get("page")) - 1) * size;
    const users = Array.from({ length: Math.max(0, Math.min(size, total - first)) }, (_, index) => person(first + index));
    json({ users, totalTopClickers: total, interval: "2026-10-19T00:00:00Z/2026-11-02T00:00:00Z" })(request, response, 0);
  };

test.each([0, 1, 200, 450])(
  "%i top clickers come page by page, each with the interval that they are counted over",
  async (total) => {
    const { pages, queries } = await connected(peoplePages(total));
    const walk = await pages("top-clickers", lastHour);
    const records = walk.flatMap((page) => page.records);
    expect(records.length).toBe(total);
    if (total > 0)
      expect(records[0]).toEqual({
        _envelope: { interval: "2026-10-19T00:00:00Z/2026-11-02T00:00:00Z", window: 14 },
        ...person(0),
      });
    expect([walk.at(-1)?.cursor, walk.at(-1)?.shortfalls]).toEqual([null, undefined]);
    expect(queries().every((query) => query.get("window") === "14" && query.get("size") === "200")).toBe(true);
  },
);

test("a page of people that comes again ends the walk, and what is missing is told; a window that TAP does not know is no setting", async () => {
  const same: Answering = json({ users: Array.from({ length: 200 }, (_, index) => person(index)), totalTopClickers: 450 });
  const { pages } = await connected(same, { settings: { peopleDays: 30 } });
  const walk = await pages("top-clickers", lastHour);
  expect(walk.map(({ records }) => records.length)).toEqual([200, 0]);
  expect(walk[1]?.shortfalls).toEqual(["200 of 450 people came"]);
  const first = z.object({ _envelope: z.object({ interval: z.string() }) }).parse(walk[0]?.records[0]);
  expect(first._envelope.interval).toMatch(/^2026-10-03T10:00:0\dZ\/2026-11-02T10:00:0\dZ$/);
  expect(tap.settings.safeParse({ principal: "p", secret: "env:TAP", peopleDays: 7 }).success).toBe(false);
  expect(tap.settings.safeParse({ principal: "p", secret }).success).toBe(false);
  expect(tap.settings.safeParse({ principal: "p", secret: "env:TAP", baseUrl: "http://tap.example" }).success).toBe(false);
});

test("campaigns are listed by day and fetched one by one; none is 404; a walk goes on where it was", async () => {
  const answer: Answering = (request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://tap");
    if (pathname === "/v2/campaign/ids")
      return json({ campaigns: [{ id: "c-1" }, { id: "c-2" }, { id: "../x" }] })(request, response, 0);
    return pathname === "/v2/campaign/c-1"
      ? json({ id: "c-1", name: "Fake invoices", campaignMembers: [] })(request, response, 0)
      : json("", 404)(request, response, 0);
  };
  const { pages, vendor } = await connected(answer);
  const walk = await pages("campaigns", { from: now - 2 * day, to: now - day });
  expect(walk.map(({ records, shortfalls }) => [records, shortfalls])).toEqual([
    [[], undefined],
    [[{ id: "c-1", name: "Fake invoices", campaignMembers: [] }], undefined],
    [[], ["a campaign that was listed is not there"]],
  ]);
  expect(walk.at(-1)?.cursor).toBeNull();
  expect(vendor.asked.map(({ url }) => url.split("?")[0])).toEqual(["/v2/campaign/ids", "/v2/campaign/c-1", "/v2/campaign/c-2"]);
  const rest = await pages("campaigns", { from: now - 2 * day, to: now - day }, walk[0]?.cursor ?? null);
  expect(rest).toEqual(walk.slice(1));
  const none = await connected(json("", 404));
  expect((await none.pages("campaigns", { from: now - 2 * day, to: now - day })).flatMap((page) => page.records)).toEqual([]);
});

test.each([
  ["accepted", siem(), ["ok", "ok"], []],
  ["refused", json("", 401), ["missing"], ["siem", "very-attacked-people", "top-clickers", "campaigns"]],
  ["forbidden", json("", 403), ["missing"], ["siem", "very-attacked-people", "top-clickers", "campaigns"]],
  ["spent", json("", 429), ["warning"], ["siem", "very-attacked-people", "top-clickers", "campaigns"]],
  ["out of order", json("", 503), ["unreachable"], ["siem", "very-attacked-people", "top-clickers", "campaigns"]],
])("a credential that is %s is told so, with what will be blind", async (_name, answer, states, blind) => {
  const { connection } = await connected(answer);
  const checks = await connection.check();
  expect(checks.map(({ state }) => state)).toEqual(states);
  expect(checks[0]?.blind).toEqual(blind);
});

test("streams can be left out; the secret stands in no error, log or gap", async () => {
  const { connection } = await connected(siem(), { settings: { leaveOut: ["campaigns", "top-clickers"] } });
  expect(connection.streams.map(({ id }) => id)).toEqual(["siem", "very-attacked-people"]);
  const echo = await connected((request, response) => json({ said: request.headers.authorization }, 403)(request, response, 0));
  const thrown = await echo.pages("siem", lastHour).catch((cause: unknown) => cause);
  expect(thrown).toBeInstanceOf(VendorError);
  const told = JSON.stringify([
    thrown,
    thrown instanceof Error ? [thrown.message, thrown.stack] : "",
    echo.room.log,
    echo.gaps.list(),
  ]);
  for (const shape of [secret, Buffer.from(`principal-1:${secret}`).toString("base64")]) expect(told).not.toContain(shape);
});
