// A feed that is subscribed to on the way: what it cannot have is told as missing, over runs and kills. The real stream over HTTP on loopback.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { collectionCoverage, collectionGaps } from "../../../collect/coverage.ts";
import type { LedgerRow } from "../../../collect/ledger.ts";
import { coveredBy } from "../../../collect/plan.ts";
import { Spool } from "../../../collect/spool.ts";
import { StreamRun } from "../../../collect/stream-run.ts";
import { SpoorError } from "../../../errors.ts";
import { engineTime } from "../../../world.ts";
import { connectTo, type Loopback, loopback, streamNamed, testNow } from "./testing.ts";

const hour = 3_600_000;
const folder = mkdtempSync(join(tmpdir(), "spoor-feed-"));
const servers: Loopback[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A tenant whose feed has what happened since somebody subscribed, and nothing else. */
async function tenant(isSubscribed = false) {
  const state = { isSubscribed, diesAtStart: false, now: testNow };
  const server = await loopback(({ path, method }) => {
    const headers = { date: new Date(state.now).toUTCString() };
    if (path.endsWith("/token")) return { headers, body: { access_token: "token", expires_in: 3599 } };
    if (method === "POST" && state.diesAtStart) return { status: 403, headers, body: {} };
    if (method === "POST") state.isSubscribed = true;
    if (method === "POST") return { headers, body: { contentType: "Audit.Exchange", status: "enabled" } };
    const refusal = { error: { code: "AF20022", message: "No subscription found for the specified content type" } };
    return state.isSubscribed ? { headers, body: [] } : { status: 400, headers, body: refusal };
  });
  servers.push(server);
  const { url } = server;
  const made = await connectTo({ graphUrl: url, loginUrl: url, activityUrl: url, activityFeed: ["Audit.Exchange"] });
  const stream = streamNamed(made, "activity-exchange");
  const ledger: LedgerRow[] = [];
  const lists = (): number => server.asked.filter(({ path }) => path.endsWith("/content")).length;

  /** One run at a time of our clock; `dies` throws what came away with the run, as a kill before storing does. */
  async function run(now: number, dies = false): Promise<void> {
    state.now = now;
    const spool = await Spool.open(join(folder, "spool"));
    const job = new StreamRun({
      source: "microsoft",
      stream,
      wanted: {},
      spool,
      attempts: [...ledger],
      tools: {
        now: () => now,
        skewMs: () => 0,
        signal: new AbortController().signal,
        spent: () => ({ calls: 0, bytes: 0 }),
        strike: (text) => text,
      },
      store: (_batch, rowsOf) => {
        if (dies) throw new SpoorError("internal", "killed");
        ledger.push(...rowsOf(0));
        return Promise.resolve();
      },
      sourceIsOut: () => null,
      putSourceOut: () => undefined,
      warn: () => undefined,
      tell: () => undefined,
    });
    await job.run().catch((thrown: unknown) => expect(thrown).toMatchObject({ message: "killed" }));
    await spool.close();
  }
  const gapsOf = (from: number, to: number) =>
    collectionGaps(collectionCoverage(ledger, { from: engineTime(new Date(from)), to: engineTime(new Date(to)) }));
  return { state, run, ledger, lists, gapsOf };
}

const week = testNow - 7 * 24 * hour;
const absent = expect.objectContaining({
  kind: "no-data",
  part: "microsoft/activity-exchange",
  reason: expect.stringContaining("not subscribed to before 2026-11-22T12:00, and has nothing from before it was"),
});

test("the week before a fresh subscription is a gap, now and in every later run; what comes after it is had", async () => {
  const { run, ledger, lists, gapsOf } = await tenant();
  await run(testNow);
  expect(coveredBy(ledger)).toEqual([]);
  expect(gapsOf(week + hour, testNow)).toEqual([absent]);
  const before = lists();
  await run(testNow + 3 * hour);
  // What nobody can have is not asked for again.
  expect(lists() - before).toBe(1);
  await run(testNow + 30 * hour);
  expect(coveredBy(ledger)).toEqual([{ from: testNow, to: testNow + 30 * hour }]);
  expect(gapsOf(week + hour, testNow + 30 * hour)).toEqual([absent]);
  expect(gapsOf(testNow, testNow + 30 * hour)).toEqual([]);
});

test.each([
  ["before the subscription began", true, false],
  ["before what came was stored", false, true],
])("a run that dies %s leaves no week that passes for quiet", async (_when, diesAtStart, dies) => {
  const { state, run, ledger, gapsOf } = await tenant();
  state.diesAtStart = diesAtStart;
  await run(testNow, dies);
  state.diesAtStart = false;
  state.isSubscribed = true;
  await run(testNow + hour);
  expect(coveredBy(ledger)).toEqual([{ from: testNow, to: testNow + hour }]);
  expect(gapsOf(week + hour, testNow)).toEqual([absent]);
});

test("a subscription that somebody ended and that is begun anew leaves a hole, and keeps what was had before", async () => {
  const { state, run, ledger, gapsOf } = await tenant(true);
  await run(testNow - 24 * hour);
  state.isSubscribed = false;
  await run(testNow);
  expect(coveredBy(ledger).at(-1)?.to).toBe(testNow - 24 * hour);
  expect(gapsOf(testNow - 48 * hour, testNow)).toEqual([absent]);
  expect(gapsOf(testNow - 48 * hour, testNow - 24 * hour)).toEqual([]);
});
