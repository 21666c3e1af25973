import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { HttpEffects, HttpLimits, RequestLogEntry } from "./http-client.ts";
import { httpClient } from "./http-client.ts";
import { Redaction } from "./redact.ts";

/** A vendor on loopback that answers each question as a test says. */
export interface TestVendor {
  readonly origin: string;
  readonly asked: {
    readonly method: string;
    readonly url: string;
    readonly headers: IncomingMessage["headers"];
    readonly body: string;
  }[];
  close(): Promise<void>;
}

export type Answering = (request: IncomingMessage, response: ServerResponse, ordinal: number) => void;

export async function testVendor(answer: Answering): Promise<TestVendor> {
  const asked: TestVendor["asked"] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      asked.push({
        method: request.method ?? "",
        url: request.url ?? "",
        headers: request.headers,
        body: Buffer.concat(pieces).toString("utf8"),
      });
      answer(request, response, asked.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("a server without an address");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers with each of these in turn, then with the last for ever. */
export function inTurn(...answers: Answering[]): Answering {
  return (request, response, ordinal) => answers[Math.min(ordinal, answers.length) - 1]?.(request, response, ordinal);
}

export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Answering {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
}

/** The room with a clock that waiting moves: what would take hours takes none, and `waits` says what was waited. */
export function testRoom(given: Partial<HttpEffects> = {}, limits: Partial<HttpLimits> = {}) {
  const waits: number[] = [];
  const log: RequestLogEntry[] = [];
  const redaction = new Redaction();
  const cancel = new AbortController();
  const state = { now: Date.parse("2026-11-02T10:00:00Z") };
  const http = httpClient(
    {
      fetch: globalThis.fetch,
      now: () => state.now,
      sleep: (milliseconds, signal) => {
        signal.throwIfAborted();
        waits.push(milliseconds);
        state.now += milliseconds;
        return Promise.resolve();
      },
      random: () => 0.5,
      signal: cancel.signal,
      redaction,
      log: (entry) => log.push(entry),
      ...given,
    },
    limits,
  );
  return { http, waits, log, redaction, cancel, state };
}
