// spoor doctor as a hunter meets it, over a simulated vendor on loopback.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { plainRecords } from "../simulator/servers/records.ts";
import { type ServedVendors, serveVendors } from "../simulator/servers/serve.ts";
import { spoor, type Told } from "./support/command-line.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
const secret = "tap-secret-planted";
const folder = mkdtempSync(join(tmpdir(), "spoor-doctor-test-"));
let served: ServedVendors;
beforeAll(async () => {
  const end = Date.now();
  served = await serveVendors({
    data: plainRecords({ seed: 1, from: end - 3_600_000, to: end, count: 5 }),
    clock: () => new Date(),
    quirks: { skewMs: 600_000 },
    credentials: {
      falcon: { clientId: "a", clientSecret: "b" },
      microsoft: { tenantId: "t", clientId: "a", clientSecret: "b" },
      proofpoint: { principal: "principal", secret },
    },
  });
});
afterAll(async () => {
  await served?.close();
  rmSync(folder, { recursive: true, force: true });
});

const answer = z.object({
  isWell: z.boolean(),
  checks: z.array(
    z.object({ part: z.string(), what: z.string(), state: z.string(), detail: z.string(), blind: z.array(z.string()) }),
  ),
  gaps: z.array(z.object({ part: z.string(), reason: z.string() })),
});

async function doctor(
  name: string,
  settings: string,
  environment: Record<string, string> = {},
): Promise<{ told: Told } & z.infer<typeof answer>> {
  writeFileSync(join(folder, name), settings);
  const told = await spoor(["doctor", "--config", name, "--json"], { cwd: folder, env: environment });
  for (const text of [told.out, told.err]) expect(text).not.toContain(secret);
  return { told, ...answer.parse(JSON.parse(told.out)) };
}
const tap = (more: string) =>
  `collect:\n  proofpoint:\n    principal: principal\n    baseUrl: ${served.proofpoint.url}\n    ${more}\n`;

test("with everything in place nothing is missing, a clock that is wrong is told, and nothing is left behind", async () => {
  const { told, isWell, checks, gaps } = await doctor("good.yaml", tap("secret: env:TAP"), { TAP: secret });
  expect([told.code, isWell]).toEqual([0, true]);
  const states = Object.fromEntries(checks.map(({ part, what, state }) => [`${part}: ${what}`, state]));
  expect(states).toMatchObject({
    "this machine: engine": "ok",
    "this machine: owners and countries of addresses": "ok",
    "store: store": "ok",
    "Proofpoint TAP: the service credential": "ok",
    "Proofpoint TAP: calls left of the day": "ok",
    "Proofpoint TAP: clock": "warning",
  });
  expect(checks.find(({ what }) => what === "clock")?.detail).toMatch(/^(599|600|601) s ahead of ours/);
  expect(gaps.map(({ reason }) => reason).join()).toContain("never evidence");
  expect(readdirSync(folder).sort()).toEqual(["good.yaml"]);
});

test("what is wrong with one vendor hides nothing of the others, and each line names the next step", async () => {
  writeFileSync(join(folder, "readable"), secret, { mode: 0o644 });
  const wrong = await doctor("wrong.yaml", `${tap("secret: env:TAP")}  nobody: {}\nmmdb: [absent.mmdb]\n`, {
    TAP: "another-secret",
  });
  expect([wrong.told.code, wrong.isWell]).toEqual([1, false]);
  const bad = wrong.checks
    .filter(({ state }) => state !== "ok")
    .map(({ part, what, state, blind }) => [part, what, state, blind.length > 0]);
  expect(bad).toEqual([
    ["this machine", "owners and countries of addresses", "missing", true],
    ["nobody", "settings", "missing", true],
    ["Proofpoint TAP", "the service credential", "missing", true],
    ["Proofpoint TAP", "clock", "warning", false],
  ]);
  expect(wrong.checks.find(({ what }) => what === "the service credential")?.detail).toContain("TAP dashboard");

  const plain = await doctor("plain.yaml", tap(`secret: ${secret}`));
  expect([plain.told.code, plain.checks.at(-1)?.state]).toEqual([1, "missing"]);
  expect(plain.checks.at(-1)?.detail).toContain("collect.proofpoint.secret: it must say where the secret lies");

  const readable = await doctor("readable.yaml", tap("secret: file:readable"));
  expect(readable.checks.at(-1)?.detail).toContain("chmod 600");
});
