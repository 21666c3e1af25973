import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { AttackFared, Comparison } from "../simulator/compared.ts";
import { linesOf } from "../simulator/compared-lines.ts";
import { planted, runDemo } from "../simulator/demo.ts";
import { spoorWords } from "./support/command-line.ts";

// The week of the demo at a tenth of its traffic, ending on a Friday afternoon; the vendors' clocks stand there too.
const now = Date.parse("2026-10-30T16:40:00Z");
const folder = mkdtempSync(join(tmpdir(), "spoor-demo-"));

let comparison: Comparison | null = null;
let said = "";
const fared = (id: string): AttackFared | undefined => comparison?.attacks.find((one) => one.id === id);

beforeAll(async () => {
  const outcome = await runDemo({
    folder,
    seed: 42,
    now,
    people: 60,
    busyness: 0.1,
    attacks: planted,
    spoor: (words, environment) =>
      new Promise((resolve, reject) => {
        const [program = "", ...rest] = spoorWords(words);
        const child = spawn(program, rest, { env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "pipe"] });
        for (const stream of [child.stdout, child.stderr])
          stream.on("data", (part: Buffer) => {
            said += part.toString("utf8");
          });
        child.once("error", reject);
        child.once("close", resolve);
      }),
    tell: () => undefined,
    milliseconds: () => performance.now(),
  });
  expect(outcome.code, said).toBe(0);
  comparison = outcome.comparison;
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the two planted stories are the first two", () => {
  const told = comparison === null ? "" : linesOf(comparison).join("\n");
  expect(new Set(["mailbox-takeover", "hands-on-keyboard"].map((id) => fared(id)?.rank)), told).toEqual(new Set([1, 2]));
  for (const id of ["mailbox-takeover", "hands-on-keyboard"]) expect(fared(id)?.severity).toMatch(/^(?:High|Critical)$/);
});

test("they are told across mail, identity, endpoint and network", () => {
  const seen = (id: string): string[] =>
    (fared(id)?.steps ?? []).filter((step) => step.seen === "in its story").map(({ name }) => name);
  expect(seen("mailbox-takeover")).toEqual(
    expect.arrayContaining(["click", "session-replay", "mailbox-rule", "internal-phishing"]),
  );
  expect(seen("hands-on-keyboard")).toEqual(
    expect.arrayContaining(["lure", "pasted-command", "beacon", "credentials", "movement-to-app01", "archive"]),
  );
});

test("how much was uploaded is not evaluable, as no sensor told its bytes; it is not clean", () => {
  const upload = fared("hands-on-keyboard")?.steps.find(({ name }) => name === "upload");
  const gaps = z
    .array(z.looseObject({ part: z.string(), reason: z.string() }))
    .parse(JSON.parse(readFileSync(join(folder, "out", "gaps.json"), "utf8")));
  expect(gaps.some(({ part, reason }) => part === "exfiltration" && /byte/.test(reason))).toBe(true);
  expect(upload?.why).toMatch(/upload bytes: not evaluable|no connection record has a byte count/);
});

test("the company's own phishing test stays below the alert line", () => {
  expect(comparison?.twins).toMatchObject([{ id: "phishing-simulation", isBelowAlertLine: true }]);
});

test("the truth is in nothing that the hunt wrote, and no secret is", () => {
  const truth = readFileSync(join(folder, "truth.json"), "utf8");
  const settings = readFileSync(join(folder, "settings.yaml"), "utf8");
  expect(truth).toContain("cookie-theft");
  expect(settings).toMatch(/env:SPOOR_DEMO_/);
  for (const name of ["report.md", "findings.ndjson", "stories.json", "run.json"])
    expect(readFileSync(join(folder, "out", name), "utf8")).not.toMatch(/cookie-theft|truth\.json|look_alikes/);
});
