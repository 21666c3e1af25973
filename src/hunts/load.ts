import { readdir, readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { type Attack, loadAttack } from "../attack/attack.ts";
import { messageOf, SpoorError } from "../errors.ts";
import { type SchemaColumns, schemaColumns } from "./columns.ts";
import { huntSections, markdownParts } from "./front-matter.ts";
import { commonPlaces, type HuntHead, huntHead, type LoadedHunt } from "./hunt.ts";

export type { LoadedHunt } from "./hunt.ts";

/**
 * The hunt library, then the user's own hunts, each folder by name. Rejects with bad-plugin, naming the folder and the fault: front
 * matter or headings that are not as they must be, techniques, tables or columns that do not exist, values that are not bound.
 */
export async function loadHunts(ownFolder?: string): Promise<LoadedHunt[]> {
  const library = fileURLToPath(new URL("./library", import.meta.url));
  const folders = [...(await huntFolders(library)), ...(ownFolder === undefined ? [] : await huntFolders(ownFolder))];
  const attack = loadAttack();
  const columns = await schemaColumns();
  const hunts: LoadedHunt[] = [];
  for (const folder of folders) {
    const hunt = await loadHunt(folder, attack, columns).catch((cause: unknown) => {
      throw new SpoorError("bad-plugin", `${folder}: ${messageOf(cause)}`, {
        hint: "A hunt is a folder with hunt.md (front matter and five headings) and hunt.sql; any of src/hunts/library shows the shape.",
        cause,
      });
    });
    if (hunts.some(({ id }) => id === hunt.id))
      throw new SpoorError("bad-plugin", `${folder}: another hunt has the id ${hunt.id}`);
    hunts.push(hunt);
  }
  return hunts;
}

async function huntFolders(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((cause: unknown) => {
    throw new SpoorError("path-missing", `${directory} is not a folder that can be read`, {
      hint: "Name a folder with one sub-folder a hunt.",
      cause,
    });
  });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(resolve(directory), entry.name))
    .sort();
}

async function loadHunt(folder: string, attack: Attack, columns: SchemaColumns): Promise<LoadedHunt> {
  const markdown = markdownParts(await readFile(join(folder, "hunt.md"), "utf8"));
  const parsed = huntHead.safeParse(markdown.head);
  if (!parsed.success) throw new Error(`hunt.md: ${z.prettifyError(parsed.error)}`);
  const sql = (await readFile(join(folder, "hunt.sql"), "utf8")).trim().replace(/;$/, "");
  const faults = faultsOf(parsed.data, sql, { folder, attack, columns });
  if (faults.length > 0) throw new Error(faults.join("; "));
  return { ...parsed.data, folder, sql, sections: huntSections(markdown.sections) };
}

interface Checks {
  readonly folder: string;
  readonly attack: Attack;
  readonly columns: SchemaColumns;
}

function faultsOf(head: HuntHead, sql: string, { folder, attack, columns }: Checks): string[] {
  return [
    ...(head.id === basename(folder) ? [] : [`its id is ${head.id}, but the folder is named ${basename(folder)}`]),
    ...head.techniques
      .filter((id) => attack.technique(id)?.uid !== id)
      .map((id) => `${id} is not a technique of ATT&CK ${attack.version}`),
    ...head.needs.flatMap(({ anyOf }) => anyOf.flatMap((need) => missingColumns(need, columns))),
    ...sqlFaults(head, sql),
  ];
}

function missingColumns(need: HuntHead["needs"][number]["anyOf"][number], columns: SchemaColumns): string[] {
  const known = columns.get(need.table);
  if (known === undefined) return [`there is no table ${need.table}`];
  return [...need.columns, ...Object.keys(need.only), ...need.entities]
    .filter((column) => !known.has(column))
    .map((column) => `${need.table} has no column ${column}`);
}

function sqlFaults(head: HuntHead, sql: string): string[] {
  const places = new Set([...sql.matchAll(/\{(\w+)\s*:/g)].map((match) => match[1] ?? ""));
  const known = [...commonPlaces, ...Object.keys(head.parameters)];
  return [
    ...(sql.startsWith("-- ") ? [] : ["hunt.sql does not say its question in the first line"]),
    ...(/^\s*(SELECT|WITH)\b/i.test(sql.replace(/^--.*$/gm, "")) ? [] : ["hunt.sql is not one SELECT"]),
    ...(/\bLIMIT \d+$/.test(sql) ? [] : ["hunt.sql does not end in a LIMIT"]),
    ...[...places].filter((place) => !known.includes(place)).map((place) => `hunt.sql names {${place}}, which has no value`),
    ...known.filter((name) => name !== "internal" && !places.has(name)).map((name) => `hunt.sql does not use {${name}}`),
  ];
}
