import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { GetObjectCommandOutput, S3Client } from "@aws-sdk/client-s3";
import type { Message, SQSClient } from "@aws-sdk/client-sqs";
import type { CollectContext, DownloadedFile, Page, Stream } from "../../../collect/collector.ts";
import { VendorError, type VendorErrorKind } from "../../../collect/http.ts";
import { isDiskFull, messageOf, SpoorError } from "../../../errors.ts";
import { dayMs } from "../../../time.ts";
import { Hiding } from "./hiding.ts";
import { keep, NotAsAnnounced, readable } from "./replicator-file.ts";
import { type AnnouncedFile, announcementOf } from "./replicator-message.ts";
import type { ReplicatorSettings } from "./settings.ts";

/** The Data Replicator's queue and bucket, with Amazon's own clients. */
export interface Replicator {
  readonly stream: Stream;
  /** Whether the queue answers, and, where a message waits, whether the bucket does. Takes nothing off. */
  check(): Promise<{ readonly waits: boolean }>;
  close(): void;
}

interface Clients {
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly commands: typeof import("@aws-sdk/client-sqs") &
    Pick<typeof import("@aws-sdk/client-s3"), "GetObjectCommand" | "HeadObjectCommand">;
}

const filesAtOnce = 4;
const messagesAtOnce = 10;

export function replicatorOf(
  settings: ReplicatorSettings,
  key: { readonly accessKeyId: string; readonly secretAccessKey: string },
  { signal, downloads }: Pick<CollectContext, "signal" | "downloads">,
): Replicator {
  const { queueUrl: QueueUrl, visibilitySeconds, waitSeconds } = settings;
  let made: Promise<Clients> | null = null;
  // Amazon's clients are large; who has no replicator does not load them.
  const clients = (): Promise<Clients> => {
    made ??= makeClients(settings, key);
    return made;
  };
  const hiding = new Hiding(async (ReceiptHandle) => {
    const { sqs, commands } = await clients();
    const command = new commands.ChangeMessageVisibilityCommand({
      QueueUrl,
      ReceiptHandle,
      VisibilityTimeout: visibilitySeconds,
    });
    await sqs.send(command, { abortSignal: signal });
  }, visibilitySeconds * 1000);

  async function receive(most: number, VisibilityTimeout: number): Promise<readonly Message[]> {
    const { sqs, commands } = await clients();
    const command = new commands.ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: most,
      VisibilityTimeout,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ["ApproximateReceiveCount"],
    });
    return (await asVendor("the queue", signal, () => sqs.send(command, { abortSignal: signal }))).Messages ?? [];
  }

  async function get(bucket: string, file: AnnouncedFile): Promise<GetObjectCommandOutput> {
    const { s3, commands } = await clients();
    return s3.send(new commands.GetObjectCommand({ Bucket: bucket, Key: file.key }), { abortSignal: signal });
  }

  /** Downloads a file; why it is not there, where it is not. */
  async function download(bucket: string, file: AnnouncedFile, path: string): Promise<string | null> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await keep(readable((await get(bucket, file)).Body), file, path, signal);
        return null;
      } catch (cause) {
        signal.throwIfAborted();
        if (isMissing(cause)) return "it is not there";
        if (cause instanceof NotAsAnnounced && attempt >= 2) return cause.message;
        if (cause instanceof NotAsAnnounced) continue;
        if (isDiskFull(cause))
          throw new SpoorError("disk-full", `a file of the replicator cannot be written: ${messageOf(cause)}`, {
            hint: "Free some space; the same command goes on from there.",
            cause,
          });
        const refusal = vendorError("the bucket", cause);
        if (refusal.kind === "forbidden" || refusal.kind === "unauthorised") throw refusal;
        if (attempt >= 2) return refusal.message;
      }
    }
  }

  /** All files of a message. Where one is missing, what came is stored, and the message is left for another time. */
  async function take({ Body, ReceiptHandle = "", Attributes }: Message): Promise<Page> {
    const told = announcementOf(Body);
    const times = Number(Attributes?.ApproximateReceiveCount ?? 1);
    const again = times > 1 ? ` (it came for the ${times}. time)` : "";
    if ("why" in told)
      return { records: [], cursor: null, shortfalls: [`the queue holds ${told.why}; it is left there${again}`] };
    const files: DownloadedFile[] = [];
    const missing: string[] = [];
    const name = createHash("sha1").update(ReceiptHandle).digest("hex").slice(0, 20);
    for (let first = 0; first < told.files.length; first += filesAtOnce) {
      const some = told.files.slice(first, first + filesAtOnce);
      const came = await Promise.all(
        some.map(async (file, index) => {
          // The vendor's name is no path of ours.
          const path = join(downloads, `${name}-${first + index}${file.key.endsWith(".gz") ? ".gz" : ".ndjson"}`);
          return { file, path, why: await download(told.bucket, file, path) };
        }),
      );
      for (const { file, path, why } of came) {
        if (why === null) files.push({ path, name: `${told.bucket}/${file.key}` });
        else missing.push(`${file.key}: ${why}`);
      }
    }
    if (missing.length === 0) return { records: [], files, cursor: null, receipts: [ReceiptHandle] };
    hiding.forget(ReceiptHandle);
    const shortfall = `${missing.length} of ${told.files.length} files that the replicator announced could not be had; the message is left on the queue${again}: ${missing.slice(0, 3).join("; ")}`;
    return { records: [], files, cursor: null, shortfalls: [shortfall] };
  }

  async function* pages(): AsyncGenerator<Page> {
    await mkdir(downloads, { recursive: true, mode: 0o700 });
    const left = new Set<string>();
    for (let taken = 0; taken < settings.messagesAtMost; ) {
      const messages = await receive(messagesAtOnce, visibilitySeconds);
      // What could not be had whole comes back when its time is over; this run has seen it.
      const fresh = messages.filter(({ MessageId = "" }) => !left.has(MessageId));
      if (messages.length === 0) return;
      taken += messages.length;
      for (const { ReceiptHandle = "" } of fresh) hiding.keep(ReceiptHandle);
      for (const message of fresh) {
        const page = await take(message);
        if ((page.receipts ?? []).length === 0) {
          left.add(message.MessageId ?? "");
          hiding.forget(message.ReceiptHandle ?? "");
        }
        // More may come: where a queue is, is no place to go on from.
        yield { ...page, cursor: message.MessageId ?? "" };
      }
    }
    yield {
      records: [],
      cursor: null,
      shortfalls: [`${settings.messagesAtMost} messages were taken, and more wait: the next run goes on`],
    };
  }

  async function acknowledge(receipts: readonly string[]): Promise<void> {
    const { sqs, commands } = await clients();
    for (let first = 0; first < receipts.length; first += messagesAtOnce) {
      const some = receipts.slice(first, first + messagesAtOnce);
      for (const receipt of some) hiding.forget(receipt);
      const Entries = some.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
      const { Failed = [] } = await asVendor("the queue", signal, () =>
        sqs.send(new commands.DeleteMessageBatchCommand({ QueueUrl, Entries })),
      );
      if (Failed.length > 0)
        throw new VendorError("refused", `the queue did not take back ${Failed.length} of ${some.length} messages`);
    }
  }

  return {
    stream: {
      id: "replicator",
      name: "Sensor events of the Data Replicator",
      tables: [
        "network_activity",
        "dns_activity",
        "process_activity",
        "authentication",
        "file_activity",
        "registry_activity",
        "script_activity",
        "service_activity",
        "scheduled_job_activity",
        "smb_activity",
      ],
      permission:
        "the replicator's own key pair, with sqs:ReceiveMessage, sqs:DeleteMessage, sqs:ChangeMessageVisibility and s3:GetObject",
      kind: "queue",
      retentionMs: 7 * dayMs,
      sliceMs: Number.MAX_SAFE_INTEGER,
      shortestSliceMs: Number.MAX_SAFE_INTEGER,
      overlapMs: 0,
      concurrency: 1,
      pages: () => pages(),
      acknowledge,
    },
    check: async () => {
      const [message] = await receive(1, 0);
      const told = announcementOf(message?.Body);
      const file = "why" in told ? undefined : told.files[0];
      if (file === undefined || "why" in told) return { waits: message !== undefined };
      const { s3, commands } = await clients();
      const command = new commands.HeadObjectCommand({ Bucket: told.bucket, Key: file.key });
      await asVendor("the bucket", signal, () => s3.send(command, { abortSignal: signal })).catch((cause: unknown) => {
        if (!isMissing(cause) && !(cause instanceof VendorError && cause.status === 404)) throw cause;
      });
      return { waits: true };
    },
    close: () => {
      hiding.end();
      void made?.then(({ sqs, s3 }) => {
        sqs.destroy();
        s3.destroy();
      });
    },
  };
}

async function makeClients(
  { queueUrl, region, sqsEndpoint, s3Endpoint }: ReplicatorSettings,
  credentials: { readonly accessKeyId: string; readonly secretAccessKey: string },
): Promise<Clients> {
  const [sqs, s3] = await Promise.all([import("@aws-sdk/client-sqs"), import("@aws-sdk/client-s3")]);
  // Left to themselves Amazon's clients wait for ever for a bucket that fell silent; a queue without messages answers in 20 seconds.
  const requestHandler = { connectionTimeout: 10_000, socketTimeout: 120_000 };
  const common = { region, credentials, maxAttempts: 5, requestHandler };
  return {
    // The queue's address says which host to ask, unless the settings do.
    sqs: new sqs.SQSClient({ ...common, endpoint: sqsEndpoint ?? new URL(queueUrl).origin, useQueueUrlAsEndpoint: false }),
    s3: new s3.S3Client({
      ...common,
      ...(s3Endpoint === undefined ? {} : { endpoint: s3Endpoint, forcePathStyle: true }),
      // We have the replicator's own sums.
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    }),
    commands: { ...sqs, GetObjectCommand: s3.GetObjectCommand, HeadObjectCommand: s3.HeadObjectCommand },
  };
}

async function asVendor<Result>(where: string, signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    signal.throwIfAborted();
    throw vendorError(where, cause);
  }
}

/** What an error of Amazon's clients amounts to. They hold no secrets of ours, and name what was refused. */
function vendorError(where: string, cause: unknown): VendorError {
  const status = statusOf(cause);
  const name = cause instanceof Error ? cause.name : "";
  const why = `${where} of the Data Replicator: ${name}: ${messageOf(cause)}`.slice(0, 300);
  const details = { cause, ...(status === null ? {} : { status }) };
  return new VendorError(kindOf(name, status), why, details);
}

function kindOf(name: string, status: number | null): VendorErrorKind {
  if (/InvalidAccessKeyId|SignatureDoesNotMatch|InvalidClientTokenId|UnrecognizedClient|ExpiredToken/.test(name))
    return "unauthorised";
  if (/AccessDenied|Forbidden/.test(name) || status === 403) return "forbidden";
  if (/Throttl|SlowDown|OverLimit/.test(name) || status === 429) return "limited";
  return status !== null && status >= 400 && status < 500 ? "refused" : "unavailable";
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && (thrown.name === "NoSuchKey" || thrown.name === "NotFound" || statusOf(thrown) === 404);
}

function statusOf(thrown: unknown): number | null {
  if (typeof thrown !== "object" || thrown === null || !("$metadata" in thrown)) return null;
  const { $metadata: metadata } = thrown;
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata)) return null;
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : null;
}
