import { SpoorError } from "../errors.ts";
import { folderObjects } from "../objects/folder.ts";
import { openObjects } from "../objects/open.ts";
import type { S3Settings } from "../objects/s3.ts";
import { usualBuckets } from "./buckets.ts";
import { mailOf } from "./email.ts";
import { type Hook, hookOf } from "./hook.ts";
import { keyOf } from "./key.ts";
import { slackPublisher, webhookPublisher } from "./messages.ts";
import { filesPublisher } from "./objects.ts";
import type { PostEffects } from "./post.ts";
import { resultOf } from "./publication.ts";
import type { Publisher } from "./publisher.ts";
import { isSafeAddress, type TargetSettings } from "./settings.ts";
import { type StreamEffects, syslogPublisher } from "./stream.ts";
import { syslogAddress } from "./syslog.ts";

/** What places are made ready with. */
export interface Making extends PostEffects, StreamEffects {
  readonly s3: S3Settings;
  /** Whether models are published too. */
  readonly models: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The value behind a reference to a secret. */
  readonly secret: (reference: string) => Promise<string>;
}

/** Makes a place ready; nothing is touched yet. Rejects as configuration error where an address or a secret cannot be had. */
export async function publisherOf(target: TargetSettings, making: Making): Promise<Publisher> {
  switch (target.kind) {
    case "folder": {
      const objects = folderObjects(target.path);
      return filesPublisher(target.path, { objects, key: target.key }, making.models ? { objects, key: "models/{name}" } : null);
    }
    case "s3":
      return bucketPublisher(target, making);
    case "webhook": {
      const secret = target.secret === undefined ? null : await making.secret(target.secret);
      return webhookPublisher(await hookAt(target.address, making), secret, making);
    }
    case "slack":
      return slackPublisher(await hookAt(target.address, making), making);
    case "syslog":
    case "cef": {
      const address = syslogAddress(target.address);
      if (address === null) throw new SpoorError("configuration", `${target.kind}: the address is none`);
      return syslogPublisher(address, target.kind === "cef" ? "cef" : "ocsf", making);
    }
    case "email":
      return mailPublisher(target);
  }
}

/** The bucket and keys that notebooks before us wrote to, unless the settings say otherwise. */
function bucketPublisher(
  target: Extract<TargetSettings, { kind: "s3" }>,
  { environment, s3, models }: Pick<Making, "environment" | "s3" | "models">,
): Publisher {
  const usual = usualBuckets(environment, target.bucket);
  const at = (name: string) => openObjects(`s3://${name}`, s3);
  return filesPublisher(
    `s3://${usual.reports}`,
    { objects: at(usual.reports), key: target.key },
    models ? { objects: at(target.modelBucket ?? usual.models), key: target.modelPrefix } : null,
  );
}

/** One mail a run, as a file that a mail program or `sendmail -t` takes. */
function mailPublisher({ folder, from, to }: Extract<TargetSettings, { kind: "email" }>): Publisher {
  return {
    name: folder,
    isForgetful: false,
    async parcels(publication) {
      const bytes = await mailOf(publication, { from, to });
      const name = keyOf("{date}-{run}{name}", ".eml", publication.keys);
      const mail = { ...resultOf(name, bytes), contentType: "message/rfc822" };
      const files = { ...publication, results: [mail] };
      return filesPublisher(folder, { objects: folderObjects(folder), key: "{name}" }, null).parcels(files);
    },
  };
}

async function hookAt(address: string, { secret }: Pick<Making, "secret">): Promise<Hook> {
  const isWritten = isSafeAddress(address);
  const text = isWritten ? address : await secret(address);
  const url = URL.parse(text);
  if (url !== null && isSafeAddress(text)) return hookOf(url);
  throw new SpoorError("configuration", `what ${address} leads to is not an address that begins with https://; it is not shown`, {
    hint: "Put the whole address there.",
  });
}
