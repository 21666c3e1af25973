import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { folderObjects } from "../objects/folder.ts";
import { seededRandom } from "../stats/random.ts";
import { fitUserModel } from "./fit-user-model.ts";
import { ModelRegistry, type ShadowChange } from "./registry.ts";

const folder = mkdtempSync(join(tmpdir(), "spoor-registry-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function modelOf(seed: number, name = "people") {
  const random = seededRandom(seed);
  return fitUserModel({
    name,
    features: [{ name: "login_hour", unit: "hour of day" }],
    window: { from: "2026-11-01 00:00:00.000000", to: "2026-11-08 00:00:00.000000" },
    matrix: { rows: 40, columns: 1, values: Float64Array.from({ length: 40 }, random.normal) },
    seed,
    forest: { trees: 5 },
  });
}

const change: ShadowChange = {
  window: { from: "2026-11-01 00:00:00.000000", to: "2026-11-08 00:00:00.000000" },
  added: ["somebody signs in unlike the others"],
  removed: [],
  kept: 2,
  below: { before: 3, after: 4 },
};
const noon = new Date("2026-11-09T12:00:00Z");

describe("the registry", () => {
  let count = 0;
  let place = "";
  let registry: ModelRegistry;
  beforeEach(() => {
    place = join(folder, `registry-${++count}`);
    registry = new ModelRegistry(folderObjects(place));
  });

  test("keeps every version under its hash, once, and gives it back whole", async () => {
    const [first, second] = [modelOf(1), modelOf(2)];
    expect(await registry.add(first)).toBe(first.hash);
    await registry.add(first);
    await registry.add(second);
    expect((await registry.versions()).map(({ hash }) => hash)).toEqual([first.hash, second.hash].sort());
    expect(await registry.get("people", second.hash.slice(0, 10))).toEqual(second);
  });

  test("puts a version in use, keeps what that changed, and can go back", async () => {
    const [first, second] = [modelOf(1), modelOf(2)];
    await registry.add(first);
    await registry.add(second);
    await expect(registry.get("people")).rejects.toMatchObject({ code: "not-found" });
    await registry.promote("people", first.hash, change, noon);
    await registry.promote("people", second.hash, change, noon);
    expect(await registry.get("people")).toEqual(second);
    expect(await registry.promotions("people")).toMatchObject([{ hash: first.hash }, { hash: second.hash, change }]);
    expect((await registry.versions()).filter((one) => one.isPromoted).map(({ hash }) => hash)).toEqual([second.hash]);
  });

  test("refuses what was tampered with, renamed or swapped", async () => {
    const [first, second] = [modelOf(1), modelOf(2)];
    await registry.add(first);
    await registry.add(second);
    const file = (hash: string) => join(place, "people", "versions", `${hash}.json`);
    const text = readFileSync(file(first.hash), "utf8");
    writeFileSync(file(first.hash), text.replace('"seed":1', '"seed":3'));
    await expect(registry.get("people", first.hash)).rejects.toMatchObject({ code: "bad-model" });
    writeFileSync(file(first.hash), readFileSync(file(second.hash)));
    await expect(registry.get("people", first.hash)).rejects.toThrow("is another model");
    writeFileSync(join(place, "people", "promoted.json"), '{"format":"spoor-promotions"}');
    await expect(registry.get("people")).rejects.toThrow("is damaged");
  });

  test("a damaged version is made whole when it is taken in again; what others put there is no model", async () => {
    const model = modelOf(1);
    await registry.add(model);
    writeFileSync(join(place, "people", "versions", `${model.hash}.json`), "{");
    await expect(registry.get("people", model.hash)).rejects.toMatchObject({ code: "bad-model" });
    await registry.add(model);
    expect(await registry.get("people", model.hash)).toEqual(model);
    const foreign = join(place, "\u001b[31mred; \u202e", "versions");
    mkdirSync(foreign, { recursive: true });
    writeFileSync(join(foreign, `${model.hash}.json`), "{}");
    expect((await registry.versions()).map(({ name }) => name)).toEqual(["people"]);
  });

  test("says which versions there are when a beginning fits several or none", async () => {
    for (let seed = 1; seed <= 20; seed++) await registry.add(modelOf(seed));
    await expect(registry.get("people", "")).rejects.toMatchObject({ code: "usage" });
    await expect(registry.get("people", "0".repeat(64))).rejects.toMatchObject({ code: "not-found" });
    expect(readdirSync(join(place, "people", "versions"))).toHaveLength(20);
  });
});
