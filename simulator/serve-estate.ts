import { day } from "./calendar.ts";
import { together } from "./occurrences.ts";
import { tellScenario } from "./scenario.ts";
import { serveVendors } from "./servers/serve.ts";
import { sizeOf } from "./size.ts";
import { vendorDataOf } from "./vendors.ts";

export interface ServeEstateOptions {
  /** About how many records; all of them are kept in memory while they are served. */
  readonly events: number;
  readonly seed: number;
  readonly people: number | null;
  readonly attacks: readonly string[];
  /** The estate is told up to now, over the week before. */
  readonly clock: () => Date;
}

export interface ServedEstate {
  readonly people: number;
  readonly records: number;
  /** Settings (YAML) with which the collectors find the servers. */
  readonly settings: string;
  /** The environment that the settings refer to. */
  readonly environment: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

// Served from memory: about two kilobytes a record.
const mostServed = 2_000_000;

/** Starts the three vendors' interfaces on loopback over an estate that was told up to now. */
export async function serveEstate(options: ServeEstateOptions): Promise<ServedEstate> {
  const { events, seed, attacks, clock } = options;
  if (events > mostServed) throw new Error(`what is served is kept in memory: ask for ${mostServed} records or fewer`);
  const end = clock().getTime();
  const start = Math.floor(end / day) * day - 6 * day;
  const { people, busyness } = sizeOf(events, seed, start, { people: options.people, days: 7 });
  const { estate, background, attack } = tellScenario({ seed, start, days: 7, people, attacks, end, busyness });
  const data = vendorDataOf(together(background, attack), estate);
  const credentials = {
    falcon: { clientId: "5117a7ed00000000000000000000c11e", clientSecret: `simulated-falcon-${seed}` },
    microsoft: {
      tenantId: estate.tenantId,
      clientId: "51170000-0000-4000-8000-00000000c11e",
      clientSecret: `simulated-graph-${seed}`,
    },
    proofpoint: { principal: "51170000-0000-4000-8000-00000000f11e", secret: `simulated-tap-${seed}` },
  };
  const served = await serveVendors({ data, clock, credentials, seed });
  const lists = [data.falcon, data.microsoft, data.microsoft.hunting, data.proofpoint].flatMap((group) =>
    Object.values<unknown>(group),
  );
  return {
    people,
    records: lists.reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0),
    settings: [
      "collect:",
      "  crowdstrike:",
      `    baseUrl: ${served.falcon.url}`,
      `    clientId: ${credentials.falcon.clientId}`,
      "    clientSecret: env:SIMULATED_FALCON_SECRET",
      "    events: queries",
      "  microsoft:",
      `    tenantId: ${credentials.microsoft.tenantId}`,
      `    clientId: ${credentials.microsoft.clientId}`,
      "    clientSecret: env:SIMULATED_GRAPH_SECRET",
      `    graphUrl: ${served.microsoft.url}`,
      `    loginUrl: ${served.microsoft.loginUrl}`,
      "  proofpoint:",
      `    baseUrl: ${served.proofpoint.url}`,
      `    principal: ${credentials.proofpoint.principal}`,
      "    secret: env:SIMULATED_TAP_SECRET",
      "",
    ].join("\n"),
    environment: {
      SIMULATED_FALCON_SECRET: credentials.falcon.clientSecret,
      SIMULATED_GRAPH_SECRET: credentials.microsoft.clientSecret,
      SIMULATED_TAP_SECRET: credentials.proofpoint.secret,
    },
    close: served.close,
  };
}
