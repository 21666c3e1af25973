import { canBeHalved, type Page, type Slice, SliceTooLarge } from "../../../collect/collector.ts";
import { hourMs } from "../../../time.ts";
import { rowsAtMost, type Searcher, type SearchResult, search } from "./query-job.ts";

// Events of an hour that is over are still on their way for a while.
const lagMs = 15 * 60_000;
const groupsAtMost = 20_000;

interface Counted {
  readonly event: string;
  /** What a row is for; a group has all of them. */
  readonly by: readonly string[];
}

// Who called keeps its own port out of the count, and so does the caller of who was called: each connection has another.
const counted: readonly Counted[] = [
  { event: "NetworkConnectIP4", by: ["LocalAddressIP4", "RemoteAddressIP4", "RemotePort", "Protocol", "ConnectionDirection"] },
  { event: "NetworkConnectIP6", by: ["LocalAddressIP6", "RemoteAddressIP6", "RemotePort", "Protocol", "ConnectionDirection"] },
  {
    event: "NetworkReceiveAcceptIP4",
    by: ["LocalAddressIP4", "LocalPort", "RemoteAddressIP4", "Protocol", "ConnectionDirection"],
  },
  {
    event: "NetworkReceiveAcceptIP6",
    by: ["LocalAddressIP6", "LocalPort", "RemoteAddressIP6", "Protocol", "ConnectionDirection"],
  },
];

/**
 * Connections counted by the hour: one row for each pair of machine and destination, with how many there were, the first and the last.
 * Hours are whole, so that an hour asked for twice gives the same rows; the one that is not over is left to the next run. A slice too
 * short to be halved, with too many pairs for one search, is asked for in sixteen parts; what is cut off there is told.
 */
export async function* hourlyConnections(searcher: Searcher, { from, to }: Slice, cursor: string | null): AsyncGenerator<Page> {
  const over = Math.floor((searcher.session.now() - lagMs) / hourMs) * hourMs;
  const whole = { from: Math.floor(from / hourMs) * hourMs, to: Math.min(Math.ceil(to / hourMs) * hourMs, over) };
  const coveredTo = to > over ? { coveredTo: Math.max(from, Math.min(to, over)) } : {};
  if (whole.from >= whole.to) {
    yield { records: [], cursor: null, ...coveredTo };
    return;
  }
  // Of the slice as it is walked, which may begin and end within an hour.
  const isDivisible = canBeHalved({ from, to }, hourMs);
  const [first = 0, firstPart] = cursor === null ? [] : cursor.split("/").map(Number);
  for (const [index, { event, by }] of counted.entries()) {
    if (index < first) continue;
    const part = index === first ? firstPart : undefined;
    for await (const { result, next } of countsOf(searcher, { event, by }, { ...whole, isDivisible }, part)) {
      const place = next === null ? `${index + 1}` : `${index}/${next}`;
      yield { records: result.rows, cursor: place, shortfalls: result.shortfalls, ...coveredTo };
    }
  }
  // Ports that listen are few, and told one by one.
  const { rows, shortfalls } = await search(searcher, `#event_simpleName=/^NetworkListenIP[46]$/ | tail(${rowsAtMost})`, whole, {
    cap: rowsAtMost,
    isDivisible,
  });
  yield { records: rows, cursor: null, shortfalls, ...coveredTo };
}

/** The counts of one event: at once, or from a part on; `next` is the part that follows, null after the last. */
async function* countsOf(
  searcher: Searcher,
  { event, by }: Counted,
  slice: Slice & { readonly isDivisible: boolean },
  part: number | undefined,
): AsyncGenerator<{ result: SearchResult; next: number | null }> {
  const ask = (only: string, isDivisible: boolean): Promise<SearchResult> =>
    search(
      searcher,
      `#event_simpleName=${event}${only} | _hour := @timestamp - (@timestamp % ${hourMs}) | groupBy([#event_simpleName, aid, ${by.join(", ")}, _hour], function=[count(as=_count), min(@timestamp, as=_first), max(@timestamp, as=_last), selectLast([cid, ComputerName, ContextBaseFileName])], limit=${groupsAtMost})`,
      slice,
      { cap: groupsAtMost, isDivisible },
    );
  if (part === undefined) {
    try {
      yield { result: await ask("", true), next: null };
      return;
    } catch (cause) {
      if (!(cause instanceof SliceTooLarge) || slice.isDivisible) throw cause;
    }
  }
  // Sensors' ids are hexadecimal, and evenly spread.
  for (let digit = part ?? 0; digit < 16; digit += 1)
    yield { result: await ask(` aid=/^${digit.toString(16)}/`, false), next: digit === 15 ? null : digit + 1 };
}
