import { z } from "zod";
import type { Reason } from "../../types.ts";

const text = z.string().nullable();
const number = z.coerce.number();
const hop = z
  .tuple([
    z.string(),
    z.string(),
    z.string(),
    text,
    text,
    number.nullable(),
    text,
    number,
    z.string(),
    z.string(),
    z.string(),
    text,
    text,
    number.nullable(),
    text,
    number,
    z.coerce.boolean().nullable(),
    z.coerce.boolean().nullable(),
    text,
    number,
    number.nullable(),
  ])
  .transform((cells) => ({
    originTime: cells[0],
    originUid: cells[1],
    originAddress: cells[2],
    originCountry: cells[3],
    originCity: cells[4],
    originNetwork: cells[5],
    originNetworkName: cells[6],
    originPeople: cells[7],
    targetTime: cells[8],
    targetUid: cells[9],
    targetAddress: cells[10],
    targetCountry: cells[11],
    targetCity: cells[12],
    targetNetwork: cells[13],
    targetNetworkName: cells[14],
    targetPeople: cells[15],
    isManaged: cells[16],
    isMfa: cells[17],
    application: cells[18],
    hours: cells[19],
    kilometres: cells[20],
  }));

/** A person with the hop that is hardest to explain, and every place they signed in from. */
export const travelRow = z.object({
  person: z.string(),
  hop_count: z.coerce.number(),
  hop_days: z.coerce.number(),
  hop,
  places: z.array(z.tuple([z.string(), z.string(), z.string()])),
  first_time: z.string(),
  last_time: z.string(),
  event_uids: z.array(z.string()),
});
export type TravelRow = z.infer<typeof travelRow>;

// From this many people on, an address is a gateway (an office, a VPN, a mobile carrier) and says little about where anybody is.
const gatewayPeople = 4;

/** On how many days a person signed in from a country. */
export function daysIn(row: TravelRow, country: string | null): number {
  return new Set(row.places.filter(([place]) => place === country).map(([, , day]) => day)).size;
}

/**
 * Reasons for the score of a journey, in points: how far beyond possible it is, how strange the far place is for this person, how the
 * sign-in there was secured; against gateways that many people share and against hops that come back day after day.
 */
export function travelReasons(row: TravelRow): Reason[] {
  const { hop } = row;
  const speed = hop.kilometres === null ? null : hop.kilometres / Math.max(hop.hours, 1 / 60);
  const rare = Math.min(daysIn(row, hop.originCountry), daysIn(row, hop.targetCountry));
  const shared = Math.max(hop.originPeople, hop.targetPeople);
  const reasons = [
    speed === null
      ? reason("change of country", `${hop.originCountry} to ${hop.targetCountry} in ${span(hop.hours)}`, 38)
      : reason(
          "speed",
          `${Math.round(hop.kilometres ?? 0)} km in ${span(hop.hours)}, ${Math.round(speed)} km/h`,
          38 + 12 * Math.min(1, Math.log10(Math.max(1, speed / 1000))),
        ),
    hop.originCountry !== hop.targetCountry
      ? reason(
          "days in the rarer country",
          `${rare} of ${new Set(row.places.map(([, , day]) => day)).size} days with sign-ins`,
          rare <= 1 ? 20 : rare <= 2 ? 8 : -16,
        )
      : reason("same country", `both in ${hop.originCountry ?? "an unknown country"}`, -14),
  ];
  if (hop.originNetwork !== null && hop.targetNetwork !== null && hop.originNetwork !== hop.targetNetwork)
    reasons.push(
      reason(
        "another network",
        `${named(hop.originNetwork, hop.originNetworkName)} to ${named(hop.targetNetwork, hop.targetNetworkName)}`,
        8,
      ),
    );
  if (hop.isMfa === false) reasons.push(reason("single factor", "the second sign-in was not secured by a second factor", 8));
  if (hop.isMfa === true) reasons.push(reason("second factor", "the second sign-in satisfied a second factor", -4));
  if (hop.isManaged === false)
    reasons.push(reason("unmanaged device", "the second sign-in came from a device that is not managed", 8));
  if (shared >= gatewayPeople)
    reasons.push(
      reason(
        "shared address",
        `${shared} people sign in from one of the two addresses`,
        -Math.min(60, 18 * Math.log2(shared / 2)),
      ),
    );
  if (row.hop_days > 2)
    reasons.push(reason("comes back", `such hops on ${row.hop_days} days`, -Math.min(40, 10 * (row.hop_days - 1))));
  return reasons;
}

/** Hours as a reader says them: "2.5 h", "12 min". */
export function span(hours: number): string {
  return hours >= 1 ? `${hours.toFixed(1)} h` : `${Math.round(hours * 60)} min`;
}

function named(network: number, name: string | null): string {
  return name === null || name === "" ? `AS${network}` : `AS${network} ${name}`;
}

function reason(feature: string, observed: string, contribution: number): Reason {
  return { feature, observed, baseline: null, peers: null, contribution };
}

/** The sum of contributions within 0 and 100. */
export function total(reasons: readonly Reason[]): number {
  return Math.min(
    100,
    Math.max(
      0,
      reasons.reduce((sum, one) => sum + one.contribution, 0),
    ),
  );
}
