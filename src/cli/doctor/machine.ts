import { mkdtemp, rm, stat, statfs } from "node:fs/promises";
import { freemem, tmpdir, totalmem } from "node:os";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import type { Config } from "../../config.ts";
import { loadDetectors } from "../../detectors/load.ts";
import { type OwnerDatabase, openBundledFiles, openOwnFiles } from "../../enrich/owner-database.ts";
import { SpoorError } from "../../errors.ts";
import { isOnServer } from "../../places.ts";
import { loadSources } from "../../sources/load.ts";
import { openStore } from "../../store/open.ts";
import { statement } from "../../store/statement.ts";
import type { Store } from "../../store/store.ts";
import { versions } from "../../versions.ts";
import { refuseUnwritable } from "../paths.ts";
import { type Line, missing, ok, warning } from "./line.ts";

const versionRow = z.object({ version: z.string() });
const here = "this machine";
const gibi = 1024 ** 3;
// A day of a middling estate and the engine's own merges; less is a matter of days.
const comfortableBytes = 10 * gibi;
const leastBytes = 1 * gibi;

/** Program, memory, disk, databases of owners, and the user's own detectors and sources. */
export async function machineLines(config: Config): Promise<Line[]> {
  return [
    ok(here, "program", `spoor ${versions.spoor}, Node ${versions.node.slice(1)}, OCSF ${versions.ocsf}`),
    memoryLine(config.memory),
    ...(await diskLines(config)),
    await ownersLine(config.mmdb),
    await pluginsLine("sources", config.sources, async () => (await loadSources(config.sources)).length),
    await pluginsLine("detectors", config.detectors, async () => (await loadDetectors(config.detectors)).length),
  ];
}

/** The embedded engine, tried in a folder that is taken away again: for when there is no store yet. */
export async function embeddedEngineLine(): Promise<Line> {
  const folder = await mkdtemp(join(tmpdir(), "spoor-doctor-"));
  try {
    const store = await openStore(join(folder, "store"));
    try {
      return await engineLine(store);
    } finally {
      await store.close();
    }
  } catch (thrown) {
    return missing(here, "engine", thrown, ["everything"]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function engineLine(store: Store): Promise<Line> {
  const [row] = await store.query(await statement(import.meta.url, "engine-version.sql"), {}, versionRow);
  const home = store.home === "embedded" ? `embedded (chDB ${versions.chdb})` : "on a server";
  return ok(store.home === "embedded" ? here : "store", "engine", `ClickHouse ${row?.version ?? "of unknown version"}, ${home}`);
}

function memoryLine(allowed: number): Line {
  const detail = `${inGibi(totalmem())} altogether, ${inGibi(freemem())} free; the engine may use ${inGibi(allowed)}`;
  return allowed > 0.9 * totalmem()
    ? warning(here, "memory", `${detail}, which is more than is safe: set memory (bytes) in the settings`)
    : ok(here, "memory", detail);
}

async function diskLines(config: Config): Promise<Line[]> {
  const folders = [...(isOnServer(config.store) ? [] : [["store", config.store] as const]), ["results", config.out] as const];
  return Promise.all(
    folders.map(async ([name, folder]) => {
      const what = `disk for ${name}`;
      try {
        await refuseUnwritable(folder);
        const { bavail, bsize } = await statfs(await existing(folder));
        return diskLine(what, folder, bavail * bsize);
      } catch (thrown) {
        return missing(here, what, thrown, ["everything"]);
      }
    }),
  );
}

function diskLine(what: string, folder: string, free: number): Line {
  const detail = `${inGibi(free)} free at ${folder}`;
  if (free < leastBytes)
    return missing(here, what, new SpoorError("disk-full", detail, { hint: "free some space" }), ["everything"]);
  return free < comfortableBytes
    ? warning(here, what, `${detail}: little for logs of more than a few days`)
    : ok(here, what, detail);
}

async function existing(folder: string): Promise<string> {
  for (let path = resolve(folder); ; path = dirname(path)) {
    const found = await stat(path).catch(() => null);
    if (found !== null || path === dirname(path)) return path;
  }
}

async function ownersLine(files: readonly string[]): Promise<Line> {
  const what = "owners and countries of addresses";
  const blind = ["countries and owners of addresses: impossible travel, sign-ins from new networks"];
  let database: OwnerDatabase | null;
  try {
    database = files.length === 0 ? await openBundledFiles() : await openOwnFiles(files);
  } catch (thrown) {
    return missing(here, what, thrown, blind);
  }
  if (database === null)
    return missing(
      here,
      what,
      new SpoorError("not-found", "the bundled databases are not installed", { hint: "run npm install" }),
      blind,
    );
  const { names, lacks } = database;
  const detail = names.join(", ");
  return lacks.length === 0
    ? ok(here, what, detail)
    : warning(here, what, `${detail}; these cannot tell the ${lacks.join(" and the ")}`);
}

async function pluginsLine(what: string, own: string | undefined, count: () => Promise<number>): Promise<Line> {
  try {
    return ok(here, what, `${await count()}${own === undefined ? "" : `, with those of ${own}`}`);
  } catch (thrown) {
    return missing(here, what, thrown, [`what your own ${what} would add`]);
  }
}

function inGibi(bytes: number): string {
  return `${(bytes / gibi).toFixed(1)} GiB`;
}
