import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { together } from "../../../../simulator/occurrences.ts";
import { tellScenario } from "../../../../simulator/scenario.ts";
import { serveVendors } from "../../../../simulator/servers/serve.ts";
import { vendorDataOf } from "../../../../simulator/vendors.ts";
import { type CollectOutcome, collect } from "../../../collect/collect.ts";
import { configuredCollectors } from "../../../collect/load.ts";
import { gatherEntities } from "../../../entities/gather.ts";
import { openStore } from "../../../store/open.ts";
import type { Store } from "../../../store/store.ts";
import type { Gap } from "../../../types.ts";
import { GapLedger } from "../../../world.ts";
import { loadSources } from "../../load.ts";
import { totals } from "../../testing.ts";
import collector from "../collector.ts";

// A day of an estate with a mailbox takeover in it, asked of a server with the real collector and stored by the real engine.

const start = Date.parse("2026-11-10");
const end = start + 86_400_000;
const scenario = tellScenario({ seed: 42, start, days: 1, people: 40, attacks: ["mailbox-takeover"], busyness: 0.1 });
const data = vendorDataOf(together(scenario.background, scenario.attack), scenario.estate);

let folder: string;
let store: Store;
let first: { outcome: CollectOutcome; gaps: readonly Gap[] };

async function run(): Promise<{ outcome: CollectOutcome; gaps: readonly Gap[] }> {
  let now = end;
  const clock = () => new Date(now);
  const credentials = {
    falcon: { clientId: "f", clientSecret: "f-secret" },
    microsoft: { tenantId: "t-1", clientId: "c-1", clientSecret: "m-secret" },
    proofpoint: { principal: "p", secret: "p-secret" },
  };
  const served = await serveVendors({ data, clock, credentials });
  const gaps = new GapLedger();
  try {
    const settings = {
      tenantId: "t-1",
      clientId: "c-1",
      clientSecret: "env:SECRET",
      graphUrl: served.microsoft.url,
      loginUrl: served.microsoft.loginUrl,
    };
    const outcome = await collect(
      {
        collectors: configuredCollectors([collector], { microsoft: settings }),
        wanted: { from: start },
        spoolDirectory: join(folder, "spool"),
        importOptions: {
          sources: (await loadSources()).filter(({ id }) => id === "microsoft"),
          landingDirectory: join(folder, "landing"),
          year: 2026,
          convertParquet: () => Promise.reject(new Error("nothing here is Parquet")),
        },
        outside: {
          fetch: globalThis.fetch,
          sleep: (milliseconds) => {
            now += milliseconds;
            return Promise.resolve();
          },
          random: () => 0.5,
          environment: { SECRET: "m-secret" },
        },
      },
      { store, clock, gaps, progress: () => undefined, signal: new AbortController().signal },
    );
    return { outcome, gaps: gaps.list() };
  } finally {
    await served.close();
  }
}

async function one(sql: string): Promise<Record<string, unknown>> {
  const [row] = await store.query(sql, {}, z.record(z.string(), z.unknown()));
  return row ?? {};
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "spoor-estate-"));
  store = await openStore(join(folder, "store"), { maxMemoryBytes: 2 ** 31 });
  await store.migrate();
  first = await run();
}, 300_000);
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

test("every line that the collector writes is recognised, and nothing is refused", () => {
  expect(totals(first.outcome.sources)).toMatchObject({ quarantined: 0 });
  expect(first.outcome.asked.filter(({ state }) => state !== "complete")).toEqual([]);
  // What has no table, such as named locations, is kept as it came.
  expect(new Set(first.gaps.map(({ kind }) => kind))).toEqual(new Set(["raw-only"]));
});

test("a sign-in that Graph and advanced hunting both tell is one row, and it has the session", async () => {
  const { hunting, signIns } = data.microsoft;
  expect(signIns.length).toBeGreaterThan(100);
  expect(
    await one(
      "SELECT count() AS sign_ins, uniqExact(metadata_uid) AS uids, countIf(isNull(session_uid)) AS without_session FROM authentication WHERE metadata_product_name = 'Entra ID'",
    ),
  ).toEqual({
    sign_ins: String(hunting.EntraIdSignInEvents.length),
    uids: String(hunting.EntraIdSignInEvents.length),
    without_session: "0",
  });
});

test("the mailbox rule of the takeover can be asked for by what it does, in the session that was stolen", async () => {
  const rules = await store.query(
    `SELECT actor_session_uid IN (SELECT session_uid FROM authentication WHERE status = 'Success') AS is_known,
      JSONExtractString(parameter, 'Name') AS name FROM api_activity ARRAY JOIN JSONExtractArrayRaw(ifNull(detail, '')) AS parameter
    WHERE api_operation = 'New-InboxRule' ORDER BY name LIMIT 100`,
    {},
    z.object({ is_known: z.coerce.boolean(), name: z.string() }),
  );
  expect(rules.length).toBeGreaterThan(0);
  expect(rules.every(({ is_known }) => is_known)).toBe(true);
});

test("a person is one, by directory id, SID, account, address and alias", async () => {
  const world = { store, gaps: new GapLedger(), signal: new AbortController().signal };
  const window = { from: "2026-11-10 00:00:00.000000", to: "2026-11-11 00:00:00.000000" };
  const entities = await gatherEntities(window, ["10.0.0.0/8"], world);
  const { people, domain } = scenario.estate;
  const named = people.map(({ userId, sid, mail, account }) =>
    [userId, sid, mail, `${account}@${domain}`].map((name) => entities.user(name)?.value),
  );
  expect(named.filter((names) => new Set(names).size !== 1 || names[0] === undefined)).toEqual([]);
});

test("asked again, the same day brings nothing new", async () => {
  const tables = [
    "authentication",
    "network_activity",
    "process_activity",
    "api_activity",
    "email_activity",
    "user_inventory",
    "device_inventory",
    "detection_finding",
  ];
  const counted = (): Promise<unknown> =>
    Promise.all(
      tables.map((table) => one(`SELECT '${table}' AS name, count() AS rows, uniqExact(metadata_uid) AS uids FROM ${table}`)),
    );
  const before = await counted();
  await store.exec("TRUNCATE TABLE collection");
  const again = await run();
  const { read, stored, duplicate, rawOnly } = totals(again.outcome.sources);
  expect({ stored: stored - rawOnly, all: duplicate + rawOnly }).toEqual({ stored: 0, all: read });
  expect(await counted()).toEqual(before);
}, 120_000);
