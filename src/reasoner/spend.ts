import { messageOf } from "../errors.ts";
import { DayLedger } from "./day-ledger.ts";

/** Caps in US dollars. */
export interface Caps {
  readonly usdPerHunt: number;
  readonly usdPerRun: number;
  readonly usdPerDay: number;
}

/** Money held for one call. What it really cost is said once; until then, and where nobody knows, the whole of it counts as spent. */
export interface Reservation {
  readonly kind: "held";
  readonly usd: number;
  settle(usd: number): Promise<void>;
}

/** What a run may spend, and what it has spent. */
export interface Spend {
  readonly caps: Caps;
  /** Holds money for a call, before it is sent; refused when any cap could be passed. Never rejects. */
  reserve(account: string | null, usd: number): Promise<Reservation | { readonly kind: "refused"; readonly reason: string }>;
  /** Spent and held by one hunt of this run, in US dollars. */
  ofAccount(account: string): number;
  /** Spent and held by this run, in US dollars. */
  ofRun(): number;
}

export interface SpendOptions extends Caps {
  /** Of the run, in the ledger of the day. */
  readonly run: string;
  /** Folder of the days' ledgers. */
  readonly folder: string;
  readonly clock: () => Date;
}

/**
 * The purse of a run. Money is held before a call and settled after it, so that no cap is passed however many calls are under way and
 * whatever becomes of them; a hunt and a run are reckoned here, the day in a file that other runs share.
 */
export function openSpend({ run, folder, clock, ...caps }: SpendOptions): Spend {
  const ledger = new DayLedger(folder);
  const byAccount = new Map<string, number>();
  let total = 0;
  const add = (account: string | null, usd: number): void => {
    total = inMicros(total + usd);
    if (account !== null) byAccount.set(account, inMicros((byAccount.get(account) ?? 0) + usd));
  };
  const passes = (account: string | null, usd: number): string | null => {
    const { usdPerHunt, usdPerRun } = caps;
    const exceeds = (spent: number, cap: number): boolean => inMicros(spent + usd) > cap;
    if (!(usd >= 0 && usd < Number.POSITIVE_INFINITY)) return "what this call could cost cannot be told";
    if (account !== null && exceeds(byAccount.get(account) ?? 0, usdPerHunt))
      return `this call could cost $${money(usd)}, and $${money(byAccount.get(account) ?? 0)} of the $${money(usdPerHunt)} of this hunt are spent`;
    if (exceeds(total, usdPerRun))
      return `this call could cost $${money(usd)}, and $${money(total)} of the $${money(usdPerRun)} of this run are spent`;
    return null;
  };
  return {
    caps,
    async reserve(account, usd) {
      const reason = passes(account, usd);
      if (reason !== null) return { kind: "refused", reason };
      // Held here before anything is waited for, so that calls under way at the same time see it.
      add(account, usd);
      const giveBack = (why: string): { kind: "refused"; reason: string } => {
        add(account, -usd);
        return { kind: "refused", reason: why };
      };
      try {
        const held = await ledger.hold({ run, account, usd, now: clock() }, caps.usdPerDay);
        if (held === null)
          return giveBack(
            `this call could cost $${money(usd)}, which does not fit into the $${money(caps.usdPerDay)} of the day`,
          );
        return {
          kind: "held",
          usd,
          async settle(cost) {
            add(account, cost - usd);
            // What cannot be written stays held in the file, which is the safe side.
            await held.spent(cost, clock()).catch(() => {});
          },
        };
      } catch (thrown) {
        return giveBack(`what is spent cannot be written down (${messageOf(thrown)})`);
      }
    },
    ofAccount: (account) => byAccount.get(account) ?? 0,
    ofRun: () => total,
  };
}

/** Whole millionths of a dollar, in which every cost is given: sums are exact in every order. */
function inMicros(usd: number): number {
  return Math.round(usd * 1e6) / 1e6;
}

/** Dollars as they are told: cents, and more where there are none. */
export function money(usd: number): string {
  return usd >= 0.1 || usd === 0 ? usd.toFixed(2) : usd.toFixed(4);
}
