import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { owning } from "./lock.ts";

const folder = mkdtempSync(join(tmpdir(), "spoor-lock-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const mark = join(folder, "owner");

test("who works in a folder leaves a mark, and takes it away whatever happens", async () => {
  expect(await owning(folder, () => Promise.resolve(readFileSync(mark, "utf8")))).toMatch(new RegExp(`^${process.pid} `));
  await expect(owning(folder, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(existsSync(mark)).toBe(false);
});

test("the mark of a process that lives is respected, that of one that was killed is not, nor that of one with its number", async () => {
  const other = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
  try {
    writeFileSync(mark, `${other.pid} `);
    await expect(owning(folder, () => Promise.resolve())).rejects.toMatchObject({ code: "store-locked" });
    if (existsSync("/proc/self/stat")) {
      writeFileSync(mark, `${other.pid} 1`);
      expect(await owning(folder, () => Promise.resolve("free"))).toBe("free");
      writeFileSync(mark, `${other.pid} `);
    }
    const ended = new Promise((resolve) => other.once("exit", resolve));
    other.kill("SIGKILL");
    await ended;
    expect(await owning(folder, () => Promise.resolve("free"))).toBe("free");
  } finally {
    other.kill("SIGKILL");
  }
});
