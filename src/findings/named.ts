import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { statement } from "../store/statement.ts";
import type { World } from "../world.ts";

const row = z.object({ finding_uid: z.string() });

/** The uid on record that begins so. Rejects as not-found, and as usage error where several do. */
export async function findingNamed(id: string, { store }: Pick<World, "store">): Promise<string> {
  const rows = await store.query(await statement(import.meta.url, "findings-beginning.sql"), { id }, row);
  const [found] = rows;
  if (found === undefined)
    throw new SpoorError("not-found", `there is no finding ${id}`, { hint: "`spoor findings` lists them." });
  if (rows.length > 1) throw new SpoorError("usage", `${id} begins several findings`, { hint: "Give more of its uid." });
  return found.finding_uid;
}
