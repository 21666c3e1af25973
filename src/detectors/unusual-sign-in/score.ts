import type { Reason } from "../../types.ts";
import { bits, type Commonness, type Feature, features, ownHours } from "./likelihood.ts";
import type { Holder, PersonRow, Place, PromptRow, SessionRow } from "./rows.ts";

/** A person's sign-ins through one network that is not theirs as a rule, and everything that speaks for and against. */
export interface Stranger {
  readonly person: string;
  readonly network: string;
  readonly places: readonly Place[];
  readonly replay: Replay | null;
  readonly prompts: PromptRow | null;
  readonly reasons: readonly Reason[];
  readonly score: number;
}

/** A session that was used by somebody else's program from another network. */
export interface Replay {
  readonly session: string;
  readonly origin: Holder;
  readonly far: Holder;
  readonly isOwnerActive: boolean;
}

const pointsPerBit = 3.5;
// Prior odds: almost every new network is a hotel, a train or a new provider.
const prior = -10;
// From this many people on an address is a way out that people share.
const sharedAddress = 4;
const daySeconds = 86_400;

/** The person's strangest network; null when they use but one. Networks are weighed against all the person does elsewhere, before and after. */
export function strangest(
  row: PersonRow,
  sessions: readonly SessionRow[],
  prompts: readonly PromptRow[],
  estate: Commonness,
): Stranger | null {
  const networks = [...new Set(row.places.map(({ network }) => network))].sort();
  const found = networks.map((network) => strangerOf(row, network, sessions, prompts, estate));
  return found.reduce<Stranger | null>((best, one) => (best === null || one.score > best.score ? one : best), null);
}

function strangerOf(
  row: PersonRow,
  network: string,
  sessions: readonly SessionRow[],
  allPrompts: readonly PromptRow[],
  estate: Commonness,
): Stranger {
  const elsewhere = row.places.filter((place) => place.network !== network);
  const here = row.places.filter((place) => place.network === network);
  const replay = replayIn(network, sessions);
  const addresses = new Set(here.flatMap((place) => place.addresses));
  const prompts = allPrompts.find(({ address }) => addresses.has(address)) ?? null;
  // The least familiar client and device seen there: an intruder may share the network with the owner's phone.
  const judged = here.map((place) => ({ place, reasons: placeReasons(place, elsewhere, estate) }));
  const [worst] = judged.sort((a, b) => total(b.reasons) - total(a.reasons));
  const reasons = [
    ...(worst?.reasons ?? []),
    ...hourReasons(here, elsewhere),
    ...usageReasons(here, elsewhere, estate),
    ...(replay === null ? [] : replayReasons(replay)),
    ...(prompts === null ? [] : promptReasons(prompts)),
    ...againstReasons(here, replay !== null, estate),
    {
      feature: "a new network as such",
      observed: "most are a journey, a home or a phone",
      baseline: null,
      peers: null,
      contribution: prior,
    },
  ];
  return {
    person: row.person,
    network,
    places: here,
    replay,
    prompts,
    reasons,
    score: Math.min(100, Math.max(0, total(reasons))),
  };
}

function placeReasons(place: Place, elsewhere: readonly Place[], estate: Commonness): Reason[] {
  const values: Readonly<Record<Feature, string>> = {
    network: place.network,
    country: place.country,
    city: place.city,
    client: place.client,
    device: place.device,
  };
  return (Object.keys(features) as Feature[]).flatMap((feature): Reason[] => {
    const value = values[feature];
    // Who never signs in with a known device is not stranger for doing so without one; an unknown country says nothing.
    const known = elsewhere.some((other) => other[feature] !== "");
    if (!known || (value === "" && feature !== "device")) return [];
    const own = ownHours(elsewhere, (other) => other[feature] === value);
    if (feature === "network") own.with = 0;
    const { most } = features[feature];
    // An intruder never brings a device of the owner's, so that none is there speaks for nobody.
    const least = value === "" ? -1 : features[feature].least;
    const points = Math.min(most, Math.max(least, pointsPerBit * bits(feature, value, own, estate)));
    // A person known by an hour or two has no habits yet.
    const weight = points > 0 ? Math.min(1, own.all / 6) : 1;
    const others = estate.others(feature, value, true);
    return [
      {
        feature,
        observed: value === "" ? "no known device" : describe(feature, place),
        baseline: `${own.with} of ${own.all} hours with sign-ins elsewhere`,
        peers: feature === "device" ? null : `${others} of ${Math.max(others, estate.people - 1)} other people`,
        contribution: round(points * weight),
      },
    ];
  });
}

function describe(feature: Feature, place: Place): string {
  if (feature === "network") return place.networkName === "" ? place.network : `${place.network} ${place.networkName}`;
  return place[feature];
}

/** Hours of the day at which the person is otherwise seen, within two hours either way. */
function hourReasons(here: readonly Place[], elsewhere: readonly Place[]): Reason[] {
  const hoursOf = (places: readonly Place[]) =>
    [...new Set(places.flatMap(({ hours }) => hours))].map((start) => Math.floor((start % daySeconds) / 3600));
  const own = hoursOf(elsewhere);
  const now = hoursOf(here);
  if (own.length < 12 || now.length === 0) return [];
  const isNear = (hour: number) => own.some((other) => Math.min((hour - other + 24) % 24, (other - hour + 24) % 24) <= 2);
  const odd = now.filter((hour) => !isNear(hour));
  if (odd.length === 0) return [];
  return [
    reason(
      "hour of the day",
      `${odd.length} of ${now.length} hours at a time of day that this person never works`,
      round((6 * odd.length) / now.length),
    ),
  ];
}

function usageReasons(here: readonly Place[], elsewhere: readonly Place[], estate: Commonness): Reason[] {
  const reasons: Reason[] = [];
  const own = new Set(elsewhere.flatMap(({ applications }) => applications));
  const rare = [...new Set(here.flatMap(({ applications }) => applications))]
    .filter((application) => !own.has(application))
    .map((application) => ({ application, others: estate.others("application", application, true) }))
    .sort((a, b) => a.others - b.others || (a.application < b.application ? -1 : 1))[0];
  if (rare !== undefined && own.size >= 2 && estate.people > 1) {
    const share = rare.others / (estate.people - 1);
    reasons.push({
      ...reason("application", `${rare.application}, not used by this person elsewhere`, round(5 * (1 - Math.min(1, share * 2)))),
      peers: `${rare.others} of ${estate.people - 1} other people`,
    });
  }
  const protocols = new Set(here.flatMap(({ protocols: named }) => named));
  const usual = new Set(elsewhere.flatMap(({ protocols: named }) => named));
  if (protocols.has("deviceCode") && !usual.has("deviceCode")) {
    const others = estate.others("protocol", "deviceCode", true);
    reasons.push({
      ...reason("device code", "signed in by a code that was typed elsewhere", others > 3 ? 6 : 14),
      peers: `${others} other people do`,
    });
  }
  const risk = Math.max(0, ...here.map((place) => place.risk));
  if (risk >= 2) reasons.push(reason("the vendor's risk", risk === 3 ? "high" : "medium", risk === 3 ? 10 : 6));
  const refused = Math.max(0, ...here.map(({ refusedNames }) => refusedNames));
  if (refused >= 3) reasons.push(reason("passwords tried from there", `${refused} names only fail from this address`, 10));
  const single = here.reduce((sum, { withoutSecondFactor }) => sum + withoutSecondFactor, 0);
  const double = here.reduce((sum, { withSecondFactor }) => sum + withSecondFactor, 0);
  const usuallyDouble = elsewhere.some(({ withSecondFactor, withoutSecondFactor }) => withSecondFactor > withoutSecondFactor);
  if (single > 0 && double === 0 && usuallyDouble)
    reasons.push(reason("single factor", "no second factor, which this person has elsewhere", 5));
  if (double > 0 && single === 0) reasons.push(reason("second factor", "satisfied there", -3));
  return reasons;
}

function replayReasons({ origin, far, isOwnerActive }: Replay): Reason[] {
  return [
    {
      ...reason("session used twice", `by ${short(far.userAgent)} from ${far.network}`, 24),
      baseline: `first used by ${short(origin.userAgent)} from ${origin.network}`,
    },
    ...(origin.country !== "" && far.country !== "" && origin.country !== far.country
      ? [reason("session in two countries", `${origin.country} and ${far.country}`, 8)]
      : []),
    ...(isOwnerActive
      ? [reason("the owner goes on", `the session is still used from ${origin.network} after it appeared in ${far.network}`, 8)]
      : []),
  ];
}

function promptReasons(prompts: PromptRow): Reason[] {
  const reasons = [
    reason(
      "refused prompts",
      `${prompts.refusals_before} prompts refused or ignored, then approved`,
      round(Math.min(36, 14 + 2.5 * prompts.refusals_before)),
    ),
  ];
  if (prompts.is_prompting_address) reasons.push(reason("prompted from the same address", prompts.address, 8));
  if (prompts.is_known_address) reasons.push(reason("known address", "the person signed in from there before the prompts", -20));
  return reasons;
}

function againstReasons(here: readonly Place[], isReplay: boolean, estate: Commonness): Reason[] {
  const reasons: Reason[] = [];
  const people = Math.min(...here.map(({ addressPeople }) => addressPeople));
  if (people >= sharedAddress)
    reasons.push(
      reason("shared address", `${people} people sign in from there`, -round(Math.min(50, 15 * Math.log2(people / 2)))),
    );
  const others = estate.others("network", here[0]?.network ?? "", true);
  const share = estate.people < 10 ? 0 : others / estate.people;
  if (people < sharedAddress && share >= 0.1)
    reasons.push(reason("common network", `${others} other people sign in through it`, -round(Math.min(25, 60 * share))));
  const days = new Set(here.flatMap(({ hours }) => hours.map((start) => Math.floor(start / daySeconds)))).size;
  const devices = here.every(({ device }) => device === "");
  // Who holds a stolen session comes back too; a place with a device of its own, day after day, is a place to live.
  if (days >= 3)
    reasons.push(
      reason(
        "comes back",
        `signed in there on ${days} days`,
        -round(Math.min(isReplay ? 6 : 40, (devices ? 4 : 9) * (days - 2))),
      ),
    );
  if (here.some(({ isManaged }) => isManaged)) reasons.push(reason("managed device", "a device that the estate manages", -8));
  return reasons;
}

/** The session of this network that was issued to another client in another network. */
function replayIn(network: string, sessions: readonly SessionRow[]): Replay | null {
  for (const { session, holders } of sessions) {
    const named = holders.filter(({ userAgent }) => userAgent !== "");
    const [origin] = named;
    if (origin === undefined || origin.network === network) continue;
    const far = named.find(
      (holder) => holder.network === network && !isSameProgram(holder, origin) && holder.addressPeople < sharedAddress,
    );
    if (far === undefined) continue;
    // A phone that moves between networks keeps its program: it is seen with the same one at both ends.
    if (named.some((holder) => holder.network === origin.network && isSameProgram(holder, far))) continue;
    const isOwnerActive = named.some((holder) => holder.network === origin.network && holder.lastTime > far.firstTime);
    return { session, origin, far, isOwnerActive };
  }
  return null;
}

function isSameProgram(one: Holder, other: Holder): boolean {
  const family = ({ userAgent }: Holder) => userAgent.replace(/[0-9._]+/g, "").trim();
  return family(one) === family(other);
}

/** The name of a program in a user agent, short enough for a sentence. */
export function short(userAgent: string): string {
  return userAgent.length <= 80 ? userAgent : `${userAgent.slice(0, 77)}…`;
}

function reason(feature: string, observed: string, contribution: number): Reason {
  return { feature, observed, baseline: null, peers: null, contribution };
}

function total(reasons: readonly Reason[]): number {
  return reasons.reduce((points, one) => points + one.contribution, 0);
}

function round(points: number): number {
  return Math.round(points * 10) / 10;
}
