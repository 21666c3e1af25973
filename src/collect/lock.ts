import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { isDiskFull, messageOf, SpoorError, systemCode } from "../errors.ts";

// Starters look again so often while it is not clear who of them goes first: half a minute, for a machine that has much to do.
const looks = 1200;
const pauseMs = 25;

/** The flags that this process has raised. */
const raised = new Set<string>();
let count = 0;

/**
 * Does work that owns a folder: two commands that collect into one store would both go on with what the other left. `doing` tells the
 * other what goes on. A process that was killed leaves its marks, which the next one sees through. Rejects with store-locked.
 *
 * Whoever wants the folder raises a flag, a file under a name that nobody else ever has, and owns it once it sees no other flag of a
 * process that lives (Peterson, "Myths about the mutual exclusion problem", 1981): of two, one raised its flag before the other looked.
 * So nobody need take a dead owner's mark away before it is alone, which two could do at once. The mark "owner" tells who it is.
 */
export async function owning<Result>(
  directory: string,
  work: () => Promise<Result>,
  doing = "collecting into this store",
): Promise<Result> {
  const flag = await ownFlag(directory, doing);
  try {
    return await work();
  } finally {
    await rm(join(directory, "owner"), { force: true });
    await lower(flag);
  }
}

/** Waits until it is this process's turn; gives its flag. */
async function ownFlag(directory: string, doing: string): Promise<string> {
  const mark = join(directory, "owner");
  const own = `${process.pid} ${await startOf(process.pid)}`;
  let flag: string | null = null;
  try {
    for (let look = 1; ; look += 1) {
      const others = await livingFlags(directory, flag);
      const owner = await readFile(mark, "utf8").catch(() => "");
      // Our own number and start, and no flag: from before the machine, or its container, was started anew.
      const isOwned = owner === own ? others.some(({ isOurs }) => isOurs) : await isAlive(owner);
      if (isOwned) throw taken(owner, doing);
      if (others.length === 0 && flag !== null) {
        await rm(mark, { force: true });
        await writeFile(mark, own, { flag: "wx", mode: 0o600 });
        return flag;
      }
      if (others.length === 0) {
        flag = await raise(directory, own);
        if (flag !== null) continue;
      }
      // Of several that start at once the first by name goes on, and the others make room for it.
      const isFirst = flag !== null && others.every(({ path }) => (flag ?? "") < path);
      if (flag !== null && !isFirst) {
        await lower(flag);
        flag = null;
      }
      if (look >= looks) throw taken(others[0]?.owner ?? "", doing);
      await wait(pauseMs);
    }
  } catch (thrown) {
    if (flag !== null) await lower(flag);
    if (!isDiskFull(thrown)) throw thrown;
    throw new SpoorError("disk-full", `the disk is full: ${messageOf(thrown)}`, { hint: "Free some space.", cause: thrown });
  }
}

/** The flags of processes that live, but for our own; those of the dead are taken away: nobody ever raises one of that name again. */
async function livingFlags(directory: string, own: string | null) {
  const entries = await readdir(directory).catch((cause: unknown) => {
    if (systemCode(cause) === "ENOENT") return [];
    throw cause;
  });
  const names = entries.filter((name) => /^owner\.\d+\.\d*\.\d+$/.test(name)).sort();
  const living: { readonly path: string; readonly owner: string; readonly isOurs: boolean }[] = [];
  for (const name of names) {
    const path = join(directory, name);
    if (path === own) continue;
    const [, pid = "", start = ""] = name.split(".");
    const owner = `${pid} ${start}`;
    const isOurs = raised.has(path);
    const isOfThisProcess = owner === `${process.pid} ${await startOf(process.pid)}`;
    if (isOurs || (!isOfThisProcess && (await isAlive(owner)))) living.push({ path, owner, isOurs });
    else await rm(path, { force: true });
  }
  return living;
}

/** Null where the folder was taken away at that moment, by somebody who left it empty. */
async function raise(directory: string, own: string): Promise<string | null> {
  count += 1;
  const flag = join(directory, `owner.${own.replace(" ", ".")}.${count}`);
  raised.add(flag);
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeFile(flag, "", { mode: 0o600 });
  } catch (cause) {
    raised.delete(flag);
    if (systemCode(cause) === "ENOENT") return null;
    throw cause;
  }
  return flag;
}

async function lower(flag: string): Promise<void> {
  await rm(flag, { force: true });
  raised.delete(flag);
}

function taken(owner: string, doing: string): SpoorError {
  return new SpoorError("store-locked", `another command (process ${owner.split(" ")[0] ?? ""}) is ${doing}`, {
    hint: "Wait until it is done, or end it.",
  });
}

/** Whether the process lives that "number start" names; one of its number that began at another time is another. */
async function isAlive(owner: string): Promise<boolean> {
  const [pid = "", start = ""] = owner.split(" ");
  if (!/^\d+$/.test(pid)) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (thrown) {
    return systemCode(thrown) === "EPERM";
  }
  return start === "" || start === (await startOf(Number(pid)));
}

/** When a process began, in the ticks of Linux: numbers of processes are given again. Empty where the system does not tell. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // Behind the name, which may hold anything but ends in the last bracket, it is the twentieth field.
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}
