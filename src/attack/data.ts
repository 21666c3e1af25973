import { readFileSync } from "node:fs";
import { z } from "zod";
import { messageOf, SpoorError } from "../errors.ts";

/** What the ids look like; nothing else is accepted as one. */
export const attackIds = {
  tactic: /^TA\d{4}$/,
  technique: /^T\d{4}(\.\d{3})?$/,
  mitigation: /^M\d{4}$/,
  dataComponent: /^DC\d{4}$/,
} as const;

const techniqueId = z.string().regex(attackIds.technique);
const shortname = z.string().regex(/^[a-z]+(-[a-z]+)*$/);
const name = z.string().min(1).max(200);

const tactic = z.object({ uid: z.string().regex(attackIds.tactic), shortname, name });

/** A tactic that this version no longer has, and the tactics its techniques went to. */
const retiredTactic = tactic.extend({ successors: z.array(shortname) });

const technique = z.object({
  uid: techniqueId,
  name,
  /** Shortnames, in matrix order. */
  tactics: z.array(shortname).min(1),
  platforms: z.array(name),
  mitigations: z.array(z.string().regex(attackIds.mitigation)),
  dataComponents: z.array(z.string().regex(attackIds.dataComponent)),
  /** Groups, software and campaigns that ATT&CK says use it; null where not known. */
  usage: z.tuple([z.int().min(0), z.int().min(0), z.int().min(0)]).nullable(),
});

/** The facts of one Enterprise ATT&CK version, as Spoor keeps them in a file: ids, names, relations; no prose. */
export const attackData = z.object({
  format: z.literal("spoor-attack"),
  formatVersion: z.literal(1),
  /** As MITRE counts: "19", "19.2". */
  version: z.string().regex(/^\d{1,3}(\.\d{1,3}){0,2}$/),
  notice: z.string().max(1000),
  sources: z.array(z.string().max(500)),
  /** In matrix order. */
  tactics: z.array(tactic).min(1),
  retiredTactics: z.array(retiredTactic),
  mitigations: z.record(z.string().regex(attackIds.mitigation), name),
  dataComponents: z.record(z.string().regex(attackIds.dataComponent), name),
  /** Ordered by uid. */
  techniques: z.array(technique).min(1),
  /** Retired technique id to the current one. */
  retired: z.record(techniqueId, techniqueId),
});
export type AttackData = z.infer<typeof attackData>;

/** Per technique, up to 12 others that the same groups and campaigns use: id, P(other given it), lift. */
export const coOccurrenceData = z.object({
  notice: z.string(),
  basis: z.string(),
  techniques: z.record(techniqueId, z.array(z.tuple([techniqueId, z.number().min(0).max(1), z.number().min(0)]))),
});
export type CoOccurrenceData = z.infer<typeof coOccurrenceData>;

/** The ATT&CK data that comes with Spoor (Enterprise, version 19). */
export function bundledAttackData(): AttackData {
  return read(new URL("./data/attack.json", import.meta.url), attackData);
}

/** The co-occurrence of techniques that comes with Spoor. */
export function bundledCoOccurrence(): CoOccurrenceData {
  return read(new URL("./data/co-occurrence.json", import.meta.url), coOccurrenceData);
}

/** ATT&CK data from a file that `formatAttackData` wrote; rejects with SpoorError path-missing or configuration. */
export function readAttackData(path: string): AttackData {
  return read(path, attackData);
}

function read<Schema extends z.ZodType>(path: string | URL, schema: Schema): z.infer<Schema> {
  const label = path instanceof URL ? (path.pathname.split("/").pop() ?? "") : path;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new SpoorError("path-missing", `The ATT&CK data ${label} cannot be read: ${messageOf(cause)}`, { cause });
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new SpoorError("configuration", `${label} is not ATT&CK data in Spoor's form`, {
      hint: "Import a STIX bundle of Enterprise ATT&CK anew, or leave the file out to use the data that come with Spoor.",
      cause,
    });
  }
}

/** The file form of ATT&CK data: JSON with one record a line, so that a new version reads well as a diff. */
export function formatAttackData(data: AttackData): string {
  const list = (records: readonly unknown[]) => `[\n${records.map((record) => `    ${JSON.stringify(record)}`).join(",\n")}\n  ]`;
  const table = (record: Readonly<Record<string, string>>) => {
    const rows = Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{\n${rows.map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(",\n")}\n  }`;
  };
  const parts = {
    format: JSON.stringify(data.format),
    formatVersion: JSON.stringify(data.formatVersion),
    version: JSON.stringify(data.version),
    notice: JSON.stringify(data.notice),
    sources: list(data.sources),
    tactics: list(data.tactics),
    retiredTactics: list(data.retiredTactics),
    mitigations: table(data.mitigations),
    dataComponents: table(data.dataComponents),
    techniques: list(data.techniques),
    retired: table(data.retired),
  };
  return `{\n${Object.entries(parts)
    .map(([key, text]) => `  ${JSON.stringify(key)}: ${text}`)
    .join(",\n")}\n}\n`;
}
