export interface Place {
  readonly country: string;
  readonly state: string;
  readonly city: string;
  readonly latitude: number;
  readonly longitude: number;
}

export interface Office {
  /** Three letters, as they stand in the names of its devices. */
  readonly code: string;
  readonly place: Place;
  /** Hours to add to UTC for the clock on the wall. */
  readonly hoursFromUtc: number;
  /** The address under which its people are known outside. */
  readonly egressAddress: string;
  /** The first two numbers of its networks. */
  readonly network: string;
  /** Share of the people who work here, against the others. */
  readonly weight: number;
}

// In the order in which an estate that grows opens them. Egress addresses come from a range set aside for documentation (RFC 5737).
export const offices = [
  office("UTR", "NL", "Utrecht", "Utrecht", 52.09, 5.12, 1, 10, 8),
  office("BER", "DE", "Berlin", "Berlin", 52.52, 13.4, 1, 11, 5),
  office("LON", "GB", "England", "London", 51.51, -0.13, 0, 12, 4),
  office("CHI", "US", "Illinois", "Chicago", 41.88, -87.63, -6, 13, 4),
  office("MAD", "ES", "Madrid", "Madrid", 40.42, -3.7, 1, 14, 2),
  office("WAW", "PL", "Mazowieckie", "Warsaw", 52.23, 21.01, 1, 15, 3),
  office("SIN", "SG", "", "Singapore", 1.35, 103.82, 8, 16, 2),
  office("PUN", "IN", "Maharashtra", "Pune", 18.52, 73.86, 5.5, 17, 4),
] as const;

function office(
  code: string,
  country: string,
  state: string,
  city: string,
  latitude: number,
  longitude: number,
  hoursFromUtc: number,
  host: number,
  weight: number,
): Office {
  return {
    code,
    place: { country, state, city, latitude, longitude },
    hoursFromUtc,
    egressAddress: `198.51.100.${host}`,
    network: `10.${host + 10}`,
    weight,
  };
}

/** Where people go on business, and where they are then known to be from. */
export const destinations: readonly { readonly place: Place; readonly address: string }[] = [
  { place: { country: "US", state: "Illinois", city: "Chicago", latitude: 41.88, longitude: -87.63 }, address: "203.0.113.21" },
  { place: { country: "GB", state: "England", city: "London", latitude: 51.51, longitude: -0.13 }, address: "203.0.113.140" },
  { place: { country: "FR", state: "Ile-de-France", city: "Paris", latitude: 48.86, longitude: 2.35 }, address: "203.0.113.141" },
  { place: { country: "IT", state: "Lombardia", city: "Milan", latitude: 45.46, longitude: 9.19 }, address: "203.0.113.142" },
  {
    place: { country: "SE", state: "Stockholm", city: "Stockholm", latitude: 59.33, longitude: 18.07 },
    address: "203.0.113.143",
  },
  { place: { country: "AE", state: "Dubai", city: "Dubai", latitude: 25.2, longitude: 55.27 }, address: "203.0.113.144" },
  { place: { country: "CH", state: "Zurich", city: "Zurich", latitude: 47.38, longitude: 8.54 }, address: "203.0.113.145" },
];

/** The operator of an address, with a number set aside for documentation (RFC 5398). */
export function networkOf(address: string): { readonly number: number; readonly name: string } {
  if (address.startsWith("198.51.100.")) return { number: 64496, name: "Lindenhof Holding" };
  if (address.startsWith("192.0.2.") || address.startsWith("198.18.") || address.startsWith("198.19."))
    return { number: 64497, name: "Example Broadband" };
  if (address.startsWith("100.")) return { number: 64498, name: "Example Mobile" };
  if (/^203\.0\.113\.(21|14\d)$/.test(address)) return { number: 64499, name: "Example Hospitality" };
  return { number: 64511, name: "Example Hosting" };
}
