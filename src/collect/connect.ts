import type { World } from "../world.ts";
import type { CollectContext, VendorConnection } from "./collector.ts";
import type { HttpClient } from "./http.ts";
import { type HttpLimits, httpClient, type RequestLogEntry } from "./http-client.ts";
import type { ConfiguredCollector } from "./load.ts";
import type { Redaction } from "./redact.ts";
import { secretResolver } from "./secrets.ts";
import type { Sleep } from "./sleep.ts";

/** What asking vendors needs beside the World: handed in by the command line, or by a test. */
export interface CollectOutside {
  readonly fetch: typeof globalThis.fetch;
  readonly sleep: Sleep;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Where references to secrets of the environment lead. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What references to secrets led to before, for as long as the process goes on; see SecretEffects.known. */
  readonly knownSecrets?: Map<string, string>;
  /** Where a question names no limits of its own: how patient to be. */
  readonly httpLimits?: Partial<HttpLimits>;
}

/** A vendor made ready to be asked. */
export interface Connected {
  readonly connection: VendorConnection;
  /** How far the vendor's clock is ahead of ours, by its last answer, in milliseconds; null before the first. */
  readonly skewMs: () => number | null;
}

export interface ConnectOptions {
  readonly downloads: string;
  readonly callsInLastDay: CollectContext["callsInLastDay"];
  readonly redaction: Redaction;
  readonly log?: (entry: RequestLogEntry) => void;
}

/** Makes a collector ready with an HTTP client of its own. Rejects as configuration error where settings or secrets are wrong. */
export async function connectCollector(
  { collector, settings }: ConfiguredCollector,
  options: ConnectOptions,
  outside: CollectOutside,
  world: Pick<World, "clock" | "signal" | "gaps">,
): Promise<Connected> {
  const { redaction, log, downloads, callsInLastDay } = options;
  const { signal, clock, gaps } = world;
  const client = httpClient(
    {
      fetch: outside.fetch,
      now: () => clock().getTime(),
      sleep: outside.sleep,
      random: outside.random,
      signal,
      redaction,
      ...(log === undefined ? {} : { log }),
    },
    outside.httpLimits,
  );
  // A collector may ask several hosts: the clock that counts is that of the one it asked last.
  let lastHost: string | null = null;
  const remembering = <Rest extends readonly unknown[], Result>(
    ask: (request: { url: string } & Parameters<HttpClient["json"]>[0], ...rest: Rest) => Promise<Result>,
  ) => {
    return async (request: Parameters<HttpClient["json"]>[0], ...rest: Rest): Promise<Result> => {
      try {
        return await ask(request, ...rest);
      } finally {
        if (URL.canParse(request.url)) lastHost = new URL(request.url).host;
      }
    };
  };
  const http: HttpClient = {
    json: remembering((request) => client.json(request)),
    download: remembering((request, path: string) => client.download(request, path)),
    skewMs: (host) => client.skewMs(host),
  };
  const secret = secretResolver({
    environment: outside.environment,
    // Not the one that remembers: the clock of a vault is not the vendor's.
    http: client,
    redaction,
    signal,
    ...(outside.knownSecrets === undefined ? {} : { known: outside.knownSecrets }),
    tell: (reason) => gaps.add({ stage: "collect", part: collector.id, kind: "failed", reason }),
  });
  const connection = await collector.connect(settings, {
    http,
    clock,
    signal,
    sleep: outside.sleep,
    gaps,
    secret,
    downloads,
    callsInLastDay,
  });
  return { connection, skewMs: () => (lastHost === null ? null : client.skewMs(lastHost)) };
}
