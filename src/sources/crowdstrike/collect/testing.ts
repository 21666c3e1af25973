import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import type { Page, Slice, Stream, VendorConnection } from "../../../collect/collector.ts";
import { connectCollector } from "../../../collect/connect.ts";
import type { HttpLimits } from "../../../collect/http-client.ts";
import { configuredCollectors } from "../../../collect/load.ts";
import { Redaction } from "../../../collect/redact.ts";
import { json, type TestVendor, testVendor } from "../../../collect/testing.ts";
import { dayMs } from "../../../time.ts";
import { GapLedger } from "../../../world.ts";
import collector from "../collector.ts";

export const now = Date.parse("2026-11-10T12:00:00Z");
export const day: Slice = { from: now - dayMs, to: now };
export const secret = "the-s3cret-of-falcon";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
  /** How many questions came to this path before, with this one. */
  readonly ordinal: number;
}
export interface Told {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** Everything that any test of a file asked, for its last tests. */
export const everything: Pick<Asked, "method" | "path" | "query" | "body">[] = [];

/** Falcon on loopback: gives tokens, and answers the rest as a test says. */
export async function falconThat(answer: (asked: Asked) => Told): Promise<TestVendor> {
  const counts = new Map<string, number>();
  const vendor = await testVendor((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const method = request.method ?? "";
    const text = vendor.asked.at(-1)?.body ?? "";
    if (url.pathname === "/oauth2/token") {
      json({ access_token: `token-${vendor.asked.length}`, expires_in: 1799, token_type: "bearer" }, 201, {
        date: new Date(now).toUTCString(),
      })(request, response, 0);
      return;
    }
    const ordinal = (counts.get(`${method} ${url.pathname}`) ?? 0) + 1;
    counts.set(`${method} ${url.pathname}`, ordinal);
    const body = text === "" ? {} : z.record(z.string(), z.unknown()).parse(JSON.parse(text));
    const asked = { method, path: url.pathname, query: url.searchParams, body, ordinal };
    everything.push(asked);
    const { status = 200, headers = {}, body: told } = answer(asked);
    json(told ?? {}, status, { date: new Date(now).toUTCString(), ...headers })(request, response, 0);
  });
  open.push(() => vendor.close());
  return vendor;
}

export interface Connection {
  readonly connection: VendorConnection;
  readonly clock: { now: number };
  readonly waits: number[];
}

export async function connectTo(
  vendor: TestVendor,
  more: Readonly<Record<string, unknown>> = {},
  httpLimits: Partial<HttpLimits> = {},
): Promise<Connection> {
  const [configured] = configuredCollectors([collector], {
    crowdstrike: { clientId: "client-1", clientSecret: "env:SECRET", baseUrl: vendor.origin, ...more },
  });
  if (configured === undefined) throw new Error("not configured");
  const clock = { now };
  const waits: number[] = [];
  const { connection } = await connectCollector(
    configured,
    { downloads: "", callsInLastDay: () => Promise.resolve(0), redaction: new Redaction() },
    {
      fetch: globalThis.fetch,
      sleep: (milliseconds) => {
        waits.push(milliseconds);
        clock.now += milliseconds;
        return Promise.resolve();
      },
      random: () => 0.5,
      environment: { SECRET: secret },
      httpLimits: { deadlineMs: 60_000, ...httpLimits },
    },
    { clock: () => new Date(clock.now), signal: new AbortController().signal, gaps: new GapLedger() },
  );
  open.push(() => connection.close?.());
  return { connection, clock, waits };
}

export function streamOf({ connection }: Connection, id: string): Stream {
  const stream = connection.streams.find((each) => each.id === id);
  if (stream === undefined) throw new Error(`no stream ${id}`);
  return stream;
}

export async function walked(stream: Stream, slice: Slice = day, cursor: string | null = null): Promise<Page[]> {
  const pages: Page[] = [];
  for await (const page of stream.pages(slice, cursor)) pages.push(page);
  return pages;
}

export async function thrownBy(work: Promise<unknown>): Promise<Error> {
  const thrown = await work.then(
    () => null,
    (cause: unknown) => cause,
  );
  if (thrown instanceof Error) return thrown;
  throw new Error("nothing was thrown");
}

export const list = (resources: unknown, pagination: Record<string, unknown> = {}, errors: unknown = []): Told => ({
  body: { meta: { query_time: 0.01, trace_id: "t", pagination }, errors, resources },
});
export const alert = (uid: string, updated: string) => ({ composite_id: uid, updated_timestamp: updated });
export const shortfallsOf = (pages: readonly Page[]) => pages.flatMap(({ shortfalls }) => shortfalls ?? []);
export const idsOf = (pages: readonly Page[]) =>
  pages.flatMap(({ records }) => records.map((record) => z.looseObject({ composite_id: z.string() }).parse(record).composite_id));

const specification = fileURLToPath(
  new URL("../../../../../shared/specs/crowdstrike/falcon-openapi-hunt-slice.json", import.meta.url),
);
const absent = !existsSync(specification);
const operation = z.object({
  parameters: z.array(z.object({ in: z.string(), name: z.string(), schema: z.record(z.string(), z.unknown()) })).default([]),
  requestBody: z.object({ content: z.record(z.string(), z.object({ schema: z.record(z.string(), z.unknown()) })) }).optional(),
});
const paths = z.object({ paths: z.record(z.string(), z.record(z.string(), operation)) });

/** The last tests of a file: its questions, `least` of them or more, are of the interface as it is described. */
export function testQuestions(least: number): void {
  test.skipIf(absent)(
    `every question above fits the interface's description${absent ? " (skipped: ../shared/specs is absent)" : ""}`,
    () => {
      const whole: unknown = JSON.parse(readFileSync(specification, "utf8"));
      const ajv = new Ajv({ strict: false, validateFormats: false, coerceTypes: false });
      ajv.addSchema({ ...z.record(z.string(), z.unknown()).parse(whole), $id: "falcon" });
      const known = paths.parse(whole).paths;
      const complaints = new Set<string>();
      for (const { method, path, query, body } of everything.filter((asked) => !/^\/(?:x|unknown|named)$/.test(asked.path))) {
        const template = Object.keys(known).find((name) => new RegExp(`^${name.replace(/\{\w+\}/g, "[^/]+")}$`).test(path));
        const told = known[template ?? ""]?.[method.toLowerCase()];
        if (told === undefined) {
          complaints.add(`${method} ${path}`);
          continue;
        }
        for (const [name, text] of query) {
          const parameter = told.parameters.find((one) => one.in === "query" && one.name === name);
          // The description lists properties; its own example adds the direction (hostname.asc), as Elastic's collector does (|asc).
          const bare = name === "sort" ? text.replace(/\|(?:asc|desc)$/, "") : text;
          const value = parameter?.schema.type === "integer" ? Number(bare) : bare;
          if (parameter === undefined || !ajv.validate(parameter.schema, value))
            complaints.add(`${method} ${path}: ${name}=${text}`);
        }
        const schema = told.requestBody?.content["application/json"]?.schema;
        if (schema === undefined) continue;
        const reference = z.object({ $ref: z.string() }).parse(schema).$ref;
        const allowed = z
          .object({
            components: z.object({
              schemas: z.record(
                z.string(),
                z
                  .object({ properties: z.record(z.string(), z.unknown()) })
                  .loose()
                  .or(z.unknown()),
              ),
            }),
          })
          .parse(whole).components.schemas[reference.split("/").at(-1) ?? ""];
        const names = Object.keys(z.object({ properties: z.record(z.string(), z.unknown()) }).parse(allowed).properties);
        if (!ajv.validate({ $ref: `falcon${reference}` }, body)) complaints.add(`${method} ${path}: ${ajv.errorsText()}`);
        for (const name of Object.keys(body)) if (!names.includes(name)) complaints.add(`${method} ${path}: ${name} in the body`);
      }
      expect(everything.length).toBeGreaterThanOrEqual(least);
      expect([...complaints]).toEqual([]);
    },
  );

  test("nothing asked is of an interface that was taken away", () => {
    expect(everything.filter(({ path }) => /^\/(?:detects|incidents)\//.test(path))).toEqual([]);
  });
}
