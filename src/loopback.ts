import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { messageOf, SpoorError } from "./errors.ts";

const loopback = "127.0.0.1";

/** A server on this machine's loopback address. */
export interface HttpServing {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Listens on the loopback address alone (`port` 0: any free one); `url` ends without a slash. Closing ends the connections that are open.
 * Rejects as configuration error when the port is taken.
 */
export async function listenOnLoopback(listener: RequestListener, port: number): Promise<HttpServing> {
  const server = createServer(listener);
  await listening(server, port);
  return {
    url: `http://${loopback}:${portOf(server)}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Compares digests, so that the time it takes tells nothing of the secret. */
export function isSameSecret(given: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
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
