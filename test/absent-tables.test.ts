// Each table is taken away in turn: what can only be answered from it says that it has no data, and never that nothing happened.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeSample } from "../simulator/sample.ts";
import { loadAttack } from "../src/attack/attack.ts";
import { mapToAttack } from "../src/attack/coverage.ts";
import { configSchema } from "../src/config.ts";
import { unmet } from "../src/detectors/ask.ts";
import { detect } from "../src/detectors/detect.ts";
import { type LoadedDetector, loadDetectors } from "../src/detectors/load.ts";
import { type LoadedHunt, loadHunts } from "../src/hunts/load.ts";
import { runHunts } from "../src/hunts/run.ts";
import { importPaths } from "../src/sources/import.ts";
import { loadSources } from "../src/sources/load.ts";
import { openStore } from "../src/store/open.ts";
import type { Store } from "../src/store/store.ts";
import { coverTables, eventTables, spanOfEvents } from "../src/store/tables.ts";
import type { Hypothesis, TableCoverage, Window } from "../src/types.ts";
import { GapLedger, type World } from "../src/world.ts";

const folder = mkdtempSync(join(tmpdir(), "spoor-absent-"));
const attack = loadAttack();
const { internal } = configSchema.parse({});
let store: Store;
let detectors: LoadedDetector[];
let hunts: LoadedHunt[];
let window: Window;
let whole: ReadonlyMap<string, TableCoverage>;
const worldOf = (): World => ({
  store,
  clock: () => new Date("2026-11-05T00:00:00Z"),
  gaps: new GapLedger(),
  progress: () => undefined,
  signal: new AbortController().signal,
});

beforeAll(async () => {
  writeSample({ directory: join(folder, "logs"), truthFile: join(folder, "truth.json"), seed: 42, start: "2026-11-02" });
  store = await openStore(join(folder, "store"), { maxMemoryBytes: 2 ** 31 });
  await store.migrate();
  const sources = await loadSources();
  await importPaths([join(folder, "logs")], { sources, landingDirectory: join(folder, "landing"), year: 2026 }, worldOf());
  detectors = await loadDetectors();
  hunts = await loadHunts();
  const span = await spanOfEvents(store);
  expect(span).not.toBeNull();
  window = span ?? { from: "", to: "" };
  whole = await coverTables(store, window);
});
afterAll(async () => {
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Does work while a table is empty. */
async function withoutTable<Result>(table: string, work: () => Promise<Result>): Promise<Result> {
  await store.exec(`RENAME TABLE ${table} TO ${table}_away`);
  await store.exec(`CREATE TABLE ${table} AS ${table}_away`);
  try {
    return await work();
  } finally {
    await store.exec(`DROP TABLE ${table} SYNC`);
    await store.exec(`RENAME TABLE ${table}_away TO ${table}`);
  }
}

/** A hypothesis about everybody that names these hunts. */
function about(named: readonly LoadedHunt[]): Hypothesis {
  return {
    id: "all",
    title: "Everything that depends on a table",
    priority: 50,
    priorityTerms: {},
    origin: "knowledge-base",
    generator: "gap",
    mitreTactics: [],
    techniques: [],
    entities: [],
    findingUids: [],
    description: "",
    huntingSteps: [],
    expectedIndicators: [],
    supportsIf: "",
    refutedIf: "",
    benignExplanation: "",
    huntIds: named.map(({ id }) => id),
    window,
    testable: true,
    notTestableBecause: null,
  };
}

/** Whether a look could be answered from some table other than this one, as the sample fills them. */
const canDoWithout = (table: string, needs: readonly Parameters<typeof unmet>[0][]): boolean =>
  needs.some((need) => need.table !== table && unmet(need, whole) === null);
const looksWith = (needs: readonly Parameters<typeof unmet>[0][]): boolean => needs.some((need) => unmet(need, whole) === null);

test("the sample fills most tables, and everything that is asked of it can be", () => {
  const filled = eventTables.filter((table) => (whole.get(table)?.rows ?? 0) > 0);
  expect(filled.length).toBeGreaterThan(10);
});

test.each(eventTables)("without %s: no data, never clean", async (table) => {
  await withoutTable(table, async () => {
    const tables = await coverTables(store, window);
    expect(tables.get(table)?.rows).toBe(0);
    const world = worldOf();

    // Detectors that can be asked only of this table are not evaluable, find nothing, and say what they lack.
    const blinded = detectors.filter(({ anyOf }) => looksWith(anyOf) && !canDoWithout(table, anyOf));
    const options = { window, internal, seed: 42, tables, settings: {}, model: null };
    for (const run of await detect({ ...options, detectors: blinded }, world)) {
      expect([run.detector.id, run.evaluable, run.candidates.length]).toEqual([run.detector.id, false, 0]);
      const gap = world.gaps.list().find(({ stage, part }) => stage === "detect" && part === run.detector.id);
      expect([run.detector.id, gap?.reason]).toEqual([run.detector.id, expect.stringContaining(`no ${table} events`)]);
    }

    // So are hunts: not testable, which is no verdict.
    const untestable = hunts.filter(({ needs }) => needs.some(({ anyOf }) => looksWith(anyOf) && !canDoWithout(table, anyOf)));
    const results = await runHunts(
      [about(untestable)],
      { hunts, window, internal, tables, findings: [], attack, namesOf: () => [], limit: 1000 },
      world,
    );
    expect(results.map(({ huntId }) => huntId).sort()).toEqual(untestable.map(({ id }) => id).sort());
    for (const { huntId, status, evidence } of results) expect([huntId, status, evidence]).toEqual([huntId, "not-testable", []]);

    // On the map, a technique that nothing else looks for is one without data; whoever says "clean" has read another table.
    const looked = detectors.map((detector) => ({
      detector,
      evaluable: detector.anyOf.length === 0 || detector.anyOf.some((need) => unmet(need, tables) === null),
      failed: false,
    }));
    const map = mapToAttack({ findings: [], hunts: results, detectors: looked, tables, attack });
    for (const { uid, state } of map.techniques) {
      const lookers = detectors.filter(({ techniques }) => techniques.includes(uid));
      const isBlind = lookers.every(({ anyOf, techniqueNeeds }) => {
        const needs = techniqueNeeds?.[uid] ?? anyOf;
        return needs.length > 0 && !canDoWithout(table, needs);
      });
      if (lookers.length > 0 && isBlind) expect([uid, state]).toEqual([uid, "no-data"]);
    }
    const clean = map.techniques.filter(({ state }) => state === "looked-and-clean");
    for (const { uid, comment } of clean) expect([uid, comment]).toEqual([uid, expect.not.stringMatching(` ${table} rows`)]);
  });
});
