import { z } from "zod";
import type { Reason } from "../../types.ts";

const number = z.coerce.number();
const flag = z.coerce.boolean();
export const actRow = z.object({
  uid: z.string(),
  time: z.string(),
  actor: z.string(),
  target: z.string(),
  ip: z.string(),
  operation: z.string(),
  kind: z.string(),
  resource: z.string(),
  agent: z.string(),
  session: z.string(),
  product: z.string(),
  parameters: z.string(),
  outside_addresses: z.array(z.string()),
  has_odd_name: flag,
  is_about_money: flag,
  opens_mail: flag,
  for_everybody: flag,
  is_privileged: flag,
  /** People who do acts of this kind, and how often this one does. */
  kind_actors: number,
  actor_days: number,
  actor_acts: number,
  estate_people: number,
  network: z.string().nullable(),
  country: z.string().nullable(),
  sharers: number,
  days_elsewhere: number,
  days_here: number,
  is_known_country: flag,
  hours_since_arrival: number.nullable(),
  arrival_uid: z.string(),
  history_hours: number.nullable(),
  risk_uid: z.string(),
  click_uid: z.string(),
});
export type ActRow = z.infer<typeof actRow>;

/** What each kind of change is worth by itself, which techniques it shows, and how it is told. */
export const kinds: Readonly<
  Record<string, { readonly points: number; readonly techniques: readonly string[]; readonly told: string }>
> = {
  "rule that forwards": { points: 20, techniques: ["T1114.003"], told: "made a mailbox rule that forwards mail" },
  "rule that hides": { points: 32, techniques: ["T1564.008"], told: "made a mailbox rule that hides mail" },
  "mailbox rule": { points: 4, techniques: ["T1564.008"], told: "made a mailbox rule" },
  "mailbox forwarding": { points: 22, techniques: ["T1114.003"], told: "turned on forwarding of a mailbox" },
  "transport rule": { points: 26, techniques: ["T1114.003", "T1564.008"], told: "made a rule for everybody's mail" },
  "mailbox delegate": { points: 22, techniques: ["T1098.002"], told: "gave access to a mailbox" },
  "application consent": { points: 22, techniques: ["T1528"], told: "consented to an application" },
  "application credential": { points: 30, techniques: ["T1098.001"], told: "added a credential to an application" },
  "application owner": { points: 18, techniques: ["T1098"], told: "made somebody owner of an application" },
  "role assignment": { points: 24, techniques: ["T1098.003"], told: "gave somebody a role in the directory" },
  "second factor": { points: 14, techniques: ["T1556.006", "T1098.005"], told: "changed a second factor" },
  federation: { points: 44, techniques: ["T1484.002"], told: "changed how a domain signs in" },
  "access policy": { points: 18, techniques: ["T1556.009"], told: "changed an access policy" },
  "cloud account": { points: 22, techniques: ["T1098", "T1136.003"], told: "changed an account or its rights in the cloud" },
};

// Changes that only administrators make, whose ways in are few and known.
const administrators: ReadonlySet<string> = new Set([
  "application credential",
  "application owner",
  "role assignment",
  "federation",
  "access policy",
  "transport rule",
]);
// From so many people on an address is a way out that people share.
const sharedAddress = 4;

/** Reasons for the score of one act: what it is, how rare for the actor and the estate, and what went before. */
export function actReasons(row: ActRow): Reason[] {
  const reasons = [reason("the change", row.operation, kinds[row.kind]?.points ?? 0)];
  if (row.outside_addresses.length > 0 && /forward|transport/.test(row.kind))
    reasons.push(reason("goes outside", row.outside_addresses.join(", "), 24));
  if (row.has_odd_name) reasons.push(reason("name of the rule", "punctuation instead of a name", 7));
  if (row.is_about_money) reasons.push(reason("about money or security", "the rule picks such words", 7));
  if (row.kind === "application consent" && row.opens_mail)
    reasons.push(reason("opens mail or files", "the consent includes such scopes", 20));
  if (row.kind === "application consent" && row.for_everybody)
    reasons.push(reason("for everybody", "the consent is for the whole organisation", 5));
  if (row.is_privileged) reasons.push(reason("privileged", "the right is one of an administrator", 8));
  return [...reasons, ...rarityReasons(row), ...contextReasons(row)];
}

function rarityReasons(row: ActRow): Reason[] {
  const reasons: Reason[] = [];
  const people = Math.max(row.estate_people, row.kind_actors);
  const peers = `${row.kind_actors} of ${people} people did such in the window`;
  if (people >= 10 && row.kind_actors <= 2) reasons.push({ ...reason("rare here", peers, 8), peers });
  if (people >= 10 && row.kind_actors / people >= 0.1)
    reasons.push({ ...reason("common here", peers, -Math.min(16, Math.round(80 * (row.kind_actors / people)))), peers });
  if (row.actor_days >= 3)
    reasons.push({
      ...reason("the actor's work", `on ${row.actor_days} days`, -Math.min(30, 8 * (row.actor_days - 1))),
      baseline: `${row.actor_acts} such acts`,
    });
  return reasons;
}

function contextReasons(row: ActRow): Reason[] {
  const reasons: Reason[] = [];
  // Who is seen from one network only has no other to be compared with.
  const isStrange =
    row.network !== null && row.network !== "" && row.days_elsewhere >= 1 && row.days_here <= 2 && row.sharers < sharedAddress;
  if (isStrange && row.days_elsewhere > row.days_here) {
    reasons.push({
      ...reason("strange network", `${row.ip} in ${row.network}`, 14),
      baseline: `seen there on ${row.days_here} days, elsewhere on ${row.days_elsewhere}`,
    });
    if (administrators.has(row.kind)) reasons.push(reason("an administrator's change from there", row.kind, 12));
    // What is seen there first is the change itself: a session or a token that was carried there, and no sign-in.
    if (row.arrival_uid === row.uid)
      reasons.push(reason("no sign-in from there", "the change is the first that is seen there", 8));
    if (row.country !== null && row.country !== "" && !row.is_known_country)
      reasons.push(reason("strange country", row.country, 8));
    if (row.hours_since_arrival !== null && row.hours_since_arrival <= 24 && (row.history_hours ?? 0) > 12)
      reasons.push(reason("soon after arrival", `${hours(row.hours_since_arrival)} after the first sign-in from there`, 6));
  }
  // A consent is fished for where its victim works: that place says nothing for it.
  if (row.kind !== "application consent" && row.network !== null && row.days_here >= 3 && row.days_here >= row.days_elsewhere)
    reasons.push(reason("usual network", `${row.days_here} days from ${row.network}`, -6));
  if (row.risk_uid !== "")
    reasons.push(reason("a risky sign-in before", "the vendor saw medium or high risk in the hours before", 8));
  if (row.click_uid !== "")
    reasons.push(reason("a phishing click before", "a condemned link was followed in the hours before", 10));
  return reasons;
}

/** Points of all reasons, within 0 and 100. */
export function total(reasons: readonly Reason[]): number {
  return Math.min(
    100,
    Math.max(
      0,
      reasons.reduce((sum, { contribution }) => sum + contribution, 0),
    ),
  );
}

function hours(value: number): string {
  return value >= 1 ? `${value.toFixed(1)} h` : `${Math.round(value * 60)} min`;
}

function reason(feature: string, observed: string, contribution: number): Reason {
  return { feature, observed, baseline: null, peers: null, contribution };
}
