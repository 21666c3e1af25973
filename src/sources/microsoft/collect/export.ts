import { createReadStream, createWriteStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Check, CollectContext, Page, Slice, Stream } from "../../../collect/collector.ts";
import { VendorError } from "../../../collect/http.ts";
import { SpoorError, systemCode } from "../../../errors.ts";
import { dayMs, hourMs } from "../../../time.ts";
import { type ExportLog, type ExportLogName, exportLog } from "./export-logs.ts";
import { pools } from "./pools.ts";

/** Where an export lies: writes the whole lines of a file below it to a file of its own; false where there is no such file. */
export type Fetch = (path: string, to: string) => Promise<boolean>;

/**
 * Logs that diagnostic settings or the streaming interface export: one file for each hour, whose name follows from the hour, so nothing
 * has to be listed. The file of the present hour grows; what was read of it is read again, and stored once.
 */
export function exportStreams(
  logs: readonly ExportLogName[],
  prefix: string,
  retentionDays: number,
  fetchFile: Fetch,
  context: Pick<CollectContext, "downloads">,
): Stream[] {
  return logs.map((name) => {
    const log = exportLog(name);
    return {
      id: `export-${log.container.replace("insights-logs-", "").replace("advancedhunting-", "")}`,
      name: `exported ${name}`,
      tables: log.fills,
      permission: "Storage Blob Data Reader, or a shared access signature that may read",
      kind: "events",
      retentionMs: retentionDays * dayMs,
      sliceMs: dayMs,
      shortestSliceMs: hourMs,
      // Events are exported up to an hour or so after they happened, into the file of the hour in which they were written.
      overlapMs: 3 * hourMs,
      concurrency: 1,
      pages: (slice: Slice, cursor: string | null) => pages(log, prefix, slice, cursor, fetchFile, context),
    };
  });
}

async function* pages(
  log: ExportLog,
  prefix: string,
  slice: Slice,
  cursor: string | null,
  fetchFile: Fetch,
  { downloads }: Pick<CollectContext, "downloads">,
): AsyncGenerator<Page> {
  // The hour to go on from, and, while no file was there, a word that says so.
  const [from = "", none] = cursor?.split(" ") ?? [];
  const first = cursor === null ? Math.floor(slice.from / hourMs) * hourMs : Number(from);
  let found = cursor !== null && none === undefined;
  for (let at = first; at < slice.to; at += hourMs) {
    const name = pathOf(log, prefix, at);
    const path = join(downloads, `${slice.from}-${name.replaceAll(/[^A-Za-z0-9]+/g, "-")}`);
    const isThere = await fetchFile(name, path);
    found ||= isThere;
    const next = at + hourMs;
    const isLast = next >= slice.to;
    const shortfalls =
      isLast && !found
        ? [`no file of ${log.container} for any hour of this day: nothing was exported, or it lies elsewhere`]
        : [];
    yield {
      records: [],
      ...(isThere ? { files: [{ path, name }] } : {}),
      cursor: isLast ? null : found ? String(next) : `${next} none`,
      ...(shortfalls.length === 0 ? {} : { shortfalls }),
    };
  }
}

/** insights-logs-signinlogs/tenantId=…/y=2026/m=11/d=02/h=10/m=00/PT1H.json (Azure Monitor, "resource logs in storage"). */
function pathOf({ container }: ExportLog, prefix: string, at: number): string {
  const [year, month, date, hours] = new Date(at).toISOString().split(/[-T:]/);
  return `${container}/${prefix}/y=${year}/m=${month}/d=${date}/h=${hours}/m=00/PT1H.json`;
}

/** For `spoor doctor`: whether there is a file of any of the last hours. `now` in milliseconds since 1970. */
export async function exportCheck(
  logs: readonly ExportLogName[],
  prefix: string,
  fetchFile: Fetch,
  { downloads }: Pick<CollectContext, "downloads">,
  now: number,
): Promise<Omit<Check, "blind">> {
  const what = "exported logs";
  const path = join(downloads, "check");
  const absent: string[] = [];
  for (const name of logs) {
    const hours = Array.from({ length: hoursLookedAt }, (_, index) => pathOf(exportLog(name), prefix, now - index * hourMs));
    let isThere = false;
    for (const file of hours) isThere ||= await fetchFile(file, path);
    if (!isThere) absent.push(name);
  }
  await rm(path, { force: true });
  if (absent.length === 0) return { what, state: "ok", detail: "there is a file of each" };
  return {
    what,
    state: "warning",
    detail: `no file of the last ${hoursLookedAt} hours of ${absent.join(", ")}: nothing was exported, or it lies elsewhere`,
  };
}
const hoursLookedAt = 6;

/** From a folder that holds the containers. */
export function fromFolder(folder: string): Fetch {
  return async (path, to) => {
    const file = join(folder, path);
    const there = await stat(file).catch((cause: unknown) => {
      if (["ENOENT", "ENOTDIR"].includes(systemCode(cause))) return null;
      throw cause;
    });
    if (there === null) return false;
    await pipeline(createReadStream(file), wholeLines(), createWriteStream(to, { mode: 0o600 }));
    return true;
  };
}

/** From a storage account, through an address with a shared access signature. */
export function fromAccount(accountUrl: string, http: CollectContext["http"]): Fetch {
  if (!URL.canParse(accountUrl)) throw new SpoorError("configuration", "collect.microsoft.export.accountUrl: it is no address");
  const { origin, pathname, search } = new URL(accountUrl);
  return async (path, to) => {
    const url = `${origin}${pathname.replace(/\/$/, "")}/${path}${search}`;
    const part = `${to}.part`;
    try {
      await http.download({ method: "GET", url, origin, pool: pools.storage, headers: { "x-ms-version": "2021-08-06" } }, part);
    } catch (cause) {
      if (cause instanceof VendorError && cause.status === 404) return false;
      throw cause;
    }
    await pipeline(createReadStream(part), wholeLines(), createWriteStream(to, { mode: 0o600 }));
    await rm(part, { force: true });
    return true;
  };
}

/** Lets pass what ends in a line's end: the last line of a file that is being written may be half there. */
function wholeLines(): Transform {
  let rest: Buffer[] = [];
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      const end = piece.lastIndexOf(0x0a) + 1;
      if (end === 0) rest.push(piece);
      else {
        this.push(Buffer.concat([...rest, piece.subarray(0, end)]));
        rest = [piece.subarray(end)];
      }
      done();
    },
    flush(done) {
      // A whole record without a line's end after it is the last of a finished file.
      const last = Buffer.concat(rest);
      if (isWhole(last)) this.push(last);
      done();
    },
  });
}

function isWhole(line: Buffer): boolean {
  try {
    return typeof JSON.parse(line.toString("utf8")) === "object";
  } catch {
    return false;
  }
}
