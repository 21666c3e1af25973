import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { sha256, writeFolder } from "./folder.ts";

const folder = mkdtempSync(join(tmpdir(), "spoor-publish-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("files are written whole, in folders of their own, over those of an earlier run", async () => {
  const target = join(folder, "results");
  await writeFolder(target, [{ name: "report.md", text: "first" }]);
  await writeFolder(target, [
    { name: "report.md", text: "second" },
    { name: "models/one.json", text: "{}\n" },
  ]);
  expect(readdirSync(target, { recursive: true, encoding: "utf8" }).sort()).toEqual(["models", "models/one.json", "report.md"]);
  expect(readFileSync(join(target, "report.md"), "utf8")).toBe("second");
});

test("a file that cannot be written is named, and half of it does not stay", async () => {
  const target = join(folder, "blocked");
  mkdirSync(join(target, "report.md"), { recursive: true });
  await expect(
    writeFolder(target, [
      { name: "gaps.json", text: "[]\n" },
      { name: "report.md", text: "text" },
    ]),
  ).rejects.toMatchObject({ code: "publish-failed", message: expect.stringContaining(join(target, "report.md")) });
  expect(readdirSync(target).sort()).toEqual(["gaps.json", "report.md"]);
  writeFileSync(join(folder, "file"), "");
  await expect(writeFolder(join(folder, "file"), [{ name: "a", text: "" }])).rejects.toMatchObject({ code: "publish-failed" });
});

test("a hash is of the bytes in UTF-8", () => {
  expect(sha256("ü")).toBe("607474ca475a9724d7360aba71a56d5df77e61350e3f724cfa1f46e857e2d85f");
});
