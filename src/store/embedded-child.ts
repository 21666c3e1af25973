// The process that holds the embedded engine. It is a process of its own because a native crash, an out-of-memory kill or an
// engine that does not answer must not take the program with it, and because only one process may have a store's directory open:
// every other one, the parent included, talks to this one over a socket.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Session } from "chdb";
import { z } from "zod";
import { messageOf } from "../errors.ts";
import { codeIn } from "./failures.ts";
import { type Dress, SessionPool } from "./session-pool.ts";
import { statement } from "./statement.ts";
import { FrameReader, protocol, type Request, request, sendFrame } from "./wire.ts";

const orders = z.object({ directory: z.string(), maxMemoryBytes: z.number(), statementsAtOnce: z.number() });

// The parent decides when this process ends; Ctrl-C reaches the whole group of processes.
process.on("SIGINT", () => {});
process.on("SIGHUP", () => {});
// What others could read here are other people's logs.
process.umask(0o077);

const { directory, maxMemoryBytes, statementsAtOnce } = orders.parse(JSON.parse(process.argv[2] ?? "{}"));
const links = join(directory, "load");
const addressFile = join(directory, "owner");

type Outcome = { readonly code: number | null; readonly message: string };
const failureOf = (thrown: unknown): Outcome => ({ code: codeIn(messageOf(thrown)), message: messageOf(thrown) });

/** Lets so many pieces of work run at once; the others wait in order. */
function turns(places: number): <Answer>(work: () => Promise<Answer>) => Promise<Answer> {
  const waiting: (() => void)[] = [];
  let free = places;
  return async (work) => {
    if (free === 0) await new Promise<void>((go) => waiting.push(go));
    else free -= 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}

// The engine's calls use libuv's four threads; two stay free for files and for cancelling.
const engineTurn = turns(statementsAtOnce);
// One load at a time: two of the same file would both find its lines absent.
const loadTurn = turns(1);
let running = 0;
let loads = 0;

async function open(): Promise<{ pool: SessionPool; control: Session }> {
  const { Session } = await import("chdb");
  const config = join(directory, "engine.xml");
  const data = join(directory, "engine");
  mkdirSync(data, { recursive: true });
  rmSync(links, { recursive: true, force: true });
  mkdirSync(links, { recursive: true });
  writeFileSync(config, configuration(data));
  const start = (): Session => {
    const session = new Session(data, { connectionArgs: [`--config-file=${config}`, "--storage_file_read_method=pread"] });
    return session;
  };
  const control = start();
  // A database of our own: the engine's default one takes unknown table names for files.
  control.query("CREATE DATABASE IF NOT EXISTS spoor ENGINE = Atomic");
  control.query("USE spoor");
  const pool = new SessionPool(() => {
    const session = start();
    session.query("USE spoor");
    return session;
  });
  return { pool, control };
}

function configuration(data: string): string {
  const asXml = (text: string): string => text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
  return `<clickhouse>
 <tmp_path>${asXml(data)}/tmp/</tmp_path>
 <user_files_path>${asXml(data)}/user_files/</user_files_path>
 <max_server_memory_usage>${maxMemoryBytes}</max_server_memory_usage>
 <mark_cache_size>268435456</mark_cache_size>
</clickhouse>
`;
}

/** A socket inside the directory, or where that path is too long for one (about 104 bytes), in a folder of our own for temporary files. */
function socketPath(): string {
  const inside = join(directory, "engine.socket");
  if (Buffer.byteLength(inside) <= 100) return inside;
  return join(mkdtempSync(join(tmpdir(), "spoor-")), "engine.socket");
}

type Asked<Kind extends Request["kind"]> = Extract<Request, { kind: Kind }>;

/** One process that asks: its statements end with its connection. */
class Client {
  readonly #socket: Socket;
  readonly #engine: { pool: SessionPool; control: Session };
  readonly #cancelled = new Set<number>();
  readonly #active = new Map<number, string>();
  readonly #more = new Map<number, () => void>();
  readonly #credit = new Map<number, number>();
  readonly #name: string;

  constructor(socket: Socket, engine: { pool: SessionPool; control: Session }, name: string) {
    this.#socket = socket;
    this.#engine = engine;
    this.#name = name;
    const frames = new FrameReader();
    socket.on("data", (part: Buffer) => {
      for (const frame of frames.push(part)) {
        const asked = request.safeParse(frame.header);
        if (asked.success) this.#take(asked.data, frame.body);
        else socket.destroy();
      }
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      for (const id of this.#active.keys()) this.#cancel(id);
    });
    sendFrame(socket, { kind: "hello", protocol });
  }

  #take(asked: Request, body: Buffer): void {
    if (asked.kind === "cancel") this.#cancel(asked.id);
    else if (asked.kind === "more") this.#wantMore(asked.id);
    else if (asked.kind === "ping") sendFrame(this.#socket, { kind: "done", id: asked.id });
    else void this.#answer(asked, body);
  }

  async #answer(asked: Exclude<Request, { kind: "cancel" | "more" | "ping" }>, body: Buffer): Promise<void> {
    running += 1;
    this.#active.set(asked.id, `${this.#name}-${asked.id}`);
    try {
      if (asked.kind === "run") sendFrame(this.#socket, { kind: "done", id: asked.id }, await this.#run(asked));
      else if (asked.kind === "load") sendFrame(this.#socket, { kind: "done", id: asked.id, lines: await this.#load(asked) });
      else {
        await (asked.kind === "stream" ? this.#stream(asked) : this.#insert(asked, body));
        sendFrame(this.#socket, { kind: "done", id: asked.id });
      }
    } catch (thrown) {
      sendFrame(this.#socket, { kind: "failed", id: asked.id, ...failureOf(thrown) });
    } finally {
      running -= 1;
      this.#active.delete(asked.id);
      this.#cancelled.delete(asked.id);
      this.#credit.delete(asked.id);
      this.#more.delete(asked.id);
    }
  }

  /** The name under which the engine knows the statement, so that it can be cancelled. */
  #dress(id: number, settings: Dress["settings"], parameters: Dress["parameters"] = {}, readOnly = false): Dress {
    return { settings: { ...settings, log_comment: this.#active.get(id) ?? "" }, parameters, readOnly };
  }

  async #ask(id: number, sql: string, format: string, dress: Dress): Promise<Buffer> {
    return engineTurn(() =>
      this.#engine.pool.use(dress, sql, async (session) => {
        this.#refuseCancelled(id);
        const bytes = (await session.queryAsync(sql, { format })).bytes();
        return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      }),
    );
  }

  #run(asked: Asked<"run">): Promise<Buffer> {
    return this.#ask(asked.id, asked.sql, asked.format, this.#dress(asked.id, asked.settings, asked.parameters, asked.readOnly));
  }

  /** Pieces are sent as they are asked for, two ahead; the engine is called only for those. */
  async #stream(asked: Asked<"stream">): Promise<void> {
    this.#credit.set(asked.id, 2);
    const dress = this.#dress(asked.id, asked.settings, asked.parameters, asked.readOnly);
    await this.#engine.pool.use(dress, asked.sql, async (session) => {
      this.#refuseCancelled(asked.id);
      const pieces = session.queryStream(asked.sql, { format: asked.format });
      const iterator = pieces[Symbol.asyncIterator]();
      try {
        while (true) {
          await this.#credited(asked.id);
          this.#refuseCancelled(asked.id);
          const next = await engineTurn(() => iterator.next());
          if (next.done === true) return;
          const bytes = next.value.raw();
          sendFrame(this.#socket, { kind: "piece", id: asked.id }, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
        }
      } finally {
        await iterator.return?.();
      }
    });
  }

  async #insert(asked: Asked<"insert">, rows: Buffer): Promise<void> {
    await engineTurn(() =>
      this.#engine.pool.use(this.#dress(asked.id, asked.settings), "", (session) => {
        this.#refuseCancelled(asked.id);
        return session.insert({ table: asked.table, values: rows, format: "JSONEachRow" });
      }),
    );
  }

  #load(asked: Asked<"load">): Promise<number> {
    return loadTurn(async () => {
      // The engine reads wildcards in file names; a link of our own has none.
      const link = join(links, String(++loads));
      symlinkSync(asked.path, link);
      try {
        const file = { file: asked.fileUid };
        const present = await this.#linesPresent(asked, file);
        await this.#step(asked, "sql/load-lines.sql", {
          ...file,
          sourceFile: asked.sourceFile,
          path: link,
          compression: asked.compression,
          prefix: String(present.present === present.last ? present.last : 0),
        });
        await this.#step(asked, "sql/repeated-lines.sql", file);
        return (await this.#linesPresent(asked, file)).last;
      } finally {
        unlinkSync(link);
      }
    });
  }

  async #step(asked: Asked<"load">, name: string, parameters: Record<string, string>): Promise<Buffer> {
    const sql = await statement(import.meta.url, name);
    return this.#ask(asked.id, sql, "JSONEachRow", this.#dress(asked.id, asked.settings, parameters));
  }

  async #linesPresent(asked: Asked<"load">, file: Record<string, string>): Promise<{ present: number; last: number }> {
    const answer = await this.#step(asked, "sql/lines-present.sql", file);
    return z.object({ present: z.coerce.number(), last: z.coerce.number() }).parse(JSON.parse(answer.toString()));
  }

  #credited(id: number): Promise<void> {
    const credit = this.#credit.get(id) ?? 0;
    if (credit > 0) {
      this.#credit.set(id, credit - 1);
      return Promise.resolve();
    }
    return new Promise((go) => this.#more.set(id, go));
  }

  #wantMore(id: number): void {
    const go = this.#more.get(id);
    if (go === undefined) {
      if (this.#credit.has(id)) this.#credit.set(id, (this.#credit.get(id) ?? 0) + 1);
      return;
    }
    this.#more.delete(id);
    go();
  }

  #refuseCancelled(id: number): void {
    if (this.#cancelled.has(id)) throw new Error("Code: 394. DB::Exception: Query was cancelled.");
  }

  #cancel(id: number): void {
    const name = this.#active.get(id);
    if (name === undefined) return;
    this.#cancelled.add(id);
    this.#wantMore(id);
    // Not SYNC: embedded, the engine would wait for ever.
    void this.#engine.control
      .queryAsync(`KILL QUERY WHERE Settings['log_comment'] = '${name}' ASYNC FORMAT Null`)
      .catch(() => {});
  }
}

function end(cleanUp: () => void): void {
  cleanUp();
  // Leaving while a statement runs would wait for it; the engine survives being killed.
  if (running > 0) process.kill(process.pid, "SIGKILL");
  process.exit(0);
}

async function main(): Promise<void> {
  const engine = await open();
  const path = socketPath();
  rmSync(path, { force: true });
  let clients = 0;
  const server = createServer((socket) => {
    clients += 1;
    new Client(socket, engine, `${process.pid}-${clients}`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  chmodSync(path, 0o600);
  writeFileSync(addressFile, path);
  const cleanUp = (): void => {
    rmSync(addressFile, { force: true });
    rmSync(path, { force: true });
  };
  process.on("message", () => end(cleanUp));
  process.on("disconnect", () => end(cleanUp));
  process.on("SIGTERM", () => end(cleanUp));
  process.send?.({ ready: path });
}

main().catch((thrown: unknown) => {
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  process.send?.({ failed: messageOf(thrown), code }, () => process.exit(1));
});
