import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { truthOfFolder } from "../src/evaluation/truth.ts";
import { truthFile } from "../src/evaluation/truth-file.ts";
import { attackOf, attacks } from "./attacks/library.ts";
import { day } from "./calendar.ts";
import { together } from "./occurrences.ts";
import { keysOf } from "./record-keys.ts";
import { type ScenarioOptions, tellScenario } from "./scenario.ts";
import { truthOf } from "./scenario-truth.ts";
import { vendorDataOf } from "./vendors.ts";

const start = Date.UTC(2026, 10, 16);
const options: ScenarioOptions = {
  seed: 42,
  start,
  days: 5,
  people: 60,
  busyness: 0.05,
  attacks: attacks.map(({ id }) => id),
};
const all = tellScenario(options);
const quiet = tellScenario({ ...options, attacks: [] });

const hashOf = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("hex");

test("the background is the same with and without attacks, and the same options tell the same attacks", () => {
  expect(hashOf(all.background)).toBe(hashOf(quiet.background));
  expect(Object.values(quiet.attack).flat()).toEqual([]);
  expect(hashOf(tellScenario(options).attack)).toBe(hashOf(all.attack));
  expect(hashOf(tellScenario({ ...options, seed: 7 }).attack)).not.toBe(hashOf(all.attack));
});

test("the library has at least a dozen attacks and their benign twins, each with its techniques", () => {
  const malicious = attacks.filter(({ kind }) => kind === "attack");
  expect(malicious.length).toBeGreaterThanOrEqual(12);
  expect(attacks.length).toBeGreaterThan(malicious.length);
  expect(attacks.map(({ id }) => id)).toEqual([...new Set(attacks.map(({ id }) => id))].sort());
  for (const { techniques } of malicious) for (const technique of techniques) expect(technique).toMatch(/^T\d{4}(\.\d{3})?$/);
  for (const { techniques } of attacks.filter(({ kind }) => kind === "look-alike")) expect(techniques).toEqual([]);
  expect(() => attackOf("none-such")).toThrow(/there is no attack/);
});

test("each attack has steps with something in them, within the days told, each of which shows some of its techniques", () => {
  const end = start + options.days * day;
  for (const { attack, steps } of all.planted) {
    expect(steps.length, attack.id).toBeGreaterThan(0);
    for (const step of steps) {
      expect(Object.values(step.occurrences).flat().length, `${attack.id} ${step.name}`).toBeGreaterThan(0);
      expect(step.from).toBeGreaterThanOrEqual(start);
      expect(step.to).toBeLessThanOrEqual(end);
      expect(step.techniques.length > 0).toBe(attack.kind === "attack");
      expect(step.devices.length + step.users.length + (step.source === null ? 0 : 1)).toBeGreaterThan(0);
    }
  }
});

test("attacks strike different people, and each person struck was at work", () => {
  const [takeover, hands] = ["mailbox-takeover", "hands-on-keyboard"].map((id) =>
    all.planted.find(({ attack }) => attack.id === id)?.steps.find(({ name }) => name === "click" || name === "lure"),
  );
  expect(takeover?.users).toHaveLength(1);
  expect(takeover?.users).not.toEqual(hands?.users);
  expect(all.background.processStarts.some(({ device }) => device.hostname === takeover?.devices[0])).toBe(true);
});

test("what lasts goes on to the end, and nothing is told after it", () => {
  const end = start + 4.6 * day;
  const cut = tellScenario({ ...options, end, attacks: ["hands-on-keyboard"] });
  for (const kind of Object.values({ ...cut.background, ...cut.attack }))
    for (const { time } of kind) expect(time).toBeLessThan(end);
  const second = cut.planted[0]?.steps.find(({ name }) => name === "second-beacon");
  expect(end - (second?.to ?? 0)).toBeLessThan(6 * 60_000);
});

test("the session that is replayed is the victim's own: one session, two networks, and no prompt on the second", () => {
  const replay = all.planted
    .find(({ attack }) => attack.id === "mailbox-takeover")
    ?.steps.find(({ name }) => name === "session-replay");
  const sessions = new Set(replay?.occurrences.signIns.map(({ sessionId }) => sessionId));
  const own = all.attack.signIns.filter(
    ({ sessionId, address }) => sessionId !== undefined && sessions.has(sessionId) && address !== replay?.source,
  );
  expect(sessions.size).toBe(1);
  expect(own.length).toBeGreaterThan(2);
  expect(own.some(({ authentication }) => authentication?.steps.some(({ method }) => method === "Mobile app notification"))).toBe(
    true,
  );
  expect(replay?.occurrences.signIns.flatMap(({ authentication }) => authentication?.steps.map(({ method }) => method))).toEqual(
    replay?.occurrences.signIns.map(() => "Previously satisfied"),
  );
});

test("the truth names each step's records by ids that the vendors know, and the evaluation can read it", () => {
  const data = vendorDataOf(together(all.background, all.attack), all.estate);
  const known = new Map(keysOf(data).map(({ list, keys }) => [list, new Set(keys)]));
  const truth = truthOf(all, data, options.seed);
  for (const { id, steps } of [...truth.attacks, ...truth.look_alikes])
    for (const { name, records } of steps) {
      expect(
        records.reduce((sum, { count }) => sum + count, 0),
        `${id} ${name}`,
      ).toBeGreaterThan(0);
      for (const { list, keys } of records) expect(keys.filter((key) => known.get(list)?.has(key) !== true)).toEqual([]);
    }
  const read = truthOfFolder(truthFile.parse(JSON.parse(JSON.stringify(truth))));
  expect(read.unscored).toBeNull();
  expect(read.areas.map(({ area, positives }) => [area, positives.length])).toEqual([
    ["beaconing", 3],
    ["exfiltration", 2],
    ["lateral-movement", 3],
    ["password-attack", 2],
  ]);
});
