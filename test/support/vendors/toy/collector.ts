// The collector of a vendor that exists in tests only (see toy-vendor.ts): one stream of each kind.
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import {
  type CollectContext,
  CursorLost,
  collector,
  type Page,
  SliceTooLarge,
  type Stream,
} from "../../../../src/collect/collector.ts";
import { type JsonAnswer, type Pool, VendorError } from "../../../../src/collect/http.ts";

const settings = z.strictObject({
  baseUrl: z.url(),
  secret: z.string(),
  sliceHours: z.number().positive().default(6),
  concurrency: z.number().int().positive().default(1),
});
const hourMs = 3_600_000;

const token = z.object({ token: z.string() });
const listing = z.object({ items: z.array(z.unknown()), next: z.string().nullable() });
const messages = z.object({ messages: z.array(z.object({ receipt: z.string(), file: z.string() })) });

export default collector({
  id: "toy",
  name: "A vendor that exists in tests only",
  settings,
  async connect({ baseUrl, secret, sliceHours, concurrency }, context) {
    const api = await apiOf(baseUrl, secret, context);
    const streams: readonly Stream[] = [
      {
        id: "events",
        name: "Events",
        tables: ["authentication"],
        permission: "Events.Read",
        kind: "events",
        retentionMs: 7 * 24 * hourMs,
        sliceMs: sliceHours * hourMs,
        shortestSliceMs: 60_000,
        overlapMs: 15 * 60_000,
        concurrency,
        pages: ({ from, to }, cursor) => api.pages(cursor ?? `${baseUrl}/events?from=${from}&to=${to}`),
      },
      {
        id: "devices",
        name: "Devices",
        tables: ["device_inventory"],
        permission: "Devices.Read",
        kind: "snapshot",
        retentionMs: null,
        sliceMs: 24 * hourMs,
        shortestSliceMs: 24 * hourMs,
        overlapMs: 0,
        concurrency: 1,
        pages: (_slice, cursor) => api.pages(cursor ?? `${baseUrl}/devices`),
      },
      {
        id: "deliveries",
        name: "Deliveries",
        tables: ["authentication"],
        permission: "Deliveries.Read",
        kind: "queue",
        retentionMs: 4 * 24 * hourMs,
        sliceMs: 24 * hourMs,
        shortestSliceMs: 24 * hourMs,
        overlapMs: 0,
        concurrency: 1,
        pages: () => api.delivered(),
        acknowledge: (receipts) => api.acknowledge(receipts),
      },
    ];
    return { streams, check: async () => [] };
  },
});

async function apiOf(baseUrl: string, secretReference: string, context: CollectContext) {
  const { http, downloads, secret } = context;
  const pool: Pool = { name: "toy", requests: 100_000, perMs: 60_000, atOnce: 4 };
  const { origin } = new URL(baseUrl);
  const value = await secret(secretReference);
  let bearer: string | null = null;
  const authorise = async (refused: boolean): Promise<Record<string, string>> => {
    if (refused || bearer === null) {
      const answer = await http.json({ method: "POST", url: `${baseUrl}/token`, body: { secret: value }, origin, pool });
      bearer = token.parse(answer.body).token;
    }
    return { authorization: `Bearer ${bearer}` };
  };
  const ask = async (url: string, body?: Record<string, unknown>): Promise<JsonAnswer> => {
    const about = { url, origin, pool, authorise, deadlineMs: 60_000 };
    try {
      return await http.json(body === undefined ? { method: "GET", ...about } : { method: "POST", body, ...about });
    } catch (thrown) {
      if (thrown instanceof VendorError && thrown.status === 410) throw new CursorLost(thrown.message);
      if (thrown instanceof VendorError && thrown.status === 422) throw new SliceTooLarge(thrown.message);
      throw thrown;
    }
  };
  return {
    async *pages(first: string): AsyncIterable<Page> {
      for (let url: string | null = first; url !== null; ) {
        const page: z.infer<typeof listing> = listing.parse((await ask(url)).body);
        url = page.next;
        yield { records: page.items, cursor: url };
      }
    },
    async *delivered(): AsyncIterable<Page> {
      for (;;) {
        const found = messages.parse((await ask(`${baseUrl}/queue/receive`, {})).body).messages;
        if (found.length === 0) return;
        const files = [];
        for (const { file } of found) {
          const path = join(downloads, `${randomUUID()}.gz`);
          await http.download({ method: "GET", url: `${baseUrl}/files/${file}`, origin, pool, authorise }, path);
          files.push({ path, name: file });
        }
        yield { records: [], files, cursor: "more", receipts: found.map(({ receipt }) => receipt) };
      }
    },
    async acknowledge(receipts: readonly string[]): Promise<void> {
      await ask(`${baseUrl}/queue/acknowledge`, { receipts });
    },
  };
}
