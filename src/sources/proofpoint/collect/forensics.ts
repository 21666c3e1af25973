import { z } from "zod";
import type { CollectContext } from "../../../collect/collector.ts";
import { VendorError } from "../../../collect/http.ts";
import { forensicsQuota, type Tap } from "./tap.ts";

const report = z.record(z.string(), z.unknown());
const threat = z.object({
  threatID: z.string().optional().catch(undefined),
  threatId: z.string().optional().catch(undefined),
  threatStatus: z.string().optional().catch(undefined),
});
const message = z.object({ threatsInfoMap: z.array(z.unknown()).catch([]) });
const shape = /^[A-Za-z0-9-]{1,128}$/;

/** Threats that people met: clicked and let through first, then delivered; those that are active. */
export function threatsWorthAReport(answer: Readonly<Record<string, unknown>>): string[] {
  const clicked = listIn(answer.clicksPermitted);
  const delivered = listIn(answer.messagesDelivered).flatMap((record) => message.safeParse(record).data?.threatsInfoMap ?? []);
  const ids = [...clicked, ...delivered].flatMap((record) => {
    const { threatID, threatId, threatStatus } = threat.safeParse(record).data ?? {};
    const id = threatID ?? threatId;
    return id !== undefined && shape.test(id) && threatStatus === "active" ? [id] : [];
  });
  return [...new Set(ids)];
}

/** What TAP's sandbox saw of a threat: a report once a day for each, and so many in a run. */
export class Forensics {
  readonly #tap: Tap;
  readonly #reportsARun: number;
  readonly #context: Pick<CollectContext, "gaps" | "callsInLastDay">;
  readonly #seen = new Set<string>();
  #granted = 0;
  #isRefused = false;

  constructor(tap: Tap, reportsARun: number, context: Pick<CollectContext, "gaps" | "callsInLastDay">) {
    this.#tap = tap;
    this.#reportsARun = reportsARun;
    this.#context = context;
  }

  /** Those that were not asked for today, as many as this run may still ask for; a gap for the rest. */
  async wanted(threats: readonly string[]): Promise<string[]> {
    if (this.#reportsARun === 0) return [];
    const fresh: string[] = [];
    for (const id of threats) {
      if (this.#seen.has(id)) continue;
      this.#seen.add(id);
      if ((await this.#context.callsInLastDay(forensicsQuota(id).pool.name)) === 0) fresh.push(id);
    }
    const granted = fresh.slice(0, this.#reportsARun - this.#granted);
    this.#granted += granted.length;
    if (granted.length < fresh.length)
      this.#tell(
        "limit",
        `a run fetches ${this.#reportsARun} forensic reports (forensicsARun); those of other threats were not fetched`,
      );
    return granted;
  }

  /** The report as a record that names its threat; nothing, and a gap, when it cannot be had: mail does not wait for reports. */
  async report(threatId: string): Promise<unknown[]> {
    if (this.#isRefused) return [];
    try {
      const quota = forensicsQuota(threatId);
      const query = [["threatId", threatId]] as const;
      const { status, body } = await this.#tap.ask({ quota, path: "/v2/forensics", query, accept: [404] });
      const found = report.safeParse(body);
      return status === 404 || !found.success ? [] : [{ _envelope: { threatId }, ...found.data }];
    } catch (cause) {
      if (!(cause instanceof VendorError)) throw cause;
      this.#isRefused = cause.kind === "limited";
      if (this.#isRefused) this.#tell("limit", `further forensic reports were not fetched: ${cause.message}`);
      else this.#tell("failed", `a forensic report cannot be had: ${cause.message}`);
      return [];
    }
  }

  #tell(kind: "limit" | "failed", reason: string): void {
    this.#context.gaps.add({ stage: "collect", part: "proofpoint/siem", kind, reason });
  }
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
