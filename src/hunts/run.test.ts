import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadAttack } from "../attack/attack.ts";
import type { boundIn } from "../detectors/ask.ts";
import { actions } from "../findings/actions.ts";
import { shortHash } from "../findings/hash.ts";
import { findingOf } from "../findings/testing.ts";
import { openStore } from "../store/open.ts";
import type { Store } from "../store/store.ts";
import { coverTables } from "../store/tables.ts";
import type { Hypothesis, TableCoverage } from "../types.ts";
import { GapLedger, type World } from "../world.ts";
import { huntRow, type LoadedHunt } from "./hunt.ts";
import { loadHunts } from "./load.ts";
import { type RunHuntsOptions, runHunts } from "./run.ts";
import { caseNetworks, caseWindow, huntCases, insertCase } from "./testing.ts";

const hunts = await loadHunts();
const attack = loadAttack();
const folder = mkdtempSync(join(tmpdir(), "spoor-run-hunts-"));
let store: Store;
let tables: Map<string, TableCoverage>;

beforeAll(async () => {
  store = await openStore(join(folder, "store"));
  await store.migrate();
  for (const id of ["steady-beacon", "dns-tunnel-labels"])
    for (const one of huntCases(huntNamed(id).folder)) if (one.name === "hit") await insertCase(store, one);
  // A quiet device that is seen every day, so that silence about it means something.
  const quiet = Array.from({ length: 7 * 24 }, (_, hour) => ({
    metadata_uid: `quiet-${hour}`,
    time: `2026-11-0${1 + Math.floor(hour / 24)} ${String(hour % 24).padStart(2, "0")}:00:00.000000`,
    metadata_product_vendor_name: "Example",
    metadata_product_name: "Example",
    src_endpoint_ip: "10.0.0.99",
    query_hostname: `www${hour % 5}.example.com`,
    query_type: "A",
    rcode: "NOERROR",
  }));
  await store.insert("dns_activity", quiet);
  tables = await coverTables(store, caseWindow);
});
afterAll(async () => {
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});

function huntNamed(id: string): LoadedHunt {
  const hunt = hunts.find((one) => one.id === id);
  if (hunt === undefined) throw new Error(`no hunt ${id}`);
  return hunt;
}

function hypothesis(given: Partial<Hypothesis>): Hypothesis {
  const whole: Hypothesis = {
    id: "h1",
    title: "",
    priority: 50,
    priorityTerms: {},
    origin: "knowledge-base",
    generator: "explain",
    mitreTactics: [],
    techniques: ["T1071.001"],
    entities: [],
    findingUids: [],
    description: "",
    huntingSteps: [],
    expectedIndicators: [],
    supportsIf: "",
    refutedIf: "",
    benignExplanation: "",
    huntIds: ["steady-beacon"],
    window: caseWindow,
    testable: true,
    notTestableBecause: null,
  };
  return { ...whole, ...given };
}

function world(): World {
  return { store, clock: () => new Date(0), gaps: new GapLedger(), progress: () => {}, signal: new AbortController().signal };
}

function options(given: Partial<RunHuntsOptions> = {}): RunHuntsOptions {
  const base = { hunts, window: caseWindow, internal: caseNetworks, tables, findings: [], attack };
  return { ...base, namesOf: (value: string) => [value], ...given };
}

describe("a hunt for a hypothesis", () => {
  test("is supported with evidence, sources, actions of the catalogue, and what reproduces it", async () => {
    const [result] = await runHunts([hypothesis({ entities: ["10.0.0.12"] })], options(), world());
    expect(result).toMatchObject({ status: "supported", huntId: "steady-beacon", hypothesisId: "h1", techniques: ["T1071.001"] });
    expect(result?.evidence).toHaveLength(1);
    expect(result?.evidence[0]).toMatchObject({
      source: "network_activity/Example",
      rowCount: 60,
      timestamp: expect.stringMatching(/^2026-11-02 0/),
    });
    expect(result?.evidence[0]?.eventIds).toHaveLength(20);
    expect(result?.evidence[0]?.confidence).toBeGreaterThan(30);
    expect(result?.summary).toContain("Supported for 10.0.0.12");
    expect(result?.summary).toContain("It could also be: ");
    expect(result?.recommendedActions.length).toBeGreaterThan(0);
    const catalogue = actions.map(({ text }) => text);
    expect(result?.recommendedActions.filter((text) => !catalogue.includes(text))).toEqual([]);
    expect(result?.coverage).toEqual([{ table: "network_activity", rows: 61 }]);
    const values = result?.parameters as Parameters<typeof boundIn>[1];
    const again = await store.query(result?.sql ?? "", values, huntRow);
    expect(shortHash(again)).toBe(result?.resultHash);
  });

  test("is refuted only where silence means something, and then says what was read and what it is blind to", async () => {
    const asked = hypothesis({ entities: ["10.0.0.99"], huntIds: ["dns-tunnel-labels"], techniques: ["T1071.004"] });
    const [result] = await runHunts([asked], options(), world());
    expect(result).toMatchObject({
      status: "refuted",
      evidence: [],
      recommendedActions: [],
      coverage: [{ table: "dns_activity", rows: 168 }],
    });
    expect(result?.summary).toContain("Nothing of the kind for 10.0.0.99 in 168 dns_activity rows");
    expect(result?.summary).toContain("What it would not have seen");
  });

  test("is inconclusive about somebody whom no table knows", async () => {
    const [result] = await runHunts([hypothesis({ entities: ["ws-unknown"] })], options(), world());
    expect(result?.status).toBe("inconclusive");
    expect(result?.summary).toContain("network_activity has no rows about them");
  });

  test("is not testable without its tables, and leaves a gap", async () => {
    const own = world();
    const [result] = await runHunts([hypothesis({ huntIds: ["mfa-fatigue"] })], options(), own);
    expect(result).toMatchObject({ status: "not-testable", coverage: [], evidence: [] });
    expect(result?.summary).toContain("no authentication events in the window");
    expect(own.gaps.list()).toEqual([
      { stage: "hunt", part: "mfa-fatigue", kind: "no-data", reason: "not testable: no authentication events in the window" },
    ]);
  });

  test("finds an entity under its other names", async () => {
    const names = (value: string) => (value === "ws-12" ? ["ws-12", "10.0.0.12"] : [value]);
    const [result] = await runHunts([hypothesis({ entities: ["ws-12"] })], options({ namesOf: names }), world());
    expect(result?.status).toBe("supported");
    expect(result?.summary).toContain("Supported for ws-12");
  });

  test("that fails is inconclusive, leaves a gap, and the others go on", async () => {
    const broken = {
      ...huntNamed("steady-beacon"),
      id: "broken",
      sql: "-- x\nSELECT {from:String}, {to:String}, nothing FROM network_activity WHERE has({entities:Array(String)}, '') LIMIT 1",
    };
    const own = world();
    const results = await runHunts(
      [hypothesis({ huntIds: ["broken", "steady-beacon"] })],
      options({ hunts: [...hunts, broken] }),
      own,
    );
    expect(results.map(({ huntId, status }) => [huntId, status])).toEqual([
      ["broken", "inconclusive"],
      ["steady-beacon", "supported"],
    ]);
    expect(own.gaps.list()).toMatchObject([{ stage: "hunt", part: "broken", kind: "failed" }]);
  });

  test("is asked once for the same entities and window, and told to each hypothesis", async () => {
    const asked: string[] = [];
    const watching: Store = {
      ...store,
      query: (sql, parameters, row, given) => {
        if (sql === huntNamed("steady-beacon").sql) asked.push(JSON.stringify(parameters.entities));
        return store.query(sql, parameters, row, given);
      },
    };
    const hypotheses = [
      hypothesis({ id: "h1", entities: ["10.0.0.12"] }),
      hypothesis({ id: "h2", entities: ["10.0.0.12"], techniques: ["T1573"] }),
      hypothesis({ id: "h3" }),
    ];
    const results = await runHunts(hypotheses, options(), { ...world(), store: watching });
    expect(asked.sort()).toEqual(['["10.0.0.12"]', "[]"]);
    expect(results.map(({ hypothesisId, techniques }) => [hypothesisId, techniques])).toEqual([
      ["h1", ["T1071.001"]],
      ["h2", ["T1573"]],
      ["h3", ["T1071.001"]],
    ]);
    expect(new Set(results.map(({ id }) => id)).size).toBe(3);
  });

  test("is left out beyond the limit, lesser hypotheses first, and that is a gap", async () => {
    const own = world();
    const hypotheses = [
      hypothesis({ id: "low", priority: 10, entities: ["10.0.0.13"] }),
      hypothesis({ id: "high", priority: 90, huntIds: ["steady-beacon", "dns-tunnel-labels"] }),
    ];
    const results = await runHunts(hypotheses, options({ limit: 2 }), own);
    expect(results.map(({ hypothesisId, huntId }) => [hypothesisId, huntId])).toEqual([
      ["low", "steady-beacon"],
      ["high", "steady-beacon"],
    ]);
    expect(own.gaps.list()).toMatchObject([{ kind: "limit", count: 1 }]);
  });

  test("for a spread does not count those whom the findings name", async () => {
    const finding = findingOf("beaconing", 80, 9, ["src_endpoint.ip=10.0.0.12", "dst_endpoint.ip=203.0.113.9"]);
    const spread = hypothesis({ generator: "spread", entities: ["203.0.113.9"], findingUids: [finding.uid] });
    const [result] = await runHunts([spread], options({ findings: [finding] }), world());
    expect(result?.evidence).toEqual([]);
    expect(result?.status).not.toBe("supported");
  });

  test("says when its events are those of the findings", async () => {
    const [first] = await runHunts([hypothesis({ entities: ["10.0.0.12"] })], options(), world());
    const finding = {
      ...findingOf("beaconing", 80, 9, ["src_endpoint.ip=10.0.0.12"]),
      evidences: [{ question: "", sql: "", parameters: {}, event_ids: [...(first?.evidence[0]?.eventIds ?? [])], row_count: 20 }],
    };
    const asked = hypothesis({ entities: ["10.0.0.12"], findingUids: [finding.uid] });
    const [result] = await runHunts([asked], options({ findings: [finding] }), world());
    expect(result?.summary).toContain("These are the events of the findings behind the hypothesis");
  });

  test("says the same when it is run again", async () => {
    const hypotheses = [hypothesis({ id: "h1" }), hypothesis({ id: "h2", huntIds: ["dns-tunnel-labels", "nxdomain-burst"] })];
    expect(await runHunts(hypotheses, options(), world())).toEqual(await runHunts(hypotheses, options(), world()));
  });
});
