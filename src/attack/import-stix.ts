import { readFile, stat } from "node:fs/promises";
import { z } from "zod";
import { messageOf, SpoorError } from "../errors.ts";
import type { Gap } from "../types.ts";
import { type AttackData, attackData, attackIds } from "./data.ts";
import { compareText, distinct } from "./order.ts";
import {
  attackId,
  isLive,
  type Note,
  ofType,
  type Relations,
  refusal,
  relations,
  type StixObject,
  usableObjects,
} from "./stix-objects.ts";

/** What an import made of a bundle: the data in Spoor's form, and what of the bundle could not be used. */
export interface StixImport {
  readonly data: AttackData;
  readonly gaps: readonly Gap[];
}

export interface StixImportOptions {
  /** The data in use so far: old ids that the bundle no longer mentions keep resolving. */
  readonly baseline: AttackData;
  /** "19.2"; for bundles that do not say their version (STIX 2.0 ones have no collection object). */
  readonly version?: string;
}

/** Enterprise bundles have some tens of megabytes; what is several times as large is something else. */
const maxBytes = 200 * 1024 * 1024;

/**
 * Reads an Enterprise ATT&CK STIX bundle (2.0 or 2.1) from a file. Rejects with SpoorError path-missing, or configuration when it
 * is not such a bundle.
 */
export async function importStixFile(path: string, options: StixImportOptions): Promise<StixImport> {
  let text: string;
  try {
    const { size, isFile } = await stat(path).then((found) => ({ size: found.size, isFile: found.isFile() }));
    if (!isFile) throw refusal(`${path} is not a file`);
    if (size > maxBytes) throw refusal(`${path} has ${size} bytes, which no ATT&CK bundle has`);
    text = await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof SpoorError) throw cause;
    throw new SpoorError("path-missing", `The STIX bundle ${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
  return importStix(text, options);
}

/**
 * The facts of an Enterprise ATT&CK STIX bundle in Spoor's form: ids, names, tactics, platforms, mitigations, data components, usage
 * counts and retired ids; prose, links and everything else stay behind. The text may be hostile: each object is parsed by its schema,
 * what does not fit is left out and told as a gap. Pure. Throws SpoorError configuration when nothing usable is left.
 */
export function importStix(text: string, { baseline, version }: StixImportOptions): StixImport {
  const gaps: Gap[] = [];
  const note: Note = (kind, reason, count) => {
    if (count > 0) gaps.push({ stage: "import", part: "ATT&CK bundle", kind, reason, count });
  };
  const objects = usableObjects(text, note);
  const related = relations(objects);
  const tactics = tacticsOf(objects, baseline, note);
  const mitigations = named(objects, "course-of-action", attackIds.mitigation);
  const dataComponents = named(objects, "x-mitre-data-component", attackIds.dataComponent);
  const context = { objects, related, tactics, mitigations, dataComponents };
  const techniques = techniquesOf(context, note);
  const data = {
    format: "spoor-attack",
    formatVersion: 1,
    version: versionOf(objects, version),
    notice: noticeOf(objects, baseline),
    sources: [`STIX bundle of Enterprise ATT&CK with ${objects.length} usable objects`],
    tactics,
    retiredTactics: retiredTactics(tactics, baseline),
    mitigations: Object.fromEntries(mitigations.values()),
    dataComponents: Object.fromEntries(dataComponents.values()),
    techniques,
    retired: retiredTechniques(objects, related, techniques, baseline, note),
  };
  const parsed = attackData.safeParse(data);
  if (!parsed.success)
    throw refusal(`The STIX bundle does not hold a usable Enterprise ATT&CK: ${z.prettifyError(parsed.error).slice(0, 500)}`);
  return { data: parsed.data, gaps };
}

/** Live objects of a kind: STIX id to [ATT&CK id, name], ordered by ATT&CK id. */
function named(
  objects: readonly StixObject[],
  type: "course-of-action" | "x-mitre-data-component",
  look: RegExp,
): Map<string, [string, string]> {
  const found = ofType(objects, type)
    .filter(isLive)
    .flatMap((object) => {
      const uid = attackId(object, look);
      return uid === null ? [] : [[object.id, [uid, object.name]] as [string, [string, string]]];
    });
  return new Map(found.sort(([, [a]], [, [b]]) => compareText(a, b)));
}

type TacticRecord = AttackData["tactics"][number];

function tacticsOf(objects: readonly StixObject[], baseline: AttackData, note: Note): TacticRecord[] {
  const live = ofType(objects, "x-mitre-tactic").filter(isLive);
  const records = new Map<string, TacticRecord>();
  for (const tactic of live) {
    const uid = attackId(tactic, attackIds.tactic);
    if (uid !== null) records.set(tactic.id, { uid, shortname: tactic.x_mitre_shortname, name: tactic.name });
  }
  const matrices = ofType(objects, "x-mitre-matrix").filter(
    (matrix) => isLive(matrix) && attackId(matrix, /^enterprise-attack$/) !== null,
  );
  const matrix = matrices.find((each) => each.tactic_refs.some((id) => records.has(id)));
  if (matrix !== undefined) return [...new Set(matrix.tactic_refs)].flatMap((id) => records.get(id) ?? []);
  note(
    "assumption",
    "The bundle has no matrix: tactics stand in the order of the data in use so far, new ones last.",
    records.size,
  );
  const known = baseline.tactics.map((tactic) => tactic.shortname);
  const rank = (shortname: string) => (known.includes(shortname) ? known.indexOf(shortname) : known.length);
  return [...records.values()].sort((a, b) => rank(a.shortname) - rank(b.shortname) || compareText(a.uid, b.uid));
}

interface Context {
  readonly objects: readonly StixObject[];
  readonly related: Relations;
  readonly tactics: readonly TacticRecord[];
  readonly mitigations: ReadonlyMap<string, readonly [string, string]>;
  readonly dataComponents: ReadonlyMap<string, readonly [string, string]>;
}
type TechniqueRecord = AttackData["techniques"][number];

function techniquesOf(context: Context, note: Note): TechniqueRecord[] {
  const components = detectionComponents(context);
  const records = new Map<string, TechniqueRecord>();
  let homeless = 0;
  for (const pattern of ofType(context.objects, "attack-pattern").filter(isLive)) {
    const uid = attackId(pattern, attackIds.technique);
    if (uid === null) continue;
    const phases = pattern.kill_chain_phases
      .filter((each) => each.kill_chain_name === "mitre-attack")
      .map((each) => each.phase_name);
    const tactics = context.tactics.map((tactic) => tactic.shortname).filter((shortname) => phases.includes(shortname));
    if (tactics.length === 0) {
      homeless += 1;
      continue;
    }
    const about = (relation: string) => context.related.byTarget.get(`${relation} ${pattern.id}`) ?? [];
    records.set(uid, {
      uid,
      name: pattern.name,
      tactics,
      platforms: distinct(pattern.x_mitre_platforms),
      mitigations: distinct(about("mitigates").flatMap((id) => context.mitigations.get(id)?.[0] ?? [])),
      dataComponents: distinct(about("detects").flatMap((id) => components.get(id) ?? [])),
      usage: usageOf(about("uses")),
    });
  }
  const orphans = [...records.keys()].filter((uid) => !records.has(uid.slice(0, 5)));
  for (const uid of orphans) records.delete(uid);
  note("damaged", "Techniques without a tactic of the matrix were left out.", homeless);
  note("damaged", "Sub-techniques whose technique is missing were left out.", orphans.length);
  return [...records.values()].sort((a, b) => compareText(a.uid, b.uid));
}

/** What a "detects" comes from, by STIX id, as data components: since v18 a detection strategy with analytics, before it the component. */
function detectionComponents({ objects, dataComponents }: Context): Map<string, string[]> {
  const uidOf = (id: string) => dataComponents.get(id)?.[0] ?? [];
  const analytics = new Map(
    ofType(objects, "x-mitre-analytic")
      .filter(isLive)
      .map((each) => [each.id, each.x_mitre_log_source_references.flatMap((log) => uidOf(log.x_mitre_data_component_ref))]),
  );
  const strategies = ofType(objects, "x-mitre-detection-strategy").filter(isLive);
  return new Map([
    ...[...dataComponents].map(([id, [uid]]): [string, string[]] => [id, [uid]]),
    ...strategies.map((each): [string, string[]] => [
      each.id,
      each.x_mitre_analytic_refs.flatMap((id) => analytics.get(id) ?? []),
    ]),
  ]);
}

function usageOf(users: readonly string[]): [number, number, number] {
  const count = (...types: string[]) => users.filter((id) => types.some((type) => id.startsWith(`${type}--`))).length;
  return [count("intrusion-set"), count("malware", "tool"), count("campaign")];
}

/** Retired id to a live one: what the bundle says over what was known, followed to the end. */
function retiredTechniques(
  objects: readonly StixObject[],
  related: Relations,
  techniques: readonly TechniqueRecord[],
  baseline: AttackData,
  note: Note,
): Record<string, string> {
  const patterns = ofType(objects, "attack-pattern");
  const uids = new Map(patterns.map((pattern) => [pattern.id, attackId(pattern, attackIds.technique)]));
  const steps = new Map(Object.entries(baseline.retired));
  for (const pattern of patterns.filter((each) => each.revoked)) {
    const from = uids.get(pattern.id) ?? null;
    const to = (related.bySource.get(`revoked-by ${pattern.id}`) ?? [])
      .map((id) => uids.get(id) ?? null)
      .find((uid) => uid !== null);
    if (from !== null && to !== undefined && to !== null) steps.set(from, to);
  }
  const live = new Set(techniques.map((technique) => technique.uid));
  const gone = distinct([...steps.keys(), ...baseline.techniques.map((technique) => technique.uid)]).filter(
    (uid) => !live.has(uid),
  );
  const resolved = gone.map((uid): [string, string | null] => [uid, follow(uid, steps, live)]);
  note(
    "assumption",
    "Older ids have no successor in the bundle; they are shown as unknown.",
    resolved.filter(([, to]) => to === null).length,
  );
  return Object.fromEntries(resolved.flatMap(([from, to]) => (to === null ? [] : [[from, to]])));
}

function follow(uid: string, steps: ReadonlyMap<string, string>, live: ReadonlySet<string>): string | null {
  const passed = new Set<string>();
  let current = uid;
  while (!live.has(current)) {
    const next = steps.get(current);
    if (next === undefined || passed.has(current)) return null;
    passed.add(current);
    current = next;
  }
  return current;
}

/** Tactics of the data in use that the bundle lacks; their techniques went to tactics that are new or took over the id. */
function retiredTactics(tactics: readonly TacticRecord[], baseline: AttackData): AttackData["retiredTactics"] {
  const live = new Set(tactics.map((tactic) => tactic.shortname));
  const before = new Set(baseline.tactics.map((tactic) => tactic.shortname));
  const added = tactics.filter((tactic) => !before.has(tactic.shortname)).map((tactic) => tactic.shortname);
  const successorsOf = (shortname: string) => (live.has(shortname) ? [shortname] : added);
  const older = baseline.retiredTactics.map((each) => ({ ...each, successors: distinct(each.successors.flatMap(successorsOf)) }));
  const gone = baseline.tactics.map((tactic) => ({ ...tactic, successors: distinct(added) }));
  return [...older, ...gone].filter((each) => !live.has(each.shortname));
}

function versionOf(objects: readonly StixObject[], given: string | undefined): string {
  const stated = ofType(objects, "x-mitre-collection").map((each) => each.x_mitre_version ?? "");
  const version = given ?? stated.find((each) => /^\d{1,3}(\.\d{1,3}){0,2}$/.test(each));
  if (version === undefined) throw refusal("The bundle does not say which ATT&CK version it is");
  return version;
}

/** MITRE's notice with the year of the newest object: the year of the release. */
function noticeOf(objects: readonly StixObject[], baseline: AttackData): string {
  const years = objects.map((object) => object.modified.slice(0, 4)).filter((year) => /^20\d\d$/.test(year));
  const newest = years.sort(compareText).pop();
  return newest === undefined ? baseline.notice : baseline.notice.replace(/20\d\d/, newest);
}
