import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resolveEntities } from "../entities/resolve.ts";
import { type EntityRows, noEntityRows } from "../entities/rows.ts";
import type { Finding, FindingDraft, Story } from "../types.ts";
import { actions } from "./actions.ts";
import { correlate } from "./stories.ts";
import { rollUp, storyScore } from "./story-score.ts";
import { findingOf, shuffled } from "./testing.ts";

const internal = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

function storiesOf(findings: readonly Finding[], rows: Partial<EntityRows> = {}): Story[] {
  return correlate(findings, resolveEntities({ ...noEntityRows, ...rows }, { internal }));
}

const within = (finding: Finding): Finding => ({ ...finding, isWithinBudget: true });
const stepTexts = (story: Story | undefined) => story?.steps.map(({ text }) => text);

// One intrusion as five products would tell it, each by its own name for the same person and device, over three days.
const mail = findingOf("mail-threat", 72, 8.5, ["email.to=jane@corp.example", "email.from=billing@evil.example"], {
  title: "Jane clicks a link",
  techniques: ["T1566.002"],
});
const signIn = findingOf("unusual-sign-in", 65, 9, ["user.name=S-1-5-21-1-2-3-1105", "src_endpoint.ip=203.0.113.50"], {
  title: "Jane signs in from a new country",
  techniques: ["T1078"],
});
const script = findingOf("suspicious-process", 55, 9.5, ["device.hostname=WS-12.corp.example", "actor.user.name=CORP\\jane"], {
  title: "An encoded command runs on ws-12",
  techniques: ["T1059.001"],
});
const movement = findingOf(
  "lateral-movement",
  80,
  20,
  ["src_endpoint.ip=10.0.0.12", "dst_endpoint.ip=10.0.0.40", "user.name=CORP\\jane"],
  { title: "ws-12 runs a service on srv-4", techniques: ["T1021.002"] },
);
const beacon = findingOf("beaconing", 75, 21, ["src_endpoint.ip=10.0.0.40", "dst_endpoint.ip=198.51.100.7"], {
  title: "srv-4 calls out every 60 s",
  techniques: ["T1071.001"],
});
const upload = findingOf("exfiltration", 78, 50, ["src_endpoint.ip=10.0.0.40", "dst_endpoint.ip=198.51.100.7"], {
  title: "srv-4 sends 2 GB outside",
  techniques: ["T1048"],
});
const intrusion = [mail, signIn, script, movement, beacon, upload].map(within);

const estate: EntityRows = {
  addresses: [
    {
      device_hostname: "ws-12",
      device_ip: "10.0.0.12",
      origin: 0,
      first_seen: "2026-11-02 06:00:00.000000",
      last_seen: "2026-11-02 22:00:00.000000",
    },
    {
      device_hostname: "srv-4.corp.example",
      device_ip: "10.0.0.40",
      origin: 0,
      first_seen: "2026-11-01 00:00:00.000000",
      last_seen: "2026-11-06 00:00:00.000000",
    },
  ],
  devices: [{ device_hostname: "ws-12", device_uid: "a1b2c3", device_domain: "corp.example" }],
  users: [
    {
      user_name: "jane",
      user_domain: "CORP",
      user_uid: null,
      user_sid: "S-1-5-21-1-2-3-1105",
      user_email_addr: "jane@corp.example",
    },
  ],
  shared: [],
};

describe("an intrusion", () => {
  test("across mail, identity, endpoint and network is one story, in order, each step with what joins it", () => {
    const [story, ...others] = storiesOf(intrusion, estate);
    expect(others).toEqual([]);
    expect(story?.steps.map(({ tactic, text, joinedBy }) => [tactic, text, joinedBy])).toEqual([
      ["Initial Access", "Jane clicks a link", null],
      ["Initial Access", "Jane signs in from a new country", "user jane@corp.example"],
      ["Execution", "An encoded command runs on ws-12", "user jane@corp.example"],
      ["Lateral Movement", "ws-12 runs a service on srv-4", "device ws-12"],
      ["Command and Control", "srv-4 calls out every 60 s", "device srv-4"],
      ["Exfiltration", "srv-4 sends 2 GB outside", "device srv-4"],
    ]);
    expect(story).toMatchObject({
      title: "From Initial Access to Exfiltration: jane@corp.example, srv-4",
      severity: "Critical",
      firstSeen: mail.firstSeen,
      lastSeen: upload.lastSeen,
      tactics: ["Initial Access", "Execution", "Lateral Movement", "Command and Control", "Exfiltration"],
      techniques: ["T1021.002", "T1048", "T1059.001", "T1071.001", "T1078", "T1566.002"],
    });
    expect(story?.entities.slice(0, 3)).toEqual([
      { kind: "user", value: "jane@corp.example" },
      { kind: "device", value: "srv-4" },
      { kind: "device", value: "ws-12" },
    ]);
    expect(story?.summary).toContain("6 findings of 6 detectors concern user jane@corp.example and device srv-4");
  });

  test("comes with questions, an innocent reading and actions of the catalogue only", () => {
    const [story] = storiesOf(intrusion, estate);
    expect(story?.nextChecks.length).toBeGreaterThan(3);
    expect(story?.nextChecks.join(" ")).toContain("jane@corp.example");
    expect(story?.benign).toContain("hold together for user jane@corp.example");
    const texts = actions.map(({ text }) => text);
    expect(story?.actions.length).toBeGreaterThan(3);
    expect(story?.actions.filter((text) => !texts.includes(text))).toEqual([]);
  });

  test("without the rows that tell who is who is joined by the form of its names alone: the sign-in under a SID is left out", () => {
    const stories = storiesOf(intrusion);
    expect(stories).toHaveLength(1);
    expect(stepTexts(stories[0])).toEqual(intrusion.map(({ title }) => title).filter((title) => title !== signIn.title));
    // A device whose name nobody tells is known by its address.
    expect(stories[0]?.steps.at(-1)?.joinedBy).toBe("device 10.0.0.40");
  });

  test("keeps its uid when a later step is found", () => {
    const before = storiesOf(intrusion.slice(0, 4), estate)[0];
    expect(before?.steps).toHaveLength(4);
    expect(storiesOf(intrusion, estate)[0]?.uid).toBe(before?.uid);
  });
});

describe("what does not join", () => {
  const two = (observables: readonly string[], given: Partial<FindingDraft> = {}) =>
    [1, 2].map((id) => findingOf(`d${id}`, 60, id, [`device.hostname=ws-${id}`, ...observables], given));
  const joined = (findings: readonly Finding[], rows: Partial<EntityRows> = {}) => storiesOf(findings, rows).length === 1;

  test("a public address that many go to; one that nobody else knows does", () => {
    const findings = two(["dst_endpoint.ip=198.51.100.7"]);
    expect(joined(findings)).toBe(true);
    expect(joined(findings, { shared: [{ kind: "ip", value: "198.51.100.7", sharers: 300 }] })).toBe(false);
  });

  test("an address that findings on more than four devices share, unless no more went there than were found", () => {
    const findings = Array.from({ length: 9 }, (_, id) =>
      findingOf("beaconing", 60, 1, [`device.hostname=ws-${id}`, "dst_endpoint.ip=198.51.100.7"]),
    );
    expect(storiesOf(findings)).toEqual([]);
    expect(storiesOf(findings, { shared: [{ kind: "ip", value: "198.51.100.7", sharers: 10 }] })).toHaveLength(1);
  });

  test("a common way out: the address from which everybody signs in", () => {
    const findings = ["jane", "omar"].map((name, hour) =>
      findingOf("unusual-sign-in", 60, hour, [`user.name=${name}@corp.example`, "src_endpoint.ip=192.0.2.1"]),
    );
    expect(joined(findings)).toBe(true);
    expect(joined(findings, { shared: [{ kind: "ip", value: "192.0.2.1", sharers: 800 }] })).toBe(false);
  });

  test("a domain controller that two devices moved to, or a resolver; but what it does itself right after does", () => {
    const moves = [1, 2].map((id) =>
      findingOf("lateral-movement", 60, id, [`src_endpoint.hostname=ws-${id}`, "dst_endpoint.hostname=dc-1"]),
    );
    const shared = [{ kind: "device", value: "dc-1.corp.example", sharers: 400 }] as const;
    expect(joined(moves)).toBe(false);
    expect(joined(moves, { shared })).toBe(false);
    const acts = (hour: number) => [
      moves[0] ?? findingOf("", 0, 0, []),
      findingOf("suspicious-process", 60, hour, ["device.hostname=dc-1"]),
    ];
    expect(joined(acts(3), { shared })).toBe(true);
    expect(joined(acts(20), { shared })).toBe(false);
    expect(joined(acts(20))).toBe(true);
  });

  test("names that many devices have, machine accounts' owners and the system's accounts", () => {
    expect(joined(two(["user.name=Administrator"]))).toBe(false);
    expect(joined(two(["user.name=NT AUTHORITY\\SYSTEM", "actor.user.name=DWM-1"]))).toBe(false);
    expect(joined(two(["user.name=CORP\\administrator"]))).toBe(true);
    expect(
      joined([findingOf("a", 60, 1, ["user.name=WS-1$"]), findingOf("b", 60, 2, ["device.hostname=ws-1.corp.example"])]),
    ).toBe(true);
  });

  test("one of two hundred sprayed accounts", () => {
    const sprayed = Array.from({ length: 200 }, (_, id) => `user.name=user${id}@corp.example`);
    const spray = findingOf("password-attacks", 80, 1, ["src_endpoint.ip=203.0.113.9", ...sprayed]);
    expect(joined([spray, findingOf("beaconing", 60, 2, ["user.name=user7@corp.example"])])).toBe(false);
    expect(
      joined([spray, findingOf("unusual-sign-in", 60, 2, ["user.name=user7@corp.example", "src_endpoint.ip=203.0.113.9"])]),
    ).toBe(true);
  });

  test("servers that both only did something to, however many they share: scanners, backups and intruders meet there", () => {
    const targets = ["app-1", "app-2", "app-3"].map((name) => `dst_endpoint.hostname=${name}`);
    expect(
      joined([
        findingOf("scan", 60, 3, ["src_endpoint.hostname=scan-1", ...targets]),
        findingOf("movement", 60, 4, ["src_endpoint.hostname=ws-1", ...targets]),
      ]),
    ).toBe(false);
  });

  test("an administrator's rounds of days, when the account is used by somebody else from another device", () => {
    const rounds = (habit: number) =>
      findingOf("lateral-movement", 60, 1, ["src_endpoint.hostname=ws-admin", "actor.user.name=CORP\\adm-ann"], {
        lastSeen: "2026-11-06 10:00:00.000000",
        reasons: [
          { feature: "habit", observed: "on 4 days", baseline: null, peers: null, contribution: habit },
          { feature: "strongest evidence", observed: "", baseline: null, peers: null, contribution: 60 - habit },
        ],
      });
    const theft = findingOf("execution", 60, 60, ["device.hostname=ws-1", "actor.user.name=CORP\\adm-ann"]);
    expect(joined([rounds(0), theft])).toBe(true);
    expect(joined([rounds(-12), theft])).toBe(false);
  });

  test("a value, the less the more share it: four say all, three hundred hardly anything", () => {
    const least = [4, 6, 12, 300].map((sharers) =>
      joined(two(["dst_endpoint.ip=198.51.100.7"]), { shared: [{ kind: "ip", value: "198.51.100.7", sharers }] }),
    );
    expect(least).toEqual([true, false, false, false]);
  });

  test("four days", () => {
    const on = (hour: number) => findingOf("beaconing", 60, hour, ["device.hostname=ws-1"]);
    expect(joined([on(0), on(70)])).toBe(true);
    expect(joined([on(0), on(96)])).toBe(false);
  });

  test("findings of Low join no two stories, and support the one they share most with", () => {
    const [one, other] = two([]);
    const low = findingOf("dns-tunnelling", 30, 1.5, ["device.hostname=ws-1", "dst_endpoint.hostname=ws-2"]);
    const stories = storiesOf([one, other, low].filter((finding) => finding !== undefined));
    expect(stories.map((story) => story.steps.map(({ text }) => text))).toEqual([["d1 at 1", "dns-tunnelling at 1.5"]]);
    expect(storiesOf([low, { ...low, uid: "another" }])).toEqual([]);
  });
});

describe("single findings and vendor alerts", () => {
  test("our own at High and within the budget is a story of one step; Medium, unaffordable or a vendor's alone is none", () => {
    const own = within(findingOf("beaconing", 75, 1, ["device.hostname=ws-1"], { title: "ws-1 calls out" }));
    expect(storiesOf([own])).toMatchObject([
      { title: "ws-1 calls out", score: 75, severity: "High", steps: [{ findingUid: own.uid, joinedBy: null }] },
    ]);
    expect(storiesOf([{ ...own, isWithinBudget: false }])).toEqual([]);
    expect(storiesOf([within(findingOf("beaconing", 60, 1, ["device.hostname=ws-1"]))])).toEqual([]);
    const alert = findingOf("vendor-alerts", 90, 2, ["device.hostname=ws-1"], { vendorSeverity: "High" });
    expect(storiesOf([alert])).toEqual([]);
  });

  test("a vendor's alert corroborates: it raises the story it joins and is named in the summary", () => {
    const own = within(findingOf("beaconing", 75, 1, ["device.hostname=ws-1"]));
    const alert = findingOf("vendor-alerts", 70, 2, ["device.hostname=ws-1"], { vendorSeverity: "High", techniques: ["T1059"] });
    const [story] = storiesOf([own, alert]);
    expect(story?.score).toBeGreaterThan(own.score);
    expect(story?.summary).toContain("1 alert of the estate's own products supports it");
  });
});

test("the roll-up reproduces the worked example of Elastic's entity risk scoring", () => {
  // 70, 45, 21, 21, 21: 36.16 (documentation of the entity risk score).
  expect(rollUp([21, 70, 21, 45, 21])).toBeCloseTo(36.16, 2);
  expect(rollUp(Array.from({ length: 2_000_000 }, () => 100))).toBeCloseTo(100, 0);
});

test("a story's score is its finding's for one step (beyond 90 a part of it), grows with witnesses and tactics, and stays below 100", () => {
  const witness = (detector: string, score: number) => ({ detector, score });
  expect(storyScore([witness("a", 75)], 1)).toBe(75);
  expect(storyScore([witness("a", 75), witness("a", 74), witness("a", 60)], 1)).toBe(75);
  const points = fc.double({ min: 0, max: 100, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(points, { minLength: 1, maxLength: 12 }),
      points,
      fc.integer({ min: 1, max: 15 }),
      (scores, more, tactics) => {
        const witnesses = scores.map((score, id) => witness(`d${id}`, score));
        const score = storyScore(witnesses, tactics);
        expect(score).toBeGreaterThanOrEqual(Math.min(90, Math.max(...scores)) - 1e-6);
        expect(score).toBeLessThanOrEqual(100);
        expect(storyScore([...witnesses, witness("more", more)], tactics)).toBeGreaterThanOrEqual(score - 1e-6);
        expect(storyScore(witnesses, tactics + 1)).toBeGreaterThanOrEqual(score);
      },
    ),
    { seed: 42 },
  );
});

const anyObservable = fc.oneof(
  fc.integer({ min: 1, max: 6 }).map((id) => `device.hostname=ws-${id}`),
  fc.integer({ min: 1, max: 6 }).map((id) => `dst_endpoint.hostname=ws-${id}.corp.example`),
  fc.integer({ min: 1, max: 5 }).map((id) => `src_endpoint.ip=10.0.0.${id}`),
  fc.integer({ min: 1, max: 3 }).map((id) => `dst_endpoint.ip=198.51.100.${id}`),
  fc.integer({ min: 1, max: 4 }).map((id) => `user.name=CORP\\user${id}`),
  fc.integer({ min: 1, max: 4 }).map((id) => `email.to=user${id}@corp.example`),
);
const anyFindings = fc
  .array(
    fc.record({
      detector: fc.constantFrom("a", "b", "c", "d"),
      score: fc.integer({ min: 0, max: 100 }),
      hour: fc.integer({ min: 0, max: 200 }),
      observables: fc.array(anyObservable, { maxLength: 4 }),
      technique: fc.constantFrom("T1566", "T1078", "T1021", "T1071", "T1048"),
    }),
    { maxLength: 25 },
  )
  .map((list) =>
    list.map(({ detector, score, hour, observables, technique }, id) =>
      within(findingOf(detector, score, hour, observables, { keys: { id }, techniques: [technique] })),
    ),
  );

test("what is suppressed stays a step of a story, adds nothing to its score, and makes none", () => {
  const suppression = { uid: "a1", reason: "our own scanner", author: "ida", until: "2026-12-31 00:00:00.000000" };
  const quiet = (finding: Finding): Finding => ({ ...finding, isWithinBudget: false, suppression });
  const scan = findingOf("lateral-movement", 80, 9, ["device.hostname=SCN-1"], { title: "A scan", techniques: ["T1021"] });
  const guess = findingOf("password-attack", 45, 9.2, ["device.hostname=SCN-1"], { title: "Guesses", techniques: ["T1110"] });
  const more = findingOf("suspicious-process", 42, 9.4, ["device.hostname=SCN-1"], { title: "A tool", techniques: ["T1059"] });
  const loud = storiesOf([scan, guess, more].map(within));
  const calm = storiesOf([quiet(scan), within(guess), within(more)]);
  expect(loud.map(({ severity }) => severity)).toEqual(["High"]);
  expect(stepTexts(calm[0])).toEqual(stepTexts(loud[0]));
  expect(calm.map(({ score }) => score)).toEqual(storiesOf([guess, more].map(within)).map(({ score }) => score));
  expect(storiesOf([quiet(scan), within(guess)])).toEqual([]);
  expect(storiesOf([quiet(scan), quiet(guess)])).toEqual([]);
});

test("stories do not depend on the order of the findings; no finding is in two, and steps are in the order of time", () => {
  fc.assert(
    fc.property(anyFindings, fc.nat(), (findings, seed) => {
      const stories = storiesOf(findings, estate);
      expect(storiesOf(shuffled(findings, seed), estate)).toEqual(stories);
      const told = stories.flatMap((story) => story.steps.map(({ findingUid }) => findingUid));
      expect(new Set(told).size).toBe(told.length);
      for (const story of stories) {
        expect(story.steps.map(({ time }) => time)).toEqual(story.steps.map(({ time }) => time).sort());
        expect(story.steps[0]?.joinedBy).toBeNull();
      }
      expect(stories.map(({ score }) => score)).toEqual(stories.map(({ score }) => score).sort((a, b) => b - a));
    }),
    { seed: 42, numRuns: 150 },
  );
});

test("thousands of findings about one device stay one bounded story", () => {
  const findings = Array.from({ length: 3000 }, (_, id) =>
    findingOf(`d${id % 3}`, 50 + (id % 40), id % 48, ["device.hostname=ws-1", `dst_endpoint.ip=198.51.100.${id % 250}`], {
      keys: { id },
    }),
  );
  const stories = storiesOf(findings);
  expect(stories).toHaveLength(1);
  expect(stories[0]?.steps).toHaveLength(40);
  expect(stories[0]?.summary).toContain("3000 findings of 3 detectors");
});
