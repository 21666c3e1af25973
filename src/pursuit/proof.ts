import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { shortHash } from "../findings/hash.ts";
import { sqlTokens } from "../store/sql-tokens.ts";
import { type Hunting, Stopped } from "./hunting.ts";

const counts = z.tuple([z.object({ met: z.coerce.number(), records: z.coerce.number() })]);

/**
 * Whether a check says something of the events that its claim cites: some of them meet its condition, and not every record of the table
 * does. A count of everything is right, and proves nothing. False as well where the store's share for checks is used up.
 */
export async function bearsOn(sql: string, eventIds: readonly string[], hunting: Hunting): Promise<boolean> {
  const { table, condition } = partsOf(sql);
  if (condition === "") return false;
  const count = `SELECT countIf(${condition}) AS met, count() AS records FROM ${table}`;
  try {
    const all = await asked(count, [], hunting);
    if (all.met === 0 || all.met >= all.records) return false;
    const cited = await asked(`${count} WHERE has({uids:Array(String)}, metadata_uid)`, eventIds, hunting);
    return cited.met > 0;
  } catch (cause) {
    if (cause instanceof Stopped || !(cause instanceof SpoorError) || hunting.signal.aborted) throw cause;
    return false;
  }
}

async function asked(sql: string, uids: readonly string[], hunting: Hunting): Promise<z.infer<typeof counts>[0]> {
  const parameters = uids.length === 0 ? {} : { uids: [...uids] };
  const seen = await hunting.check(() => hunting.context.privacy.ask(sql, hunting.signal, parameters));
  await hunting.ledger.add({
    kind: "check",
    what: "proof",
    input: null,
    outcome: `${seen.rowCount} rows`,
    statement: { sql, parameters, rowCount: seen.rowCount, hash: shortHash(seen.rows) },
    eventIds: [],
    usage: null,
    usd: 0,
  });
  const parsed = counts.safeParse(seen.rows);
  if (!parsed.success) throw new SpoorError("usage", "the condition of the check does not stand by itself");
  return parsed.data[0];
}

/** The table and the condition of a statement that is a check. */
function partsOf(sql: string): { readonly table: string; readonly condition: string } {
  const tokens = sqlTokens(sql.trim().replace(/;$/, ""));
  const at = (word: string): number => tokens.findIndex(({ kind, text }) => kind === "word" && text.toUpperCase() === word);
  const [from, where] = [at("FROM"), at("WHERE")];
  const table = tokens.slice(from + 1).find(({ kind }) => kind !== "blank")?.text ?? "";
  const condition = where < 0 ? [] : tokens.slice(where + 1);
  return {
    table,
    condition: condition
      .map(({ text }) => text)
      .join("")
      .trim(),
  };
}
