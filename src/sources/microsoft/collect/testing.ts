import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach } from "vitest";
import type { Page, Slice, Stream, VendorConnection } from "../../../collect/collector.ts";
import { connectCollector } from "../../../collect/connect.ts";
import { configuredCollectors } from "../../../collect/load.ts";
import { Redaction } from "../../../collect/redact.ts";
import { hourMs } from "../../../time.ts";
import type { Gap } from "../../../types.ts";
import { GapLedger } from "../../../world.ts";
import collector from "../collector.ts";

/** A question as it arrived. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface Told {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it stands, anything else as JSON. */
  readonly body?: unknown;
}

/** For tests: a server on loopback that answers as it is told, and remembers what it was asked. */
export interface Loopback {
  readonly url: string;
  readonly asked: readonly Asked[];
  close(): Promise<void>;
}

export async function loopback(answer: (asked: Asked, url: string) => Told): Promise<Loopback> {
  const asked: Asked[] = [];
  let url = "";
  const server = createServer((request, response) => {
    const respond = async (): Promise<void> => {
      const at = new URL(request.url ?? "/", url);
      const one = {
        method: request.method ?? "",
        path: at.pathname,
        query: at.searchParams,
        headers: request.headers,
        body: await text(request),
      };
      asked.push(one);
      const { status = 200, headers = {}, body } = answer(one, url);
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body));
    };
    respond().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  return {
    url,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The time at which tests play; waiting passes it at once. */
export const testNow = Date.parse("2026-11-22T12:00:00Z");

export interface TestConnection {
  readonly connection: VendorConnection;
  readonly gaps: () => readonly Gap[];
  /** Milliseconds that were waited. */
  readonly waited: () => number;
}

/** For tests: the collector, connected to servers on loopback with a clock that waiting moves. */
export async function connectTo(
  settings: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string>> = { SECRET: "s3cret-of-the-test" },
  downloads = "",
): Promise<TestConnection> {
  const [configured] = configuredCollectors([collector], {
    microsoft: {
      tenantId: "t-1",
      clientId: "c-1",
      ...("certificate" in settings ? {} : { clientSecret: "env:SECRET" }),
      ...settings,
    },
  });
  if (configured === undefined) throw new Error("not configured");
  const gaps = new GapLedger();
  let now = testNow;
  const connected = await connectCollector(
    configured,
    { downloads, callsInLastDay: () => Promise.resolve(0), redaction: new Redaction() },
    {
      fetch: globalThis.fetch,
      sleep: (milliseconds) => {
        now += milliseconds;
        return Promise.resolve();
      },
      random: () => 0.5,
      environment,
    },
    { clock: () => new Date(now), signal: new AbortController().signal, gaps },
  );
  return { connection: connected.connection, gaps: () => gaps.list(), waited: () => now - testNow };
}

export function streamNamed({ connection }: TestConnection, id: string): Stream {
  const stream = connection.streams.find((each) => each.id === id);
  if (stream === undefined) throw new Error(`no stream ${id}: ${connection.streams.map((each) => each.id).join(" ")}`);
  return stream;
}

/** All pages of a slice. */
export async function pagesOf(stream: Stream, slice: Slice, cursor: string | null = null): Promise<Page[]> {
  const pages: Page[] = [];
  for await (const page of stream.pages(slice, cursor)) pages.push(page);
  return pages;
}

/** The hour that a question of a test is about. */
export const lastHour: Slice = { from: testNow - 2 * hourMs, to: testNow - hourMs };

const servers: Loopback[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A server on loopback that is closed when the test is over. */
export async function serve(answer: (asked: Asked, url: string) => Told): Promise<Loopback> {
  const server = await loopback(answer);
  servers.push(server);
  return server;
}

/** A sign-in service, and Graph answering as told; both at one address. */
export async function graphThat(
  answer: (asked: Asked, url: string) => Told,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<{ server: Loopback; made: TestConnection; asked: () => Asked[] }> {
  const server = await serve((asked, url) =>
    asked.path.endsWith("/oauth2/v2.0/token") ? { body: { access_token: "token-1", expires_in: 3599 } } : answer(asked, url),
  );
  const made = await connectTo({ graphUrl: server.url, loginUrl: server.url, ...settings });
  return { server, made, asked: () => server.asked.filter(({ path }) => !path.endsWith("/token")) };
}

/** A page of a list as Graph gives it. */
export const list = (value: readonly unknown[], nextLink?: string): Told => ({
  body: { value, ...(nextLink === undefined ? {} : { "@odata.nextLink": nextLink }) },
});
