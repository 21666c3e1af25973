import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { openEmbeddedStore } from "../store/embedded.ts";
import type { Store } from "../store/store.ts";
import { GapLedger, type World } from "../world.ts";
import { addIndicators } from "./add.ts";
import { matchIndicators } from "./met.ts";
import { sightIndicators } from "./sightings.ts";

const window = { from: "2026-11-01 00:00:00.000000", to: "2026-11-08 00:00:00.000000" };
const sha256 = "0123456789abcdef".repeat(4);
let folder: string;
let store: Store;
let world: World;
let sequence = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "spoor-intel-"));
  store = await openEmbeddedStore({ directory: join(folder, "store") });
  await store.migrate();
  world = {
    store,
    // The clock stands still: states of a feed must not depend on it.
    clock: () => new Date("2026-11-08T00:00:00Z"),
    gaps: new GapLedger(),
    progress: () => {},
    signal: new AbortController().signal,
  };
  await tell("network_activity", [
    {
      metadata_uid: "net-1",
      src_endpoint_ip: "10.0.0.5",
      dst_endpoint_ip: "203.0.113.9",
      dst_endpoint_port: 443,
      traffic_bytes_in: 10,
    },
    { metadata_uid: "net-2", src_endpoint_ip: "10.0.0.6", dst_endpoint_ip: "203.0.114.77", tls_sni: "CDN.Evil.Example" },
    { metadata_uid: "net-3", src_endpoint_ip: "2001:db8:0:5::9", dst_endpoint_ip: "10.0.0.7" },
    {
      metadata_uid: "net-4",
      src_endpoint_ip: "10.0.0.8",
      dst_endpoint_ip: "192.0.2.1",
      dst_endpoint_hostname: "notevil.example",
    },
  ]);
  await tell("dns_activity", [
    {
      metadata_uid: "dns-1",
      query_hostname: "a.b.evil.example",
      answers: ["cname.bad.example.", "192.0.2.9"],
      src_endpoint_ip: "10.0.0.5",
    },
    { metadata_uid: "dns-2", query_hostname: "harmless.example", answers: ["203.0.113.9"], src_endpoint_ip: "10.0.0.5" },
  ]);
  await tell("http_activity", [
    {
      metadata_uid: "http-1",
      http_request_url_hostname: "www.landing.example",
      http_request_url_path: "/Gate.php?id=1",
      http_response_code: 200,
    },
    { metadata_uid: "http-2", http_request_url_hostname: "www.landing.example", http_request_url_path: "/other" },
  ]);
  await tell("email_url_activity", [
    {
      metadata_uid: "click-1",
      url_string: "HTTPS://www.Landing.example:443/Gate.php?id=1#x",
      url_hostname: "www.landing.example",
      user_email_addr: "Ann@corp.example",
      disposition: "Allowed",
    },
  ]);
  await tell("email_activity", [
    {
      metadata_uid: "mail-1",
      email_from: "Mallory@Evil.Example",
      email_to: ["Ann@corp.example"],
      attachment_hashes_sha256: [sha256.toUpperCase()],
    },
  ]);
  await tell("file_activity", [{ metadata_uid: "file-1", file_hash_sha256: sha256.toUpperCase(), device_hostname: "ws-1" }]);
  await tell("authentication", [
    { metadata_uid: "auth-1", src_endpoint_ip: "203.0.113.9", user_name: "ann", status: "Success" },
    { metadata_uid: "auth-2", src_endpoint_ip: "203.0.114.1", user_name: "ben", status: "Failure" },
  ]);
}, 120_000);

afterAll(async () => {
  await store?.close();
  await rm(folder, { recursive: true, force: true });
});

async function tell(table: string, rows: readonly Record<string, unknown>[]): Promise<void> {
  const base = {
    metadata_product_vendor_name: "Example",
    metadata_product_name: "Example",
    raw_file_uid: "f",
    raw_line_number: 1,
  };
  await store.insert(
    table,
    rows.map((row) => ({ ...base, time: "2026-11-02 10:00:00.000000", ...row })),
  );
}

async function add(feed: string, lines: readonly string[]) {
  sequence += 1;
  const path = join(folder, `${sequence}.csv`);
  await writeFile(path, `value,type\n${lines.join("\n")}\n`);
  return addIndicators(path, { feed }, world);
}

async function active(feed: string): Promise<string[]> {
  const rows = await store.query(
    `SELECT value FROM (SELECT * FROM indicator WHERE feed_name = {feed:String} ORDER BY indicator_uid, recorded_time DESC, is_active DESC LIMIT 1 BY indicator_uid)
     WHERE is_active ORDER BY value`,
    { feed },
    z.object({ value: z.string() }),
  );
  return rows.map(({ value }) => value);
}

async function sightings(): Promise<string[]> {
  const rows = await store.query(
    `SELECT indicator.value AS value, event_uid, matched_column FROM sighting INNER JOIN (SELECT DISTINCT indicator_uid, value FROM indicator) AS indicator USING (indicator_uid)
     ORDER BY event_uid, value, matched_column`,
    {},
    z.object({ value: z.string(), event_uid: z.string(), matched_column: z.string() }),
  );
  return rows.map(({ value, event_uid, matched_column }) => `${event_uid} ${matched_column} ${value}`);
}

test("without indicators nothing is looked for, and that is a gap", async () => {
  await sightIndicators(window, world);
  expect(world.gaps.list().map(({ kind, part }) => `${part}: ${kind}`)).toEqual(["indicators: not-configured"]);
});

test("a feed that is added again is replaced by its new state, though the clock stands still", async () => {
  await add("feed", ["old.example", "kept.example"]);
  await add("other", ["old.example"]);
  expect(
    (await add("feed", ["kept.example", "new.example", "google.com", "nonsense"])).leftOut.map(({ value }) => value),
  ).toEqual(["nonsense", "google.com"]);
  expect(await active("feed")).toEqual(["kept.example", "new.example"]);
  expect(await active("other")).toEqual(["old.example"]);
  await add("feed", ["old.example"]);
  expect(await active("feed")).toEqual(["old.example"]);
});

test("a file that is absent, cut off or empty leaves the feed as it was", async () => {
  await expect(addIndicators(join(folder, "absent.csv"), { feed: "feed" }, world)).rejects.toMatchObject({
    code: "path-missing",
  });
  await expect(add("feed", [])).rejects.toMatchObject({ code: "bad-intel" });
  await expect(add("feed", ["nonsense"])).rejects.toThrow("holds no indicator");
  expect(await active("feed")).toEqual(["old.example"]);
});

test("values with quotes, backslashes and line ends are stored as they are", async () => {
  const url = "http://evil.example/a'b\\c\"d?x={y:String}";
  await add("hostile", [`"${url.replaceAll('"', '""')}",url`]);
  expect(await active("hostile")).toEqual([url.slice("http://".length)]);
});

test("every kind of value is met in every table that can hold it, names by what lies below them, addresses by the block around them", async () => {
  await add("met", [
    "203.0.113.9",
    "203.0.114.0/24",
    "2001:db8:0:5::/64",
    "evil.example",
    "bad.example",
    "hxxp://www.landing.example/Gate.php?id=1",
    "mallory@evil.example",
    sha256,
  ]);
  await sightIndicators(window, world);
  const met = await sightings();
  expect(met).toEqual([
    "auth-1 src_endpoint_ip 203.0.113.9",
    "auth-2 src_endpoint_ip 203.0.114.0/24",
    "click-1 url_string www.landing.example/Gate.php?id=1",
    "dns-1 answers bad.example",
    "dns-1 query_hostname evil.example",
    "dns-2 answers 203.0.113.9",
    `file-1 file_hash_sha256 ${sha256}`,
    "http-1 http_request_url_path www.landing.example/Gate.php?id=1",
    `mail-1 attachment_hashes_sha256 ${sha256}`,
    "mail-1 email_from evil.example",
    "mail-1 email_from mallory@evil.example",
    "net-1 dst_endpoint_ip 203.0.113.9",
    "net-2 dst_endpoint_ip 203.0.114.0/24",
    "net-2 tls_sni evil.example",
    "net-3 src_endpoint_ip 2001:db8:0:5::/64",
  ]);
  await sightIndicators(window, world);
  expect(await sightings()).toEqual(met);
});

test("indicators that were met are told with how often, when and by whom, most often first", async () => {
  const found = await matchIndicators(window, 2, world);
  expect(found.map(({ value, events, feeds, is_valid_then }) => [value, events, feeds, is_valid_then])).toEqual([
    ["evil.example", 3, ["met"], true],
    ["203.0.113.9", 3, ["met"], true],
  ]);
  expect(found[1]).toMatchObject({
    type: "ip",
    places: ["authentication.src_endpoint_ip", "dns_activity.answers", "network_activity.dst_endpoint_ip"],
  });
  expect(found[1]?.who).toContain("10.0.0.5");
});

test("what is switched off is met no more, and a window looks at its own events only", async () => {
  await add("met", ["192.0.2.1"]);
  const before = (await sightings()).length;
  await sightIndicators({ from: "2026-12-01 00:00:00.000000", to: "2026-12-02 00:00:00.000000" }, world);
  expect((await sightings()).length).toBe(before);
  await sightIndicators(window, world);
  expect((await sightings()).slice(-2)).toEqual(["net-3 src_endpoint_ip 2001:db8:0:5::/64", "net-4 dst_endpoint_ip 192.0.2.1"]);
});
