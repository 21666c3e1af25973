// One record of the future among those of now: watching goes on looking at now.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { loadAttack } from "../attack/attack.ts";
import { presentSpan } from "../present-span.ts";
import { openStore } from "../store/open.ts";
import type { Store } from "../store/store.ts";
import type { Gap } from "../types.ts";
import { GapLedger } from "../world.ts";
import { watch } from "./watch.ts";

const now = new Date("2026-11-22T12:00:00Z");
const folder = mkdtempSync(join(tmpdir(), "spoor-ahead-"));
let store: Store;
beforeAll(async () => {
  store = await openStore(join(folder, "store"), { maxMemoryBytes: 2 ** 31 });
  await store.migrate();
});
afterAll(async () => {
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(async () => {
  for (const table of ["authentication", "watch_look"]) await store.exec(`TRUNCATE TABLE ${table}`);
});

const signIns = (...times: readonly string[]) =>
  store.insert(
    "authentication",
    times.map((time, at) => ({ metadata_uid: `sign-in-${at}`, time })),
  );

/** One look; gives up to where it looked, and what it told. */
async function lookOnce(): Promise<{ readonly lookedTo: string; readonly gaps: readonly Gap[] }> {
  const world = { store, clock: () => now, gaps: new GapLedger(), progress: () => {}, signal: new AbortController().signal };
  let gaps: readonly Gap[] = [];
  await watch(
    {
      paths: [],
      collect: () => Promise.resolve([]),
      importOptions: { sources: [], landingDirectory: join(folder, "landing"), year: 2026 },
      detectors: [],
      attack: loadAttack(),
      internal: [],
      mmdb: [],
      seed: 42,
      settings: {},
      budget: 20,
      model: null,
      windowMs: 86_400_000,
      everyMs: 1000,
      sinks: [],
      least: "High",
      once: true,
    },
    world,
    () => Promise.resolve(),
    (look) => {
      gaps = look.gaps;
    },
  );
  const row = z.object({ lookedTo: z.string() });
  const [last] = await store.query(
    "SELECT toString(looked_to) AS lookedTo FROM watch_look ORDER BY recorded_time DESC LIMIT 1",
    {},
    row,
  );
  return { lookedTo: last?.lookedTo ?? "", gaps: gaps.filter(({ part }) => part === "times of events") };
}

test("a record that is years ahead moves no window, and is told; a source whose clock is three hours ahead is followed", async () => {
  await signIns("2026-11-22 09:00:00.000000", "2026-11-22 15:00:00.000000");
  expect(await lookOnce()).toEqual({ lookedTo: "2026-11-22 15:00:00.000001", gaps: [] });
  await signIns("2099-01-01 00:00:00.000000");
  const { lookedTo, gaps } = await lookOnce();
  expect(lookedTo).toBe("2026-11-22 15:00:00.000001");
  expect(gaps).toMatchObject([{ kind: "assumption", reason: expect.stringContaining("up to 2099-01-01 00:00 UTC") }]);
});

test("where all events lie in the future our own clock is the one that is wrong", async () => {
  await signIns("2031-01-01 00:00:00.000000", "2031-01-02 00:00:00.000000");
  expect(await presentSpan(store, now)).toEqual({
    span: { from: "2031-01-01 00:00:00.000000", to: "2031-01-02 00:00:00.000001" },
    ahead: null,
  });
});
