import { isSafeFunction } from "../store/safe-functions.ts";

// Work that grows faster than the text of a question: a few letters could keep the engine busy for hours, in one step that nothing can
// interrupt. Also the clock and the name of the database, which say nothing of the data.
const costly: ReadonlySet<string> = new Set(
  `editdistance editdistanceutf8 levenshteindistance levenshteindistanceutf8 dameraulevenshteindistance jarosimilarity jarowinklersimilarity
  repeat space format printf leftpad leftpadutf8 rightpad rightpadutf8 range arrayfold arrayresize arraywithconstant arraypermutations
  arraypartialpermutations arraycombinations arraypowerset arraycartesianproduct arrayshuffle arraypartialshuffle arrayrandomsample
  sequencematch sequencematchevents sequencecount windowfunnel kolmogorovsmirnovtest mannwhitneyutest analysisofvariance contingency cramersv
  exponentialmovingaverage intervallengthsum histogram sparkbar throwif now now64 today yesterday currentdatabase timezoneoffset
  geohashesinbox bitmapbuild subbitmap tokens alphatokens`
    .trim()
    .split(/\s+/),
);
const costlyFamilies = /^(?:ngram|multifuzzymatch|series|bitmap|groupbitmap|grouparraymoving|hop|tumble|tryBase58|base58|pad)/i;
const combinators = /(?:If|Array|OrNull|OrDefault|Distinct|ForEach|Resample|ArgMin|ArgMax|Map|State|Merge)+$/;

/** True for a function that a model may call: it computes from its arguments alone, in about the time that it takes to read them. */
export function isSeenFunction(name: string): boolean {
  const stem = name.replace(combinators, "");
  if ([name, stem].some((one) => costly.has(one.toLowerCase()) || costlyFamilies.test(one))) return false;
  return isSafeFunction(name);
}
