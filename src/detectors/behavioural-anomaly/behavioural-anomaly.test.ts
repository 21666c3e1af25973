import { describe, expect, test } from "vitest";
import type { UserModel } from "../../models/user-model.ts";
import { loadUserModel, saveUserModel } from "../../models/user-model-file.ts";
import { seededRandom } from "../../stats/random.ts";
import type { FindingDraft, Gap, PeopleMap } from "../../types.ts";
import detector from "./index.ts";
import { peersOf } from "./peers.ts";
import { features, matrixOf, meanHour, type PersonRow } from "./people.ts";

/** Somebody who works five days from one office; to be varied. `hour` is the mean hour of their sign-ins. */
function personLike({ hour = 9, ...part }: Partial<PersonRow> & { readonly hour?: number } = {}): PersonRow {
  const successes = part.successful_login_count ?? 20;
  const angle = (hour * Math.PI) / 12;
  return {
    person: "ann@corp.example",
    successful_login_count: successes,
    failed_login_count: 1,
    country_count: 1,
    ip_count: 2,
    application_count: 3,
    hour_sine: 0.9 * successes * Math.sin(angle),
    hour_cosine: 0.9 * successes * Math.cos(angle),
    countries: ["NL"],
    addresses: ["198.51.100.10"],
    first_time: "2026-11-02 08:00:00.000000",
    last_time: "2026-11-06 17:00:00.000000",
    events: successes + 1,
    active_days: 5,
    usual_successes: 4,
    usual_failures: 0,
    usual_ips: 1,
    usual_applications: 3,
    most_successes: 6,
    most_failures: 1,
    most_ips: 2,
    most_applications: 3,
    earliest_shift: -0.5,
    latest_shift: 0.7,
    country_days: [["NL", 5]],
    department: null,
    ...part,
  };
}

function estate(count: number): PersonRow[] {
  const random = seededRandom(5);
  return Array.from({ length: count }, (_, position) =>
    personLike({
      person: `person${String(position).padStart(3, "0")}@corp.example`,
      hour: 9 + random.normal() * 0.6,
      successful_login_count: 16 + random.integer(10),
      failed_login_count: random.integer(3),
      ip_count: 1 + random.integer(3),
      application_count: 2 + random.integer(4),
    }),
  );
}

const stranger = personLike({
  person: "zoe@corp.example",
  hour: 3,
  failed_login_count: 60,
  most_failures: 58,
  country_count: 3,
  countries: ["NL", "SG", "US"],
  country_days: [
    ["NL", 5],
    ["SG", 1],
    ["US", 1],
  ],
  ip_count: 9,
  most_ips: 7,
  earliest_shift: -6,
  latest_shift: 5,
});

interface Outcome {
  readonly drafts: FindingDraft[];
  readonly models: UserModel[];
  readonly maps: PeopleMap[];
  readonly notes: Omit<Gap, "stage" | "part">[];
}

function assess(people: readonly PersonRow[], given: { parameters?: Record<string, unknown>; model?: UserModel } = {}): Outcome {
  const outcome: Outcome = { drafts: [], models: [], maps: [], notes: [] };
  const drafts = detector.assess(
    { people },
    {
      window: { from: "2026-11-02 00:00:00.000000", to: "2026-11-07 00:00:00.000000" },
      parameters: Object(detector.parameters.parse(given.parameters ?? {})),
      seed: 42,
      internal: [],
      tables: new Map(),
      model: given.model ?? null,
      note: (note) => outcome.notes.push(note),
      keepModel: (model) => outcome.models.push(model),
      keepPeopleMap: (map) => outcome.maps.push(map),
    },
  );
  return { ...outcome, drafts };
}

const named = (drafts: readonly FindingDraft[], person: string): FindingDraft | undefined =>
  drafts.find(({ keys }) => keys.user === person);

describe("people who sign in unlike the others", () => {
  const people = [...estate(300), stranger];
  const outcome = assess(people);
  const found = named(outcome.drafts, "zoe@corp.example");

  test("the odd one is found, above all others, and stands out on the map", () => {
    expect(found).toBeDefined();
    expect(Math.max(...outcome.drafts.map(({ score }) => score))).toBe(found?.score);
    expect(outcome.maps[0]?.people.find(({ name }) => name === "zoe@corp.example")?.isOutlier).toBe(true);
  });

  test("its reasons add up to its score; the three strongest say what was observed, its own usual and its peers' usual", () => {
    expect(found?.reasons.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(found?.score ?? -1, 6);
    const first = found?.reasons.slice(0, 3) ?? [];
    expect(first).toHaveLength(3);
    for (const reason of first) {
      expect(reason.observed).not.toBe("");
      expect(reason.baseline).not.toBeNull();
      expect(reason.peers).toContain("301 people");
      expect(found?.description).toContain(reason.observed);
    }
    expect(found?.reasons.find(({ feature }) => feature === "login_country_diversity")?.baseline).toBe(
      "NL on 5 of 5 days, SG on 1, US on 1",
    );
    expect(found?.reasons.find(({ feature }) => feature === "login_hour")?.baseline).toBe("21:00 to 08:00 UTC by day");
  });

  test("the same people and seed give the same findings", () => {
    expect(assess(people)).toEqual(outcome);
  });

  test("a model that was saved and loaded scores them the same, and no other is fitted", () => {
    const [model] = outcome.models;
    if (model === undefined) throw new Error("a model is kept");
    const loaded = loadUserModel(saveUserModel(model));
    const again = assess(people, { model: loaded });
    expect(again.drafts).toEqual(outcome.drafts);
    expect(again.maps).toEqual(outcome.maps);
    expect(again.models).toEqual([]);
    // New people are scored one by one: who else is there does not change a score.
    const alone = named(assess([stranger], { model: loaded }).drafts, "zoe@corp.example");
    expect(alone?.score).toBe(found?.score);
  });

  test("a model that was fitted on other features is refused by their names", () => {
    const [model] = outcome.models;
    if (model === undefined) throw new Error("a model is kept");
    const other = { ...model, features: [{ name: "shoe_size", unit: "EU" }, ...model.features.slice(1)] };
    expect(() => assess(people, { model: other })).toThrow(/login_hour.*shoe_size|shoe_size.*login_hour/s);
  });

  test("a share of the people is flagged where the notebook's contamination is asked for", () => {
    const flagged = assess(people, { parameters: { contamination: 0.1 } }).drafts.length;
    expect(flagged).toBeGreaterThan(20);
    expect(flagged).toBeLessThanOrEqual(31);
  });
});

describe("what speaks against a finding", () => {
  const scoreOf = (person: PersonRow): number =>
    named(assess([...estate(300), person], { parameters: { leastScore: 0 } }).drafts, person.person)?.score ?? 0;

  test("a service account that does the same every day scores less than one with a single wild day", () => {
    const service = { person: "svc@corp.example", successful_login_count: 900, failed_login_count: 120, events: 1020 };
    const steady = personLike({ ...service, usual_successes: 180, most_successes: 190, usual_failures: 24, most_failures: 30 });
    const wild = personLike({ ...service, usual_successes: 4, most_successes: 880, usual_failures: 0, most_failures: 118 });
    expect(scoreOf(steady)).toBeLessThan(scoreOf(wild) - 15);
  });

  test("to sign in less than others is no finding", () => {
    const silent = {
      person: "quiet@corp.example",
      successful_login_count: 1,
      failed_login_count: 0,
      ip_count: 1,
      application_count: 1,
    };
    expect(scoreOf(personLike({ ...silent, events: 1 }))).toBeLessThan(20);
  });
});

test("peers are the department where the directory names one that is large enough, otherwise everybody", () => {
  const people = [
    ...Array.from({ length: 20 }, (_, position) => personLike({ person: `day${position}`, hour: 9, department: "finance" })),
    ...Array.from({ length: 10 }, (_, position) => personLike({ person: `night${position}`, hour: 2, department: "operations" })),
    ...Array.from({ length: 3 }, (_, position) => personLike({ person: `lead${position}`, hour: 12, department: "board" })),
  ];
  const peers = peersOf(people, matrixOf(people));
  expect(peers[0]?.who).toBe("20 people in finance");
  expect(peers[25]?.who).toBe("10 people in operations");
  expect(peers[25]?.medians[0]).toBeCloseTo(2, 6);
  expect(peers[31]?.who).toBe("33 people");
});

describe("people known by mail address and accounts of domains", () => {
  const accounts = estate(40).map((row) => ({
    ...row,
    person: row.person.replace(/^(.*)@corp\.example$/, "corp\\$1"),
    country_count: 0,
    countries: [],
    country_days: [],
    ip_count: 0,
  }));
  const both = assess([...estate(300), stranger, ...accounts]);

  test("are compared with their own kind, each with a model of its own", () => {
    expect(named(both.drafts, "zoe@corp.example")?.score).toBeGreaterThan(60);
    expect(both.drafts.filter(({ keys }) => String(keys.user).startsWith("corp\\"))).toEqual([]);
    expect(both.models.map(({ name, rowCount, parameters }) => [name, rowCount, parameters.population])).toEqual([
      ["user-anomaly-detector", 301, "address"],
      ["user-anomaly-detector-by-account", 40, "account"],
    ]);
    expect(both.maps).toHaveLength(1);
  });

  test("are judged by a given model only where it was fitted on their kind; the others are a gap", () => {
    const [model] = both.models;
    if (model === undefined) throw new Error("a model is kept");
    const again = assess([...estate(300), stranger, ...accounts], { model: loadUserModel(saveUserModel(model)) });
    expect(named(again.drafts, "zoe@corp.example")).toEqual(named(both.drafts, "zoe@corp.example"));
    expect(again.notes.at(-1)).toMatchObject({ kind: "not-evaluable", count: 40 });
  });

  test("of whom there are too few to compare are a gap", () => {
    const { notes, models } = assess([...estate(60), ...accounts.slice(0, 3)]);
    expect(models).toHaveLength(1);
    expect(notes).toEqual([
      { kind: "not-evaluable", reason: "3 accounts signed in; behaviour is compared from 15 on", count: 3 },
    ]);
  });
});

test("too few people are told as a gap, not as an all-clear", () => {
  const { drafts, notes } = assess(estate(6));
  expect(drafts).toEqual([]);
  expect(notes[0]).toMatchObject({ kind: "not-evaluable", count: 6 });
});

test("what is unknown is a gap and not a zero", () => {
  const people = estate(20).map((row) => ({ ...row, country_count: 0, countries: [], country_days: [] }));
  expect(features[1]?.valueOf(people[0] ?? stranger)).toBeNull();
  expect(assess(people).notes).toEqual([
    {
      kind: "missing-column",
      reason: "login_country_diversity is unknown for 20 of 20 people; the median stood in for it",
      count: 20,
    },
  ]);
});

test("the mean hour goes round the clock", () => {
  for (const hour of [0.5, 6, 12, 18.25, 23.75]) expect(meanHour(personLike({ hour }))).toBeCloseTo(hour, 6);
  expect(meanHour(personLike({ hour_sine: 0, hour_cosine: 0 }))).toBeNull();
});
