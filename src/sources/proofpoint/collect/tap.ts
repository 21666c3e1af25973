import type { CollectContext } from "../../../collect/collector.ts";
import { type HttpRequest, type JsonAnswer, type Pool, VendorError } from "../../../collect/http.ts";
import type { Settings } from "./settings.ts";

/** A limit of TAP's: so many calls in any 24 hours (null: none is known). */
export interface Quota {
  readonly pool: Pool;
  readonly perDay: number | null;
}

export interface Question {
  readonly quota: Quota;
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
  /** Statuses that the caller reads itself. */
  readonly accept?: readonly number[];
}

export interface Tap {
  /** Asks TAP, or rejects as limited without asking when the day's calls are spent. */
  ask(question: Question): Promise<JsonAnswer>;
  /** The time by TAP's clock as far as it is known, in milliseconds. */
  now(): number;
}

// TAP API documentation, "limits": per day only. One question at a time: the 168 of a week then take half a minute at most.
const pace = { requests: 100, perMs: 10_000, atOnce: 1 };

/** The limits that the collector meets; /v2/siem/all shares its own with the other SIEM calls. */
export function quotas(settings: Pick<Settings, "siemCallsADay">) {
  return {
    siem: { pool: { name: "proofpoint-siem", ...pace }, perDay: settings.siemCallsADay },
    veryAttacked: { pool: { name: "proofpoint-very-attacked", ...pace }, perDay: 50 },
    topClickers: { pool: { name: "proofpoint-top-clickers", ...pace }, perDay: 50 },
    campaignIds: { pool: { name: "proofpoint-campaign-ids", ...pace }, perDay: 50 },
    campaign: { pool: { name: "proofpoint-campaign", ...pace }, perDay: null },
  } as const satisfies Readonly<Record<string, Quota>>;
}
export type Quotas = ReturnType<typeof quotas>;

/** Reports are asked for a threat at a time; a pool for each lets the ledger say which of them were had in the last day. */
export function forensicsQuota(threatId: string): Quota {
  return { pool: { name: `proofpoint-forensics ${threatId}`, ...pace }, perDay: null };
}

// TAP says neither how many calls are left nor when the next is allowed, so a refused limit is tried again after ten minutes at the earliest.
const quietMs = 10 * 60_000;
const touchedMs = 90_000;

/** TAP over HTTP, with Basic authentication on every question. */
export function tapOf(
  settings: Settings,
  secret: string,
  context: Pick<CollectContext, "http" | "clock" | "callsInLastDay">,
): Tap {
  const { origin, host } = new URL(settings.baseUrl);
  const proof = `Basic ${Buffer.from(`${settings.principal}:${secret}`, "utf8").toString("base64")}`;
  const quietUntil = new Map<string, number>();

  async function refuseWhatIsSpent({ pool, perDay }: Quota, path: string): Promise<void> {
    if (context.clock().getTime() < (quietUntil.get(pool.name) ?? 0))
      throw new VendorError("limited", `${path} is not asked for ten minutes after TAP said that its daily limit is reached`);
    if (perDay !== null && (await context.callsInLastDay(pool.name)) >= perDay)
      throw new VendorError("limited", `${path}: the ${perDay} calls for 24 hours are spent; they come back one by one`);
  }

  return {
    async ask({ quota, path, query, accept = [] }) {
      await refuseWhatIsSpent(quota, path);
      const search = new URLSearchParams(query.map(([name, value]): [string, string] => [name, value])).toString();
      const request: HttpRequest = {
        method: "GET",
        url: `${settings.baseUrl}${path}${search === "" ? "" : `?${search}`}`,
        origin,
        headers: { authorization: proof },
        pool: quota.pool,
        accept,
      };
      const answer = await context.http.json({ ...request, accept: [...accept, 429] });
      if (answer.status !== 429) return answer;
      // A limit that is only touched is tried again for a little while; one that is spent stays so for hours.
      return context.http.json({ ...request, deadlineMs: touchedMs }).catch((cause: unknown) => {
        if (!(cause instanceof VendorError) || cause.kind !== "limited") throw cause;
        quietUntil.set(quota.pool.name, context.clock().getTime() + quietMs);
        throw new VendorError("limited", `${path}: the daily limit is reached; calls come back one by one over 24 hours`, {
          status: 429,
          body: cause.body,
        });
      });
    },
    now: () => context.clock().getTime() + (context.http.skewMs(host) ?? 0),
  };
}
