import { createHash, randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { ClickHouseError, ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { z } from "zod";
import { messageOf, SpoorError } from "../errors.ts";
import type { Engine, Statement } from "./engine.ts";
import { storeFailure } from "./failures.ts";
import { lineBatches } from "./line-batches.ts";
import { migrateClusterNode, migrateEmbedded } from "./migrate.ts";
import { type ServerLocation, serverLocation } from "./server-location.ts";
import { type Limits, settingsFor } from "./settings.ts";
import { statement } from "./statement.ts";
import type { LandingFile, QueryOptions, SqlParameters, Store } from "./store.ts";
import { storeOver } from "./store-over.ts";

/** A store on a ClickHouse server or cluster. */
export interface ServerOptions {
  /** `http(s)://user@host:port/database?cluster=NAME`, see serverLocation. */
  readonly url: string;
  /** Instead of one in the URL. */
  readonly password?: string;
  /** Limit of one statement on each node; default 4 GiB. */
  readonly maxMemoryBytes?: number;
  /** Limit of one statement; default 600 s. */
  readonly maxSeconds?: number;
}

type Client = ReturnType<typeof createClient>;

const attempts = 5;
const firstPauseMs = 250;
// A statement that is only just beginning is not yet known to the server: it is asked again.
const killAgainMs = 250;
const killPatienceMs = 5_000;

// Pushed below a UNION ALL of Distributed tables, a GLOBAL IN loses rows without a word (seen in 26.7: 1293 of 1818), and a
// condition is tried on rows that an inner one would have kept from it.
const clusterSettings = { query_plan_filter_push_down: "0" };

/** Opens the store of a database on a server, which is made when absent. Rejects with usage or store-unavailable. */
export async function openServerStore(options: ServerOptions): Promise<Store> {
  const location = serverLocation(options.url, options.password);
  const limits = { maxSeconds: options.maxSeconds ?? 600, maxMemoryBytes: options.maxMemoryBytes ?? 4 * 2 ** 30 };
  const isReadOnly = await isReadOnlyUser(location);
  const nodes = location.cluster === null ? location.nodes : await nodesOf(location, location.cluster);
  if (!isReadOnly) for (const node of nodes) await makeDatabase(node, location);
  const engine = new ServerEngine({ ...location, nodes }, limits, isReadOnly);
  try {
    await engine.run({ sql: "SELECT 1", parameters: {}, format: "JSONCompactEachRow", options: {} });
  } catch (thrown) {
    await engine.close();
    throw thrown;
  }
  return storeOver(engine);
}

function clientOf(node: string, { username, password }: ServerLocation, database: string | null, maxSeconds: number): Client {
  return createClient({
    url: node,
    username,
    password,
    ...(database === null ? {} : { database }),
    application: "spoor",
    // The engine's own limit ends a statement; this one is for a server that has gone silent.
    request_timeout: (Math.max(maxSeconds, 3600) + 60) * 1000,
    // Errors reach the caller; the client would also print them.
    log: { level: ClickHouseLogLevel.OFF },
    use_multipart_params_auto: true,
  });
}

async function once<Answer>(node: string, location: ServerLocation, work: (client: Client) => Promise<Answer>): Promise<Answer> {
  const client = clientOf(node, location, null, 0);
  try {
    return await work(client);
  } catch (thrown) {
    throw failureOf(thrown, node);
  } finally {
    await client.close();
  }
}

function firstNode(location: ServerLocation): string {
  return location.nodes[0] ?? "";
}

/** A user with readonly = 1 may not send settings at all; the server's profile has to hold them. */
async function isReadOnlyUser(location: ServerLocation): Promise<boolean> {
  return once(firstNode(location), location, async (client) => {
    const answer = await client.query({ query: "SELECT toString(getSetting('readonly')) AS value", format: "JSONEachRow" });
    return (await answer.text()).includes('"1"');
  });
}

const nodeRow = z.array(z.object({ host_name: z.string() }));

async function nodesOf(location: ServerLocation, cluster: string): Promise<readonly string[]> {
  const node = firstNode(location);
  const hosts = await once(node, location, async (client) => {
    const answer = await client.query({
      query: "SELECT DISTINCT host_name FROM system.clusters WHERE cluster = {cluster:String} ORDER BY host_name",
      query_params: { cluster },
      format: "JSONEachRow",
    });
    return nodeRow.parse(await answer.json());
  });
  if (hosts.length === 0)
    throw new SpoorError("store-unavailable", `the server ${node} knows no cluster ${cluster}`, {
      hint: "Its name is that of remote_servers in the server's configuration (SELECT DISTINCT cluster FROM system.clusters).",
    });
  if (location.nodes.length > 1) return location.nodes;
  const { protocol, port } = new URL(node);
  const named = hosts.map(({ host_name }) => new URL(`${protocol}//${host_name}${port === "" ? "" : `:${port}`}`).origin);
  // The one that was named may go by another name among its peers: first the peers' names, as each must be met exactly once.
  return named;
}

async function makeDatabase(node: string, location: ServerLocation): Promise<void> {
  await once(node, location, (client) => client.command({ query: `CREATE DATABASE IF NOT EXISTS ${location.database}` })).catch(
    (thrown: unknown) => {
      // A user may lack the right to make one that is there already; if it is not, the next statement says so.
      if (!(thrown instanceof SpoorError) || thrown.code !== "store-query") throw thrown;
    },
  );
}

class ServerEngine implements Engine {
  readonly home = "server";
  readonly #location: ServerLocation;
  readonly #limits: Limits;
  readonly #isReadOnly: boolean;
  readonly #clients: readonly { readonly node: string; readonly client: Client }[];
  #turn = 0;

  constructor(location: ServerLocation, limits: Limits, isReadOnly: boolean) {
    this.#location = location;
    this.#limits = limits;
    this.#isReadOnly = isReadOnly;
    this.#clients = location.nodes.map((node) => ({
      node,
      client: clientOf(node, location, location.database, limits.maxSeconds),
    }));
  }

  async run(asked: Statement): Promise<Buffer> {
    const { sql, parameters, format, options } = asked;
    const deleting = this.#location.cluster === null ? null : /^\s*DELETE FROM (\w+)\b(?=\s+WHERE\b)/i.exec(sql);
    if (deleting !== null) return this.#deleteEverywhere(asked, deleting);
    // Reading again is harmless; writing again only under the same token.
    const mayRepeat = format !== "Null" || options.token !== undefined;
    return this.#try(mayRepeat ? attempts : 1, options.signal, (client, queryId) => {
      const asked = {
        query: sql,
        query_params: { ...parameters },
        query_id: queryId,
        clickhouse_settings: this.#settings(options, { wait_end_of_query: 1 as const }),
      };
      return format === "Null"
        ? client.command(asked).then(() => Buffer.alloc(0))
        : client.query({ ...asked, format }).then(async (answer) => Buffer.from(await answer.text()));
    });
  }

  /** A Distributed table takes no DELETE: it goes to the tables under it, on every node. */
  async #deleteEverywhere({ sql, parameters, options }: Statement, [head, table]: RegExpExecArray): Promise<Buffer> {
    const local = `DELETE FROM ${table}_local${sql.slice(head.length)}`;
    for (const { client, node } of this.#clients)
      await cancellable(client, options.signal, (_, queryId) =>
        client.command({
          query: local,
          query_params: { ...parameters },
          query_id: queryId,
          clickhouse_settings: this.#settings(options, { wait_end_of_query: 1 as const }),
        }),
      ).catch((thrown: unknown) => {
        throw options.signal?.aborted === true ? wasCancelled() : failureOf(thrown, node);
      });
    return Buffer.alloc(0);
  }

  async *stream({ sql, parameters, format, options }: Statement): AsyncIterable<Buffer> {
    if (format !== "JSONEachRow") throw new SpoorError("internal", `${format} is not streamed`);
    const { client, node } = this.#next();
    const queryId = randomUUID();
    const stop = (): void => void kill(client, queryId);
    options.signal?.addEventListener("abort", stop, { once: true });
    let isDone = false;
    try {
      const answer = await client.query({
        query: sql,
        query_params: { ...parameters },
        query_id: queryId,
        format: "JSONEachRow",
        clickhouse_settings: this.#settings(options, {}),
      });
      for await (const rows of answer.stream<unknown>()) yield Buffer.from(rows.map((row) => row.text).join("\n"));
      isDone = true;
    } catch (thrown) {
      isDone = true;
      throw options.signal?.aborted === true ? wasCancelled() : failureOf(thrown, node);
    } finally {
      options.signal?.removeEventListener("abort", stop);
      if (!isDone) stop();
    }
  }

  async insert(table: string, rows: Buffer, options: QueryOptions): Promise<void> {
    const token = options.token ?? createHash("sha256").update(table).update(rows).digest("hex");
    await this.#send(`INSERT INTO ${table} FORMAT JSONEachRow`, {}, rows, { ...options, token });
  }

  async load(file: LandingFile, options: QueryOptions): Promise<{ lines: number }> {
    await readable(file.path);
    const isWanted = await this.#absentLines(file, options);
    const sql = await statement(import.meta.url, "sql/load-batch.sql");
    const parameters = { file: file.fileUid, sourceFile: file.sourceFile };
    for await (const batch of lineBatches(file.path, file.path.endsWith(".gz"), isWanted)) {
      if (options.signal?.aborted === true) throw wasCancelled();
      await this.#send(sql, parameters, batch.rows, { ...options, token: `${file.fileUid}-${batch.first}-${batch.last}` });
    }
    await this.#ask("sql/repeated-lines.sql", file, options, "Null");
    return { lines: (await this.#linesPresent(file, options)).last };
  }

  turn(): Promise<() => Promise<void>> {
    return Promise.resolve(() => Promise.resolve());
  }

  async migrate(): Promise<void> {
    const { cluster, isReplicated } = this.#location;
    if (this.#isReadOnly) return;
    if (cluster === null) return migrateEmbedded(storeOver(this));
    for (const node of this.#location.nodes) {
      const engine = new ServerEngine({ ...this.#location, nodes: [node] }, this.#limits, false);
      try {
        await migrateClusterNode(storeOver(engine), { cluster, isReplicated });
      } finally {
        await engine.close();
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map(({ client }) => client.close()));
  }

  async #absentLines(file: LandingFile, options: QueryOptions): Promise<(line: number) => boolean> {
    const { present, last } = await this.#linesPresent(file, options);
    if (present === last) return (line) => line > last;
    const answer = await this.#ask("sql/line-numbers.sql", file, options, "JSONEachRow");
    const held = new Set(answer.map((row) => z.object({ line: z.coerce.number() }).parse(row).line));
    return (line) => !held.has(line);
  }

  async #linesPresent(file: LandingFile, options: QueryOptions): Promise<{ present: number; last: number }> {
    const [row] = await this.#ask("sql/lines-present.sql", file, options, "JSONEachRow");
    return z.object({ present: z.coerce.number(), last: z.coerce.number() }).parse(row);
  }

  async #ask(name: string, file: LandingFile, options: QueryOptions, format: Statement["format"]): Promise<unknown[]> {
    const sql = await statement(import.meta.url, name);
    const answer = await this.run({ sql, parameters: { file: file.fileUid }, format, options });
    const lines = answer.toString("utf8").split("\n");
    return lines.filter((line) => line !== "").map((line): unknown => JSON.parse(line));
  }

  async #send(sql: string, parameters: SqlParameters, rows: Buffer, options: QueryOptions): Promise<void> {
    await this.#try(attempts, options.signal, async (client, queryId) => {
      const { stream } = await client.exec({
        query: sql,
        query_params: { ...parameters },
        query_id: queryId,
        values: Readable.from(rows, { objectMode: false }),
        clickhouse_settings: this.#settings(options, { wait_end_of_query: 1 as const }),
      });
      for await (const _ of stream);
    });
  }

  #settings<More extends Record<string, string | number>>(options: QueryOptions, more: More): Record<string, string | number> {
    if (this.#isReadOnly) return {};
    const own = this.#location.cluster === null ? {} : clusterSettings;
    return { ...settingsFor(this.#limits, options), ...own, ...more, ...(options.readOnly === true ? { readonly: "1" } : {}) };
  }

  #next(): { readonly node: string; readonly client: Client } {
    const chosen = this.#clients[this.#turn % this.#clients.length];
    if (chosen === undefined) throw new SpoorError("internal", "a store without nodes");
    return chosen;
  }

  /** Repeats what failed for a reason that passes, through the next node each time. */
  async #try<Answer>(
    times: number,
    signal: AbortSignal | undefined,
    work: (client: Client, queryId: string) => Promise<Answer>,
  ): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const { client, node } = this.#next();
      try {
        return await cancellable(client, signal, work);
      } catch (thrown) {
        if (signal?.aborted === true) throw wasCancelled();
        if (attempt >= times || !passes(thrown)) throw failureOf(thrown, node);
        this.#turn += 1;
        await new Promise((go) => setTimeout(go, firstPauseMs * 2 ** (attempt - 1)));
      }
    }
  }
}

/** Runs one statement; on abort it is ended on the server, and given up here should the server not say so in time. */
async function cancellable<Answer>(
  client: Client,
  signal: AbortSignal | undefined,
  work: (client: Client, queryId: string) => Promise<Answer>,
): Promise<Answer> {
  const queryId = randomUUID();
  if (signal === undefined) return work(client, queryId);
  let giveUp = (_: SpoorError): void => {};
  const timers: NodeJS.Timeout[] = [];
  const gaveUp = new Promise<never>((_, reject) => {
    giveUp = reject;
  });
  const stop = (): void => {
    const again = setInterval(() => void kill(client, queryId), killAgainMs);
    timers.push(
      again,
      setTimeout(() => giveUp(wasCancelled()), killPatienceMs),
    );
    void kill(client, queryId);
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work(client, queryId), gaveUp]);
  } finally {
    for (const timer of timers) clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

async function kill(client: Client, queryId: string): Promise<void> {
  await client.command({ query: "KILL QUERY WHERE query_id = {id:String} ASYNC", query_params: { id: queryId } }).catch(() => {});
}

function wasCancelled(): SpoorError {
  return new SpoorError("cancelled", "the statement was cancelled");
}

// ALL_CONNECTION_TRIES_FAILED, ATTEMPT_TO_READ_AFTER_EOF, SOCKET_TIMEOUT, NETWORK_ERROR, ABORTED: a node that went away and comes back.
const passing = new Set(["279", "32", "209", "210", "236", "ECONNRESET", "ECONNREFUSED", "EPIPE", "ETIMEDOUT"]);

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
}

function passes(thrown: unknown): boolean {
  return passing.has(codeOf(thrown));
}

function failureOf(thrown: unknown, node: string): SpoorError {
  if (thrown instanceof SpoorError) return thrown;
  if (thrown instanceof ClickHouseError && !passes(thrown)) return storeFailure(Number(thrown.code), thrown.message, thrown);
  const what = thrown instanceof ClickHouseError || codeOf(thrown) === "" ? messageOf(thrown) : codeOf(thrown);
  return new SpoorError("store-unavailable", `the server ${node} cannot be reached: ${what}`, {
    hint: "Is it running, and are host, port and http or https right?",
  });
}

async function readable(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new SpoorError("path-missing", `there is no file ${path}`);
  if (!found.isFile()) throw new SpoorError("path-missing", `${path} is not a file`);
}
