import type { Reason } from "../../types.ts";
import { daysIn, daysOfSignIns, farEnd, type Hop, type Stop, type TravelRow } from "./journey.ts";

// From this many people on, an address is a gateway (an office, a VPN, a mobile carrier) and says little about where anybody is.
const gatewayPeople = 4;
// A network that so many people use in one country is where their traffic comes out, be it from ever changing addresses.
const egressPeople = 8;
// Fewer people than this do not show what is common.
const leastEstate = 10;

/** The hop of a person that is hardest to explain, with the reasons for its score; the earlier one where two are equal. */
export function hardestHop(row: TravelRow): { readonly hop: Hop; readonly reasons: Reason[]; readonly score: number } {
  const [first, ...others] = row.some_hops.map((hop) => {
    const reasons = travelReasons(hop, row);
    return { hop, reasons, score: total(reasons) };
  });
  if (first === undefined) throw new RangeError("a journey without a hop");
  return others.reduce((best, one) => (isHarder(one, best) ? one : best), first);
}

function isHarder(one: { hop: Hop; score: number }, best: { hop: Hop; score: number }): boolean {
  return one.score > best.score || (one.score === best.score && one.hop.target.time < best.hop.target.time);
}

/**
 * Reasons for the score of one hop, in points: how far beyond possible it is, how strange the far place is for this person and for the
 * estate, how the sign-in there was secured; against gateways that many people share and against hops that come back day after day.
 */
export function travelReasons(hop: Hop, row: Omit<TravelRow, "some_hops">): Reason[] {
  const far = farEnd(hop, row);
  return [
    ...distanceReasons(hop),
    ...placeReasons(hop, far, row),
    ...securityReasons(hop, far),
    ...gatewayReasons(far),
    ...(row.hop_days > 2
      ? [reason("comes back", `such hops on ${row.hop_days} days`, -Math.min(40, 10 * (row.hop_days - 1)))]
      : []),
  ];
}

function distanceReasons({ kilometres, hours, origin, target }: Hop): Reason[] {
  if (kilometres === null) return [reason("change of country", `${origin.country} to ${target.country} in ${span(hours)}`, 40)];
  const speed = kilometres / Math.max(hours, 1 / 60);
  const beyond = Math.min(1, Math.log10(Math.max(1, speed / 1000)));
  return [reason("speed", `${Math.round(kilometres)} km in ${span(hours)}, ${Math.round(speed)} km/h`, 40 + 12 * beyond)];
}

function placeReasons({ origin, target }: Hop, far: Stop, row: Omit<TravelRow, "some_hops">): Reason[] {
  if (origin.country === target.country)
    return [reason("same country", `both in ${origin.country ?? "an unknown country"}`, -14)];
  const days = daysIn(row, far.country);
  const all = daysOfSignIns(row);
  const usual = mostUsual(row);
  const reasons = [
    {
      ...reason(
        "days in the rarer country",
        `${far.country}: ${days} of ${all} days with sign-ins`,
        days <= 1 ? 18 : days <= 2 ? 8 : -16,
      ),
      baseline: usual === null ? null : `${usual.country} on ${usual.days} of ${all} days`,
      peers: `${far.countryPeople} of ${row.people} people sign in from ${far.country}`,
    },
  ];
  if (row.people < leastEstate) return reasons;
  const share = far.countryPeople / row.people;
  if (far.countryPeople === 1) reasons.push(place("nobody else is there", far, row, 6));
  else if (share >= 0.05) reasons.push(place("a common country here", far, row, share >= 0.2 ? -14 : -6));
  return reasons;
}

function place(
  feature: string,
  far: Stop,
  row: Omit<TravelRow, "some_hops">,
  contribution: number,
): Reason & { baseline: null; peers: string } {
  const observed = `${far.countryPeople} of ${row.people} people sign in from ${far.country}`;
  return { feature, observed, baseline: null, peers: observed, contribution };
}

function mostUsual(row: Pick<TravelRow, "places">): { country: string; days: number } | null {
  const countries = [...new Set(row.places.map(([country]) => country))].filter((country) => country !== "").sort();
  const counted = countries.map((country) => ({ country, days: daysIn(row, country) }));
  return counted.reduce<{ country: string; days: number } | null>(
    (most, one) => (most === null || one.days > most.days ? one : most),
    null,
  );
}

function securityReasons({ origin, target, isMfa, isManaged }: Hop, far: Stop): Reason[] {
  const reasons: Reason[] = [];
  if (origin.network !== null && target.network !== null && origin.network !== target.network)
    reasons.push(reason("another network", `${named(origin)} to ${named(target)}`, 8));
  if (far.refusedNames >= 3)
    reasons.push(reason("passwords tried from there", `${far.refusedNames} names only fail from ${far.address}`, 12));
  if (isMfa === false) reasons.push(reason("single factor", "the second sign-in was not secured by a second factor", 8));
  if (isMfa === true) reasons.push(reason("second factor", "the second sign-in satisfied a second factor", -4));
  if (isManaged === false)
    reasons.push(reason("unmanaged device", "the second sign-in came from a device that is not managed", 8));
  return reasons;
}

function gatewayReasons(far: Stop): Reason[] {
  if (far.addressPeople >= gatewayPeople)
    return [
      reason(
        "shared address",
        `${far.addressPeople} people sign in from ${far.address}`,
        -Math.min(60, 18 * Math.log2(far.addressPeople / 2)),
      ),
    ];
  if (far.networkPeople >= egressPeople)
    return [
      reason(
        "shared network",
        `${far.networkPeople} people sign in through ${named(far)}`,
        -Math.min(30, 6 * Math.log2(far.networkPeople / 4)),
      ),
    ];
  return [];
}

/** Hours as a reader says them: "2.5 h", "12 min". */
export function span(hours: number): string {
  return hours >= 1 ? `${hours.toFixed(1)} h` : `${Math.round(hours * 60)} min`;
}

function named({ network, networkName }: Stop): string {
  if (network === null) return "an unknown network";
  return networkName === null || networkName === "" ? `AS${network}` : `AS${network} ${networkName}`;
}

function reason(
  feature: string,
  observed: string,
  contribution: number,
): Reason & { baseline: string | null; peers: string | null } {
  return { feature, observed, baseline: null, peers: null, contribution };
}

/** The sum of contributions within 0 and 100. */
export function total(reasons: readonly Reason[]): number {
  const sum = reasons.reduce((points, one) => points + one.contribution, 0);
  return Math.min(100, Math.max(0, sum));
}
