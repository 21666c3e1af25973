import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { DayLedger } from "./day-ledger.ts";
import { costOf, loadPrices, plainName, worstCost } from "./prices.ts";
import { openSpend, type Reservation, type Spend } from "./spend.ts";

const root = mkdtempSync(join(tmpdir(), "spoor-spend-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const noon = (): Date => new Date("2026-11-22T12:00:00Z");
let folders = 0;
const newFolder = (): string => join(root, String(++folders));
const purse = (folder: string, run: string, caps: Partial<Spend["caps"]> = {}): Spend =>
  openSpend({ run, folder, clock: noon, usdPerHunt: 100, usdPerRun: 100, usdPerDay: 100, ...caps });

async function held(spend: Spend, usd: number, account: string | null = null): Promise<Reservation> {
  const reserved = await spend.reserve(account, usd);
  if (reserved.kind !== "held") throw new Error(reserved.reason);
  return reserved;
}

test("a call is refused when what is held, not only what is spent, leaves no room for it", async () => {
  const spend = purse(newFolder(), "one", { usdPerHunt: 1 });
  const first = await held(spend, 0.7, "H1");
  expect(await spend.reserve("H1", 0.4)).toMatchObject({
    kind: "refused",
    reason: expect.stringContaining("$1.00 of this hunt"),
  });
  // Another hunt has a purse of its own.
  await held(spend, 0.4, "H2");
  await first.settle(0.2);
  expect(spend.ofAccount("H1")).toBe(0.2);
  await held(spend, 0.8, "H1");
  expect(spend.ofRun()).toBe(1.4);
});

test("a cost that cannot be told is refused, and leaves the caps as they are", async () => {
  const spend = purse(newFolder(), "one", { usdPerRun: 1 });
  for (const usd of [Number.NaN, Number.POSITIVE_INFINITY, -1])
    expect(await spend.reserve(null, usd)).toMatchObject({ kind: "refused", reason: expect.stringContaining("cannot be told") });
  expect(spend.ofRun()).toBe(0);
  expect((await spend.reserve(null, 2)).kind).toBe("refused");
  const prices = await loadPrices();
  for (const name of ["constructor", "toString", "__proto__"]) expect(() => prices.of(name)).toThrow(/is not known/);
});

test("calls under way at the same time cannot pass the cap together", async () => {
  for (const caps of [{ usdPerRun: 1 }, { usdPerDay: 1 }, { usdPerHunt: 1 }]) {
    const spend = purse(newFolder(), "one", caps);
    const all = await Promise.all(Array.from({ length: 20 }, () => spend.reserve("H1", 0.3)));
    expect(all.filter(({ kind }) => kind === "held").length).toBeLessThanOrEqual(3);
    expect(all.some(({ kind }) => kind === "held")).toBe(true);
    expect(spend.ofRun()).toBeLessThanOrEqual(1);
  }
});

test("runs of the same day share its cap, and what a killed run held stays spent", async () => {
  const folder = newFolder();
  // This one never settles: it was killed.
  await held(purse(folder, "killed", { usdPerDay: 1 }), 0.5);
  const second = purse(folder, "second", { usdPerDay: 1 });
  await (await held(second, 0.5)).settle(0.1);
  expect((await second.reserve(null, 0.5)).kind).toBe("refused");
  await (await held(second, 0.4)).settle(0.4);
  expect(await new DayLedger(folder).runsOf(noon())).toEqual([
    { run: "killed", calls: 1, usd: 0.5, held: 0.5 },
    { run: "second", calls: 2, usd: 0.5, held: 0 },
  ]);
  // The next day begins anew.
  const tomorrow = openSpend({
    run: "third",
    folder,
    clock: () => new Date("2026-11-23T00:00:00Z"),
    usdPerHunt: 1,
    usdPerRun: 1,
    usdPerDay: 1,
  });
  await held(tomorrow, 1);
});

test("many runs racing for the last dollar of the day do not pass it", async () => {
  const folder = newFolder();
  const all = await Promise.all(
    Array.from({ length: 12 }, (_, index) => purse(folder, `run ${index}`, { usdPerDay: 1 }).reserve(null, 0.4)),
  );
  const usd = (await new DayLedger(folder).runsOf(noon())).reduce((sum, run) => sum + run.usd, 0);
  expect(usd).toBeLessThanOrEqual(1);
  expect(all.filter(({ kind }) => kind === "held").length).toBe(Math.round(usd / 0.4));
});

test("a line that a crash tore hides none of the others", async () => {
  const folder = newFolder();
  const spend = purse(folder, "one", { usdPerDay: 1 });
  await held(spend, 0.3);
  const file = join(folder, "2026-11-22.ndjson");
  appendFileSync(file, '{"call":"torn#1","kind":"held","ti');
  await held(spend, 0.3);
  expect(readFileSync(file, "utf8")).toContain("torn#1");
  expect(await new DayLedger(folder).runsOf(noon())).toEqual([{ run: "one", calls: 2, usd: 0.6, held: 0.6 }]);
});

test("where spending cannot be written down, nothing may be spent", async () => {
  const spend = purse("/dev/null/nowhere", "one");
  expect(await spend.reserve("H1", 0.1)).toMatchObject({
    kind: "refused",
    reason: expect.stringContaining("cannot be written down"),
  });
  expect([spend.ofRun(), spend.ofAccount("H1")]).toEqual([0, 0]);
});

test("costs follow the list: input, output, and both kinds of cache", async () => {
  const sonnet = (await loadPrices()).of("claude-sonnet-5-5");
  const none = { inputTokens: 0, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0, cacheWriteHourTokens: 0 };
  expect(costOf({ ...none, inputTokens: 1e6, outputTokens: 1e6 }, sonnet)).toBe(12);
  expect(costOf({ ...none, cacheWriteTokens: 1e6, cacheWriteHourTokens: 4e5, cacheReadTokens: 1e6 }, sonnet)).toBe(3.3);
  // The most: every byte as a third of a token at the dearest rate, which is writing for an hour.
  expect(worstCost({ bytes: 3_000_000, maxTokens: 1e6 }, sonnet)).toBe(14);
});

test("long prompts of a model with two prices cost the higher one, and are reckoned with it before they are sent", async () => {
  const haiku = (await loadPrices()).of("claude-haiku-5-5");
  const none = { inputTokens: 0, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0, cacheWriteHourTokens: 0 };
  expect(costOf({ ...none, inputTokens: 100_000 }, haiku)).toBe(0.01);
  expect(costOf({ ...none, inputTokens: 60_000, cacheReadTokens: 60_000 }, haiku)).toBe(0.033);
  expect(worstCost({ bytes: 150_000, maxTokens: 0 }, haiku)).toBe(0.01);
  expect(worstCost({ bytes: 240_000, maxTokens: 0 }, haiku)).toBe(0.08);
});

test("a model without a price is refused, by whatever name a route gives it one is found", async () => {
  const prices = await loadPrices();
  expect(() => prices.of("claude-next-9")).toThrow(/the price of the model claude-next-9 is not known/);
  for (const name of ["global.anthropic.claude-sonnet-5-5", "anthropic.claude-sonnet-5-5-v1:0", "claude-sonnet-5-5@20260901"]) {
    expect(plainName(name)).toBe("claude-sonnet-5-5");
    expect(prices.of(name)).toBe(prices.of("claude-sonnet-5-5"));
  }
  await expect(loadPrices(join(root, "nowhere.yaml"))).rejects.toThrow(/cannot be read/);
});
