import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import S3rver from "s3rver";
import { randomOf } from "../random.ts";
import type { VendorData, VendorRecord } from "../vendor-data.ts";
import { type QueueServer, serveQueue } from "./queue.ts";

export interface ReplicatorOptions {
  readonly falcon: VendorData["falcon"];
  readonly clock: () => Date;
  /** A folder of one's own for the objects. */
  readonly directory: string;
  /** Events in one file, and files in one message; defaults 200 and 2. */
  readonly eventsInFile?: number;
  readonly filesInMessage?: number;
  readonly seed?: number;
  /** Ordinals of messages, from 1 on: told twice; with a file that is not there; with a file that does not unpack. */
  readonly toldTwice?: readonly number[];
  readonly withMissingFile?: readonly number[];
  readonly withDamagedFile?: readonly number[];
}

/** CrowdStrike's Data Replicator on loopback: files in a bucket, and a queue that says which are new. */
export interface Replicator {
  readonly queue: QueueServer;
  readonly s3Endpoint: string;
  readonly bucket: string;
  readonly region: string;
  /** What the bucket takes; it is the same for all who run this server. */
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Puts back what was missing or damaged. */
  readonly mend: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const bucket = "cs-replicator";
const region = "eu-central-1";
const key = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" };

/** Writes events and side files as gzip NDJSON parts, announces them batch by batch, and serves both. For tests alone. */
export async function serveReplicator(options: ReplicatorOptions): Promise<Replicator> {
  const { falcon, clock, directory, eventsInFile = 200, filesInMessage = 2, seed = 42 } = options;
  const bucketServer = new S3rver({
    address: "127.0.0.1",
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: bucket, configs: [] }],
  });
  const { port } = await bucketServer.run();
  const s3Endpoint = `http://127.0.0.1:${port}`;
  const client = new S3Client({ endpoint: s3Endpoint, region, forcePathStyle: true, credentials: key });
  const queue = await serveQueue(clock);
  const random = randomOf(seed, "replicator");
  const later: (() => Promise<void>)[] = [];
  const put = (Key: string, Body: Uint8Array) => client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));

  const batches = [
    ...chunks(chunks(falcon.events, eventsInFile), filesInMessage).map((files) => ({ folder: "data", files })),
    ...chunks([falcon.aidmaster], 1).map((files) => ({ folder: "aidmaster", files })),
    ...chunks([falcon.userinfo], 1).map((files) => ({ folder: "userinfo", files })),
  ];
  for (const [index, { folder, files }] of batches.entries()) {
    const ordinal = index + 1;
    const pathPrefix = `${folder}/${random.uuid()}`;
    const told = [];
    for (const [part, records] of files.entries()) {
      const path = `${pathPrefix}/part-${String(part).padStart(5, "0")}.gz`;
      const bytes = gzipSync(records.map((record) => `${JSON.stringify(record)}\n`).join(""));
      const isMissing = part === 0 && options.withMissingFile?.includes(ordinal) === true;
      const isDamaged = part === 0 && options.withDamagedFile?.includes(ordinal) === true;
      if (isDamaged) await put(path, bytes.subarray(0, bytes.length / 2));
      else if (!isMissing) await put(path, bytes);
      if (isMissing || isDamaged) later.push(async () => void (await put(path, bytes)));
      told.push({ path, size: bytes.length, checksum: createHash("md5").update(bytes).digest("hex") });
    }
    await put(`${pathPrefix}/_SUCCESS`, new Uint8Array());
    const body = {
      cid: cidOf(falcon.events),
      timestamp: clock().getTime(),
      fileCount: told.length,
      totalSize: told.reduce((sum, { size }) => sum + size, 0),
      bucket,
      pathPrefix,
      files: told,
    };
    queue.send(JSON.stringify(body));
    if (options.toldTwice?.includes(ordinal) === true) queue.send(JSON.stringify(body));
  }
  return {
    queue,
    s3Endpoint,
    bucket,
    region,
    ...key,
    mend: async () => {
      await Promise.all(later.splice(0).map((put) => put()));
    },
    close: async () => {
      client.destroy();
      await queue.close();
      await bucketServer.close();
    },
  };
}

function cidOf(events: readonly VendorRecord[]): unknown {
  return events[0]?.cid ?? "";
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}
