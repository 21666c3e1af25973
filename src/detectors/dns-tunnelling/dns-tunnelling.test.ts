import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../../stats/random.ts";
import { judgeMissing, looksMadeUp } from "./missing-score.ts";
import { ordinaryZone } from "./ordinary-zones.ts";
import type { DomainRow, MissingRow } from "./questions.ts";
import { type Around, disorderOf, judge } from "./score.ts";

const alertLine = 70;
const random = seededRandom(42);
const text = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[random.integer(alphabet.length)] ?? "").join("");
const hexadecimal = Array.from({ length: 100 }, () => text("0123456789abcdef", 40));

const tunnel: DomainRow = {
  source: "10.0.0.5",
  source_is_address: true,
  domain: "quietharbour.example",
  first_time: "2026-01-05 09:30:00.000000",
  last_time: "2026-01-05 09:40:00.000000",
  queries: 300,
  names: 300,
  busiest_minute: 40,
  payload_bytes: 12_000,
  length_quartiles: [40, 40, 40],
  label_length: 40,
  odd_names: 0,
  sample: hexadecimal,
  deeper: [],
  types: [["TXT", 300]],
  responses: 300,
  missing: 0,
  answered: 300,
  answer_bytes: 30_000,
  listed: 0,
  resolvers: ["10.0.0.2"],
  devices: [],
  processes: [],
  clients: 1,
};
const nothingKnown: Around = { ordinary: null, contacts: null, clients: 1 };
const scoreOf = (part: Partial<DomainRow>, around: Partial<Around> = {}): number =>
  judge({ ...tunnel, ...part }, { ...nothingKnown, ...around }).score;

describe("names that carry data", () => {
  test("a tunnel in TXT lookups is above the alert line, in address lookups too when nobody calls the answers", () => {
    expect(scoreOf({})).toBeGreaterThanOrEqual(alertLine);
    expect(
      scoreOf({ types: [["A", 300]], answer_bytes: 3000 }, { contacts: { addresses: 300, called: 0 } }),
    ).toBeGreaterThanOrEqual(alertLine);
  });

  test("more names, more bytes and busier minutes never lower the score", () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 5000 }), fc.integer({ min: 1, max: 5000 }), (names, more) => {
        const [less, greater] = [names, names + more].map((count) =>
          scoreOf({ names: count, queries: count, payload_bytes: 40 * count, busiest_minute: count }),
        );
        expect(greater).toBeGreaterThanOrEqual(less ?? 0);
      }),
      { seed: 42 },
    );
  });

  test("reasons add up to the score", () => {
    const { score, reasons } = judge(tunnel, nothingKnown);
    expect(reasons.reduce((sum, reason) => sum + reason.contribution, 0)).toBeCloseTo(score, 2);
  });

  test("what is ordinary stays below the line: lists, content networks whose names are called, names that everybody asks for", () => {
    expect(scoreOf({ types: [["A", 300]], answer_bytes: 3000, listed: 300 })).toBeLessThan(alertLine);
    expect(scoreOf({ types: [["A", 300]], answer_bytes: 3000 }, { contacts: { addresses: 100, called: 90 } })).toBeLessThan(
      alertLine,
    );
    expect(scoreOf({ types: [["A", 300]], answer_bytes: 3000, clients: 40 }, { clients: 100 })).toBeLessThan(alertLine);
    expect(scoreOf({}, { ordinary: "block lists" })).toBeLessThan(alertLine);
  });
});

test.each([
  ["1.0.20.10.in-addr.arpa", "reverse lookups"],
  ["zen.spamhaus.org", "block lists"],
  ["e1234.dscb.akamaiedge.net", "content networks and hosting"],
  ["events.data.microsoft.com", "Microsoft"],
  ["pirate.sea", null],
  ["notspamhaus.org", null],
])("%s is ordinary for: %s", (domain, zone) => {
  expect(ordinaryZone(domain)).toBe(zone);
});

test("disorder: one letter over and over 0 bits, hexadecimal 4, all bytes 8", () => {
  expect(disorderOf(["aaaa", "aa.aa"])).toBe(0);
  expect(disorderOf(["0123456789abcdef"])).toBe(4);
  expect(disorderOf([Array.from({ length: 256 }, (_, code) => String.fromCharCode(code + 0x100)).join("")])).toBe(8);
});

describe("domains that a program makes up", () => {
  const row = (sample: readonly string[]): MissingRow => ({
    source: "10.0.0.5",
    source_is_address: true,
    domains: sample.length,
    lookups: sample.length,
    first_time: tunnel.first_time,
    last_time: tunnel.last_time,
    busiest_hour: sample.length,
    sample: [...sample],
    resolvers: [],
    devices: [],
    processes: [],
    domains_asked: sample.length + 20,
  });
  const letters = "abcdefghijklmnopqrstuvwxyz";

  test("a burst of random names is above the alert line, as many misspelt words are not", () => {
    expect(judgeMissing(row(Array.from({ length: 120 }, () => `${text(letters, 14)}.example`))).score).toBeGreaterThanOrEqual(
      alertLine,
    );
    const words = ["weather", "holiday", "recipes", "gardening", "football", "university", "customer", "insurance"];
    const misspelt = words.flatMap((one) => words.map((other) => `${one}-${other}.example`));
    expect(judgeMissing(row(misspelt)).score).toBeLessThan(alertLine);
  });

  test("what looks made up", () => {
    expect(["xkqzvbtrwmpl", "a1b2c3d4e5", "qwrtpsdfg"].every(looksMadeUp)).toBe(true);
    expect(["newspaper", "insurance", "short", "wikipedia", "stackoverflow"].some(looksMadeUp)).toBe(false);
  });
});
