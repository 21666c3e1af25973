import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { amongPeople, daysIn, farEnd, type Hop, type Stop, type TravelRow } from "./journey.ts";
import { hardestHop, total, travelReasons } from "./score.ts";

fc.configureGlobal({ seed: 42 });

function stopLike(part: Partial<Stop>): Stop {
  return {
    time: "2026-11-04 08:00:00.000000",
    uid: "a",
    address: "198.51.100.10",
    country: "NL",
    city: "Utrecht",
    network: null,
    networkName: null,
    addressPeople: 200,
    countryPeople: 200,
    networkPeople: 0,
    refusedNames: 0,
    ...part,
  };
}

const office = stopLike({});
const abroad = stopLike({
  time: "2026-11-04 09:00:00.000000",
  uid: "b",
  address: "203.0.113.66",
  country: "SG",
  city: "Singapore",
  addressPeople: 1,
  countryPeople: 1,
});

function hopLike(part: Partial<Hop>): Hop {
  return {
    origin: office,
    target: abroad,
    isManaged: null,
    isMfa: null,
    application: null,
    hours: 1,
    kilometres: 10_500,
    ...part,
  };
}

const days = ["2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05", "2026-11-06"];

function rowLike(hops: readonly Hop[], part: Partial<TravelRow> = {}): TravelRow {
  const places: [string, string, string][] = [
    ...days.map((day): [string, string, string] => ["NL", "198.51.100.10", day]),
    ["SG", "203.0.113.66", "2026-11-04"],
  ];
  return {
    person: "eva@corp.example",
    hop_count: 1,
    hop_days: 1,
    some_hops: [...hops],
    places,
    people: 200,
    first_time: "2026-11-04 08:00:00.000000",
    last_time: "2026-11-04 09:00:00.000000",
    event_uids: ["a", "b"],
    ...part,
  };
}

const scoreOf = (hop: Partial<Hop>, row: Partial<TravelRow> = {}): number => hardestHop(rowLike([hopLike(hop)], row)).score;

describe("the score of a hop", () => {
  test("lies between 0 and 100 and is the sum of its reasons, whatever was counted", () => {
    const stop = fc
      .record({
        addressPeople: fc.nat(5000),
        countryPeople: fc.nat(5000),
        networkPeople: fc.nat(5000),
        refusedNames: fc.nat(5000),
      })
      .map(stopLike);
    const hop = fc.record({
      origin: stop,
      target: stop,
      hours: fc.double({ min: 0, max: 100, noNaN: true }),
      kilometres: fc.option(fc.double({ min: 0, max: 20_000, noNaN: true })),
      isMfa: fc.option(fc.boolean()),
      isManaged: fc.option(fc.boolean()),
    });
    fc.assert(
      fc.property(hop, fc.nat(400), fc.nat(5000), (one, hopDays, people) => {
        const reasons = travelReasons(hopLike(one), rowLike([], { hop_days: hopDays, people }));
        const sum = reasons.reduce((points, { contribution }) => points + contribution, 0);
        expect(Number.isFinite(sum)).toBe(true);
        expect(total(reasons)).toBe(Math.min(100, Math.max(0, sum)));
      }),
    );
  });

  test("never falls when the same way is done faster", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 20, noNaN: true }),
        fc.double({ min: 0.01, max: 20, noNaN: true }),
        (one, other) => {
          const [quick, slow] = one < other ? [one, other] : [other, one];
          expect(scoreOf({ hours: quick })).toBeGreaterThanOrEqual(scoreOf({ hours: slow }));
        },
      ),
    );
  });

  test("never rises when more people share the far address", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 500 }), (one, other) => {
        const [few, many] = one < other ? [one, other] : [other, one];
        const from = (addressPeople: number) => scoreOf({ target: { ...abroad, addressPeople } });
        expect(from(many)).toBeLessThanOrEqual(from(few));
      }),
    );
  });

  test("crosses the alert line for one person in a country where nobody else is", () => {
    expect(scoreOf({})).toBeGreaterThanOrEqual(70);
  });

  test("does not mind how many share the office at the near end", () => {
    expect(scoreOf({ origin: { ...office, addressPeople: 5000 } })).toBe(scoreOf({ origin: { ...office, addressPeople: 2 } }));
  });

  test("falls below the line for a tunnel that many come out of, on its first day too", () => {
    const egress = { ...abroad, addressPeople: 120, countryPeople: 120 };
    expect(scoreOf({ target: egress })).toBeLessThan(45);
    const firstDay: TravelRow["places"] = [
      ["NL", "198.51.100.10", "2026-11-04"],
      ["SG", "203.0.113.66", "2026-11-04"],
    ];
    const home = { ...office, address: "192.0.2.4", addressPeople: 1 };
    expect(scoreOf({ origin: home, target: { ...egress, countryPeople: 200 } }, { places: firstDay })).toBeLessThan(45);
  });

  test("falls below the line where the person goes to and fro all week", () => {
    const both = days.flatMap((day): TravelRow["places"] => [
      ["NL", "198.51.100.10", day],
      ["SG", "203.0.113.66", day],
    ]);
    expect(scoreOf({}, { places: both, hop_days: 5, hop_count: 9 })).toBeLessThan(45);
  });

  test("rises where others' passwords were tried from the far address", () => {
    expect(scoreOf({ target: { ...abroad, refusedNames: 40 } })).toBeGreaterThan(scoreOf({}));
  });
});

test("the far end is the country of fewer days, then of fewer people, then the address that more people share", () => {
  const row = rowLike([]);
  expect(daysIn(row, "NL")).toBe(5);
  expect(farEnd(hopLike({}), row)).toBe(abroad);
  expect(farEnd(hopLike({ origin: abroad, target: office }), row)).toBe(abroad);
  const oneDay = {
    places: [["NL", "x", "2026-11-04"] as [string, string, string], ["SG", "y", "2026-11-04"] as [string, string, string]],
  };
  expect(farEnd(hopLike({}), oneDay)).toBe(abroad);
  const egress = { ...abroad, countryPeople: 200, addressPeople: 500 };
  expect(farEnd(hopLike({ target: egress }), oneDay)).toBe(egress);
});

test("of several hops the one that is hardest to explain is told, whatever their order", () => {
  const tunnel = hopLike({ target: { ...abroad, addressPeople: 90, countryPeople: 90, time: "2026-11-03 09:00:00.000000" } });
  const attack = hopLike({});
  expect(hardestHop(rowLike([tunnel, attack])).hop).toBe(attack);
  expect(hardestHop(rowLike([attack, tunnel])).hop).toBe(attack);
});

test("a stop knows how many people sign in from its country and through its network; an unknown place is nobody's", () => {
  const seen = { ...abroad, network: 64500 };
  const journey = { ...rowLike([]), some_hops: [hopLike({ origin: seen, target: { ...office, country: null } })] };
  const [row] = amongPeople(
    [journey],
    [
      { place: null, through: null, people: 40 },
      { place: "SG", through: null, people: 3 },
      { place: "SG", through: 64500, people: 2 },
    ],
  );
  expect(row?.people).toBe(40);
  expect(row?.some_hops[0]?.origin).toMatchObject({ countryPeople: 3, networkPeople: 2 });
  expect(row?.some_hops[0]?.target).toMatchObject({ countryPeople: 0, networkPeople: 0 });
});
