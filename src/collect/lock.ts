import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SpoorError } from "../errors.ts";

/**
 * Does work that owns a folder: two commands that collect into one store would both go on with what the other left. `doing` tells the other what goes on. A process that
 * was killed leaves its mark, which the next one sees through. Rejects with store-locked.
 */
export async function owning<Result>(
  directory: string,
  work: () => Promise<Result>,
  doing = "collecting into this store",
): Promise<Result> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const mark = join(directory, "owner");
  const own = `${process.pid} ${await startOf(process.pid)}`;
  if (!(await made(mark, own))) {
    const owner = await readFile(mark, "utf8").catch(() => "");
    if (await isAlive(owner, own)) throw taken(owner, doing);
    await rm(mark, { force: true });
    if (!(await made(mark, own))) throw taken(owner, doing);
  }
  try {
    return await work();
  } finally {
    await rm(mark, { force: true });
  }
}

function taken(owner: string, doing: string): SpoorError {
  return new SpoorError("store-locked", `another command (process ${owner.split(" ")[0] ?? ""}) is ${doing}`, {
    hint: "Wait until it is done, or end it.",
  });
}

async function made(mark: string, own: string): Promise<boolean> {
  return writeFile(mark, own, { flag: "wx", mode: 0o600 }).then(
    () => true,
    (thrown: NodeJS.ErrnoException) => {
      if (thrown.code === "EEXIST") return false;
      throw thrown;
    },
  );
}

async function isAlive(owner: string, own: string): Promise<boolean> {
  const [pid = "", start = ""] = owner.split(" ");
  if (!/^\d+$/.test(pid) || owner === own) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (thrown) {
    return thrown instanceof Error && "code" in thrown && thrown.code === "EPERM";
  }
  return start === "" || start === (await startOf(Number(pid)));
}

/** When a process began, in the ticks of Linux: numbers of processes are given again. Empty where the system does not tell. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // Behind the name, which may hold anything but ends in the last bracket, it is the twentieth field.
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}
