import { SpoorError } from "../errors.ts";

/** What is named on a command line by the beginning of its id. */
interface Named {
  /** As it was typed. */
  readonly id: string;
  /** "story", "stories". */
  readonly one: string;
  readonly many: string;
  /** Where the ids are to be seen. */
  readonly hint: string;
}

/** The only one that was found. Throws as not-found, and as usage error where there are several. */
export function onlyOne<Item>(found: readonly Item[], { id, one, many, hint }: Named): Item {
  const [first] = found;
  if (first === undefined) throw new SpoorError("not-found", `there is no ${one} ${id}`, { hint });
  if (found.length > 1) throw new SpoorError("usage", `${id} begins several ${many}`, { hint: "Give more of it." });
  return first;
}
