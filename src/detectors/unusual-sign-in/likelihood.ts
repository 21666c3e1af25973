import type { EstateRow, Place } from "./rows.ts";

/** The features of a sign-in that are compared, and what is assumed of an intruder: how likely they share the value with the owner by chance. */
export const features = {
  network: { least: -9, most: 20, byChance: 0.05 },
  country: { least: -6, most: 20, byChance: 0.15 },
  city: { least: -2, most: 4, byChance: 0.1 },
  client: { least: -6, most: 16, byChance: 0.15 },
  device: { least: -14, most: 12, byChance: 0.03 },
} as const;
export type Feature = keyof typeof features;

/** How common each value is among the people of the estate, with room for what nobody was seen with yet. */
export interface Commonness {
  readonly people: number;
  /** People other than the owner who have the value. */
  readonly others: (kind: string, value: string, isOwned: boolean) => number;
  /** Likelihood of the value for somebody of whom nothing is known. */
  readonly likelihood: (kind: string, value: string, isOwned: boolean) => number;
}

/** Reads the counts of the estate; values that one person alone has make up the likelihood of the new (Good and Turing). */
export function commonnessOf(rows: readonly EstateRow[]): Commonness {
  const counts = new Map<string, number>();
  const pairs = new Map<string, number>();
  const singles = new Map<string, number>();
  for (const { kind, value, people } of rows) {
    counts.set(JSON.stringify([kind, value]), people);
    pairs.set(kind, (pairs.get(kind) ?? 0) + people);
    if (value === "") singles.set(kind, people);
  }
  const others = (kind: string, value: string, isOwned: boolean): number =>
    Math.max(0, (counts.get(JSON.stringify([kind, value])) ?? (isOwned ? 1 : 0)) - (isOwned ? 1 : 0));
  return {
    people: counts.get(JSON.stringify(["person", ""])) ?? 0,
    others,
    likelihood: (kind, value, isOwned) => {
      const all = pairs.get(kind) ?? 0;
      const isNew = ((singles.get(kind) ?? 0) + 1) / (all + 2);
      const sharers = others(kind, value, isOwned);
      return sharers === 0 ? isNew : Math.max(((1 - isNew) * sharers) / Math.max(1, all), isNew / Math.max(2, all));
    },
  };
}

// The estate counts as so many hours of a person's own history: back-off of Freeman et al.
const priorHours = 4;

/**
 * Bits by which a value speaks for an intruder rather than for the owner: log2 of its likelihood for an intruder over that for the
 * owner. The owner's is that of their own hours, smoothed by the estate's. A value the owner has is one an intruder meets by chance only.
 */
export function bits(
  feature: Feature,
  value: string,
  own: { readonly with: number; readonly all: number },
  estate: Commonness,
): number {
  const owner = (own.with + priorHours * estate.likelihood(feature, value, true)) / (own.all + priorHours);
  const byChance = features[feature].byChance;
  return Math.log2((own.with > 0 ? byChance : 1 - byChance) / Math.max(owner, 1e-6));
}

/** Hours in which a person signed in elsewhere, and those of them in which they had the value. */
export function ownHours(elsewhere: readonly Place[], has: (place: Place) => boolean): { with: number; all: number } {
  const hoursOf = (places: readonly Place[]) => new Set(places.flatMap(({ hours }) => hours)).size;
  return { with: hoursOf(elsewhere.filter(has)), all: hoursOf(elsewhere) };
}
