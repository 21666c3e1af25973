import { z } from "zod";
import type { Attack } from "../attack/attack.ts";
import type { Sleep } from "../collect/sleep.ts";
import { detect } from "../detectors/detect.ts";
import type { LoadedDetector } from "../detectors/load.ts";
import { enrichOwners } from "../enrich/owners.ts";
import { concludeFindings } from "../findings/conclude.ts";
import { recordFindings } from "../findings/record.ts";
import { sightIndicators } from "../intel/sightings.ts";
import type { UserModel } from "../models/user-model.ts";
import { aheadGap, presentSpan } from "../present-span.ts";
import type { ImportOptions } from "../sources/import.ts";
import { coverTables, earliestOf } from "../store/tables.ts";
import type { Gap, Severity, SourceCount, Window } from "../types.ts";
import { engineTime, GapLedger, type World } from "../world.ts";
import { deliver, type Sink } from "./deliver.ts";
import { partsSince, positionsOf } from "./positions.ts";
import { takeIn } from "./take-in.ts";

export interface WatchPlan {
  readonly paths: readonly string[];
  /** Brings in what vendors have; does nothing when no vendor is configured or none is due. */
  readonly collect: (world: World) => Promise<readonly SourceCount[]>;
  readonly importOptions: ImportOptions;
  readonly detectors: readonly LoadedDetector[];
  readonly attack: Attack;
  readonly internal: readonly string[];
  readonly mmdb: readonly string[];
  readonly seed: number;
  readonly settings: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly budget: number;
  /** The model in use; null fits people anew at every look. */
  readonly model: UserModel | null;
  /** How much of the data before its end is looked at, in milliseconds. */
  readonly windowMs: number;
  readonly everyMs: number;
  readonly sinks: readonly Sink[];
  readonly least: Severity;
  /** One look, then the end. */
  readonly once: boolean;
}

/** What one look did. */
export interface Look {
  readonly stored: number;
  readonly findings: number;
  readonly delivered: number;
  readonly gaps: readonly Gap[];
}

/**
 * Follows files and vendors: stores what is new, asks the detectors over the last part of the data, records what they find once, and
 * hands it out. After a restart it goes on where it was: what came meanwhile is looked at, what was not handed out is. Resolves only
 * after one look when the plan says so; rejects on cancel, and when the store or the disk is gone.
 */
export async function watch(plan: WatchPlan, world: World, sleep: Sleep, tell: (look: Look) => void): Promise<void> {
  const positions = await positionsOf(world);
  let last = await lastLook(world);
  // What a restart found stored may not have been looked at.
  for (let isFirst = true; ; isFirst = false) {
    const gaps = new GapLedger();
    const here = { ...world, gaps };
    const taken = await takeIn(plan.paths, positions, plan.importOptions, here);
    const collected = await plan.collect(here);
    const stored = [...taken, ...collected].reduce((sum, count) => sum + count.stored, 0);
    const storedBy = engineTime(world.clock());
    const isDue = stored > 0 || isFirst;
    const window = isDue ? await windowOf(plan.windowMs, last, collected, here) : null;
    const findings = window === null ? 0 : await look(plan, window, here);
    if (window !== null) last = await recordLook(window.to, storedBy, world);
    let delivered = 0;
    for (const sink of plan.sinks) delivered += await deliver(sink, plan.least, here);
    tell({ stored, findings, delivered, gaps: gaps.list() });
    if (plan.once) return;
    await sleep(plan.everyMs, world.signal);
  }
}

interface LastLook {
  readonly lookedTo: string;
  /** When the storing before it had ended: what was stored since has not been looked at. */
  readonly storedBy: string;
}

/** Up to where the data was looked at before; null when it never was. */
async function lastLook(world: World): Promise<LastLook | null> {
  const sql = `SELECT toString(looked_to) AS lookedTo, toString(recorded_time) AS storedBy FROM watch_look
    ORDER BY recorded_time DESC, looked_to DESC LIMIT 1`;
  const [row] = await world.store.query(sql, {}, z.object({ lookedTo: z.string(), storedBy: z.string() }));
  return row ?? null;
}

async function recordLook(lookedTo: string, storedBy: string, world: World): Promise<LastLook> {
  await world.store.insert("watch_look", [{ looked_to: lookedTo, recorded_time: storedBy }], { signal: world.signal });
  return { lookedTo, storedBy };
}

/** The last part of the data, what came since the last look, and as far back as late records reach. Null without events. */
async function windowOf(
  windowMs: number,
  last: LastLook | null,
  collected: readonly SourceCount[],
  world: World,
): Promise<Window | null> {
  const { span, ahead } = await presentSpan(world.store, world.clock());
  if (ahead !== null) world.gaps.add(aheadGap(ahead));
  if (span === null) return null;
  const usual = engineTime(new Date(Date.parse(`${span.to.slice(0, 23).replace(" ", "T")}Z`) - windowMs));
  const parts = [...(await partsSince(last?.storedBy ?? null, world)), ...collected.map(({ fileUid }) => fileUid)];
  const late = parts.length === 0 ? null : await earliestOf(parts, world.store);
  const [from = usual] = [usual, last?.lookedTo ?? span.from, late ?? usual].sort();
  return { from: from < span.from ? span.from : from, to: span.to };
}

async function look(plan: WatchPlan, window: Window, world: World): Promise<number> {
  const { store, signal } = world;
  await store.alone(() => enrichOwners(window, plan.internal, plan.mmdb, world), { signal });
  await store.alone(() => sightIndicators(window, world), { signal });
  const tables = await coverTables(store, window);
  const { internal, seed, settings, model, detectors, budget, attack } = plan;
  const options = { detectors, window, internal, seed, tables, settings, model };
  const runs = await detect(options, world);
  const findings = await concludeFindings(runs, { ...options, budget, attack }, world);
  const runUid = `watch-${engineTime(world.clock()).replace(/\D/g, "").slice(0, 17)}`;
  await store.alone(() => recordFindings(findings, [], { runUid, window, detectors: runs }, world), { signal });
  return findings.length;
}
