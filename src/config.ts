import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";
import { blockOf } from "./enrich/address.ts";
import { messageOf, SpoorError } from "./errors.ts";
import { s3Settings } from "./objects/s3.ts";
import { publishSettings } from "./publish/settings.ts";
import { claudeSettings } from "./reasoner/settings.ts";
import { reportSettings } from "./report/settings.ts";

const network = z.string().refine((text) => blockOf(text) !== null, {
  error: (issue) => `${String(issue.input)} is not an address block such as 10.0.0.0/8`,
});

/** RFC 1918, RFC 4193, link-local and loopback: what is "inside" when nothing else is said. */
export const privateNetworks = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "fc00::/7",
  "fe80::/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "::1/128",
];

/** Every setting of a hunt, with its default. The command line wins over the file, the file over the default. */
export const configSchema = z.strictObject({
  /** A directory of our own, or http(s)://user@host:port/database of a ClickHouse server. */
  store: z.string().default("./.spoor"),
  out: z.string().default("./spoor-out"),
  seed: z.number().int().nonnegative().default(42),
  /** The estate's own networks. */
  internal: z.array(network).min(1).default(privateNetworks),
  /** For logs that carry no year; default: the year of the clock. */
  year: z.number().int().min(1970).max(2200).optional(),
  /** Findings a day that the reader has time for. */
  budget: z.number().positive().default(20),
  ai: z.enum(["off", "claude"]).default("off"),
  /** How the language model is reached, what it may see, and what it may cost; nothing is asked of it while `ai` is off. */
  claude: claudeSettings,
  /** Folders of the user's own detectors and sources. */
  detectors: z.string().optional(),
  sources: z.string().optional(),
  /** MMDB files of the user's own, in place of the bundled ones. */
  mmdb: z.array(z.string()).default([]),
  /** ATT&CK data of another release, made by `spoor attack import`. */
  attack: z.string().optional(),
  /** Only these detectors. */
  only: z.array(z.string()).default([]),
  /** Parameters of detectors: { beaconing: { countThreshold: 12 } }. */
  set: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  /** What to collect, by source: { id: { … } }. Each collector checks its own part. */
  collect: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  /** Where models are kept from one run to the next: a folder, or s3://bucket/prefix. */
  models: z.string().default("./spoor-models"),
  /** Folder of the records of past hunts, Markdown that a team can keep in git: searched before a hunt, added to after it. Absent: neither. */
  huntRecords: z.string().optional(),
  /** Where results are published, and how. */
  publish: publishSettings.prefault({}),
  /** How S3 is reached, for whatever lies there. */
  s3: s3Settings.prefault({}),
  /** How the report is marked and laid out: TLP, time zone, whose it is, the team's own templates. */
  report: reportSettings.prefault({}),
  /** Memory that the embedded engine may use, in bytes. */
  memory: z
    .number()
    .int()
    .positive()
    .default(8 * 1024 ** 3),
});
export type Config = z.infer<typeof configSchema>;

/**
 * Settings from a YAML file (or none) under those of the command line. Rejects as configuration error, which says of each wrong
 * setting where it came from.
 */
export async function loadConfig(file: string | undefined, given: Readonly<Record<string, unknown>>): Promise<Config> {
  const fromFile = file === undefined ? {} : await readYaml(file);
  const parsed = configSchema.safeParse({ ...fromFile, ...given, set: merged(fromFile.set, given.set) });
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.flatMap((issue) => complaints(issue, file ?? "the settings", given));
  throw new SpoorError("configuration", wrong.join("\n"), {
    hint: `Settings are ${Object.keys(configSchema.shape).sort().join(", ")}; spoor hunt --help tells of them.`,
  });
}

/** What is wrong, and whether the file or the command line says so. */
function complaints(issue: z.core.$ZodIssue, file: string, given: Readonly<Record<string, unknown>>): string[] {
  if (issue.code === "unrecognized_keys" && issue.path.length === 0)
    return issue.keys.map((key) => `${file}: there is no setting ${key}`);
  const [name, part] = issue.path;
  const onCommandLine = name === "set" ? isRecord(given.set) && String(part) in given.set : String(name) in given;
  const where = onCommandLine
    ? `--${name === "set" ? `set ${String(part)}` : String(name)}`
    : `${file}: ${issue.path.map(String).join(".")}`;
  return [`${where}: ${issue.message}`];
}

async function readYaml(file: string): Promise<Record<string, unknown>> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new SpoorError("configuration", `${file} cannot be read: ${messageOf(cause)}`, {
      hint: "Name a YAML file with --config.",
      cause,
    });
  });
  try {
    return z.record(z.string(), z.unknown()).parse(parse(text, { prettyErrors: false }) ?? {});
  } catch (cause) {
    throw new SpoorError("configuration", `${file} is not a YAML file of settings: ${messageOf(cause)}`, {
      hint: "It looks like `budget: 20`, one setting a line; spoor hunt --help tells of them.",
      cause,
    });
  }
}

const parametersByDetector = z.record(z.string(), z.record(z.string(), z.unknown()));

/** Parameters of the command line over those of the file; a file's that are none are left for the schema to refuse. */
function merged(file: unknown, given: unknown): unknown {
  const one = parametersByDetector.safeParse(file ?? {});
  if (!one.success) return file;
  const other = parametersByDetector.parse(given ?? {});
  return Object.fromEntries(
    [...new Set([...Object.keys(one.data), ...Object.keys(other)])].map((id) => [id, { ...one.data[id], ...other[id] }]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
