import { type ChildProcess, fork, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

test("of many processes that start at once over a dead owner's mark one at a time owns the folder, and one of them does", async () => {
  const place = join(folder, "contested");
  const inside = join(folder, "inside");
  const script = join(folder, "starter.mts");
  writeFileSync(
    script,
    `import { rmSync, writeFileSync } from "node:fs";
     import { setTimeout } from "node:timers/promises";
     import { owning } from ${JSON.stringify(new URL("./lock.ts", import.meta.url).href)};
     const attempt = () => owning(${JSON.stringify(place)}, async () => {
       // Exclusive: fails where another is inside.
       writeFileSync(${JSON.stringify(inside)}, "", { flag: "wx" });
       await setTimeout(3);
       rmSync(${JSON.stringify(inside)});
       return "owned";
     });
     process.on("message", () => void attempt().catch((thrown) => thrown.code).then((outcome) => process.send(outcome)));
     process.send("ready");`,
  );
  const starters = Array.from({ length: 6 }, () =>
    fork(script, { execArgv: ["--import", "tsx"], cwd: join(import.meta.dirname, "../..") }),
  );
  const told = (child: ChildProcess): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const died = (code: number | null): void => reject(new Error(`a starter ended with ${code}`));
      child.once("exit", died);
      child.once("message", (outcome) => {
        child.off("exit", died);
        resolve(outcome);
      });
    });
  try {
    await Promise.all(starters.map(told));
    for (let round = 0; round < 25; round += 1) {
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, "owner"), "4194305 1");
      writeFileSync(join(place, "owner.4194305.1.1"), "");
      const outcomes = starters.map(told);
      for (const starter of starters) starter.send("go");
      const seen = await Promise.all(outcomes);
      expect(seen).toContain("owned");
      expect(seen.filter((outcome) => outcome !== "owned" && outcome !== "store-locked")).toEqual([]);
      expect(readdirSync(place)).toEqual([]);
    }
  } finally {
    for (const starter of starters) starter.kill("SIGKILL");
  }
});

test("a process does not take what it owns from itself", async () => {
  const second = owning(folder, () => owning(folder, () => Promise.resolve()));
  await expect(second).rejects.toMatchObject({ code: "store-locked" });
  expect(readdirSync(folder).filter((name) => name.startsWith("owner"))).toEqual([]);
});
