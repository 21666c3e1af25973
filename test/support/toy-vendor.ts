// A vendor over real loopback HTTP whose failures are scripted: what it emits is known, so that what was collected can be compared.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";

/** What goes wrong with the next question for a page of events; null: nothing. */
export type Fault =
  | "too-many" // 429, without saying for how long
  | "broken" // 503
  | "page-of-html"
  | "cut-short"
  | "reset"
  | "lost-cursor"
  | "repeated-page"
  | "same-cursor"
  | "empty-page"
  | "foreign-link"
  | "expired-token";

export interface ToyRecord {
  readonly toy_id: string;
  readonly toy_time: string;
  readonly user: string;
}

export interface ToyOptions {
  readonly records: readonly ToyRecord[];
  readonly devices?: readonly { readonly toy_device: string; readonly toy_seen: string }[];
  /** Files of the queue, by name. */
  readonly files?: Readonly<Record<string, readonly ToyRecord[]>>;
  readonly pageSize?: number;
  /** More records than this in one slice are refused. */
  readonly cap?: number;
  readonly secret?: string;
  /** The vendor's clock, in milliseconds. */
  readonly now?: () => number;
  /** Milliseconds that each answer takes. */
  readonly slowness?: number;
}

export interface ToyVendor {
  readonly url: string;
  /** Taken one for each question for events. */
  readonly faults: (Fault | null)[];
  /** Streams (paths) that the permission is missing for. */
  readonly forbidden: Set<string>;
  /** Refuses every token and every secret. */
  isLockedOut: boolean;
  /** Answers every question with 503. */
  isDown: boolean;
  /** Every path and query asked for, in order. */
  readonly asked: string[];
  /** Messages of the queue that nobody has acknowledged. */
  readonly waiting: Map<string, string>;
  records: readonly ToyRecord[];
  /** What was handed out and not acknowledged is handed out again, as a queue does after a while. */
  redeliver(): void;
  close(): Promise<void>;
}

export const toySecret = "toy-s3cret-that-must-not-be-told";

export async function startToyVendor(options: ToyOptions): Promise<ToyVendor> {
  const { pageSize = 50, cap = Number.POSITIVE_INFINITY, secret = toySecret, now = Date.now, slowness = 0 } = options;
  const handedOut = new Set<string>();
  let tokens = 0;
  let lastPage: unknown[] = [];
  const server = createServer((request, response) => {
    void answer(request, response).catch((thrown: unknown) => response.destroy(thrown instanceof Error ? thrown : undefined));
  });

  const vendor: ToyVendor = {
    url: "",
    faults: [],
    forbidden: new Set(),
    isLockedOut: false,
    isDown: false,
    asked: [],
    waiting: new Map(Object.keys(options.files ?? {}).map((file, position) => [`receipt-${position}`, file])),
    records: options.records,
    redeliver: () => handedOut.clear(),
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((closed) => server.close(() => closed()));
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    if (slowness > 0) await new Promise((go) => setTimeout(go, slowness));
    const url = new URL(request.url ?? "/", vendor.url);
    vendor.asked.push(`${url.pathname}${url.search}`);
    const body = await bodyOf(request);
    response.setHeader("date", new Date(now()).toUTCString());
    if (vendor.isDown) return send(response, 503, { error: "not now" });
    if (url.pathname === "/token") return token(body, response);
    if (vendor.isLockedOut || request.headers.authorization !== `Bearer ${tokenOf(tokens)}`)
      return send(response, 401, { error: "the token is not valid" });
    if ([...vendor.forbidden].some((path) => url.pathname.startsWith(path)))
      return send(response, 403, { error: "the permission is missing" });
    if (url.pathname === "/events") return events(url, response);
    if (url.pathname === "/devices") return send(response, 200, { items: options.devices ?? [], next: null });
    if (url.pathname === "/queue/receive") {
      const seen = [...vendor.waiting].filter(([receipt]) => !handedOut.has(receipt)).slice(0, 2);
      for (const [receipt] of seen) handedOut.add(receipt);
      const messages = seen.map(([receipt, file]) => ({ receipt, file }));
      return send(response, 200, { messages });
    }
    if (url.pathname === "/queue/acknowledge") {
      for (const receipt of receiptsIn(body)) vendor.waiting.delete(receipt);
      return send(response, 200, {});
    }
    const file = options.files?.[url.pathname.replace("/files/", "")];
    if (file === undefined) return send(response, 404, { error: "there is no such thing" });
    return response.end(gzipSync(file.map((record) => `${JSON.stringify(record)}\n`).join("")));
  }

  function token(body: string, response: ServerResponse): ServerResponse {
    if (vendor.isLockedOut || !body.includes(JSON.stringify(secret)))
      return send(response, 401, { error: "the secret is wrong" });
    tokens += 1;
    return send(response, 201, { token: tokenOf(tokens) });
  }

  function events(url: URL, response: ServerResponse): ServerResponse {
    const [from, to] = [Number(url.searchParams.get("from")), Number(url.searchParams.get("to"))];
    const offset = Number(url.searchParams.get("offset") ?? "0");
    const fault = vendor.faults.shift() ?? null;
    const found = vendor.records.filter(({ toy_time: time }) => Date.parse(time) >= from && Date.parse(time) < to);
    if (found.length > cap) return send(response, 422, { error: "too much for one answer" });
    const link = (at: number): string => `${vendor.url}/events?from=${from}&to=${to}&offset=${at}`;
    const isLast = offset + pageSize >= found.length;
    const page = { items: found.slice(offset, offset + pageSize), next: isLast ? null : link(offset + pageSize) };
    switch (fault) {
      case "too-many":
        return send(response, 429, { error: "slower" });
      case "broken":
        return send(response, 503, { error: "not now" });
      case "page-of-html":
        response.setHeader("content-type", "text/html");
        return response.end("<html>an error page</html>");
      case "cut-short":
        return response.end(JSON.stringify(page).slice(0, -10));
      case "reset":
        return response.destroy();
      case "lost-cursor":
        return send(response, offset === 0 ? 503 : 410, { error: "the place is no longer known" });
      case "repeated-page":
        return send(response, 200, { items: lastPage, next: `${link(offset)}&again=${vendor.asked.length}` });
      case "same-cursor":
        return send(response, 200, { items: page.items, next: link(offset) });
      case "empty-page":
        return send(response, 200, { items: [], next: `${link(offset)}&empty=${vendor.asked.length}` });
      case "foreign-link":
        return send(response, 200, { items: page.items, next: "https://collector.attacker.example/events" });
      case "expired-token":
        tokens += 1;
        return send(response, 401, { error: "the token has expired" });
      case null:
        lastPage = page.items;
        return send(response, 200, page);
    }
  }

  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return Object.assign(vendor, { url: `http://127.0.0.1:${port}` });
}

function tokenOf(number: number): string {
  return `toy-t0ken-that-must-not-be-told-${number}`;
}

function receiptsIn(body: string): readonly string[] {
  const parsed: unknown = JSON.parse(body);
  const receipts = typeof parsed === "object" && parsed !== null && "receipts" in parsed ? parsed.receipts : [];
  return Array.isArray(receipts) ? receipts.map(String) : [];
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString("utf8");
}

function send(response: ServerResponse, status: number, body: unknown): ServerResponse {
  response.writeHead(status, { "content-type": "application/json" });
  return response.end(JSON.stringify(body));
}

/** Records spread evenly over a stretch of time, in its order. */
export function toyRecords(count: number, from: number, to: number, prefix = "event"): ToyRecord[] {
  return Array.from({ length: count }, (_, position) => ({
    toy_id: `${prefix}-${position}`,
    toy_time: new Date(Math.floor(from + ((to - from) * position) / count)).toISOString(),
    user: `person-${position % 17}`,
  }));
}
