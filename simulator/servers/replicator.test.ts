import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ChangeMessageVisibilityCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { plainRecords } from "./records.ts";
import { type Replicator, type ReplicatorOptions, serveReplicator } from "./replicator.ts";

const now = Date.parse("2026-11-05T12:00:00Z");
const { falcon } = plainRecords({ seed: 5, from: now - 86_400_000, to: now, count: 500 });
const told = z.object({
  bucket: z.string(),
  fileCount: z.number(),
  files: z.array(z.object({ path: z.string(), size: z.number(), checksum: z.string() })),
});
const clock = { now };
let closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
  clock.now = now;
});

async function open(options: Partial<ReplicatorOptions> = {}) {
  const directory = mkdtempSync(join(tmpdir(), "spoor-replicator-"));
  const replicator: Replicator = await serveReplicator({ falcon, clock: () => new Date(clock.now), directory, ...options });
  const { accessKeyId, secretAccessKey, region } = replicator;
  const credentials = { accessKeyId, secretAccessKey };
  const sqs = new SQSClient({ endpoint: replicator.queue.endpoint, region, credentials });
  const s3 = new S3Client({ endpoint: replicator.s3Endpoint, region, credentials, forcePathStyle: true });
  closing.push(async () => {
    sqs.destroy();
    s3.destroy();
    await replicator.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const QueueUrl = replicator.queue.queueUrl;
  return {
    replicator,
    receive: async () =>
      (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 300 }))).Messages ?? [],
    remove: (ReceiptHandle: string | undefined) => sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })),
    hide: (ReceiptHandle: string | undefined, VisibilityTimeout: number) =>
      sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout })),
    download: async (Key: string) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: replicator.bucket, Key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
  };
}

test("Amazon's own clients read every event and side file from queue and bucket, once", async () => {
  const { receive, remove, download, replicator } = await open();
  const records: unknown[] = [];
  for (let messages = await receive(); messages.length > 0; messages = await receive()) {
    for (const { Body = "", ReceiptHandle } of messages) {
      const { files, fileCount } = told.parse(JSON.parse(Body));
      expect(files).toHaveLength(fileCount);
      for (const { path, size } of files) {
        const bytes = await download(path);
        expect(bytes).toHaveLength(size);
        records.push(
          ...gunzipSync(bytes)
            .toString("utf8")
            .trimEnd()
            .split("\n")
            .map((line): unknown => JSON.parse(line)),
        );
      }
      await remove(ReceiptHandle);
    }
  }
  expect(records).toEqual([...falcon.events, ...falcon.aidmaster, ...falcon.userinfo]);
  expect(replicator.queue.waiting()).toBe(0);
});

test("a message that is not deleted comes again when its time is over, and sooner where asked", async () => {
  const { receive, hide } = await open();
  const first = await receive();
  expect(await receive()).toEqual([]);
  await hide(first[0]?.ReceiptHandle, 0);
  expect((await receive()).map(({ MessageId }) => MessageId)).toEqual([first[0]?.MessageId]);
  clock.now += 301_000;
  expect(await receive()).toHaveLength(first.length);
});

test("messages are told twice, files are missing or damaged, until they are mended", async () => {
  const { receive, download, replicator } = await open({ toldTwice: [1], withMissingFile: [2], withDamagedFile: [1] });
  const messages = (await receive()).map(({ Body = "" }) => told.parse(JSON.parse(Body)));
  expect(messages[0]).toEqual(messages[1]);
  const [damaged, missing] = [messages[0]?.files[0], messages[2]?.files[0]];
  expect((await download(damaged?.path ?? "")).length).toBeLessThan(damaged?.size ?? 0);
  await expect(download(missing?.path ?? "")).rejects.toThrow();
  await replicator.mend();
  expect(await download(missing?.path ?? "")).toHaveLength(missing?.size ?? 0);
});
