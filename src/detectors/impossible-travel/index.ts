import { z } from "zod";
import type { FindingDraft, Observable } from "../../types.ts";
import { detector } from "../detector.ts";
import { span, type TravelRow, total, travelReasons, travelRow } from "./score.ts";

export default detector({
  id: "impossible-travel",
  name: "Impossible travel",
  version: "1",
  question: "Did somebody sign in from two places that no one can travel between in that time?",
  analyticType: "Behavioral",
  techniques: ["T1078", "T1078.004", "T1550.004"],
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
  questions: { hops: { file: "hops.sql", row: travelRow } },
  evidenceQuestion: "evidence.sql",
  assess: ({ hops }) => hops.map(draft).filter(({ score }) => score >= 15),
});

function draft(row: TravelRow): FindingDraft {
  const { hop } = row;
  const reasons = travelReasons(row);
  const from = place(hop.originCity, hop.originCountry, hop.originAddress);
  const to = place(hop.targetCity, hop.targetCountry, hop.targetAddress);
  return {
    keys: { user: row.person },
    title: `${row.person} signed in from ${from} and ${span(hop.hours)} later from ${to}`,
    description:
      `${row.person} signed in from ${from} (${hop.originAddress}) at ${hop.originTime.slice(0, 19)} UTC and from ${to} (${hop.targetAddress}) at ${hop.targetTime.slice(0, 19)} UTC` +
      `${hop.kilometres === null ? "" : `, ${Math.round(hop.kilometres)} km away`}. ${row.hop_count === 1 ? "It is the only such hop in the window." : `There are ${row.hop_count} such hops in the window.`}`,
    score: total(reasons),
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
    techniques: ["T1078.004"],
    observables: [
      { name: "user.name", value: row.person },
      { name: "src_endpoint.ip", value: hop.originAddress },
      { name: "src_endpoint.ip", value: hop.targetAddress },
      ...[hop.originCountry, hop.targetCountry].flatMap((country): Observable[] =>
        country === null ? [] : [{ name: "src_endpoint.location.country", value: country }],
      ),
    ],
    evidence: { person: row.person, originAddress: hop.originAddress, targetAddress: hop.targetAddress },
    eventUids: [...new Set([hop.originUid, hop.targetUid, ...row.event_uids])],
    rowCount: row.event_uids.length,
    detail: {
      origin: { time: hop.originTime, country: hop.originCountry },
      target: { time: hop.targetTime, country: hop.targetCountry },
      hops: row.hop_count,
    },
  };
}

function place(city: string | null, country: string | null, address: string): string {
  return [city, country].filter((part) => part !== null && part !== "").join(", ") || address;
}
