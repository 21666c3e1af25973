import type { Reason } from "../../types.ts";

/** What the score of one movement is made of. Shares are 0 to 1. */
export interface Features {
  /** The strongest evidence: its points, and what it says for the reader. */
  readonly evidence: { readonly points: number; readonly says: string };
  /** On how many days of the window the source did just that; null where the window is too short to tell. */
  readonly habit: { readonly days: number; readonly windowDays: number } | null;
  /** What else was seen between the same two hosts, of other kinds. */
  readonly corroboration: readonly string[];
  /** The most targets reached within the window of hours, and how many of them were new and how many are reached by nobody else. */
  readonly fanOut: {
    readonly targets: number;
    readonly minTargets: number;
    readonly hours: number;
    /** Share of the window's days on which the source reached so many. */
    readonly habit: number;
  };
  /** Days of history before the first contact, and the share of the targets that were first reached after it; null without history. */
  readonly novelty: { readonly historyDays: number; readonly share: number } | null;
  /** Share of the targets that no other host reaches in this way; null where too few hosts are seen to tell. */
  readonly rarity: { readonly share: number; readonly sources: number } | null;
  /** Share of the estate's hosts that reach as many targets as fast; null where too few hosts are seen to tell. */
  readonly peers: { readonly share: number; readonly sources: number } | null;
  /**
   * Hosts of the longest way through this movement that follows the order of time, and how much of a habit its most habitual hop is
   * (0 done on a single day, 1 done every day); null when there is none.
   */
  readonly chain: {
    readonly hosts: readonly string[];
    readonly isAccountSwitched: boolean;
    /** Begins at the desk of somebody who uses an administrator's account of their own. */
    readonly isOwners: boolean;
    readonly habit: number;
  } | null;
  /** The account is not among those that sit at the source; null where it is, or where nobody is known to. */
  readonly switchedFrom: readonly string[] | null;
  /** The desk that administration by hand starts from, when the account is by its name the second one of who sits there; else null. */
  readonly ownerAt: string | null;
  /** The source scans: ports tried and refused at one host, hosts that refused; null when it does not. */
  readonly scan: { readonly refusedPorts: number; readonly refusedTargets: number } | null;
}

// What a host does on every day of the window keeps 45 % of its points: deployment and administration look like movement, but come back.
const habitLoss = 0.55;
const corroborationPoints = 4;
const corroborationMost = 12;
const noveltyPoints = 8;
const rarityPoints = 6;
// Under this share of the estate's hosts, a fan-out is unusual among peers.
const usualShare = 0.05;
// What administrators do by hand with their own second account, from their own desk, keeps 60 %.
const ownersLoss = 0.4;
const peersPoints = 12;

/** How much of a habit something is that was done on so many days of a window: 0 on a single day, 1 every day; a short window cannot tell. */
export function habitShare(days: number, windowDays: number): number {
  return windowDays < 3 || days < 2 ? 0 : Math.min(1, (days - 1) / (windowDays - 1));
}

/** The part of the evidence's points that a habit takes away, 0 to 1. */
export function habitOf(days: number, windowDays: number): number {
  return habitLoss * habitShare(days, windowDays);
}

/** Points for reaching many targets within the window: 13 at the threshold, 9 more for every doubling, at most 34. */
export function fanOutPoints(targets: number, minTargets: number): number {
  return targets < minTargets ? 0 : Math.min(34, 13 + 9 * Math.log2(targets / minTargets));
}

/** Points for a chain: two hops in a row happen by chance, four in an hour of hosts that seldom meet do not. */
export function chainPoints(hops: number): number {
  return hops < 2 ? 0 : Math.min(40, 8 + 12 * (hops - 2));
}

/**
 * Why a movement scores what it scores; contributions add up to the score, before it is kept within 0 and 100.
 * Evidence decides; spread, chains, novelty and rarity add; habits and scanning speak against.
 */
export function reasonsOf(features: Features): Reason[] {
  const { evidence, habit, corroboration, fanOut, novelty, rarity, peers, chain, switchedFrom, ownerAt, scan } = features;
  const reasons: Reason[] = [reason("strongest evidence", evidence.says, evidence.points)];
  const loss = habit === null ? 0 : habitOf(habit.days, habit.windowDays);
  if (habit !== null && loss > 0)
    reasons.push({
      ...reason("habit", `the same in the same way on ${habit.days} of ${habit.windowDays} days`, -evidence.points * loss),
      baseline: `${habit.days} of ${habit.windowDays} days`,
    });
  if (corroboration.length > 0)
    reasons.push(
      reason("corroboration", corroboration.join("; "), Math.min(corroborationMost, corroborationPoints * corroboration.length)),
    );
  const spread = fanOutPoints(fanOut.targets, fanOut.minTargets) * (1 - fanOut.habit);
  if (spread > 0)
    reasons.push({
      ...reason("fan-out", `${fanOut.targets} targets within ${fanOut.hours} h (threshold ${fanOut.minTargets})`, spread),
      baseline: fanOut.habit > 0 ? `as many on ${Math.round(100 * fanOut.habit)} % of the other days` : null,
    });
  if (spread > 0 && peers !== null && peers.share < usualShare)
    reasons.push({
      ...reason(
        "unusual among peers",
        "reaches more targets, faster, than other hosts",
        peersPoints * (1 - peers.share / usualShare) * (1 - fanOut.habit),
      ),
      peers: `${(100 * peers.share).toFixed(1)} % of ${peers.sources} hosts reach as many`,
    });
  if (novelty !== null && novelty.share > 0)
    reasons.push({
      ...reason(
        "new targets",
        `${Math.round(100 * novelty.share)} % of the targets were never reached before`,
        noveltyPoints * novelty.share,
      ),
      baseline: `${novelty.historyDays.toFixed(1)} days without them`,
    });
  if (rarity !== null && rarity.share > 0)
    reasons.push({
      ...reason(
        "unusual targets",
        `${Math.round(100 * rarity.share)} % of the targets are reached by no other host in this way`,
        rarityPoints * rarity.share,
      ),
      peers: `${rarity.sources} hosts use these ways`,
    });
  if (chain !== null && chain.habit < 1 && !chain.isOwners) {
    const hops = chainPoints(chain.hosts.length - 1) * (1 - chain.habit);
    reasons.push(reason("hop chain", chain.hosts.join(" → "), hops));
    if (chain.isAccountSwitched)
      reasons.push(reason("account switched on the way", "the hops were made as different accounts", 4 * (1 - chain.habit)));
  }
  if (switchedFrom !== null)
    reasons.push({
      ...reason("credential switch", "the account is not one that sits at the source", 6),
      baseline: `signs in there: ${switchedFrom.slice(0, 5).join(", ")}`,
    });
  if (ownerAt !== null)
    reasons.push(
      reason(
        "an administrator's own way",
        `a desktop or shell as the second account of who sits at ${ownerAt}`,
        -ownersLoss * reasons.reduce((sum, one) => sum + one.contribution, 0),
      ),
    );
  if (scan !== null)
    reasons.push(
      reason("scanning", `up to ${scan.refusedPorts} ports refused at one host, ${scan.refusedTargets} hosts refused`, -30),
    );
  return reasons.filter((one) => one.contribution !== 0);
}

/** The sum of contributions within 0 and 100. */
export function total(reasons: readonly Reason[]): number {
  return Math.min(
    100,
    Math.max(
      0,
      reasons.reduce((sum, one) => sum + one.contribution, 0),
    ),
  );
}

function reason(feature: string, observed: string, contribution: number): Reason {
  // Thousandths of a point: what a reader could not see is not told.
  return { feature, observed, baseline: null, peers: null, contribution: Math.round(1000 * contribution) / 1000 };
}
