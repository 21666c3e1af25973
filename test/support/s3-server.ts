import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import S3rver from "s3rver";
import { wrongSignature } from "./signature-v4.ts";

export interface LocalS3 {
  /** http://127.0.0.1:PORT */
  readonly endpoint: string;
  close(): Promise<void>;
}

/** The credentials that the server takes. */
export const localCredentials = { AWS_ACCESS_KEY_ID: "S3RVER", AWS_SECRET_ACCESS_KEY: "S3RVER" } as const;

/** An S3-compatible server on loopback with empty buckets of these names; it checks signatures, which s3rver alone does not. */
export async function localS3(buckets: readonly string[]): Promise<LocalS3> {
  const directory = mkdtempSync(join(tmpdir(), "spoor-s3-"));
  const s3 = new S3rver({ silent: true, directory, configureBuckets: buckets.map((name) => ({ name, configs: [] })) });
  await s3.configureBuckets();
  const answer = s3.callback();
  const keys = { id: localCredentials.AWS_ACCESS_KEY_ID, secret: localCredentials.AWS_SECRET_ACCESS_KEY };
  const server = createServer((request, response) => {
    const wrong = wrongSignature(request, keys);
    if (wrong === null) {
      answer(request, response);
      return;
    }
    request.resume();
    response.writeHead(403, { "content-type": "application/xml" });
    response.end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${wrong}</Code><Message>refused</Message></Error>`);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
