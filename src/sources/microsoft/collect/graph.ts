import { z } from "zod";
import { CursorLost, type Page, type Slice, SliceTooLarge } from "../../../collect/collector.ts";
import { type HttpClient, type JsonAnswer, type Pool, VendorError } from "../../../collect/http.ts";
import { onOneLine } from "../../../errors.ts";
import type { Authorise } from "./token.ts";

/** What every question to Graph needs. */
export interface Graph {
  /** Such as "https://graph.microsoft.com". */
  readonly base: string;
  readonly http: HttpClient;
  readonly authorise: Authorise;
  readonly clock: () => Date;
}

/** A list or query of Graph: which limit it counts against and which permission it needs. */
export interface Right {
  readonly pool: Pool;
  readonly permission: string;
}

/** One page of a list. */
export interface ListPage {
  readonly records: readonly unknown[];
  /** The link to the next page as Graph wrote it; null after the last. */
  readonly next: string | null;
  readonly shortfalls: readonly string[];
}

// A page may be empty and still lead on; a page without `value` is not a page.
const listAnswer = z.object({ value: z.array(z.unknown()), "@odata.nextLink": z.string().min(1).nullish() });
const errorAnswer = z.object({ error: z.object({ code: z.string().nullish(), message: z.string().nullish() }) });

/** The address of a list: path below the base, and options by name ("$filter", "$top"). */
export function listUrl(graph: Pick<Graph, "base">, path: string, options: Readonly<Record<string, string>>): string {
  // encodeURIComponent, because a plus sign is not a space to every part of Graph.
  const query = Object.entries(options).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${graph.base}${path}${query.length === 0 ? "" : `?${query.join("&")}`}`;
}

/** Asks for one page. Rejects with CursorLost where Graph no longer knows the link, else with VendorError. */
export async function listPage(graph: Graph, link: string, right: Right): Promise<ListPage> {
  const answer = await graph.http
    .json({
      method: "GET",
      url: link,
      origin: new URL(graph.base).origin,
      pool: right.pool,
      authorise: graph.authorise,
      // Without it, values added since the interface was published arrive as unknownFutureValue.
      headers: { prefer: "include-unknown-enum-members" },
    })
    .catch((cause: unknown) => {
      throw explained(cause);
    });
  const read = listAnswer.safeParse(answer.body);
  if (!read.success)
    throw new VendorError("bad-answer", `the answer to GET ${new URL(link).pathname} is not a list`, { status: answer.status });
  return { records: read.data.value, next: read.data["@odata.nextLink"] ?? null, shortfalls: partial(answer) };
}

/** The pages of a list from a link on, in Graph's order. (Whoever reads them notices when they go round in a circle.) */
export async function* walk(first: string, ask: (link: string) => Promise<ListPage>): AsyncGenerator<ListPage> {
  for (let link: string | null = first; link !== null; ) {
    const page: ListPage = await ask(link);
    yield page;
    link = page.next;
  }
}

// Times are told with more digits than they are asked with.
const spanToleranceMs = 1000;

/**
 * Throws where records lie outside the span that was asked about: then the answer is that to another question, repeated, and would
 * pass for this one's. Records without a time say nothing.
 */
export function refuseOtherSpan(records: readonly unknown[], member: string, { from, to }: Slice): void {
  const isOutside = (record: unknown): boolean => {
    const value: unknown = typeof record === "object" && record !== null ? Reflect.get(record, member) : undefined;
    const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
    return time < from - spanToleranceMs || time > to + spanToleranceMs;
  };
  if (records.some(isOutside))
    throw new VendorError("bad-answer", `the answer holds records outside the span that was asked about`);
}

/** A page for the room; where the slice ends after the vendor's present, later runs begin at that present. */
export function pageOf(graph: Graph, slice: Slice, page: Pick<Page, "records" | "cursor" | "shortfalls">): Page {
  const now = graph.clock().getTime() + (graph.http.skewMs(new URL(graph.base).host) ?? 0);
  const { records, cursor, shortfalls = [] } = page;
  return {
    records,
    cursor,
    ...(shortfalls.length === 0 ? {} : { shortfalls }),
    ...(now < slice.to ? { coveredTo: Math.max(slice.from, now) } : {}),
  };
}

/** Graph's own code and words for an error; empty where it gave none. */
export function saidBy(body: unknown): { readonly code: string; readonly message: string } {
  const read = errorAnswer.safeParse(body);
  const { code, message } = read.success ? read.data.error : { code: "", message: "" };
  return { code: code ?? "", message: onOneLine(message ?? "", 300) };
}

const lostCursor = /skip ?token|DirectoryPageTokenNotFound|ExpiredPageToken|page ?token|syncStateNotFound|resync/i;

/** The error with what it means here: a lost place in a list, a licence that is missing. The others speak for themselves. */
export function explained(cause: unknown): unknown {
  if (!(cause instanceof VendorError)) return cause;
  const { code, message } = saidBy(cause.body);
  const said = `${code} ${message}`.trim();
  if (cause.kind === "refused" && lostCursor.test(said)) return new CursorLost(said);
  if (!/NonPremiumTenant|premium license/i.test(said)) return cause;
  const details = { body: cause.body, cause, ...(cause.status === null ? {} : { status: cause.status }) };
  return new VendorError(
    "forbidden",
    `${cause.message}; the tenant has no Entra ID P1 licence, without which this is not given`,
    details,
  );
}

// Shorter spans that still fail are given up: then it is not their size.
const shortestBrokenSliceMs = 45 * 60_000;

/** A list that breaks whenever a span is asked for is asked for in halves: long walks end in 500 and 504 where short ones do not. */
export function halvedWhereBroken(cause: unknown, { from, to }: Slice): unknown {
  const isBroken = cause instanceof VendorError && (cause.status === 500 || cause.status === 504);
  return isBroken && to - from > shortestBrokenSliceMs ? new SliceTooLarge(cause.message) : cause;
}

/** A provider behind Graph that failed is told in a Warning header: 199 - "Vendor/Provider/Status/Milliseconds". */
function partial({ status, headers }: JsonAnswer): string[] {
  const warning = headers.warning;
  if (warning === undefined) return status === 206 ? ["the answer is incomplete; it does not say why"] : [];
  return [`the answer is incomplete: ${onOneLine(warning, 200)}`];
}

/** A moment as Graph's filters want it. */
export function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
