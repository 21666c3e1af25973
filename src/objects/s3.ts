import type { S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { messageOf, SpoorError } from "../errors.ts";
import { digest } from "./folder.ts";
import { type Objects, requireName } from "./objects.ts";

/** How to reach S3; credentials come from the standard chain (environment, profile, web identity, instance). */
export const s3Settings = z.strictObject({
  /** Of S3-compatible servers; default: Amazon's for the region. */
  endpoint: z.url().optional(),
  region: z.string().optional(),
  /** Bucket in the path instead of the host name, as many S3-compatible servers want it. */
  pathStyle: z.boolean().default(false),
  /** Encrypts with this key of the key management service (SSE-KMS); default: as the bucket does. */
  kmsKey: z.string().optional(),
});
export type S3Settings = z.infer<typeof s3Settings>;

/** s3://bucket/prefix in its parts, or null. */
export function s3Location(text: string): { readonly bucket: string; readonly prefix: string } | null {
  const match = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(text);
  if (match === null) return null;
  const [, bucket = "", path = ""] = match;
  return { bucket, prefix: path === "" ? "" : `${path.replace(/\/+$/, "")}/` };
}

/** A bucket, or what lies under a prefix of it. The AWS SDK is loaded at the first use. */
export function s3Objects(location: string, settings: S3Settings): Objects {
  const place = s3Location(location);
  if (place === null)
    throw new SpoorError("configuration", `${location} is not a place in S3`, { hint: "It looks like s3://bucket/some/prefix." });
  const { bucket, prefix } = place;
  let client: Promise<S3Client> | undefined;
  const connected = () => {
    client ??= connect(settings);
    return client;
  };
  const keyOf = (name: string): string => {
    requireName(name);
    return `${prefix}${name}`;
  };
  const reading = async (name: string): Promise<Buffer | null> => {
    const { GetObjectCommand } = await import("@aws-sdk/client-s3");
    try {
      const answer = await (await connected()).send(new GetObjectCommand({ Bucket: bucket, Key: keyOf(name) }));
      return Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
    } catch (cause) {
      if (nameOf(cause) === "NoSuchKey") return null;
      throw explained(location, "read", name, cause);
    }
  };
  return {
    location,
    async list(below) {
      const { paginateListObjectsV2 } = await import("@aws-sdk/client-s3");
      const names: string[] = [];
      try {
        const pages = paginateListObjectsV2({ client: await connected() }, { Bucket: bucket, Prefix: `${prefix}${below}` });
        for await (const page of pages) for (const { Key = "" } of page.Contents ?? []) names.push(Key.slice(prefix.length));
      } catch (cause) {
        throw explained(location, "list", below, cause);
      }
      return names.sort();
    },
    read: reading,
    async write(name, bytes, { contentType } = {}) {
      const { PutObjectCommand } = await import("@aws-sdk/client-s3");
      try {
        await (await connected()).send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: keyOf(name),
            Body: bytes,
            ...(contentType === undefined ? {} : { ContentType: contentType }),
            ...(settings.kmsKey === undefined ? {} : { ServerSideEncryption: "aws:kms", SSEKMSKeyId: settings.kmsKey }),
          }),
        );
      } catch (cause) {
        throw explained(location, "write", name, cause);
      }
      const back = await reading(name);
      if (back === null || digest(back) !== digest(bytes))
        throw new SpoorError("publish-failed", `${location}: ${name} was written, but reading it back gives something else`, {
          hint: "Somebody else may write there as well; try again.",
        });
    },
  };
}

async function connect({ endpoint, region, pathStyle }: S3Settings): Promise<S3Client> {
  const { S3Client } = await import("@aws-sdk/client-s3");
  return new S3Client({
    forcePathStyle: pathStyle,
    maxAttempts: 4,
    // Left to itself the client waits for ever for a server that fell silent.
    requestHandler: { connectionTimeout: 10_000, socketTimeout: 120_000 },
    ...(endpoint === undefined ? {} : { endpoint }),
    // Without a region the SDK asks its chain; S3-compatible servers take any.
    ...(region === undefined ? (endpoint === undefined ? {} : { region: "us-east-1" }) : { region }),
  });
}

const nextSteps: Readonly<Record<string, string>> = {
  NoSuchBucket: "Make the bucket, or name another one.",
  AccessDenied: "The credentials lack s3:PutObject, s3:GetObject or s3:ListBucket there.",
  InvalidAccessKeyId: "The access key is not known there: check AWS_ACCESS_KEY_ID or the profile.",
  SignatureDoesNotMatch: "The secret does not belong to the access key, or the clock is wrong.",
  CredentialsProviderError: "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or a role of the machine.",
  ExpiredToken: "The session has ended: sign in again.",
  RequestTimeTooSkewed: "The clock of this machine is wrong: set it (timedatectl, chronyc), then try again.",
};

function explained(location: string, doing: string, name: string, cause: unknown): SpoorError {
  const hint = nextSteps[nameOf(cause)] ?? "Check the bucket, the region and the connection, then try again.";
  return new SpoorError("publish-failed", `${location}: could not ${doing} ${name === "" ? "it" : name}: ${messageOf(cause)}`, {
    hint,
    cause,
  });
}

function nameOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : "";
}
