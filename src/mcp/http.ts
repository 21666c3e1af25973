import { getRequestListener } from "@hono/node-server";
import {
  createMcpHandler,
  hostHeaderValidationResponse,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  type McpServer,
  originValidationResponse,
} from "@modelcontextprotocol/server";
import { type HttpServing, isSameSecret, listenOnLoopback } from "../loopback.ts";

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
  const serving = await listenOnLoopback((request, response) => void listener(request, response), port);
  return {
    url: `${serving.url}/mcp`,
    async close() {
      await handler.close();
      await serving.close();
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
  if (given !== undefined && isSameSecret(given, token)) return null;
  return new Response("a token is needed", { status: 401, headers: { "www-authenticate": 'Bearer realm="spoor"' } });
}
