import { z } from "zod";
import { isPrivate } from "../collect/origin.ts";
import { secretReference } from "../collect/secrets.ts";
import { SpoorError } from "../errors.ts";
import { s3Location } from "../objects/s3.ts";
import { keyTemplate } from "./key.ts";
import { syslogAddress } from "./syslog.ts";

/** Over the network only encrypted; to a program on the same machine as it likes. */
export function isSafeAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && isPrivate(url);
}

const hookAddress = z.union([z.string().refine(isSafeAddress), secretReference], {
  error: "it must be an address that begins with https://, or say where one lies (env:NAME, file:/path)",
});
const syslogPlace = z.string().refine((text) => syslogAddress(text) !== null, {
  error: "it must look like syslog://host:514 (UDP), syslog+tcp://host:601 or syslog+tls://host:6514",
});
const bucketName = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, { error: "it is not a name for a bucket" });
const mailAddress = z.string().regex(/^[^\s<>,;"]+@[^\s<>,;"]+$/, { error: "it is not a mail address" });

/** Where results go, one object a place; docs/guide/publishing.md tells each setting. */
const targetSettings = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("folder"), path: z.string().min(1), key: keyTemplate.default("{name}") }),
  z.strictObject({
    kind: z.literal("s3"),
    /** Default: SAGEMAKER_NOTEBOOKS_BUCKET of the environment, else sagemaker-infosec-notebooks. */
    bucket: bucketName.optional(),
    key: keyTemplate.default("threat-hunting-reports/{date}.md"),
    /** Default: the bucket with "notebooks" replaced by "models". */
    modelBucket: bucketName.optional(),
    modelPrefix: keyTemplate.default("threat-hunting"),
  }),
  z.strictObject({ kind: z.literal("webhook"), address: hookAddress, secret: secretReference.optional() }),
  z.strictObject({ kind: z.literal("slack"), address: hookAddress }),
  z.strictObject({ kind: z.literal("syslog"), address: syslogPlace }),
  z.strictObject({ kind: z.literal("cef"), address: syslogPlace }),
  z.strictObject({
    kind: z.literal("email"),
    folder: z.string().min(1),
    from: mailAddress.default("spoor@localhost"),
    to: z.array(mailAddress).min(1).default(["hunters@localhost"]),
  }),
]);
export type TargetSettings = z.infer<typeof targetSettings>;

/** What is published, and where to, when a command does not say so itself. */
export const publishSettings = z.strictObject({
  to: z.array(z.union([z.string(), targetSettings])).default([]),
  /** The models of the run as well. */
  models: z.boolean().default(false),
  /** Stands for {case} in keys, and in subjects and messages. */
  case: z.string().min(1).default("hunt"),
});
export type PublishSettings = z.infer<typeof publishSettings>;

const forms =
  "s3, s3://bucket/key, folder:DIR, https://… or webhook:env:NAME, slack:env:NAME, syslog://host, syslog+tcp://host, syslog+tls://host, cef://host, cef+tcp://host, cef+tls://host, email:DIR, or a kind alone (webhook, slack, email, …) that the settings tell of";

/**
 * The places that are meant: those of the command line, or else those of the settings. Throws SpoorError "usage" for a text that names
 * no place; what an address carries beside its host is not told on.
 */
export function targetsOf(wanted: readonly string[], settings: PublishSettings): TargetSettings[] {
  const listed = settings.to.map((one) => (typeof one === "string" ? targetNamed(one, []) : one));
  return wanted.length === 0 ? listed : wanted.map((text) => targetNamed(text, listed));
}

function targetNamed(text: string, listed: readonly TargetSettings[]): TargetSettings {
  const ofSettings = listed.find(({ kind }) => kind === text);
  if (ofSettings !== undefined) return ofSettings;
  const parsed = targetSettings.safeParse(objectOf(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  // A kind that does not exist is what the sentence says; the list of kinds stands in the hint.
  const why =
    issue === undefined || issue.path.length === 0 || issue.path[0] === "kind"
      ? ""
      : ` (${issue.path.join(".")}: ${issue.message})`;
  throw new SpoorError("usage", `${harmless(text)} is not a place to publish to${why}`, { hint: `Places are ${forms}.` });
}

function objectOf(text: string): Record<string, unknown> {
  if (text === "s3") return { kind: "s3" };
  const place = s3Location(text);
  if (place !== null) {
    const key = place.prefix.replace(/\/$/, "");
    return { kind: "s3", bucket: place.bucket, ...(key === "" ? {} : { key }) };
  }
  if (/^https?:\/\//.test(text)) return { kind: "webhook", address: text };
  if (/^syslog(\+(tcp|tls))?:\/\//.test(text)) return { kind: "syslog", address: text };
  if (/^cef(\+(tcp|tls))?:\/\//.test(text)) return { kind: "cef", address: text.replace(/^cef/, "syslog") };
  const [, kind = "", rest = ""] = /^(folder|webhook|slack|email):(.+)$/s.exec(text) ?? [];
  if (kind === "folder") return { kind, path: rest };
  if (kind === "email") return { kind, folder: rest };
  if (kind !== "") return { kind, address: rest };
  // A path is a folder, as long as it cannot be a misspelt kind.
  return /[/\\]|^\.+$/.test(text) && !text.includes("://") ? { kind: "folder", path: text } : {};
}

/** Addresses of hooks are secrets behind their host. */
function harmless(text: string): string {
  const url = URL.parse(text);
  return url !== null && url.host !== "" ? `${url.protocol}//${url.host}` : text.slice(0, 200);
}
