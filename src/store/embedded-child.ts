// The process that holds the embedded engine. It is a process of its own because a native crash, an out-of-memory kill or an
// engine that does not answer must not take the program with it, and because only one process may have a store's directory open:
// every other one, the parent included, talks to this one over a socket.
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { messageOf } from "../errors.ts";
import { EngineClient } from "./engine-client.ts";
import { OpenEngine, orders } from "./open-engine.ts";

// The longest path of a socket is 104 bytes on macOS and 108 on Linux, the closing NUL included.
const longestSocketPath = 100;

// The parent decides when this process ends; Ctrl-C reaches the whole group of processes.
process.on("SIGINT", () => {});
process.on("SIGHUP", () => {});
// Its parent, which reads this, may go before it.
process.stderr.on("error", () => {});
// What others could read here are other people's logs.
process.umask(0o077);

async function main(): Promise<void> {
  const order = orders.parse(JSON.parse(process.argv[2] ?? "{}"));
  const engine = await OpenEngine.open(order);
  const clients = new Set<EngineClient>();
  const owner = join(order.directory, "owner");
  let parent: EngineClient | null = null;
  let hasLeft = false;
  let number = 0;
  const server = createServer((socket) => {
    number += 1;
    const client = new EngineClient(socket, engine, `${process.pid}-${number}`);
    clients.add(client);
    // Others find their way here only once the parent, the first to come, has come.
    if (parent === null) renameSync(`${owner}.part`, owner);
    parent ??= client;
    socket.once("close", () => {
      clients.delete(client);
      if (hasLeft) leaveWhenAlone();
    });
  });
  const path = await listenNear(server, order.directory);
  writeFileSync(`${owner}.part`, path);
  const end = (): void => {
    rmSync(owner, { force: true });
    rmSync(`${owner}.part`, { force: true });
    rmSync(dirname(path) === order.directory ? path : dirname(path), { recursive: true, force: true });
    endAtOnce();
  };
  // The one that started it has gone: those that work through it may still finish.
  const leaveWhenAlone = (): void => {
    hasLeft = true;
    const hasOthers = [...clients].some((client) => client !== parent && client.isConnected);
    if (!hasOthers) end();
    else if (process.connected) process.send?.({ stays: true }, () => {});
  };
  process.on("message", leaveWhenAlone);
  process.on("disconnect", leaveWhenAlone);
  process.on("SIGTERM", end);
  // It may have gone while the engine opened.
  if (process.connected) process.send?.({ ready: path }, () => {});
  else leaveWhenAlone();
}

// Not `exit`: the engine's threads would be waited for, now and then for ever, with the directory still locked. What was answered is
// on disk, and the engine survives being killed.
function endAtOnce(): void {
  process.kill(process.pid, "SIGKILL");
}

/** Listens at a socket inside the directory, or, where that is too long a path or no place for sockets, in a folder of our own. */
async function listenNear(server: Server, directory: string): Promise<string> {
  const inside = join(directory, "engine.socket");
  if (Buffer.byteLength(inside) <= longestSocketPath && (await listens(server, inside))) return inside;
  const outside = join(mkdtempSync(join(tmpdir(), "spoor-")), "engine.socket");
  if (await listens(server, outside)) return outside;
  throw new Error(`cannot listen at a socket, neither in ${directory} nor in ${dirname(outside)}`);
}

function listens(server: Server, path: string): Promise<boolean> {
  rmSync(path, { force: true });
  return new Promise((resolve) => {
    const refused = (): void => resolve(false);
    server.once("error", refused);
    server.listen(path, () => {
      server.off("error", refused);
      chmodSync(path, 0o600);
      resolve(true);
    });
  });
}

main().catch((thrown: unknown) => {
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  if (process.connected) process.send?.({ failed: messageOf(thrown), code }, endAtOnce);
  else endAtOnce();
});
