import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("../../../shared/tools/clickhouse-nodes.py", import.meta.url));

/** Why real nodes cannot be started here; null when they can. */
export const noNodes: string | null = reasonAgainstNodes();

function reasonAgainstNodes(): string | null {
  if (!existsSync(script)) return "shared/tools/clickhouse-nodes.py is not there";
  if (spawnSync("python3", ["--version"]).status !== 0) return "python3 is not installed";
  return engineLibrary() === null ? "the package chdb is not installed" : null;
}

function engineLibrary(): string | null {
  try {
    const require = createRequire(import.meta.url);
    const locate: unknown = require("chdb/libchdb");
    if (typeof locate !== "object" || locate === null || !("libchdbPath" in locate)) return null;
    return typeof locate.libchdbPath === "function" ? String(locate.libchdbPath()) : null;
  } catch {
    return null;
  }
}

export interface Nodes {
  /** URL of a store on the cluster of both nodes, in the database `name`. */
  url(name: string): string;
  /** URL of a store on the first node alone. */
  singleUrl(name: string): string;
  /** Kills a node (1 or 2) as a crash would; it is started again. */
  kill(node: 1 | 2): Promise<void>;
  stop(): Promise<void>;
}

/** What the user `agent`, who may only read, may read. */
export interface Reader {
  readonly database: string;
  readonly password: string;
}

/**
 * Starts two ClickHouse servers on loopback, which form one cluster of two shards. A node that ends is started again: this build of
 * the engine is a library, and gives up where a server would only log that its peer broke off a failing statement.
 */
export async function startNodes(reader: Reader = { database: "hunt", password: "agent" }): Promise<Nodes> {
  const directory = mkdtempSync(join(tmpdir(), "spoor-nodes-"));
  const base = await freePorts(12);
  const child = spawn(
    "python3",
    [
      script,
      "--nodes",
      "2",
      "--base-port",
      String(base),
      "--dir",
      directory,
      "--lib",
      engineLibrary() ?? "",
      "--agent-db",
      reader.database,
      "--agent-password",
      reader.password,
      "--restart",
      "--stdin-eof",
      "--die-with-parent",
    ],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (part: Buffer) => {
      text += part.toString("utf8");
      if (text.includes("READY")) resolve();
    });
    void ended.then(() => reject(new Error(`the nodes did not start: ${text}`)));
  });
  const [first, second] = [base, base + 10];
  return {
    url: (name) => `http://default@127.0.0.1:${first}/${name}?cluster=hunt&nodes=127.0.0.1:${second}`,
    singleUrl: (name) => `http://default@127.0.0.1:${first}/${name}`,
    kill: async (node) => {
      const pid = Number(readFileSync(join(directory, `node${node}`, "pid"), "utf8"));
      process.kill(pid, "SIGKILL");
    },
    stop: async () => {
      child.stdin.end();
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The first of so many consecutive ports, the first one of which is free now. */
async function freePorts(count: number): Promise<number> {
  const port = await new Promise<number>((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
  return port + count < 65_536 ? port : port - count;
}
