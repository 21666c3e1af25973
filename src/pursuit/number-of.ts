import { SpoorError } from "../errors.ts";
import { shortHash } from "../findings/hash.ts";
import type { SeenRows } from "../privacy/privacy.ts";
import { notACheck } from "./check.ts";
import type { Hunting } from "./hunting.ts";

/**
 * The number that a check gives now; `share` pays for the question: the model's own, or that of the verification. Rejects with usage where the statement is no check or gives no number, else as
 * Privacy.ask does.
 */
export async function numberOf(sql: string, share: "question" | "check", hunting: Hunting): Promise<number> {
  const because = notACheck(sql);
  if (because !== null) throw new SpoorError("usage", because);
  const { privacy } = hunting.context;
  const seen = await hunting[share](() => privacy.ask(sql, hunting.signal));
  const value = onlyNumber(seen);
  await hunting.ledger.add({
    kind: "check",
    what: "check",
    input: null,
    outcome: value === null ? "no number" : String(value),
    statement: { sql, parameters: {}, rowCount: seen.rowCount, hash: shortHash(seen.rows) },
    eventIds: [],
    usage: null,
    usd: 0,
  });
  if (value === null) throw new SpoorError("usage", "the statement gives no single number");
  return value;
}

function onlyNumber({ rows, columns }: SeenRows): number | null {
  const [row, ...more] = rows;
  const value = row?.[columns[0] ?? ""];
  if (more.length > 0 || columns.length !== 1) return null;
  const isNumeric = typeof value === "number" || (typeof value === "string" && /^-?\d+(?:\.\d+)?$/.test(value));
  const number = isNumeric ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : null;
}
