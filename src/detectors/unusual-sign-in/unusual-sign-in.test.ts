import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bits, commonnessOf } from "./likelihood.ts";
import type { Holder, Place, SessionRow } from "./rows.ts";
import { strangest } from "./score.ts";

const hourAt = (day: number, hour: number) => Date.UTC(2026, 10, day, hour) / 1000;

function placeAt(part: Partial<Place> = {}): Place {
  return {
    firstTime: "2026-11-02 09:00:00.000000",
    lastTime: "2026-11-06 15:00:00.000000",
    network: "AS64500",
    networkName: "",
    country: "NL",
    city: "Utrecht",
    client: "Windows Edge",
    device: "device-ann",
    isManaged: false,
    eventCount: 20,
    hours: [2, 3, 4, 5, 6].flatMap((day) => [8, 11, 14].map((hour) => hourAt(day, hour))),
    addresses: ["198.51.100.10"],
    addressPeople: 1,
    refusedNames: 0,
    withSecondFactor: 20,
    withoutSecondFactor: 0,
    risk: 0,
    protocols: [],
    applications: ["Mail"],
    eventUids: ["e1"],
    ...part,
  };
}

const far = placeAt({
  network: "AS64666",
  country: "SG",
  city: "Singapore",
  client: "Linux Firefox",
  device: "",
  hours: [hourAt(5, 9)],
  addresses: ["203.0.113.77"],
  eventCount: 1,
  withSecondFactor: 1,
});

const estate = commonnessOf([
  { kind: "person", value: "", people: 40 },
  { kind: "network", value: "AS64500", people: 40 },
  { kind: "network", value: "", people: 4 },
  { kind: "country", value: "NL", people: 40 },
  { kind: "country", value: "", people: 1 },
  { kind: "city", value: "Utrecht", people: 40 },
  { kind: "client", value: "Windows Edge", people: 38 },
  { kind: "client", value: "", people: 2 },
]);

function scoreOf(places: readonly Place[], sessions: readonly SessionRow[] = []): number {
  return strangest({ person: "ann@corp.example", places: [...places] }, sessions, [], estate)?.score ?? 0;
}

function holder(part: Partial<Holder>): Holder {
  return {
    firstTime: "2026-11-05 09:00:00.000000",
    lastTime: "2026-11-05 10:00:00.000000",
    network: "AS64500",
    country: "NL",
    client: "",
    userAgent: "Mozilla/5.0 (Windows NT 10.0) Edg/142.0",
    address: "198.51.100.10",
    addressPeople: 30,
    useCount: 3,
    applications: [],
    eventUids: [],
    ...part,
  };
}
const thief = holder({
  network: "AS64666",
  country: "SG",
  userAgent: "Mozilla/5.0 (X11; Linux) Firefox/128.0",
  address: "203.0.113.77",
  addressPeople: 1,
  firstTime: "2026-11-05 09:30:00.000000",
});
const stolen: SessionRow = { person: "ann@corp.example", session: "s1", holders: [holder({}), thief] };

describe("an unusual sign-in", () => {
  test("with another network, country, client and no device is below the line alone, and above it with the stolen session", () => {
    const alone = scoreOf([placeAt(), far]);
    expect(alone).toBeGreaterThan(45);
    expect(alone).toBeLessThan(70);
    expect(scoreOf([placeAt(), far], [stolen])).toBeGreaterThan(85);
  });

  test("with the own device is hardly strange", () => {
    expect(scoreOf([placeAt(), { ...far, device: "device-ann", client: "Windows Edge" }])).toBeLessThan(35);
  });

  test("of a session that moves with its program, as a phone's does, is no replay", () => {
    const phone = { ...thief, userAgent: holder({}).userAgent.replace("142", "143") };
    expect(scoreOf([placeAt(), far], [{ ...stolen, holders: [holder({}), phone] }])).toBe(scoreOf([placeAt(), far]));
  });

  test("scores the less, the more people sign in from the address", () => {
    const scores = [1, 4, 8, 40, 500].map((addressPeople) => scoreOf([placeAt(), { ...far, addressPeople }]));
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(scores.at(-1)).toBeLessThan(20);
  });

  test("of somebody never seen elsewhere is not strange", () => {
    expect(strangest({ person: "new@corp.example", places: [far] }, [], [], estate)?.score ?? 0).toBe(0);
  });

  test("weighs a value the less for an intruder, the more of the own hours have it", () => {
    const hours = fc.integer({ min: 1, max: 200 });
    fc.assert(
      fc.property(hours, hours, (one, two) => {
        const [fewer, more] = [Math.min(one, two), Math.max(one, two)];
        const of = (own: number) => bits("country", "NL", { with: own, all: 200 }, estate);
        expect(of(more)).toBeLessThanOrEqual(of(fewer));
      }),
      { seed: 42 },
    );
  });
});
