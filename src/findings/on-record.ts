import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { statement } from "../store/statement.ts";
import type { SqlParameters } from "../store/store.ts";
import type { World } from "../world.ts";

type Stored = Pick<World, "store" | "signal">;

/** A finding's newest revision: `document` is its OCSF record as it was written. */
export interface FindingOnRecord {
  readonly uid: string;
  readonly document: string;
}

export interface FindingsWanted {
  /** Most that are given. */
  readonly limit: number;
  /** Closed ones too. */
  readonly closed: boolean;
  /** Absent: of every detector. */
  readonly detector?: string;
}

const findingRow = z.object({ finding_uid: z.string(), document: z.string() });
const storyRow = z.object({ document: z.string() });

/** The findings on record, best first. */
export function findingsOnRecord({ detector = "", ...wanted }: FindingsWanted, world: Stored): Promise<FindingOnRecord[]> {
  return findingsOf("on-record.sql", { ...wanted, detector }, world);
}

/** The findings on record that are not closed and name a value, best first; at most 50. */
export function findingsNaming(value: string, world: Stored): Promise<FindingOnRecord[]> {
  return findingsOf("findings-naming.sql", { value }, world);
}

/** The findings whose uid begins so; two where there are more. */
export function findingsBeginning(id: string, world: Stored): Promise<FindingOnRecord[]> {
  return findingsOf("findings-beginning.sql", { id }, world);
}

/** The finding whose uid begins so. Rejects as not-found, and as usage error where several do. */
export async function findingNamed(id: string, world: Stored): Promise<FindingOnRecord> {
  const found = await findingsBeginning(id, world);
  const [first] = found;
  if (first === undefined)
    throw new SpoorError("not-found", `there is no finding ${id}`, { hint: "`spoor findings` lists them." });
  if (found.length > 1) throw new SpoorError("usage", `${id} begins several findings`, { hint: "Give more of its uid." });
  return first;
}

/** The stories that the last run told, best first, each as the JSON that was recorded; at most 100. */
export async function storiesOnRecord({ store, signal }: Stored): Promise<string[]> {
  const rows = await store.query(await statement(import.meta.url, "stories-on-record.sql"), {}, storyRow, { signal });
  return rows.map(({ document }) => document);
}

async function findingsOf(file: string, parameters: SqlParameters, { store, signal }: Stored): Promise<FindingOnRecord[]> {
  const rows = await store.query(await statement(import.meta.url, file), parameters, findingRow, { signal });
  return rows.map(({ finding_uid, document }) => ({ uid: finding_uid, document }));
}
