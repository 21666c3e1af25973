import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isDynamicName } from "../dynamic-names.ts";
import { knownService } from "../known-services.ts";
import { parameters } from "./parameters.ts";
import type { ReadRow, ServiceRow, UploadRow, WebRow } from "./questions.ts";
import { judgeReads } from "./reads-score.ts";
import { judge } from "./score.ts";
import { type Around, aroundUpload, bytesSent, gatherUploads, type Upload } from "./upload.ts";
import { bytesInWords } from "./words.ts";

const alertLine = 70;
const mebibyte = 1024 * 1024;
const defaults = parameters.parse({});

const volume = (bytes: number, part: Partial<UploadRow> = {}): UploadRow => ({
  source: "10.0.0.5",
  source_is_address: true,
  destination: "198.51.100.7",
  first_time: "2026-01-05 09:00:00.000000",
  last_time: "2026-01-05 10:00:00.000000",
  connections: 3,
  bytes_out: bytes,
  bytes_in: Math.round(bytes / 50),
  ports: [[["tcp", 443], bytes]],
  protocols: ["tcp"],
  applications: ["ssl"],
  days: [["2026-01-05", bytes]],
  sending: 3,
  one_way: 3,
  sizes: [bytes / 3, bytes / 3, bytes / 3],
  devices: [],
  users: [],
  processes: [],
  ...part,
});
const upload = (part: Partial<Upload>): Upload => ({
  source: "10.0.0.5",
  sourceIsAddress: true,
  destination: "198.51.100.7",
  volume: null,
  web: null,
  services: [],
  ...part,
});
const nothingKnown: Around = {
  names: [],
  known: null,
  isTrusted: false,
  isSelfSigned: false,
  isNameless: false,
  ownerName: null,
  isOwnServiceNetwork: false,
  clients: null,
  estateHosts: 1,
  newAfterHours: null,
  otherDays: [],
  thatDay: 0,
  peersShare: null,
  ownAddressAsked: null,
  namedAfterEstate: null,
};
const scoreOf = (one: Upload, around: Partial<Around> = {}): number => judge(one, { ...nothingKnown, ...around }, defaults).score;

describe("uploads by amount", () => {
  test("more never scores less", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 2_000_000_000 }), fc.integer({ min: 1, max: 2_000_000_000 }), (bytes, more) => {
        expect(scoreOf(upload({ volume: volume(bytes + more) }))).toBeGreaterThanOrEqual(
          scoreOf(upload({ volume: volume(bytes) })) - 1e-9,
        );
      }),
      { seed: 42 },
    );
  });

  test("a large upload to a place that nobody else calls, unlike the host's own days, is above the alert line", () => {
    const own = { otherDays: [2, 3, 2, 4, 3, 2].map((count) => count * mebibyte), thatDay: 300 * mebibyte };
    const rare = { clients: 1, estateHosts: 400, peersShare: 0.002 };
    expect(scoreOf(upload({ volume: volume(280 * mebibyte) }), { ...own, ...rare })).toBeGreaterThanOrEqual(alertLine);
  });

  test("the same to a well-known service, to a place that many call, or out of habit, is not", () => {
    const large = upload({ volume: volume(280 * mebibyte) });
    expect(scoreOf(large, { names: ["client.office.com"], known: knownService("client.office.com") })).toBeLessThan(alertLine);
    expect(scoreOf(large, { clients: 200, estateHosts: 400 })).toBeLessThan(alertLine);
    const days = Array.from({ length: 14 }, (_, day): [string, number] => [
      `2026-01-${String(day + 1).padStart(2, "0")}`,
      280 * mebibyte,
    ]);
    const backup = upload({ volume: volume(14 * 280 * mebibyte, { days }) });
    const usual = { otherDays: days.slice(1).map(([, bytes]) => bytes), thatDay: 280 * mebibyte };
    expect(scoreOf(backup, usual)).toBeLessThan(alertLine);
  });

  test("a call that takes in more than it sends is not", () => {
    const call = volume(80 * mebibyte, {
      bytes_in: 400 * mebibyte,
      one_way: 0,
      ports: [[["udp", 3478], 80 * mebibyte]],
      protocols: ["udp"],
    });
    expect(scoreOf(upload({ volume: call }))).toBeLessThan(45);
  });

  test("reasons add up to the score", () => {
    const { score, reasons } = judge(upload({ volume: volume(50 * mebibyte) }), nothingKnown, defaults);
    expect(reasons.reduce((sum, reason) => sum + reason.contribution, 0)).toBeCloseTo(score, 2);
  });
});

describe("uploads by method", () => {
  const web: WebRow = {
    source: "10.0.0.5",
    destination: "198.51.100.7",
    first_time: "2026-01-05 09:00:00.000000",
    last_time: "2026-01-05 09:05:00.000000",
    ports: [80],
    names: ["198.51.100.7"],
    puts: 2,
    posts: 0,
    gets: 1,
    dav_requests: 6,
    body_bytes: 2 * mebibyte,
    put_bytes: 2 * mebibyte,
    answer_bytes: 500,
    by_address: 9,
    archives: ["documents.7z"],
    user_agents: ["Microsoft-WebDAV-MiniRedir/10.0.19045"],
  };

  test("an archive put on a share at a bare address is above the line, however small", () => {
    expect(scoreOf(upload({ web }), { isNameless: true })).toBeGreaterThanOrEqual(alertLine);
  });

  test("a form that was looked at before it was sent is nothing", () => {
    const form = {
      ...web,
      puts: 0,
      put_bytes: 0,
      dav_requests: 0,
      by_address: 0,
      archives: [],
      posts: 1,
      gets: 5,
      body_bytes: 2400,
    };
    expect(scoreOf(upload({ web: form }))).toBe(0);
  });

  test("a mail server's mail is nothing, a workstation's is a little", () => {
    const mail = {
      source: "10.0.0.5",
      destination: "198.51.100.7",
      service: "smtp" as const,
      ports: [587],
      first_time: "2026-01-05 09:00:00.000000",
      last_time: "2026-01-05 09:00:00.000000",
      connections: 1,
      bytes_out: 900,
      bytes_in: 400,
      data_connections: 0,
      data_bytes: 0,
      data_ports: [],
      devices: [],
      mail_box_calls: 12,
    };
    const one = (part: Partial<ServiceRow>): Upload => upload({ services: [{ ...mail, servers: 1, ...part }] });
    expect(scoreOf(one({ servers: 40 }))).toBe(0);
    expect(scoreOf(one({}))).toBeGreaterThanOrEqual(20);
    // A thief's program sends and never looks for mail, and asks first where it runs.
    expect(scoreOf(one({ mail_box_calls: null }))).toBeGreaterThan(scoreOf(one({})));
    const thief = scoreOf(one({ mail_box_calls: null }), { ownAddressAsked: "api.ipify.org", clients: 1, estateHosts: 40 });
    expect(thief).toBeGreaterThanOrEqual(60);
  });

  test("a rented place that bears the estate's own name stays below the alert line, another of the same kind does not", () => {
    const sent = upload({ volume: volume(5_000 * mebibyte) });
    const around = {
      names: ["birch-backup.s3.eu-west-1.amazonaws.com"],
      known: { owner: "Amazon", kind: "storage" as const },
      clients: 1,
      estateHosts: 40,
    };
    expect(scoreOf(sent, around)).toBeGreaterThan(alertLine);
    expect(scoreOf(sent, { ...around, namedAfterEstate: "birch" })).toBeLessThan(scoreOf(sent, around) - 10);
  });

  test("only an hour around the first upload and whole words of a name count", () => {
    const known = {
      destinations: new Map(),
      hosts: new Map(),
      ownAddresses: new Map([
        ["10.0.0.5", { source: "10.0.0.5", minutes: ["2026-01-05 08:30:00.000000"], names: ["api.ipify.org"] }],
      ]),
      ownNames: ["birch.example", "abc.example"],
    };
    const web: WebRow = {
      source: "10.0.0.5",
      destination: "198.51.100.7",
      first_time: "2026-01-05 12:00:00.000000",
      last_time: "2026-01-05 12:00:00.000000",
      ports: [80],
      names: [],
      puts: 0,
      posts: 1,
      gets: 0,
      dav_requests: 0,
      body_bytes: 1000,
      put_bytes: 0,
      answer_bytes: 0,
      by_address: 0,
      archives: [],
      user_agents: [],
    };
    const around = (part: Partial<UploadRow>, names: readonly string[]) =>
      aroundUpload(upload({ volume: volume(1000, part), web: { ...web, names: [...names] } }), known, defaults, () => null);
    expect(around({}, ["birch-backup.s3.eu-west-1.amazonaws.com"])).toMatchObject({
      ownAddressAsked: "api.ipify.org",
      namedAfterEstate: "birch",
    });
    const later = { first_time: "2026-01-05 11:00:00.000000" };
    expect(around(later, ["birchwood.blob.core.windows.net", "abc.blob.core.windows.net"])).toMatchObject({
      ownAddressAsked: null,
      namedAfterEstate: null,
    });
  });

  test("what several questions saw of one host and destination is one upload", () => {
    const gathered = gatherUploads([volume(20 * mebibyte)], [web], []);
    expect(gathered).toHaveLength(1);
    expect(bytesSent(gathered[0] ?? upload({}))).toBe(20 * mebibyte);
  });
});

describe("identities that read", () => {
  const row: ReadRow = {
    principal: "arn:aws:iam::111122223333:user/nadia",
    user_name: "nadia",
    user_type: "IAMUser",
    issuer: "",
    addresses: ["203.0.113.5"],
    user_agents: ["[S3Console/0.4]"],
    services: ["s3.amazonaws.com"],
    resources: ["team-notes"],
    reads: 3,
    lists: 0,
    objects: 3,
    bytes: 400_000,
    days: [["2026-01-05", 3]],
    busiest_hour: 3,
    first_time: "2026-01-05 09:00:00.000000",
    last_time: "2026-01-05 10:00:00.000000",
    owner_names: [],
  };

  test("a few files are nothing; the more objects, the higher", () => {
    expect(judgeReads(row).score).toBeLessThan(20);
    const scores = [10, 100, 1000, 10_000].map((objects) => judgeReads({ ...row, objects, reads: objects }).score);
    expect(scores).toEqual(scores.toSorted((one, other) => one - other));
  });

  test("a virtual machine's keys on a desktop weigh, however little was read", () => {
    const machine = {
      ...row,
      user_name: "i-0a1b2c3d4e5f60718",
      user_agents: ["[aws-cli/2.15.0 Python/3.11.6 Darwin/23.1.0]"],
      lists: 4,
    };
    expect(judgeReads(machine).score).toBeGreaterThanOrEqual(45);
  });

  test("who reads as much every day does what it always does", () => {
    const many = { ...row, objects: 3000, reads: 3000, bytes: 5e9, lists: 10 };
    const daily = Array.from({ length: 10 }, (_, day): [string, number] => [`2026-01-${String(day + 5).padStart(2, "0")}`, 300]);
    expect(judgeReads({ ...many, days: daily }).score).toBeLessThan(judgeReads(many).score);
  });
});

test.each([
  ["c2.duckdns.org", true],
  ["panel.example.ydns.eu", true],
  ["duckdns.org", false],
  ["www.example.org", false],
])("%s is a dynamic name: %s", (name, expected) => {
  expect(isDynamicName(name)).toBe(expected);
});

test.each([
  [741, "741 bytes"],
  [2_187_099, "2.1 MiB"],
  [10 * mebibyte, "10.0 MiB"],
  [3 * 1024 ** 3, "3.0 GiB"],
])("%i bytes are written %s", (bytes, words) => {
  expect(bytesInWords(bytes)).toBe(words);
});
