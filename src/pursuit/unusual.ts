import { seededRandom } from "../stats/random.ts";

/** What is in a column of some records; null where a record has nothing there. */
export type Values = readonly (number | string | null)[];

const draws = 199;
const mostLikely = 0.025;
/** Fewer others say little of what is usual. */
const leastOthers = 20;

/**
 * Whether a number about some records is one that as many others would hardly give: a Monte Carlo test, both sides at 2.5 %
 * (Davison and Hinkley 1997 for the estimate, in which the records themselves count as one more draw). How many records there are is
 * never unusual in this sense. False for what is no aggregate of values, and where too few others are known to draw from.
 */
export function isUnusual(aggregate: string, own: Values, others: Values): boolean {
  const observed = numberAbout(aggregate, own);
  if (observed === null || own.length === 0 || others.length < Math.max(leastOthers, 2 * own.length)) return false;
  const random = seededRandom(1);
  let [asLarge, asSmall] = [1, 1];
  for (let draw = 0; draw < draws; draw += 1) {
    const drawn = [...random.sample(own.length, others.length)].map((place) => others[place] ?? null);
    const number = numberAbout(aggregate, drawn);
    if (number === null || number >= observed) asLarge += 1;
    if (number === null || number <= observed) asSmall += 1;
  }
  return Math.min(asLarge, asSmall) / (draws + 1) <= mostLikely;
}

/** As the engine aggregates: what is null does not count. Null where nothing is left, or what is added up is no number. */
function numberAbout(aggregate: string, values: Values): number | null {
  const known = values.filter((value) => value !== null);
  if (aggregate === "uniqexact") return new Set(known).size;
  const numbers = known.map(Number);
  if (numbers.length === 0 || numbers.some((number) => !Number.isFinite(number))) return null;
  const sum = numbers.reduce((total, number) => total + number, 0);
  if (aggregate === "sum") return sum;
  if (aggregate === "avg") return sum / numbers.length;
  if (aggregate === "min") return Math.min(...numbers);
  return aggregate === "max" ? Math.max(...numbers) : null;
}
