import { stringify } from "yaml";
import { day } from "./calendar.ts";
import { together } from "./occurrences.ts";
import { randomOf } from "./random.ts";
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
// A week at once: the answers are few, and one that is cut off is asked for in halves.
const sliceHours = 168;

/** Starts the three vendors' interfaces on loopback over an estate that was told up to now. */
export async function serveEstate(options: ServeEstateOptions): Promise<ServedEstate> {
  const { events, seed, attacks, clock } = options;
  if (events > mostServed) throw new Error(`what is served is kept in memory: ask for ${mostServed} records or fewer`);
  const end = clock().getTime();
  const start = Math.floor(end / day) * day - 6 * day;
  const { people, busyness } = sizeOf(events, seed, start, { people: options.people, days: 7 });
  const { estate, background, attack } = tellScenario({ seed, start, days: 7, people, attacks, end, busyness });
  const data = vendorDataOf(together(background, attack), estate);
  const random = randomOf(seed, "credentials");
  const falcon = { clientId: random.hex(32), clientSecret: random.hex(40) };
  const microsoft = { tenantId: estate.tenantId, clientId: random.uuid(), clientSecret: random.hex(40) };
  const proofpoint = { principal: random.uuid(), secret: random.hex(64) };
  const served = await serveVendors({ data, clock, credentials: { falcon, microsoft, proofpoint }, seed });
  const lists = [data.falcon, data.microsoft, data.microsoft.hunting, data.proofpoint].flatMap((group) =>
    Object.values<unknown>(group),
  );
  return {
    people,
    records: lists.reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0),
    settings: stringify({
      collect: {
        crowdstrike: {
          clientId: falcon.clientId,
          clientSecret: "env:SIMULATED_FALCON_SECRET",
          baseUrl: served.falcon.url,
          events: "queries",
          sliceHours,
        },
        microsoft: {
          tenantId: microsoft.tenantId,
          clientId: microsoft.clientId,
          clientSecret: "env:SIMULATED_GRAPH_SECRET",
          graphUrl: served.microsoft.url,
          loginUrl: served.microsoft.loginUrl,
          sliceHours,
        },
        proofpoint: { principal: proofpoint.principal, secret: "env:SIMULATED_TAP_SECRET", baseUrl: served.proofpoint.url },
      },
    }),
    environment: {
      SIMULATED_FALCON_SECRET: falcon.clientSecret,
      SIMULATED_GRAPH_SECRET: microsoft.clientSecret,
      SIMULATED_TAP_SECRET: proofpoint.secret,
    },
    close: served.close,
  };
}
