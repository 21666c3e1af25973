import { describe, expect, test } from "vitest";
import { resolveEntities } from "../entities/resolve.ts";
import { noEntityRows } from "../entities/rows.ts";
import { correlate } from "../findings/stories.ts";
import { shuffled } from "../findings/testing.ts";
import { loadHunts } from "../hunts/load.ts";
import { propose, type Situation } from "./propose.ts";
import { attack, found, observables, tablesOf, window } from "./testing.ts";
import { windowAround } from "./window.ts";

const hunts = await loadHunts();
const entities = resolveEntities(noEntityRows, { internal: ["10.0.0.0/8"] });

const beacon = found("beaconing", {
  title: "ws-12 calls 203.0.113.9 every 60 s",
  techniques: ["T1071.001"],
  observables: observables("src_endpoint.hostname=ws-12", "src_endpoint.ip=10.0.0.12", "dst_endpoint.ip=203.0.113.9"),
});
const movement = found("lateral-movement", {
  title: "ws-12 went on to srv-1",
  score: 85,
  techniques: ["T1021.002"],
  observables: observables("device.hostname=ws-12", "actor.user.name=alice", "dst_endpoint.hostname=srv-1"),
});
const signIn = found("unusual-sign-in", {
  title: "bob signed in from elsewhere",
  score: 72,
  techniques: ["T1078.004", "T1110.003"],
  observables: observables("user.name=bob", "src_endpoint.ip=198.51.100.4"),
});

function situation(given: Partial<Situation> = {}): Situation {
  const findings = given.findings ?? [movement, beacon, signIn];
  return {
    findings,
    stories: correlate(findings, entities),
    tables: tablesOf(
      "network_activity",
      "process_activity",
      "authentication",
      "dns_activity",
      "smb_activity",
      "service_activity",
    ),
    window,
    hunts,
    detectors: [],
    attack,
    entities,
    exposures: new Map(),
    ...given,
  };
}

describe("hypotheses", () => {
  test("explain what was found, for whom it is about, with the finding's own innocent reading", () => {
    const explained = propose(situation()).filter(({ generator }) => generator === "explain");
    const channel = explained.find(({ techniques }) => techniques[0] === "T1071.001");
    expect(channel).toMatchObject({
      entities: ["ws-12"],
      findingUids: [beacon.uid],
      mitreTactics: ["Command and Control"],
      testable: true,
    });
    expect(channel?.title).toBe("A command channel over web protocols: ws-12");
    expect(channel?.benignExplanation).toBe(beacon.benign);
    expect(channel?.huntIds[0]).toBe("steady-beacon");
    expect(channel?.description).toContain("ws-12 calls 203.0.113.9 every 60 s");
    expect(channel?.huntingSteps[0]).toContain("(steady-beacon) for ws-12");
  });

  test("ask for what comes before and after, with the odds that ATT&CK's groups give", () => {
    const next = propose(situation()).filter(({ generator }) => generator === "next-step");
    expect(next.length).toBeGreaterThan(2);
    for (const hypothesis of next) {
      expect(hypothesis.description).toMatch(/Of the groups and campaigns known to use T[\d.]+, \d+ % also use/);
      expect(hypothesis.findingUids.length).toBeGreaterThan(0);
    }
    const aboutTrail = next.filter(({ entities: own }) => own.includes("ws-12"));
    const seen = ["T1071", "T1021"];
    expect(aboutTrail.filter(({ techniques }) => seen.includes(techniques[0]?.split(".")[0] ?? ""))).toEqual([]);
  });

  test("ask who else met the same destination", () => {
    const spread = propose(situation()).filter(({ generator }) => generator === "spread");
    expect(spread).toContainEqual(
      expect.objectContaining({
        techniques: ["T1071.001"],
        entities: ["203.0.113.9"],
        title: "A command channel over web protocols: others that met 203.0.113.9",
      }),
    );
  });

  test("without any finding still say what to look for with the data at hand, and what cannot be looked for", () => {
    const hypotheses = propose(situation({ findings: [], tables: tablesOf("dns_activity") }));
    expect(hypotheses.length).toBeGreaterThan(5);
    expect(new Set(hypotheses.map(({ generator }) => generator))).toEqual(new Set(["gap"]));
    const testable = hypotheses.filter((one) => one.testable);
    expect(testable.map(({ techniques }) => techniques[0])).toContain("T1071.004");
    expect(testable.every(({ priority }) => priority > 0)).toBe(true);
    const untestable = hypotheses.filter((one) => !one.testable);
    expect(untestable).toHaveLength(4);
    for (const one of untestable) {
      expect(one.priority).toBe(0);
      expect(one.notTestableBecause).toMatch(/^no \w+ events in the window/);
    }
  });

  test("work with no tables at all, and name the columns that are empty", () => {
    const none = propose(situation({ findings: [], tables: new Map() }));
    expect(none.every(({ testable }) => !testable)).toBe(true);
    const tables = tablesOf("process_activity");
    const processes = tables.get("process_activity");
    if (processes !== undefined)
      tables.set("process_activity", {
        ...processes,
        filled: { ...processes.filled, process_cmd_line: 0, parent_process_name: 0 },
      });
    const reasons = propose(situation({ findings: [], tables })).map(({ notTestableBecause }) => notTestableBecause ?? "");
    expect(reasons.join("\n")).toContain("process_activity has no values in process_cmd_line");
  });

  test("count exposure: a privileged account comes before another", () => {
    const [plain, exposed] = [new Map(), new Map([["bob", { weight: 1, because: "a privileged account" }]])].map((exposures) =>
      propose(situation({ exposures })).find(({ generator, entities: own }) => generator === "explain" && own.includes("bob")),
    );
    expect(exposed?.priority).toBeGreaterThan(plain?.priority ?? 100);
    expect(exposed?.description).toContain("bob is a privileged account.");
    expect(exposed?.priorityTerms.exposure).toBe(1);
  });

  test("are at most 25, each with its own id, ranked, and varied at the top", () => {
    const many = Array.from({ length: 12 }, (_, i) =>
      found("beaconing", {
        title: `ws-${i} calls`,
        score: 90 - i,
        techniques: ["T1071.001"],
        observables: observables(`device.hostname=ws-${i}`, "dst_endpoint.ip=203.0.113.9"),
      }),
    );
    const hypotheses = propose(situation({ findings: [...many, movement, signIn] }));
    expect(hypotheses.length).toBeLessThanOrEqual(25);
    expect(new Set(hypotheses.map(({ id }) => id)).size).toBe(hypotheses.length);
    const count = (list: typeof hypotheses, technique: string) =>
      list.filter(({ techniques }) => techniques.includes(technique)).length;
    expect(count(hypotheses.slice(0, 10), "T1071.001")).toBeLessThanOrEqual(2);
    expect(count(hypotheses, "T1071.001")).toBeLessThanOrEqual(4);
  });

  test("are the same whenever and in whatever order they are asked for", () => {
    const first = propose(situation());
    expect(propose(situation())).toEqual(first);
    const tables = situation().tables;
    for (const seed of [1, 2, 3]) {
      const again = propose(situation({ tables: new Map(shuffled([...tables], seed)), hunts: shuffled(hunts, seed) }));
      expect(again).toEqual(first);
    }
  });

  test("keep their ids when the window moves on", () => {
    const ids = (to: string) =>
      propose(situation({ window: { ...window, to } }))
        .map(({ id }) => id)
        .sort();
    expect(ids("2026-11-09 00:00:00.000000")).toEqual(ids(window.to));
  });

  test("are one for each technique and set of entities, with all findings behind it", () => {
    const another = found("vendor-alerts", {
      title: "Alert about ws-12",
      score: 90,
      vendorSeverity: "High",
      techniques: ["T1071.001"],
      observables: observables("device.hostname=ws-12"),
    });
    const same = propose(situation({ findings: [another, beacon] })).filter(
      ({ techniques, entities: own, generator }) =>
        generator !== "spread" && techniques[0] === "T1071.001" && own.join() === "ws-12",
    );
    expect(same).toHaveLength(1);
    expect(same[0]?.findingUids).toEqual([another.uid, beacon.uid].sort());
  });

  test("show hostile names from logs as one bounded line", () => {
    const hostile = found("beaconing", {
      title: "x\u001b[31m\nIGNORE ALL".repeat(200),
      techniques: ["T1071.001"],
      observables: observables(`device.hostname=${"a\u202e".repeat(500)}`),
    });
    for (const { title, description } of propose(situation({ findings: [hostile] }))) {
      expect(title.length).toBeLessThan(300);
      expect(title + description).not.toMatch(/[\p{Cc}\u202e]/u);
    }
  });
});

describe("the window of a hypothesis", () => {
  test("is a week around its findings in whole days, within the window of the run", () => {
    const run = { from: "2026-10-01 00:00:00.000000", to: "2026-11-05 12:00:00.000000" };
    const times = [{ firstSeen: "2026-11-02 10:30:00.000000", lastSeen: "2026-11-02 11:00:00.000000" }];
    expect(windowAround(times, run)).toEqual({ from: "2026-10-26 00:00:00.000000", to: run.to });
    expect(windowAround([], run)).toEqual(run);
  });
});
