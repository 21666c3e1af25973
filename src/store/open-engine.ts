import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Session } from "chdb";
import { z } from "zod";
import { messageOf } from "../errors.ts";
import { type Dress, SessionPool } from "./session-pool.ts";
import { statement } from "./statement.ts";
import { turns } from "./turns.ts";
import type { Request } from "./wire.ts";
import { WriterTurn } from "./writer-turn.ts";

/** Where an engine lives and what it may use. */
export const orders = z.object({ directory: z.string(), maxMemoryBytes: z.number(), statementsAtOnce: z.number() });
export type Orders = z.infer<typeof orders>;

type LoadRequest = Extract<Request, { kind: "load" }>;

/** The embedded engine of a directory, in this process. Runs only in the process of embedded-child. */
export class OpenEngine {
  /** Whose turn it is to read logs into the store. */
  readonly writer = new WriterTurn();
  readonly #pool: SessionPool;
  readonly #control: Session;
  readonly #links: string;
  // The engine's calls use libuv's four threads; two stay free for files and for cancelling.
  readonly #turn: ReturnType<typeof turns>;
  // One load at a time: two of the same file would both find its lines absent.
  readonly #loadTurn = turns(1);
  #loads = 0;

  private constructor(pool: SessionPool, control: Session, links: string, statementsAtOnce: number) {
    this.#pool = pool;
    this.#control = control;
    this.#links = links;
    this.#turn = turns(statementsAtOnce);
  }

  /** Loads the engine's package and takes the directory; throws when another process has it. */
  static async open({ directory, maxMemoryBytes, statementsAtOnce }: Orders): Promise<OpenEngine> {
    const { Session } = await import("chdb");
    const config = join(directory, "engine.xml");
    const data = join(directory, "engine");
    const links = join(directory, "load");
    mkdirSync(data, { recursive: true });
    // Several may try to open the store at once: none may read the half of what another writes.
    writeFileSync(`${config}.${process.pid}`, configuration(data, maxMemoryBytes));
    renameSync(`${config}.${process.pid}`, config);
    // pread: a file that shrinks while it is read would crash a process that has it mapped.
    const start = (): Session =>
      new Session(data, { connectionArgs: [`--config-file=${config}`, "--storage_file_read_method=pread"] });
    const control = start();
    rmSync(links, { recursive: true, force: true });
    mkdirSync(links);
    // A database of our own: the engine's default one takes unknown table names for files.
    control.query("CREATE DATABASE IF NOT EXISTS spoor ENGINE = Atomic");
    const pool = new SessionPool(() => {
      const session = start();
      session.query("USE spoor");
      return session;
    });
    return new OpenEngine(pool, control, links, statementsAtOnce);
  }

  /** The whole answer. `begin` is called when the statement's turn has come; it throws when the statement is no longer wanted. */
  ask(sql: string, format: string, dress: Dress, begin: () => void): Promise<Buffer> {
    return this.#turn(() =>
      this.#pool.use(dress, sql, async (session) => {
        begin();
        return asBuffer((await session.queryAsync(sql, { format })).bytes());
      }),
    );
  }

  /** The answer piece by piece; the engine is called only for the next one. */
  async stream(
    sql: string,
    format: string,
    dress: Dress,
    wanted: () => Promise<void>,
    give: (piece: Buffer) => void,
  ): Promise<void> {
    await this.#pool.use(dress, sql, async (session) => {
      const pieces = session.queryStream(sql, { format })[Symbol.asyncIterator]();
      try {
        while (true) {
          await wanted();
          const next = await this.#turn(() => pieces.next());
          if (next.done === true) return;
          give(asBuffer(next.value.raw()));
        }
      } finally {
        await pieces.return?.();
      }
    });
  }

  async insert(table: string, rows: Buffer, dress: Dress, begin: () => void): Promise<void> {
    await this.#turn(() =>
      this.#pool.use(dress, "", (session) => {
        begin();
        return session.insert({ table, values: rows, format: "JSONEachRow" });
      }),
    );
  }

  /** Writes the lines of a file that are absent, and notes those that repeat an earlier one. Gives the number of lines. */
  load(asked: LoadRequest, dress: Dress, begin: () => void): Promise<number> {
    const ask = async (name: string, parameters: Record<string, string>): Promise<Buffer> =>
      this.ask(await statement(import.meta.url, name), "JSONEachRow", { ...dress, parameters }, begin);
    const file = { file: asked.fileUid };
    const linesPresent = async (): Promise<z.infer<typeof presentRow>> =>
      presentRow.parse(JSON.parse((await ask("sql/lines-present.sql", file)).toString("utf8")));
    return this.#loadTurn(() =>
      this.#withLink(asked.path, async (path) => {
        const { present, last } = await linesPresent();
        const prefix = String(present === last ? last : 0);
        const { sourceFile, compression } = asked;
        await ask("sql/load-lines.sql", { ...file, sourceFile, path, compression, prefix });
        await ask("sql/repeated-lines.sql", file);
        return (await linesPresent()).last;
      }),
    );
  }

  /** Ends the statements that run under a name. Not SYNC: embedded, the engine would wait for ever. */
  async kill(name: string): Promise<void> {
    const sql = `KILL QUERY WHERE Settings['log_comment'] = '${name}' ASYNC FORMAT Null`;
    await this.#control.queryAsync(sql).catch(() => {});
  }

  /** The engine reads wildcards in the names of files; a link of our own has none. */
  async #withLink<Answer>(path: string, work: (link: string) => Promise<Answer>): Promise<Answer> {
    this.#loads += 1;
    const link = join(this.#links, String(this.#loads));
    symlinkSync(path, link);
    try {
      return await work(link);
    } catch (thrown) {
      throw new Error(messageOf(thrown).replaceAll(link, path));
    } finally {
      unlinkSync(link);
    }
  }
}

const presentRow = z.object({ present: z.coerce.number(), last: z.coerce.number() });

function configuration(data: string, maxMemoryBytes: number): string {
  const path = data.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
  return `<clickhouse>
 <tmp_path>${path}/tmp/</tmp_path>
 <user_files_path>${path}/user_files/</user_files_path>
 <max_server_memory_usage>${maxMemoryBytes}</max_server_memory_usage>
 <mark_cache_size>268435456</mark_cache_size>
</clickhouse>
`;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
