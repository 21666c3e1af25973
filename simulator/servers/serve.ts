import type { ServerResponse } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { VendorData } from "../vendor-data.ts";
import { falconApp } from "./falcon/app.ts";
import { type Deed, type FaultScript, switchboard, type Vendor } from "./faults.ts";
import type { Limits, Quirks } from "./limits.ts";
import { graphApp } from "./microsoft/app.ts";
import { loginApp } from "./microsoft/login.ts";
import { tapApp } from "./proofpoint/app.ts";
import { type Room, roomOf, type VendorCredentials } from "./room.ts";

export interface ServeOptions {
  readonly data: VendorData;
  readonly clock: () => Date;
  readonly credentials: VendorCredentials;
  readonly faults?: FaultScript;
  readonly limits?: Partial<Limits>;
  readonly quirks?: Partial<Quirks>;
  /** How long every answer takes, in milliseconds of real time; default 0. */
  readonly latencyMs?: number;
  /** Default: any free port. */
  readonly ports?: Partial<Record<Vendor, number>>;
  readonly seed?: number;
}

/** One question that was asked, without anything that proves who asked. */
export interface AskedRequest {
  readonly vendor: Vendor;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** Null while there is no answer, and where none was given. */
  status: number | null;
}

export interface ServedVendors {
  readonly falcon: { readonly url: string };
  readonly microsoft: { readonly url: string; readonly loginUrl: string };
  readonly proofpoint: { readonly url: string };
  /** A host that nobody configured: what came to it, and whether a credential came with it. */
  readonly stranger: {
    readonly url: string;
    readonly visits: () => readonly { readonly path: string; readonly hadCredential: boolean }[];
  };
  readonly requests: () => readonly AskedRequest[];
  /** Changes what the vendors know while they serve. */
  readonly change: (change: (room: Room) => void) => void;
  readonly close: () => Promise<void>;
}

type Answering = (request: Request) => Response | Promise<Response>;

/**
 * Serves the APIs of the three vendors over HTTP on loopback, from the records given, with the vendors' own paging, limits, headers,
 * errors and oddities, and with what a script of faults says shall go wrong.
 */
export async function serveVendors(options: ServeOptions): Promise<ServedVendors> {
  const { faults, latencyMs = 0, ports = {} } = options;
  const room = roomOf({
    ...options,
    limits: { ...options.limits, ...faults?.limits },
    quirks: { ...options.quirks, ...faults?.quirks },
  });
  const asked: AskedRequest[] = [];
  const visits: { path: string; hadCredential: boolean }[] = [];
  const deedsFor = switchboard(faults?.rules ?? []);
  const before = new Map<string, string>();

  const open = async (vendor: Vendor, answer: Answering) => {
    const handle = async (request: Request, outgoing: ServerResponse): Promise<Response> => {
      const url = new URL(request.url);
      const entry: AskedRequest = {
        vendor,
        method: request.method,
        path: url.pathname,
        query: url.search.slice(1),
        status: null,
      };
      asked.push(entry);
      if (latencyMs > 0) await pause(latencyMs);
      const deeds = deedsFor(vendor, request.method, url);
      for (const deed of deeds) if (deed.kind === "change") deed.change(room, url.pathname);
      const damage = deeds.find((deed) => deed.kind === "wire")?.damage;
      if (damage === "silence") return RESPONSE_ALREADY_SENT;
      if (damage === "refuse") {
        outgoing.destroy();
        return RESPONSE_ALREADY_SENT;
      }
      const path = deeds.some(({ kind }) => kind === "repeat") ? await listOf(vendor, url, request) : "";
      const told = await tell(await insteadOf(deeds, room, () => answer(request)));
      const body = misrepresent(told, deeds, { room, query: url.search, before, path });
      entry.status = body.status;
      body.headers.date = new Date(room.now()).toUTCString();
      if (damage !== undefined) return damaged(body, damage, outgoing);
      return new Response(body.status === 204 ? null : body.text, { status: body.status, headers: body.headers });
    };
    return listen((request, outgoing) => handle(request, outgoing), ports[vendor] ?? 0);
  };

  const servers = {
    falcon: await open("falcon", falconApp(room).fetch),
    microsoft: await open("microsoft", graphApp(room).fetch),
    login: await open("login", loginApp(room).fetch),
    proofpoint: await open("proofpoint", tapApp(room).fetch),
    stranger: await listen((request) => {
      const url = new URL(request.url);
      visits.push({ path: url.pathname, hadCredential: request.headers.has("authorization") });
      return Promise.resolve(Response.json({ value: [], resources: [], meta: {} }));
    }, 0),
  };
  Object.assign(room.urls, Object.fromEntries(Object.entries(servers).map(([name, { url }]) => [name, url])));
  return {
    falcon: { url: servers.falcon.url },
    microsoft: { url: servers.microsoft.url, loginUrl: servers.login.url },
    proofpoint: { url: servers.proofpoint.url },
    stranger: { url: servers.stranger.url, visits: () => visits },
    requests: () => asked,
    change: (change) => change(room),
    close: async () => {
      await Promise.all(Object.values(servers).map((server) => server.close()));
    },
  };
}

async function listen(handle: (request: Request, outgoing: ServerResponse) => Promise<Response>, port: number) {
  const server = createAdaptorServer({
    fetch: (request, env) => handle(request, env.outgoing as ServerResponse),
    overrideGlobalObjects: false,
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("a server without an address");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}

/** Which list a question is about: all but the place in it. */
async function listOf(vendor: Vendor, url: URL, request: Request): Promise<string> {
  const query = [...url.searchParams].filter(([name]) => name !== "$skiptoken" && name !== "offset");
  const body = (await request.clone().text()).replace(/,?"after":"[^"]*"/, "");
  return JSON.stringify([vendor, url.pathname, query, body]);
}

interface Told {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
}

async function tell(response: Response): Promise<Told> {
  return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
}

async function insteadOf(deeds: readonly Deed[], room: Room, answer: () => Response | Promise<Response>): Promise<Response> {
  const instead = deeds.find((deed) => deed.kind === "answer");
  if (instead === undefined) return answer();
  const { status, body } = instead;
  const headers = instead.headers?.(room) ?? {};
  if (body === null) return new Response(null, { status, headers });
  if (typeof body === "string") return new Response(body, { status, headers });
  return Response.json(body, { status, headers });
}

interface ToldContext {
  readonly room: Room;
  readonly query: string;
  readonly path: string;
  readonly before: Map<string, string>;
}

function misrepresent(told: Told, deeds: readonly Deed[], { room, query, path, before }: ToldContext): Told {
  let { status, text } = told;
  let headers = told.headers;
  const previous = before.get(path);
  for (const deed of deeds) {
    if (deed.kind === "repeat" && status === 200) {
      // What was repeated is not repeated again.
      before.set(path, previous === undefined ? text : "");
      text = previous === undefined || previous === "" ? text : previous;
    }
    if (deed.kind === "rewrite") text = rewritten(text, (body) => deed.rewrite(body, room, query));
    if (deed.kind === "pad") text += " ".repeat(deed.bytes);
    if (deed.kind === "stamp") {
      status = deed.status ?? status;
      headers = { ...headers, ...deed.headers };
    }
  }
  const { "content-length": _, ...others } = headers;
  return { status, headers: others, text };
}

function rewritten(text: string, rewrite: (body: Readonly<Record<string, unknown>>) => unknown): string {
  if (!text.startsWith("{")) return text;
  return JSON.stringify(rewrite(JSON.parse(text)));
}

/** Writes the answer past the framework, damaged. */
async function damaged(
  told: Told,
  damage: "cut" | "wrong-length" | "reset" | "drip",
  outgoing: ServerResponse,
): Promise<Response> {
  const bytes = Buffer.from(told.text);
  const half = bytes.subarray(0, Math.floor(bytes.length / 2));
  const announced = damage === "cut" ? half.length : bytes.length;
  outgoing.on("error", () => {});
  outgoing.writeHead(told.status, { ...told.headers, "content-length": String(announced) });
  if (damage === "cut") outgoing.end(half);
  if (damage === "wrong-length" || damage === "reset") {
    await new Promise<void>((resolve) => {
      outgoing.write(half, () => resolve());
    });
    if (damage === "reset") outgoing.socket?.resetAndDestroy();
    else outgoing.destroy();
  }
  if (damage === "drip") {
    const piece = Math.max(1, Math.ceil(bytes.length / DRIPS));
    for (let start = 0; start < bytes.length; start += piece) {
      outgoing.write(bytes.subarray(start, start + piece));
      await pause(DRIP_MS);
    }
    outgoing.end();
  }
  return RESPONSE_ALREADY_SENT;
}

const DRIPS = 12;
const DRIP_MS = 10;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
