// Functions that a question of unknown origin may call: they compute from their arguments alone. A list of what is allowed, because
// new releases of the engine bring functions that read files, ask other hosts or call language models (file, hasColumnInTable,
// aiGenerate, dictGet, joinGet, …), and a list of what is forbidden would not know them.

/** Families whose every member is harmless, by the beginning of their names. */
const families: readonly RegExp[] = [
  /^array([A-Z]\w*)?$/,
  /^bit(map)?[A-Z]\w*$/,
  /^map([A-Z]\w*)?$/,
  /^tuple([A-Z]\w*)?$/,
  /^(JSON|simpleJSON)(Extract|Has|Length|Key|Type|ArrayLength|All)\w*$/,
  /^to(StartOf|Relative|LastDayOf)[A-Z]\w*$/,
  /^to(Day|Days|Hour|ISO|Micro|Milli|Minute|Modified|Monday|Month|Nano|Quarter|Second|Unix|UTC|Week|YYYYMM|Year|Interval)\w*$/,
  /^to(U?Int|Float|BFloat|Decimal|Date|DateTime|Time|String|FixedString|Bool|UUID|IPv[46]|LowCardinality|Nullable)\w*$/,
  /^(add|subtract|sub)(Date|Days|Hours|Interval|Microseconds|Milliseconds|Minutes|Months|Nanoseconds|Quarters|Seconds|Weeks|Years)$/,
  /^(parseDateTime|reinterpretAs|accurateCast|emptyArray|fromUnixTimestamp|formatReadable|formatDateTime)\w*$/,
  /^(cut|extract|decode|encode)(URL|ToFirst|Fragment|QueryString|WWW|IPv6|All|Groups|KeyValuePairs|XML|HTML)\w*$/,
  /^(domain|topLevelDomain|firstSignificantSubdomain|protocol|path|port|queryString|fragment|netloc)\w*$/,
  /^(IPv4|IPv6|MAC)[A-Z]\w*$/,
  /^(base32|base58|base64|tryBase)\w*$/,
  /^(city|farm|metro|sip|xx|murmur|java|int|wy|URL|keccak|half)\w*[Hh]ash\w*$/,
  /^(global)?([nN]ot)?(Null)?[iI]n$/,
  /^(quantile|quantiles)(Exact|Interpolated|TDigest|Timing|DD|GK|BFloat16|Deterministic)?\w*$/,
  /^(multi(Search|Match|FuzzyMatch)|ngram(Distance|Search)|countSubstrings|position|hasToken|hasSubsequence)\w*$/,
  /^(starts|ends)With\w*$/,
  /^(split|replace|trim|substring|lower|upper|left|right|reverse|length|repeat|pad|concat)\w*$/,
  /^(tumble|hop|series)([A-Z]\w*)?$/,
  /^(L1|L2|Linf|Lp|cosine)[A-Z]?\w*$/,
];

const names: ReadonlySet<string> = new Set(
  `
  abs acos acosh and asin asinh assumeNotNull atan atan2 atanh avg2 bar bin byteSize CAST _CAST caseWithExpression cbrt ceil char
  clamp coalesce concat cos cosh countDigits countEqual countMatches countMatchesCaseInsensitive currentDatabase dateDiff dateName
  dateTrunc defaultValueOfTypeName degrees divide dotProduct e editDistance empty equals erf erfc exists exp exp10 exp2 extract
  factorial flattenTuple floor format gcd geoDistance geohashDecode geohashEncode greatCircleAngle greatCircleDistance greater
  greaterOrEquals greatest has hasAll hasAny hasSubstr hex hypot identity if ifNotFinite ifNull ignore ilike indexOf intDiv intDivOrZero
  isDistinctFrom isFinite isInfinite isIPAddressInRange isIPv4String isIPv6String isNaN isNotDistinctFrom isNotNull isNull isValidJSON
  isValidUTF8 isZeroOrNull jaroSimilarity jaroWinklerSimilarity lambda lcm least less lessOrEquals lgamma like locate log log10 log1p
  log2 ltrim makeDate makeDate32 makeDateTime makeDateTime64 match materialize max2 MD5 midpoint min2 minus modulo moduloOrZero monthName
  multiIf multiply negate normalizeUTF8NFC normalizeUTF8NFD normalizeUTF8NFKC normalizeUTF8NFKD
  not notEmpty notEquals notILike notLike now now64 nullIf or overlay pi plus
  positiveModulo pow printf radians range regexpExtract regexpQuoteMeta round roundDown rtrim runningDifference SHA1 SHA224 SHA256 SHA384
  SHA512 sigmoid sign sin singleValueOrNull sinh space sqr sqrt stringBytesEntropy tan tanh tgamma throwIf timeSlot timeSlots timeDiff
  timezoneOffset today toTimezone toTypeName toValidUTF8 transform translate translateUTF8 trunc tokens alphaTokens unbin unhex untuple
  variantElement widthBucket xor yesterday isNullable rowNumberInAllBlocks rowNumberInBlock MACNumToString toJSONString prettyPrintJSON grouping age

  analysisOfVariance any anyHeavy anyLast approx_top_k argMax argMin avg avgWeighted boundingRatio contingency corr corrStable count
  covarPop covarSamp cramersV cume_dist deltaSum deltaSumTimestamp denseRank dense_rank entropy exponentialMovingAverage first_value
  groupArray groupArrayInsertAt groupArrayLast groupArrayMovingAvg groupArrayMovingSum groupArraySample groupArraySorted groupBitAnd
  groupBitmap groupBitOr groupBitXor groupConcat groupUniqArray histogram intervalLengthSum kolmogorovSmirnovTest kurtPop kurtSamp lag
  lagInFrame last_value lead leadInFrame mannWhitneyUTest max maxIntersections maxIntersectionsPosition maxMap min minMap
  nonNegativeDerivative nth_value ntile percentRank percent_rank rank rankCorr retention row_number sequenceCount sequenceMatch
  simpleLinearRegression skewPop skewSamp sparkbar stddevPop stddevPopStable stddevSamp stddevSampStable studentTTest sum sumCount
  sumKahan sumMap sumWithOverflow topK topKWeighted uniq uniqCombined uniqCombined64 uniqExact uniqHLL12 uniqTheta uniqUpTo varPop
  varPopStable varSamp varSampStable welchTTest windowFunnel anyLast_respect_nulls any_respect_nulls
  `
    .trim()
    .split(/\s+/),
);

const lowerCaseNames: ReadonlySet<string> = new Set([...names].map((name) => name.toLowerCase()));

// What may be put behind the name of an aggregate: sumIf, uniqExactIfOrNull, …
const combinator = /(?:If|Array|OrNull|OrDefault|Distinct|ForEach|Resample|ArgMin|ArgMax|Map|State|Merge)$/;

/** True for a function that computes from its arguments alone. */
export function isSafeFunction(name: string): boolean {
  for (let stem = name; stem !== ""; stem = stem.replace(combinator, "")) {
    if (names.has(stem) || lowerCaseNames.has(stem.toLowerCase()) || families.some((family) => family.test(stem))) return true;
    if (!combinator.test(stem)) return false;
  }
  return false;
}
