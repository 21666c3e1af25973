import { SpoorError } from "../errors.ts";

/** Loads a package that only some need. Rejects as configuration error that says how to get it. */
export async function loaded<Package>(name: string, load: () => Promise<Package>): Promise<Package> {
  try {
    return await load();
  } catch (cause) {
    throw new SpoorError("configuration", `this route to the model needs the package ${name}, which is not installed`, {
      hint: `npm install ${name} beside Spoor, or use claude.route: api.`,
      cause,
    });
  }
}
