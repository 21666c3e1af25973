import { z } from "zod";

const text = z.string().nullable();
const number = z.coerce.number();
const flag = z.coerce.boolean().nullable();

/** Where a sign-in came from, and how common that place is among the people of the estate. */
export interface Stop {
  readonly time: string;
  readonly uid: string;
  readonly address: string;
  readonly country: string | null;
  readonly city: string | null;
  readonly network: number | null;
  readonly networkName: string | null;
  /** People who sign in from this address, this country, this network in this country. */
  readonly addressPeople: number;
  readonly countryPeople: number;
  readonly networkPeople: number;
  /** Names that were tried from this address and never got in. */
  readonly refusedNames: number;
}

const stopCells = [z.string(), z.string(), z.string(), text, text, number.nullable(), text, number, number] as const;
type SeenStop = Omit<Stop, "countryPeople" | "networkPeople">;
const seenHop = z.tuple([...stopCells, ...stopCells, flag, flag, text, number, number.nullable()]).transform(([...cells]) => ({
  origin: {
    time: cells[0],
    uid: cells[1],
    address: cells[2],
    country: cells[3],
    city: cells[4],
    network: cells[5],
    networkName: cells[6],
    addressPeople: cells[7],
    refusedNames: cells[8],
  } satisfies SeenStop,
  target: {
    time: cells[9],
    uid: cells[10],
    address: cells[11],
    country: cells[12],
    city: cells[13],
    network: cells[14],
    networkName: cells[15],
    addressPeople: cells[16],
    refusedNames: cells[17],
  } satisfies SeenStop,
  isManaged: cells[18],
  isMfa: cells[19],
  application: cells[20],
  hours: cells[21],
  kilometres: cells[22],
}));
type SeenHop = z.infer<typeof seenHop>;

/** From one place to another, each with how common it is in the estate. */
export type Hop = Omit<SeenHop, "origin" | "target"> & { readonly origin: Stop; readonly target: Stop };

/** A person with some hops that nobody can travel, and every place they signed in from, as country, address and day. */
export const journeyRow = z.object({
  person: z.string(),
  hop_count: z.coerce.number(),
  hop_days: z.coerce.number(),
  some_hops: z.array(seenHop).min(1),
  places: z.array(z.tuple([z.string(), z.string(), z.string()])),
  first_time: z.string(),
  last_time: z.string(),
  event_uids: z.array(z.string()),
});
type JourneyRow = z.infer<typeof journeyRow>;

/** People who sign in from a country through a network; without a network from the country, without either from anywhere outside. */
export const placeRow = z.object({ place: text, through: number.nullable(), people: number });

/** A journey beside what is common in the estate. */
export type TravelRow = Omit<JourneyRow, "some_hops"> & {
  readonly some_hops: readonly Hop[];
  /** People with a sign-in from outside the estate's networks. */
  readonly people: number;
};

/** Journeys with the number of people who sign in from each of their places. */
export function amongPeople(journeys: readonly JourneyRow[], places: readonly z.infer<typeof placeRow>[]): TravelRow[] {
  const counts = new Map(places.map(({ place, through, people }) => [JSON.stringify([place, through]), people]));
  const peopleIn = (place: string | null, through: number | null): number => counts.get(JSON.stringify([place, through])) ?? 0;
  const stop = (seen: SeenStop): Stop => ({
    ...seen,
    countryPeople: seen.country === null ? 0 : peopleIn(seen.country, null),
    networkPeople: seen.network === null ? 0 : peopleIn(seen.country ?? "", seen.network),
  });
  return journeys.map((journey) => ({
    ...journey,
    people: peopleIn(null, null),
    some_hops: journey.some_hops.map((one) => ({ ...one, origin: stop(one.origin), target: stop(one.target) })),
  }));
}

/** On how many days a person signed in from a country. */
export function daysIn(row: Pick<TravelRow, "places">, country: string | null): number {
  return new Set(row.places.filter(([place]) => place === (country ?? "")).map(([, , day]) => day)).size;
}

/** On how many days a person signed in at all. */
export function daysOfSignIns(row: Pick<TravelRow, "places">): number {
  return new Set(row.places.map(([, , day]) => day)).size;
}

/**
 * The end of a hop that is strange for this person: the country of fewer days, then the one where fewer people of the estate are,
 * then the address that more people share, since an egress brings many people to a place where none of them is.
 */
export function farEnd(hop: Hop, row: Pick<TravelRow, "places">): Stop {
  const { origin, target } = hop;
  const order =
    daysIn(row, origin.country) - daysIn(row, target.country) ||
    origin.countryPeople - target.countryPeople ||
    target.addressPeople - origin.addressPeople;
  return order < 0 ? origin : target;
}
