// An assistant at Spoor's door: the real client over standard streams and over HTTP, on a small hunted store.
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { type Running, spoor, spoorWords, startSpoor } from "./support/command-line.ts";
import { writeSmallLogs } from "./support/small-logs.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
const folder = mkdtempSync(join(tmpdir(), "spoor-mcp-"));
const token = "0123456789abcdef0123456789abcdef";
let serving: Running;
let url: URL;

beforeAll(async () => {
  writeSmallLogs(join(folder, "logs"));
  const hunted = await spoor(["hunt", "logs", "--internal", "10.0.0.0/8", "--quiet"], { cwd: folder });
  expect(hunted.code, hunted.err).toBe(0);
  serving = startSpoor(["mcp", "--http", "--port", "0"], { cwd: folder, env: { SPOOR_MCP_TOKEN: token } });
  url = await vi.waitFor(() => new URL(/http:\S+/.exec(serving.err())?.[0] ?? "not yet"), { timeout: 60_000, interval: 100 });
});

afterAll(async () => {
  serving.signalGroup("SIGINT");
  expect((await serving.ended).code).toBe(130);
  rmSync(folder, { recursive: true, force: true });
});

async function atStandardStreams(...words: string[]): Promise<{ client: Client; said: () => string }> {
  const [command = "", ...args] = spoorWords(["mcp", ...words]);
  const transport = new StdioClientTransport({ command, args, cwd: folder, stderr: "pipe" });
  const said: string[] = [];
  transport.stderr?.on("data", (part: Buffer) => said.push(part.toString("utf8")));
  const client = new Client({ name: "test", version: "1" });
  await client.connect(transport);
  return { client, said: () => said.join("") };
}

const list = z.looseObject({ total: z.number() });
const lines = z.array(z.looseObject({ untrusted: z.object({ title: z.string() }) }));

async function told(client: Client, name: string, input: Record<string, unknown> = {}) {
  const { structuredContent, content, isError } = await client.callTool({ name, arguments: input });
  expect(isError, JSON.stringify(content)).not.toBe(true);
  return z.record(z.string(), z.json()).parse(structuredContent);
}

async function everything(client: Client): Promise<string> {
  const answers: unknown[] = [];
  const idOf = (line: Readonly<Record<string, unknown>>): unknown => line.uid ?? line.id;
  const kinds = [
    ["findings", "finding"],
    ["stories", "story"],
    ["hypotheses", "hypothesis"],
    ["hunts", "hunt"],
  ] as const;
  for (const [many, one] of kinds) {
    const all = await told(client, `hunt_list_${many}`, { limit: 50 });
    answers.push(all);
    for (const line of lines.parse(all[many])) answers.push(await told(client, `hunt_get_${one}`, { id: idOf(line) }));
  }
  answers.push(await told(client, "hunt_coverage"), await told(client, "hunt_describe_tables"));
  answers.push(await told(client, "hunt_describe_tables", { table: "authentication" }));
  const sql =
    "SELECT time, metadata_uid, user_name, user_email_addr, src_endpoint_ip FROM authentication ORDER BY time, metadata_uid LIMIT 50";
  answers.push(await told(client, "hunt_run_query", { sql, limit: 50 }));
  answers.push((await client.readResource({ uri: "hunt://report/summary" })).contents);
  return JSON.stringify(answers);
}

test("over standard streams names are hidden, and what is hidden can be asked for by its token", async () => {
  const { client, said } = await atStandardStreams();
  expect(said()).toMatch(/spoor mcp: read-only, names pseudonymised; \d+ tools: hunt_list_findings, /);
  const names = await namesOfTheEstate();
  expect(names.length).toBeGreaterThan(20);
  const shown = (await everything(client)).toLowerCase();
  expect(names.filter((name) => shown.includes(name))).toEqual([]);
  const sql =
    "SELECT user_email_addr AS person FROM authentication WHERE user_email_addr IS NOT NULL GROUP BY 1 ORDER BY count() DESC, 1 LIMIT 1";
  const person = z.object({ rows: z.tuple([z.object({ person: z.string().startsWith("mail_") })]) });
  const token = person.parse((await told(client, "hunt_run_query", { sql })).untrusted).rows[0].person;
  const timeline = await told(client, "hunt_entity_timeline", { entity: token, limit: 3 });
  expect(timeline.events_in_all).toBeGreaterThan(0);
  const { events } = z
    .object({ events: z.array(z.object({ table: z.string(), event_id: z.string() })) })
    .parse(timeline.untrusted);
  const [first] = events;
  const whole = await told(client, "hunt_get_events", { table: first?.table, event_ids: [first?.event_id] });
  expect(JSON.stringify(whole.untrusted)).toContain(token);
  await client.close();
});

test("in raw mode names are shown, and chosen tools are all there is", async () => {
  const { client, said } = await atStandardStreams(
    "--privacy",
    "raw",
    "--tools",
    "hunt_list_stories,hunt_run_query",
    "--without",
    "hunt_run_query",
  );
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(["hunt_list_stories"]);
  const { total, stories } = list.extend({ stories: lines }).parse(await told(client, "hunt_list_stories"));
  expect(total).toBeGreaterThan(0);
  const names = await namesOfTheEstate();
  const titles = stories.map(({ untrusted }) => untrusted.title.toLowerCase()).join(" ");
  expect(names.some((name) => titles.includes(name))).toBe(true);
  expect(said()).toContain("names shown as they are; 1 tools: hunt_list_stories");
  await client.close();
});

/** Mail addresses of people and what stands before the @, and the devices: of the records, by a way that does not hide. */
async function namesOfTheEstate(): Promise<string[]> {
  const sql = `SELECT DISTINCT lower(name) AS name FROM (
    SELECT user_email_addr AS name FROM authentication UNION ALL SELECT user_name FROM authentication
    UNION ALL SELECT device_hostname FROM authentication UNION ALL SELECT src_endpoint_hostname FROM network_activity
    UNION ALL SELECT arrayJoin(email_to) FROM email_activity) WHERE length(name) >= 6 ORDER BY name LIMIT 1000`;
  const { out } = await spoor(["query", sql, "--quiet"], { cwd: folder });
  const row = z.object({ name: z.string() });
  return out.split("\n").flatMap((line) => (line === "" ? [] : [row.parse(JSON.parse(line)).name]));
}

test("over HTTP the client needs the token", async () => {
  const client = new Client({ name: "test", version: "1" });
  await client.connect(
    new StreamableHTTPClientTransport(url, { requestInit: { headers: { authorization: `Bearer ${token}` } } }),
  );
  expect(list.parse(await told(client, "hunt_list_findings")).total).toBeGreaterThan(0);
  await client.close();
  expect(await status({})).toBe(401);
  expect(await status({ authorization: "Bearer wrong" })).toBe(401);
  expect(await status({ authorization: token })).toBe(401);
  expect(serving.err()).not.toContain(token);
});

test("pages of elsewhere and rebound names are refused, token or not", async () => {
  const authorization = `Bearer ${token}`;
  expect(await status({ authorization, origin: "https://evil.example" })).toBe(403);
  expect(await status({ authorization, origin: "null" })).toBe(403);
  expect(await status({ authorization, host: "evil.example" })).toBe(403);
  expect(await status({ authorization, origin: "http://localhost" })).not.toBe(403);
});

test("nothing but the loopback address answers", async () => {
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === "IPv4" && !internal);
  const refused = await status({ authorization: `Bearer ${token}` }, outside?.address ?? "127.0.0.2").catch(
    (thrown: NodeJS.ErrnoException) => thrown.code,
  );
  expect(refused).toBe("ECONNREFUSED");
});

test("wrong usage is told before anything is opened", async () => {
  const ended = async (...words: string[]) => spoor(["mcp", ...words], { cwd: folder, env: { SPOOR_MCP_TOKEN: "short" } });
  for (const [words, said] of [
    [["--port", "1"], "--port needs --http"],
    [["--http", "--port", "0"], "SPOOR_MCP_TOKEN is too short"],
  ] as const) {
    const { code, err } = await ended(...words);
    expect([code, err]).toEqual([2, expect.stringContaining(said)]);
  }
});

/** The status of a call with these headers. */
function status(headers: Readonly<Record<string, string>>, host = url.hostname): Promise<number | undefined> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} });
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host,
        port: url.port,
        path: url.pathname,
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json, text/event-stream", ...headers },
      },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    call.once("error", reject);
    call.end(body);
  });
}
