import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { z } from "zod";
import { detect, evidenceOf } from "../src/detectors/detect.ts";
import { type LoadedDetector, loadDetectors } from "../src/detectors/load.ts";
import { severityOf } from "../src/findings/severity.ts";
import { addIndicators } from "../src/intel/add.ts";
import { sightIndicators } from "../src/intel/sightings.ts";
import { importPaths } from "../src/sources/import.ts";
import { loadSources } from "../src/sources/load.ts";
import { openEmbeddedStore } from "../src/store/embedded.ts";
import type { Store } from "../src/store/store.ts";
import { coverTables, spanOfEvents } from "../src/store/tables.ts";
import { GapLedger, type World } from "../src/world.ts";

/**
 * A case is a folder below a detector's cases/: log files in a real format, and expected.json, which says what the detector makes of
 * them. `given` may set the networks of the estate, the year of logs without one, the window, the detector's parameters, and feeds.
 * After a change that is meant, `SPOOR_WRITE_CASES=1 npx vitest run test/detector-cases.test.ts` writes what comes out now; the
 * difference is then read in git before it is kept.
 */
const expectedCase = z.object({
  given: z
    .object({
      internal: z.array(z.string()).optional(),
      year: z.number().optional(),
      window: z.object({ from: z.string(), to: z.string() }).optional(),
      parameters: z.record(z.string(), z.unknown()).optional(),
      /** Files of the case that hold indicators and are no logs. */
      feeds: z.array(z.string()).optional(),
    })
    .default({}),
  findings: z.array(z.record(z.string(), z.unknown())).optional(),
});
type Given = z.infer<typeof expectedCase>["given"];

const privateNetworks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
const detectorsFolder = fileURLToPath(new URL("../src/detectors", import.meta.url));
const cases = casesBelow(detectorsFolder);
const isWriting = process.env.SPOOR_WRITE_CASES === "1";

test("there are cases", () => {
  expect(cases.length).toBeGreaterThan(0);
});

for (const { detector, name, folder } of cases) {
  test(`${detector}, ${name}: finds what is expected of it`, async () => {
    const path = join(folder, "expected.json");
    const expected = existsSync(path) ? expectedCase.parse(JSON.parse(readFileSync(path, "utf8"))) : { given: {} };
    const found = await runCase(detector, folder, expected.given);
    if (isWriting) await writeFile(path, `${JSON.stringify({ ...expected, findings: found }, null, 2)}\n`);
    else expect(found).toEqual(expected.findings);
  });
}

function casesBelow(root: string): { detector: string; name: string; folder: string }[] {
  return readdirSync(root).flatMap((detector) => {
    const below = join(root, detector, "cases");
    if (!existsSync(below)) return [];
    const names = readdirSync(below).filter((name) => statSync(join(below, name)).isDirectory());
    return names.sort().map((name) => ({ detector, name, folder: join(below, name) }));
  });
}

/** Imports the logs of a case into a store of its own, asks the detector, and gives its findings, best first. */
async function runCase(id: string, folder: string, given: Given): Promise<Record<string, unknown>[]> {
  const directory = await mkdtemp(join(tmpdir(), "spoor-case-"));
  const store = await openEmbeddedStore({ directory: join(directory, "store") });
  try {
    await store.migrate();
    const world: World = {
      store,
      clock: () => new Date(0),
      gaps: new GapLedger(),
      progress: () => undefined,
      signal: new AbortController().signal,
    };
    const logs = readdirSync(folder).filter((name) => name !== "expected.json" && !(given.feeds ?? []).includes(name));
    await importPaths(
      logs.sort().map((name) => join(folder, name)),
      { sources: await loadSources(), landingDirectory: join(directory, "landing"), year: given.year ?? 2026 },
      world,
    );
    for (const feed of given.feeds ?? []) await addIndicators(join(folder, feed), {}, world);
    return await findingsOf(await detectorNamed(id), given, store, world);
  } finally {
    await store.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function detectorNamed(id: string): Promise<LoadedDetector> {
  const detector = (await loadDetectors()).find((one) => one.id === id);
  if (detector === undefined) throw new Error(`there is no detector ${id}`);
  return detector;
}

async function findingsOf(
  detector: LoadedDetector,
  given: Given,
  store: Store,
  world: World,
): Promise<Record<string, unknown>[]> {
  const window = given.window ?? (await spanOfEvents(store));
  if (window === null) throw new Error("the logs of this case hold no events");
  if (given.feeds !== undefined) await sightIndicators(window, world);
  const options = {
    detectors: [detector],
    window,
    internal: given.internal ?? privateNetworks,
    seed: 42,
    tables: await coverTables(store, window),
    settings: { [detector.id]: given.parameters ?? {} },
    model: null,
  };
  const [run] = await detect(options, world);
  if (run === undefined) throw new Error("the detector was not asked");
  const failures = world.gaps.list().filter((gap) => gap.stage === "detect" && gap.kind === "failed");
  expect(failures).toEqual([]);
  const found: { score: number; title: string; document: Record<string, unknown> }[] = [];
  for (const candidate of run.candidates) {
    const { draft } = candidate;
    const evidence = await evidenceOf(candidate, options, run.parameters, world);
    const total = draft.reasons.reduce((sum, reason) => sum + reason.contribution, 0);
    // Points that do not add up to the score (or to more than it, where it is kept within 0 and 100) explain nothing.
    if (draft.vendorSeverity === undefined && draft.score > 0 && draft.score < 100) expect(total).toBeCloseTo(draft.score, 1);
    const document = {
      title: draft.title,
      score: Math.round(draft.score * 1000) / 1000,
      severity: draft.vendorSeverity ?? severityOf(draft.score),
      confidence: Math.round(draft.confidence),
      techniques: draft.techniques,
      observables: draft.observables.map(({ name, value }) => `${name}: ${value}`),
      reasons: draft.reasons.map(({ feature, contribution }) => `${feature}: ${contribution}`),
      evidence: { events: evidence.event_ids.length, rows: evidence.row_count },
      gaps: world.gaps
        .list()
        .filter((gap) => gap.stage === "detect")
        .map((gap) => gap.reason),
    };
    found.push({ score: draft.score, title: draft.title, document });
  }
  found.sort((one, other) => other.score - one.score || (one.title < other.title ? -1 : 1));
  return found.map(({ document }) => document);
}
