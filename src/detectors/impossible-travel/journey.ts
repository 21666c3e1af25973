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

const stopCells = [
  z.string(),
  z.string(),
  z.string(),
  text,
  text,
  number.nullable(),
  text,
  number,
  number,
  number,
  number,
] as const;
const hop = z.tuple([...stopCells, ...stopCells, flag, flag, text, number, number.nullable()]).transform(([...cells]) => ({
  origin: {
    time: cells[0],
    uid: cells[1],
    address: cells[2],
    country: cells[3],
    city: cells[4],
    network: cells[5],
    networkName: cells[6],
    addressPeople: cells[7],
    countryPeople: cells[8],
    networkPeople: cells[9],
    refusedNames: cells[10],
  } satisfies Stop,
  target: {
    time: cells[11],
    uid: cells[12],
    address: cells[13],
    country: cells[14],
    city: cells[15],
    network: cells[16],
    networkName: cells[17],
    addressPeople: cells[18],
    countryPeople: cells[19],
    networkPeople: cells[20],
    refusedNames: cells[21],
  } satisfies Stop,
  isManaged: cells[22],
  isMfa: cells[23],
  application: cells[24],
  hours: cells[25],
  kilometres: cells[26],
}));
export type Hop = z.infer<typeof hop>;

/** A person with some hops that nobody can travel, and every place they signed in from, as country, address and day. */
export const travelRow = z.object({
  person: z.string(),
  hop_count: z.coerce.number(),
  hop_days: z.coerce.number(),
  some_hops: z.array(hop).min(1),
  places: z.array(z.tuple([z.string(), z.string(), z.string()])),
  /** People with a sign-in from outside the estate's networks. */
  people: z.coerce.number(),
  first_time: z.string(),
  last_time: z.string(),
  event_uids: z.array(z.string()),
});
export type TravelRow = z.infer<typeof travelRow>;

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
