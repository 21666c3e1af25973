import { z } from "zod";
import { VendorError } from "../../../collect/http.ts";
import type { GapLedger } from "../../../world.ts";
import type { Quotas, Tap } from "./tap.ts";

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

/** What TAP's sandbox saw of a threat; a report a threat and run, within the day's share. */
export class Forensics {
  readonly #tap: Tap;
  readonly #quotas: Quotas;
  readonly #gaps: GapLedger;
  readonly #asked = new Set<string>();
  #isSpent = false;

  constructor(tap: Tap, quotas: Quotas, gaps: GapLedger) {
    this.#tap = tap;
    this.#quotas = quotas;
    this.#gaps = gaps;
  }

  /** Those that were not asked for yet. */
  wanted(threats: readonly string[]): string[] {
    if (this.#quotas.forensics.perDay === 0) return [];
    const fresh = threats.filter((id) => !this.#asked.has(id));
    for (const id of fresh) this.#asked.add(id);
    return fresh;
  }

  /** The report as a record that names its threat; nothing, and a gap, when it cannot be had: mail does not wait for reports. */
  async report(threatId: string): Promise<unknown[]> {
    if (this.#isSpent) return [];
    try {
      const { quotas, tap } = { quotas: this.#quotas, tap: this.#tap };
      const query = [["threatId", threatId]] as const;
      const { status, body } = await tap.ask({ quota: quotas.forensics, path: "/v2/forensics", query, accept: [404] });
      const found = report.safeParse(body);
      return status === 404 || !found.success ? [] : [{ _envelope: { threatId }, ...found.data }];
    } catch (cause) {
      if (!(cause instanceof VendorError)) throw cause;
      this.#isSpent = cause.kind === "limited";
      const isLimit = this.#isSpent;
      this.#gaps.add({
        stage: "collect",
        part: "proofpoint/siem",
        kind: isLimit ? "limit" : "failed",
        reason: isLimit
          ? `further forensic reports were not fetched: ${cause.message}`
          : `a forensic report cannot be had: ${cause.message}`,
      });
      return [];
    }
  }
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
