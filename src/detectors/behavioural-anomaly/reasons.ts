import type { Matrix } from "../../ml/matrix.ts";
import { explainUser } from "../../models/score-users.ts";
import type { OpenUserModel } from "../../models/user-model-body.ts";
import type { Reason } from "../../types.ts";
import type { Peers } from "./peers.ts";
import { type Feature, features, type PersonRow } from "./people.ts";

// What is so every day of a person's own is no deviation of theirs, but it may have been wrong from the start: a part remains.
const everyDayShare = 0.7;

const usualFeature = "usual for anyone here";

/** The reasons for a person's calibrated score, strongest first; contributions add up to the score. */
export function reasonsFor(row: PersonRow, position: number, matrix: Matrix, peers: Peers, model: OpenUserModel): Reason[] {
  const { contributions, score, usual } = explainUser(model, matrix, position);
  const judged = features.map((feature, column) => {
    const contribution = contributions[column] ?? 0;
    const middle = peers.medians[column] ?? Number.NaN;
    return { feature, contribution, middle, kind: kindOf(feature, row, contribution, middle) };
  });
  const points = (kind: Kind): number => judged.reduce((sum, one) => sum + (one.kind === kind ? one.contribution : 0), 0);
  const positive = points("quiet") + points("every day") + points("loud");
  const reasons = judged
    .map(({ feature, contribution, middle }) => reasonOf(feature, row, contribution, middle, peers))
    .sort((a, b) => b.contribution - a.contribution || (a.feature < b.feature ? -1 : 1));
  // To sign in less than others isolates too, but nobody is attacked by silence: that part of the deviation does not count.
  if (points("quiet") > 0)
    reasons.push(
      plain("less than others, not more", "part of the deviation is low activity", (-score * points("quiet")) / positive),
    );
  if (points("every day") > 0)
    reasons.push(
      plain(
        "so every day",
        `${judged.flatMap((one) => (one.kind === "every day" ? [one.feature.name] : [])).join(", ")}: no day stands out`,
        -everyDayShare * points("every day"),
      ),
    );
  return [...reasons, plain(usualFeature, "the score of an ordinary person", usual)];
}

/** The reasons that a reader is told first: what spoke for the finding. */
export function strongest(reasons: readonly Reason[]): Reason[] {
  return reasons.filter(({ feature, contribution }) => contribution > 0 && feature !== usualFeature).slice(0, 3);
}

type Kind = "quiet" | "every day" | "loud" | "against";

function kindOf(feature: Feature, row: PersonRow, contribution: number, middle: number): Kind {
  if (contribution <= 0) return "against";
  const value = feature.valueOf(row);
  if (value !== null && value < middle && feature.name !== "login_hour") return "quiet";
  return feature.isEveryDay(row) ? "every day" : "loud";
}

function reasonOf(feature: Feature, row: PersonRow, contribution: number, middle: number, peers: Peers): Reason {
  const value = feature.valueOf(row);
  return {
    feature: feature.name,
    observed: value === null ? "unknown" : `${feature.show(value)}${placesOf(feature, row)}`,
    baseline: feature.own(row),
    peers: Number.isNaN(middle) ? null : `${feature.show(middle)} (median of ${peers.who})`,
    contribution,
  };
}

function placesOf(feature: Feature, row: PersonRow): string {
  const places = row.countries.filter((country) => country !== null);
  return feature.name !== "login_country_diversity" || places.length === 0 ? "" : ` (${places.join(", ")})`;
}

function plain(feature: string, observed: string, contribution: number): Reason {
  return { feature, observed, baseline: null, peers: null, contribution };
}
