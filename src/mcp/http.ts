import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import {
  createMcpHandler,
  hostHeaderValidationResponse,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  type McpServer,
  originValidationResponse,
} from "@modelcontextprotocol/server";
import { messageOf, SpoorError } from "../errors.ts";

/** A server on this machine's loopback address. */
export interface HttpServing {
  readonly url: string;
  close(): Promise<void>;
}

const loopback = "127.0.0.1";

/**
 * Serves MCP over HTTP at /mcp, on the loopback address only (`port` 0: any free one), to whoever has the token. Requests that a page of
 * another origin, or a name that was rebound to this machine, made are refused before the token is looked at.
 */
export async function serveHttp(
  serverOf: () => McpServer,
  { port, token }: { readonly port: number; readonly token: string },
): Promise<HttpServing> {
  const handler = createMcpHandler(serverOf);
  const listener = getRequestListener(async (request) => refusal(request, token) ?? handler.fetch(request), {
    overrideGlobalObjects: false,
  });
  const server = createServer((request, response) => void listener(request, response));
  await listening(server, port);
  return {
    url: `http://${loopback}:${portOf(server)}/mcp`,
    async close() {
      await handler.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refusal(request: Request, token: string): Response | null {
  const foreign =
    hostHeaderValidationResponse(request, localhostAllowedHostnames()) ??
    originValidationResponse(request, localhostAllowedOrigins());
  if (foreign !== undefined) return foreign;
  if (new URL(request.url).pathname !== "/mcp") return new Response("not found", { status: 404 });
  const given = /^Bearer (\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  if (given !== undefined && isSame(given, token)) return null;
  return new Response("a token is needed", { status: 401, headers: { "www-authenticate": 'Bearer realm="spoor"' } });
}

/** Compares digests, so that the time it takes tells nothing of the token. */
function isSame(given: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) =>
      reject(
        new SpoorError("configuration", `port ${port} cannot be listened on: ${messageOf(cause)}`, {
          hint: "Name another with --port; 0 takes any free one.",
          cause,
        }),
      ),
    );
    server.listen(port, loopback, resolve);
  });
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
