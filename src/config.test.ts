import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadConfig } from "./config.ts";
import { SpoorError } from "./errors.ts";

const folder = mkdtempSync(join(tmpdir(), "spoor-config-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(text: string): string {
  const path = join(folder, "spoor.yaml");
  writeFileSync(path, text);
  return path;
}

async function complaint(text: string | undefined, given: Record<string, unknown> = {}): Promise<string> {
  const thrown: unknown = await loadConfig(text === undefined ? undefined : file(text), given).then(
    () => null,
    (error: unknown) => error,
  );
  if (!(thrown instanceof SpoorError)) throw new Error(`expected a SpoorError, got ${String(thrown)}`);
  expect(thrown.code).toBe("configuration");
  return thrown.message.replaceAll(`${folder}/`, "");
}

test("the command line wins over the file, the file over the default, and parameters are joined", async () => {
  const path = file("budget: 5\nout: ./results\nset:\n  beaconing: { countThreshold: 12, timeThresholdSeconds: 30 }\n");
  const config = await loadConfig(path, { budget: 9, set: { beaconing: { countThreshold: 20 }, exfiltration: { a: 1 } } });
  expect([config.budget, config.out, config.seed]).toEqual([9, "./results", 42]);
  expect(config.set).toEqual({ beaconing: { countThreshold: 20, timeThresholdSeconds: 30 }, exfiltration: { a: 1 } });
});

test("an empty file, and one with only comments, changes nothing", async () => {
  const defaults = await loadConfig(undefined, {});
  expect(await loadConfig(file(""), {})).toEqual(defaults);
  expect(await loadConfig(file("# budget: 3\n"), {})).toEqual(defaults);
});

test("each wrong setting is told with where it came from", async () => {
  expect(await complaint("budget: many\ninternal: [10.0.0.0/99]\nbugdet: 3\n", { seed: -1 })).toBe(
    [
      "--seed: Too small: expected number to be >=0",
      "spoor.yaml: internal.0: 10.0.0.0/99 is not an address block such as 10.0.0.0/8",
      "spoor.yaml: budget: Invalid input: expected number, received string",
      "spoor.yaml: there is no setting bugdet",
    ].join("\n"),
  );
  expect(await complaint("internal: [nonsense]\n", { internal: ["elsewhere"] })).toBe(
    "--internal: elsewhere is not an address block such as 10.0.0.0/8",
  );
  expect(await complaint("set: { beaconing: 3 }\n")).toBe(
    "spoor.yaml: set.beaconing: Invalid input: expected record, received number",
  );
});

test.each([
  ["a list", "- budget\n", "is not a YAML file of settings"],
  ["text", "just words\n", "is not a YAML file of settings"],
  ["broken YAML", "budget: [\n", "is not a YAML file of settings"],
  ["two of one setting", "budget: 1\nbudget: 2\n", "Map keys must be unique"],
  [
    "a bomb of references",
    `a: &a [x]\n${[..."bcdefghij"].map((name, at) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghi"[at]}`).join(",")}]`).join("\n")}\n`,
    "spoor.yaml",
  ],
])("a file that holds %s is refused", async (_, text, message) => {
  expect(await complaint(text)).toContain(message);
});

test("a file that is not there is told", async () => {
  await expect(loadConfig(join(folder, "absent.yaml"), {})).rejects.toThrow(/absent\.yaml cannot be read/);
});
