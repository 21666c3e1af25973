import type { Limits, Quirks } from "./limits.ts";
import type { Room } from "./room.ts";

export type Vendor = "falcon" | "microsoft" | "login" | "proofpoint";

/** What goes wrong with one question. */
export type Deed =
  /** Something happens before the question is answered: tokens or cursors are forgotten, records change. */
  | { readonly kind: "change"; readonly change: (room: Room, path: string) => void }
  /** This is answered instead; null: the empty body, text: as it stands, else JSON. */
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly body: unknown;
      readonly headers?: (room: Room) => Readonly<Record<string, string>>;
    }
  /** The right answer is rewritten; nothing happens to what is not JSON. */
  | {
      readonly kind: "rewrite";
      readonly rewrite: (body: Readonly<Record<string, unknown>>, room: Room, query: string) => unknown;
    }
  /** Status and headers of the right answer are replaced. */
  | { readonly kind: "stamp"; readonly status?: number; readonly headers: Readonly<Record<string, string>> }
  /** The page before this one of the same list comes once more, with its cursor; once for each list. */
  | { readonly kind: "repeat" }
  /** So many blanks behind the JSON. */
  | { readonly kind: "pad"; readonly bytes: number }
  /**
   * cut: half of the body with a length that fits; wrong-length: half, with the length of all; reset: the connection breaks in the
   * middle of the body; refuse: it breaks before anything came; silence: nothing ever comes; drip: all comes, in small pieces.
   */
  | { readonly kind: "wire"; readonly damage: "cut" | "wrong-length" | "reset" | "refuse" | "silence" | "drip" };

/** On the n-th question that fits: do this. */
export interface FaultRule {
  readonly vendor: Vendor;
  readonly method?: string;
  readonly path: RegExp;
  /** Of the query, decoded. */
  readonly query?: RegExp;
  /** Ordinals from 1 on, counted for each method and path apart, or for all together. */
  readonly on: readonly number[] | "always";
  readonly together?: boolean;
  readonly deeds: readonly Deed[];
}

/** A script of what goes wrong while vendors serve. */
export interface FaultScript {
  /** The row in the table of failures that a collector must survive. */
  readonly row: number;
  readonly id: string;
  /** What happens, in a few words. */
  readonly name: string;
  readonly rules: readonly FaultRule[];
  readonly limits?: Partial<Limits>;
  readonly quirks?: Partial<Quirks>;
  /** Data that cannot be had for it, by path: to be told as gaps, all else is to come whole. */
  readonly blind: readonly RegExp[];
}

/** Which deeds a question meets: rules count what they have seen. */
export function switchboard(rules: readonly FaultRule[]): (vendor: Vendor, method: string, url: URL) => readonly Deed[] {
  const counts = new Map<string, number>();
  return (vendor, method, url) =>
    rules.flatMap((rule, index) => {
      const query = decodeURIComponent(url.search.replaceAll("+", " "));
      const fits =
        rule.vendor === vendor &&
        (rule.method ?? method) === method &&
        rule.path.test(url.pathname) &&
        (rule.query === undefined || rule.query.test(query));
      if (!fits) return [];
      // The polls of all searches count as one address.
      const address = url.pathname.replace(/\/queryjobs\/[^/]+$/, "/queryjobs/*");
      const counter = rule.together === true ? `${index}` : `${index} ${method} ${address}`;
      const count = (counts.get(counter) ?? 0) + 1;
      counts.set(counter, count);
      return rule.on === "always" || rule.on.includes(count) ? rule.deeds : [];
    });
}
