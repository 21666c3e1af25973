// Every hunt against the cases beside it: rows that it must find, and rows that look like them and must not count.
// HUNT_CASES_WRITE=1 writes expected.json anew; the difference is then read in git.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { asSqlParameters, boundIn } from "../detectors/ask.ts";
import { openStore } from "../store/open.ts";
import type { Store } from "../store/store.ts";
import { type HuntRow, huntRow, type LoadedHunt } from "./hunt.ts";
import { loadHunts } from "./load.ts";
import { caseNetworks, caseWindow, type HuntCase, huntCases, insertCase } from "./testing.ts";

const hunts = await loadHunts();
const folder = mkdtempSync(join(tmpdir(), "spoor-hunts-"));
let store: Store;
let written: string[] = [];

beforeAll(async () => {
  store = await openStore(join(folder, "store"));
  await store.migrate();
});
afterEach(async () => {
  for (const table of written) await store.exec(`TRUNCATE TABLE ${table}`);
  written = [];
});
afterAll(async () => {
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(hunt: LoadedHunt, entities: readonly string[] = []): Promise<HuntRow[]> {
  const values = { ...caseWindow, internal: caseNetworks, entities: [...entities], ...asSqlParameters(hunt.parameters) };
  return store.query(hunt.sql, boundIn(hunt.sql, values), huntRow);
}

/** Hosts, addresses and people of a case, by the columns that the hunt says name them; some of them. */
function namedEntities(hunt: LoadedHunt, one: HuntCase): string[] {
  const needs = hunt.needs.flatMap(({ anyOf }) => anyOf);
  const values = needs.flatMap(({ table, entities }) =>
    (one.rows.get(table) ?? []).flatMap((row) => entities.map((column) => row[column])),
  );
  return [...new Set(values.filter((value) => typeof value === "string"))].slice(0, 8);
}

test("the library has at least twenty hunts, each with a hit and a near miss", () => {
  expect(hunts.length).toBeGreaterThanOrEqual(20);
  const lacking = hunts.filter(
    ({ folder: own }) =>
      huntCases(own)
        .map(({ name }) => name)
        .join() !== "hit,near-miss",
  );
  expect(lacking.map(({ id }) => id)).toEqual([]);
});

describe.each(hunts.map((hunt) => [hunt.id, hunt] as const))("%s", (_, hunt) => {
  for (const one of huntCases(hunt.folder)) {
    test(`${one.name}: gives exactly the expected rows`, async () => {
      written = await insertCase(store, one);
      const rows = await ask(hunt);
      if (process.env.HUNT_CASES_WRITE === "1") writeFileSync(one.expectedFile, `${JSON.stringify(rows, null, 2)}\n`);
      else expect(rows).toEqual(one.expected);
      const strong = rows.filter(({ score }) => score >= hunt.supportedFrom);
      expect(strong.length > 0).toBe(one.name === "hit");
      for (const row of rows) {
        expect(row.event_ids.length).toBeGreaterThan(0);
        expect(new Set(row.event_ids).size).toBe(row.event_ids.length);
        expect(row.first_time <= row.last_time).toBe(true);
        expect((row.techniques ?? []).filter((id) => !hunt.techniques.includes(id))).toEqual([]);
      }
    });
  }

  test("asked about one entity it says the same of that one, and nothing of others", async () => {
    const hit = huntCases(hunt.folder).find(({ name }) => name === "hit");
    if (hit === undefined) throw new Error("no hit");
    written = await insertCase(store, hit);
    const [best] = await ask(hunt);
    if (best === undefined) throw new Error("no row");
    expect((await ask(hunt, [best.entity]))[0]).toEqual(best);
    expect(await ask(hunt, ["somebody-else"])).toEqual([]);
  });

  test("what is common stays common when one entity is asked about", async () => {
    const miss = huntCases(hunt.folder).find(({ name }) => name === "near-miss");
    if (miss === undefined) throw new Error("no near miss");
    written = await insertCase(store, miss);
    for (const entity of namedEntities(hunt, miss)) {
      const rows = await ask(hunt, [entity]);
      expect({ entity, strong: rows.filter(({ score }) => score >= hunt.supportedFrom) }).toEqual({ entity, strong: [] });
    }
  });
});
