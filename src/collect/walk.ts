import { createHash } from "node:crypto";
import { messageOf, onOneLine, SpoorError } from "../errors.ts";
import type { CursorLost, Page, SliceTooLarge, Stream } from "./collector.ts";
import { VendorError } from "./http.ts";
import type { Spool, Walk } from "./spool.ts";

/** How the walk of a slice ended. What is not "done" says how much is out with it. */
export type WalkEnd =
  | { readonly is: "done"; readonly walk: Walk }
  /** The slice is more than can be had at once. */
  | { readonly is: "too-large"; readonly walk: Walk; readonly reason: string }
  | {
      readonly is: "refused" | "failed";
      readonly walk: Walk;
      readonly reason: string;
      readonly reach: "slice" | "stream" | "source";
      /** No answer came in all the time that was given to it. */
      readonly isSilent?: boolean;
    };

export interface WalkTools {
  /** Writes a page down, with how far the walk is behind it; see Spool.append. */
  readonly append: Spool["append"];
  /** Our clock, and how far the vendor's is ahead of it as far as is known, in milliseconds. */
  readonly now: () => number;
  readonly skewMs: () => number;
  readonly signal: AbortSignal;
  /** Calls and bytes since it was last asked. */
  readonly spent: () => { readonly calls: number; readonly bytes: number };
  /** Takes secrets out of text. */
  readonly strike: (text: string) => string;
}

// The vendor no longer knowing where we were is a matter of time; the same page again and again, or a link elsewhere, is not.
const restartsAtMost = { lost: 3, astray: 1 };
const pagesAtMost = 100_000;
const repeatsAtMost = 3;

/** The pages go round in a circle. */
class Astray extends Error {
  override readonly name = "Astray";
}

/**
 * Walks a slice from where it is to its end, writing down every page. A lost cursor and a walk that runs in circles begin again at the
 * slice's start, a few times. Rejects only when the whole run is to end: on cancel, and when disk or store are gone.
 */
export async function walkSlice(stream: Stream, begun: Walk, tools: WalkTools): Promise<WalkEnd> {
  let walk = begun;
  const restarts = { lost: 0, astray: 0 };
  const keep = (next: Walk): void => {
    walk = next;
  };
  for (;;) {
    try {
      await follow(stream, walk, tools, keep);
      return { is: "done", walk };
    } catch (thrown) {
      if (tools.signal.aborted || thrown instanceof SpoorError) throw thrown;
      const why = whyRestart(thrown);
      if (why !== null && restarts[why] < restartsAtMost[why]) {
        restarts[why] += 1;
        walk = { ...walk, cursor: null, records: 0, shortfalls: [] };
        continue;
      }
      return endOf(thrown, stream, walk, tools);
    }
  }
}

/** By name: a collector of the user's own may have loaded the contract a second time. */
function isNamed(thrown: unknown, name: (CursorLost | SliceTooLarge)["name"]): boolean {
  return thrown instanceof Error && thrown.name === name;
}

function whyRestart(thrown: unknown): keyof typeof restartsAtMost | null {
  if (isNamed(thrown, "CursorLost")) return "lost";
  return thrown instanceof Astray || (thrown instanceof VendorError && thrown.kind === "foreign-host") ? "astray" : null;
}

function endOf(thrown: unknown, stream: Stream, walk: Walk, { strike }: WalkTools): WalkEnd {
  const reason = strike(messageOf(thrown));
  if (isNamed(thrown, "SliceTooLarge")) return { is: "too-large", walk, reason };
  if (isNamed(thrown, "CursorLost"))
    return { is: "too-large", walk, reason: `the vendor lost our place again and again: ${reason}` };
  if (!(thrown instanceof VendorError)) return { is: "failed", walk, reason, reach: "slice" };
  switch (thrown.kind) {
    case "too-large":
    case "bad-answer":
      return { is: "too-large", walk, reason };
    case "forbidden":
      return {
        is: "refused",
        walk,
        reason: `${reason}; it needs the permission ${stream.permission}`,
        reach: "stream",
      };
    case "unauthorised":
      return { is: "refused", walk, reason, reach: "source" };
    case "refused":
      return { is: "refused", walk, reason: withWords(reason, thrown, strike), reach: "slice" };
    case "limited":
      // It was waited for as long as makes sense: the next slice would wait as long.
      return { is: "failed", walk, reason, reach: "stream" };
    case "unavailable":
      return { is: "failed", walk, reason, reach: "slice", isSilent: true };
    default:
      return { is: "failed", walk, reason, reach: "slice" };
  }
}

/** A refusal with what the vendor says of it, where it is short enough to be told. */
function withWords(reason: string, { body }: VendorError, strike: (text: string) => string): string {
  const words = typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body);
  const shown = onOneLine(strike(words), 200);
  return shown === "" ? reason : `${reason} ("${shown}")`;
}

async function follow(stream: Stream, begun: Walk, tools: WalkTools, keep: (walk: Walk) => void): Promise<void> {
  const { signal } = tools;
  // A queue hands out again what was not acknowledged in time: no circle, and nothing to be counted twice.
  const isQueue = stream.kind === "queue";
  const guard = new LoopGuard(begun.cursor, !isQueue);
  const seen = new Map<string, number>();
  const startedAt = tools.now();
  let walk = begun;
  const slice = { from: begun.from, to: begun.to };
  for await (const page of stream.pages(slice, begun.cursor)) {
    signal.throwIfAborted();
    // The vendor's clock is known once it has answered; a walk that is taken up again keeps the earlier time.
    const askedAt = begun.cursor === null ? startedAt + tools.skewMs() : walk.askedAt;
    const lines = page.records.map((record) => JSON.stringify(record) ?? "null");
    const isRepeated = guard.meets(page, lines);
    const { calls, bytes } = tools.spent();
    walk = {
      ...walk,
      cursor: page.cursor,
      askedAt,
      coveredTo: Math.min(walk.coveredTo, askedAt, page.coveredTo ?? walk.to),
      records: walk.records + (isRepeated ? 0 : lines.length),
      calls: walk.calls + calls,
      bytes: walk.bytes + bytes,
      shortfalls: [...new Set([...walk.shortfalls, ...(page.shortfalls ?? []).map(tools.strike)])].slice(0, 20),
      ...(page.beginning === undefined ? {} : { beginning: page.beginning }),
    };
    await tools.append(walk, { lines: isRepeated ? [] : lines, files: page.files ?? [], receipts: page.receipts ?? [] }, seen);
    keep(walk);
  }
  signal.throwIfAborted();
  const { calls, bytes } = tools.spent();
  const askedAt = guard.pages === 0 && begun.cursor === null ? startedAt + tools.skewMs() : walk.askedAt;
  const coveredTo = Math.min(walk.coveredTo, askedAt);
  keep({ ...walk, cursor: null, askedAt, coveredTo, calls: walk.calls + calls, bytes: walk.bytes + bytes });
}

/** Notices a walk that does not get on: a cursor that was there before, or page after page that was. */
class LoopGuard {
  readonly #cursors = new Set<string>();
  readonly #contents = new Set<string>();
  readonly #isStrict: boolean;
  #repeats = 0;
  pages = 0;

  constructor(cursor: string | null, isStrict: boolean) {
    this.#isStrict = isStrict;
    if (cursor !== null) this.#cursors.add(cursor);
  }

  /** True for a page whose content came before: it is not written down again. Throws Astray. */
  meets({ cursor }: Page, lines: readonly string[]): boolean {
    this.pages += 1;
    if (this.pages > pagesAtMost) throw new Astray(`the vendor's pages do not end (${pagesAtMost} of them)`);
    if (!this.#isStrict) return false;
    if (cursor !== null && this.#cursors.has(cursor)) throw new Astray("the vendor's pages go round in a circle");
    if (cursor !== null) this.#cursors.add(cursor);
    if (lines.length === 0) return false;
    const hash = createHash("sha1").update(lines.join("\n")).digest("base64");
    const isRepeated = this.#contents.has(hash);
    this.#contents.add(hash);
    this.#repeats = isRepeated ? this.#repeats + 1 : 0;
    if (this.#repeats >= repeatsAtMost) throw new Astray("the vendor gives the same page again and again");
    return isRepeated;
  }
}
