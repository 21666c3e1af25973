import type { McpServer } from "@modelcontextprotocol/server";
import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";

/** Serves MCP over standard input and output; resolves when the client has closed its end, or `signal` was aborted. */
export function serveStandardStreams(serverOf: () => McpServer, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const transport = new StdioServerTransport();
    const handle = serveStdio(serverOf, { transport });
    const end = (): void => void handle.close().then(resolve, reject);
    process.stdin.once("end", end);
    process.stdin.once("close", end);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}
