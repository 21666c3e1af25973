import { z } from "zod";
import type { FindingDraft, Observable } from "../../types.ts";
import { detector } from "../detector.ts";
import { amongPeople, farEnd, journeyRow, placeRow, type TravelRow } from "./journey.ts";
import { hardestHop, span } from "./score.ts";

export default detector({
  id: "impossible-travel",
  name: "Impossible travel",
  version: "1",
  question: "Did somebody sign in from two places that no one can travel between in that time?",
  analyticType: "Behavioral",
  techniques: ["T1078", "T1078.004"],
  anyOf: [
    { table: "authentication", columns: ["status", "src_endpoint_ip", "src_endpoint_location_country"] },
    { table: "authentication", columns: ["status", "src_endpoint_ip"] },
  ],
  parameters: z.strictObject({
    /** Faster than an airliner with its ways to and from the airport. */
    mostKilometresPerHour: z.number().positive().default(1000),
    /** Nearer places are confused by geolocation. */
    leastKilometres: z.number().positive().default(500),
    /** Without coordinates: two countries within this many minutes. */
    countryMinutes: z.number().int().positive().default(60),
  }),
  questions: { hops: { file: "hops.sql", row: journeyRow }, places: { file: "places.sql", row: placeRow } },
  evidenceQuestion: "evidence.sql",
  assess: ({ hops, places }) =>
    amongPeople(hops, places)
      .map(draft)
      .filter(({ score }) => score >= 15),
});

function draft(row: TravelRow): FindingDraft {
  const { hop, reasons, score } = hardestHop(row);
  const { origin, target } = hop;
  const from = place(origin.city, origin.country, origin.address);
  const to = place(target.city, target.country, target.address);
  return {
    keys: { user: row.person },
    title: `${row.person} signed in from ${from} and ${span(hop.hours)} later from ${to}`,
    description:
      `${row.person} signed in from ${from} (${origin.address}) at ${origin.time.slice(0, 19)} UTC and from ${to} (${target.address}) at ${target.time.slice(0, 19)} UTC` +
      `${hop.kilometres === null ? "" : `, ${Math.round(hop.kilometres)} km away`}. ${row.hop_count === 1 ? "It is the only such hop in the window." : `There are ${row.hop_count} such hops in the window.`}`,
    score,
    confidence: hop.kilometres === null ? 45 : 65,
    reasons,
    benign:
      "A VPN, a security gateway or a mobile carrier puts a person where its exit is; address databases err. Whether the same device and session signed in at both ends, and what was done from the far one, tells.",
    blindSpots: [
      hop.kilometres === null
        ? "Places are known by country only, so distance and speed are not."
        : "Coordinates are those of the address, not of the person.",
      "Sign-ins without a user's part (refresh tokens) are left out, so a stolen token that is only refreshed is not seen here.",
    ],
    firstSeen: row.first_time,
    lastSeen: row.last_time,
    // Who signs in by mail address does so at a provider in the cloud.
    techniques: [row.person.includes("@") ? "T1078.004" : "T1078"],
    observables: [
      { name: "user.name", value: row.person },
      { name: "src_endpoint.ip", value: origin.address },
      { name: "src_endpoint.ip", value: target.address },
      ...[...new Set([origin.country, target.country])].flatMap((country): Observable[] =>
        country === null ? [] : [{ name: "src_endpoint.location.country", value: country }],
      ),
      ...[...new Set([origin.network, target.network])].flatMap((network): Observable[] =>
        network === null ? [] : [{ name: "src_endpoint.autonomous_system.number", value: String(network) }],
      ),
      ...(hop.application === null ? [] : [{ name: "service.name" as const, value: hop.application }]),
    ],
    evidence: { person: row.person, originAddress: origin.address, targetAddress: target.address },
    eventUids: [...new Set([origin.uid, target.uid, ...row.event_uids])],
    rowCount: row.event_uids.length,
    detail: {
      // The sign-in from the strange end is what a story tells.
      moment: farEnd(hop, row).time,
      origin: { time: origin.time, country: origin.country },
      target: { time: target.time, country: target.country },
      hops: row.hop_count,
    },
  };
}

function place(city: string | null, country: string | null, address: string): string {
  return [city, country].filter((part) => part !== null && part !== "").join(", ") || address;
}
