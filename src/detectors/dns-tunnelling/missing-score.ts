import type { Reason } from "../../types.ts";
import type { MissingRow } from "./questions.ts";
import { ramp } from "./ramp.ts";
import type { Judgement } from "./score.ts";

/**
 * How much a host's lookups of domains that do not exist look like a program that makes names up: how many 0..35, how many of them
 * look made up 0..40, how many within one hour 0..10, their share of all domains asked for 0..10, equal lengths 0..5.
 */
export function judgeMissing(row: MissingRow): Judgement {
  const labels = row.sample.map((domain) => domain.split(".")[0] ?? "");
  const madeUp = labels.filter(looksMadeUp).length / Math.max(1, labels.length);
  const share = row.domains / Math.max(row.domains, row.domains_asked ?? row.domains);
  const spread = deviation(labels.map((label) => label.length));
  const terms: [string, number, string, string | null][] = [
    [
      "domains that do not exist",
      35 * ramp(Math.log10(row.domains), Math.log10(20), Math.log10(200)),
      `${row.domains} registered domains`,
      "a few a day by misspelling",
    ],
    [
      "names that look made up",
      40 * ramp(madeUp, 0.3, 0.8),
      `${Math.round(madeUp * 100)} % of ${labels.length} names`,
      "words keep vowels and consonants in turn",
    ],
    ["burst", 10 * ramp(Math.log10(row.busiest_hour), 1, 2), `${row.busiest_hour} of them in one hour`, null],
    [
      "share of everything asked for",
      10 * ramp(share, 0.2, 0.8),
      `${Math.round(share * 100)} % of the domains that the host asked for`,
      null,
    ],
    ["equal lengths", madeUp < 0.3 ? 0 : 5 * (1 - ramp(spread, 1, 3)), `lengths spread by ${spread.toFixed(1)} characters`, null],
  ];
  const reasons: Reason[] = terms
    .filter(([, points]) => points !== 0)
    .map(([feature, points, observed, baseline]) => ({
      feature,
      observed,
      baseline,
      peers: null,
      contribution: Math.round(points * 1000) / 1000,
    }));
  const score = reasons.reduce((sum, reason) => sum + reason.contribution, 0);
  return { score: Math.min(100, score), confidence: 40 + 30 * ramp(Math.log10(row.domains), 1.3, 2.3), reasons };
}

/** True for a label that nobody could say: five consonants in a row, hardly a vowel, or letters and digits in turn. */
export function looksMadeUp(label: string): boolean {
  if (label.length < 7) return false;
  const letters = label.replace(/[^a-z]/g, "");
  const vowels = letters.replace(/[^aeiouy]/g, "").length;
  const turns = [...label.matchAll(/[a-z](?=\d)|\d(?=[a-z])/g)].length;
  return /[bcdfghjklmnpqrstvwxz]{5}/.test(label) || (letters.length >= 6 && vowels < 0.2 * letters.length) || turns >= 3;
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length));
}
