import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CollectOutside, connectCollector } from "../../collect/connect.ts";
import { clocksDifferMs } from "../../collect/http.ts";
import { callsSince, recordCalls } from "../../collect/ledger.ts";
import { type ConfiguredCollector, configuredCollectors, loadCollectors } from "../../collect/load.ts";
import { Redaction } from "../../collect/redact.ts";
import type { Config } from "../../config.ts";
import { messageOf, SpoorError } from "../../errors.ts";
import type { Store } from "../../store/store.ts";
import { dayMs } from "../../time.ts";
import type { Gap } from "../../types.ts";
import { GapLedger } from "../../world.ts";
import { type Line, missing, ok, warning } from "./line.ts";

/** Whoever asks sits at a terminal: what does not answer soon is told to be unreachable. */
export const doctorsPatience = { deadlineMs: 20_000, headersMs: 15_000, bodyIdleMs: 15_000 };

export interface VendorLines {
  readonly lines: readonly Line[];
  /** What vendors cannot tell however well they are set up. */
  readonly gaps: readonly Gap[];
}

export interface Asking {
  readonly outside: CollectOutside;
  readonly clock: () => Date;
  readonly signal: AbortSignal;
  /** Holds the ledger of calls; null while there is none. */
  readonly store: Store | null;
}

/** Settings, secrets, reach, permissions and clock of each vendor that the settings name; one that is wrong hides no other. */
export async function vendorLines(config: Config, wanted: readonly string[], asking: Asking): Promise<VendorLines> {
  const collectors = await loadCollectors(config.sources);
  const ids = Object.keys(config.collect).sort();
  if (ids.length === 0) {
    const known = collectors.map(({ id }) => id).join(", ");
    return {
      lines: [
        warning("vendors", "settings", `none is set up under collect: (there are ${known}); only folders of logs can be hunted`),
      ],
      gaps: [],
    };
  }
  const looks = ids
    .filter((id) => wanted.length === 0 || wanted.includes(id))
    .map(async (id): Promise<VendorLines> => {
      try {
        const configured = configuredCollectors(collectors, { [id]: config.collect[id] ?? {} });
        return together(await Promise.all(configured.map((one) => oneVendor(one, asking))));
      } catch (thrown) {
        if (asking.signal.aborted) throw thrown;
        return { lines: [missing(id, "settings", thrown, [`all of ${id}`])], gaps: [] };
      }
    });
  return together([
    { lines: proxyLines(asking.outside.environment, process.versions.node), gaps: [] },
    ...(await Promise.all(looks)),
  ]);
}

/** Node's documentation of NODE_USE_ENV_PROXY: since 24.0 and 22.21; without it, a proxy of the environment is passed by. */
export function proxyLines(environment: CollectOutside["environment"], node: string): Line[] {
  const proxy = ["HTTPS_PROXY", "https_proxy"].find((name) => (environment[name] ?? "") !== "");
  if (proxy === undefined) return [];
  const [major = 0, minor = 0] = node.split(".").map(Number);
  const canUse = major >= 24 || (major === 22 && minor >= 21);
  if (canUse && environment.NODE_USE_ENV_PROXY === "1") return [ok("vendors", "proxy", `asked through ${proxy}`)];
  const way = canUse ? "set NODE_USE_ENV_PROXY=1" : "use Node 24 with NODE_USE_ENV_PROXY=1";
  return [warning("vendors", "proxy", `${proxy} is set and not used: ${way}, or let this machine reach the vendors directly`)];
}

function together(parts: readonly VendorLines[]): VendorLines {
  return { lines: parts.flatMap(({ lines }) => lines), gaps: parts.flatMap(({ gaps }) => gaps) };
}

async function oneVendor(configured: ConfiguredCollector, { outside, clock, signal, store }: Asking): Promise<VendorLines> {
  const { id, name } = configured.collector;
  const redaction = new Redaction();
  const gaps = new GapLedger();
  const made: { pool: string; at: number; calls: number }[] = [];
  const callsInLastDay = async (pool: string): Promise<number> => {
    const before = store === null ? 0 : await callsSince(store, id, pool, new Date(clock().getTime() - dayMs));
    return before + made.filter((call) => call.pool === pool).length;
  };
  const downloads = await mkdtemp(join(tmpdir(), "spoor-doctor-"));
  try {
    const { connection, skewMs } = await connectCollector(
      configured,
      { downloads, redaction, callsInLastDay, log: ({ pool }) => made.push({ pool, at: clock().getTime(), calls: 1 }) },
      { ...outside, httpLimits: doctorsPatience },
      { clock, signal, gaps },
    );
    try {
      const checks = await connection.check();
      const told = checks.map((check) => ({ part: name, ...check, detail: redaction.strike(check.detail) }));
      const clocks = told.some(({ what }) => what.includes("clock")) ? [] : clockLines(name, skewMs());
      return { lines: [...told, ...clocks], gaps: gaps.list().filter(({ kind }) => kind !== "failed") };
    } finally {
      await connection.close?.();
    }
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    const hint = thrown instanceof SpoorError && thrown.hint !== undefined ? { hint: thrown.hint } : {};
    const told = new SpoorError("configuration", redaction.strike(messageOf(thrown)), hint);
    return { lines: [missing(name, "connection", told, [`all of ${id}`])], gaps: [] };
  } finally {
    await rm(downloads, { recursive: true, force: true });
    if (store !== null) await recordCalls(store, id, made);
  }
}

function clockLines(part: string, skew: number | null): Line[] {
  if (skew === null) return [];
  const seconds = Math.round(Math.abs(skew) / 1000);
  if (Math.abs(skew) <= clocksDifferMs) return [ok(part, "clock", seconds === 0 ? "agrees with ours" : `${seconds} s from ours`)];
  const way = skew > 0 ? "ahead of" : "behind";
  return [
    warning(part, "clock", `${seconds} s ${way} ours: set this machine's clock (NTP); signed requests and tokens may be refused`),
  ];
}
