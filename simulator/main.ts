// What the command line calls: it loads this file when it is asked to simulate, and not before.
import { attacks } from "./attacks/library.ts";

export { serveEstate } from "./serve-estate.ts";
export { simulate } from "./simulate.ts";

/** What can be planted, by id. */
export const planted = attacks.map(({ id, title, kind }) => ({ id, title, kind }));
