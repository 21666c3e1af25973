import { statusTogether } from "../hunts/together.ts";
import type { HuntResult, HuntStatus, Hypothesis } from "../types.ts";
import type { HeldClaim } from "./claims.ts";
import type { Trial } from "./pursuit.ts";

export interface Judgement {
  readonly status: HuntStatus;
  /** For the reader, without a full stop. */
  readonly because: string;
  /** How much speaks for the hypothesis, 0 to 100. */
  readonly confidence: number;
}

/** What a judgement rests on: claims that were checked, nothing that was only said. */
export interface Grounds {
  readonly claims: readonly HeldClaim[];
  /** Counter-evidence and the critic's claims. */
  readonly against: readonly HeldClaim[];
  /** Benign readings that the critic put to a test; null where it could not be heard. */
  readonly trials: readonly Pick<Trial, "isBorneOut">[] | null;
}

// A checked claim says that its records and numbers are there, not that they mean what it says: each leaves three quarters of the
// doubt, and no number of them outweighs a hunt whose reading a person wrote down. A judgement, not a measurement.
const doubtLeft = 0.75;
const mostByClaims = 60;

/** What the library's hunts of a hypothesis say together, as statusTogether has it, with the words and the weight of it. */
export function libraryJudgement(hypothesis: Hypothesis, results: readonly HuntResult[]): Judgement {
  const of = (status: HuntStatus) => results.filter((result) => result.status === status);
  const best = (some: readonly HuntResult[]) =>
    Math.max(0, ...some.flatMap(({ evidence }) => evidence.map(({ confidence }) => confidence)));
  const status = statusTogether(results, hypothesis);
  const judged = (because: string, some: readonly HuntResult[] = []): Judgement => ({ status, because, confidence: best(some) });
  const [supported, refuted, open, untestable] = [of("supported"), of("refuted"), of("inconclusive"), of("not-testable")];
  if (results.length === 0)
    return judged(
      status === "inconclusive"
        ? "no hunt of the library tests it"
        : (hypothesis.notTestableBecause ?? "there is no data for it"),
    );
  switch (status) {
    case "supported":
      return judged(`${counted(supported.length, "hunt")} of the library found it`, supported);
    case "refuted":
      return judged(`${counted(refuted.length, "hunt")} of the library found nothing in ${coverageOf(refuted)}`);
    case "not-testable":
      return judged("what the library's hunts read is not there");
    default:
      return open.length > 0
        ? judged(`${counted(open.length, "hunt")} of the library left it open`, open)
        : judged(`${untestable.length} of ${counted(results.length, "hunt")} could not be asked`);
  }
}

/**
 * The verdict of a pursuit, by rule:
 *  - what the library's hunts found stays found, whatever the model says;
 *  - where they left it open or could not be asked, it is supported when an inference holds with a check that says something of the
 *    events that it cites, nothing that was checked speaks against it, and the critic put a benign reading to a test that it failed:
 *    one who only agrees has tried nothing;
 *  - where they found nothing, claims that hold leave it open: they disagree;
 *  - else it is what the library says.
 */
export function judge(library: Judgement, { claims, against, trials }: Grounds): Judgement {
  if (library.status === "supported" || claims.length === 0) return library;
  const proven = claims.filter(({ isProven }) => isProven);
  const said = `${counted(claims.length, "checked claim")} of the model`;
  const confidence = Math.max(library.confidence, Math.round(Math.min(mostByClaims, 100 * (1 - doubtLeft ** proven.length))));
  const open = (because: string): Judgement => ({ status: "inconclusive", because, confidence: library.confidence });
  if (library.status === "refuted") return open(`${library.because}, and ${said} say otherwise`);
  if (proven.length === 0)
    return {
      ...library,
      because: `${library.because}; ${said}, none that shows anything of a technique by what its records say`,
    };
  if (against.length > 0) return open(`${said} for it, ${against.length} against it`);
  if (trials === null) return open(`${said} for it, but the benign case was not heard`);
  const borneOut = trials.filter(({ isBorneOut }) => isBorneOut).length;
  if (borneOut > 0) return open(`${said} for it, but ${counted(borneOut, "benign reading")} foretold what is there`);
  if (trials.length === 0) return open(`${said} for it, but no benign reading was put to a test`);
  return {
    status: "supported",
    because: `${library.because}; held: ${said}, nothing that was checked speaks against it, and ${counted(trials.length, "benign reading")} failed the test`,
    confidence,
  };
}

/** What hunts read, for a sentence: "12,000 dns_activity rows and 4,000 network_activity rows". */
function coverageOf(results: readonly HuntResult[]): string {
  const rows = new Map<string, number>();
  for (const { table, rows: count } of results.flatMap(({ coverage }) => coverage))
    rows.set(table, Math.max(rows.get(table) ?? 0, count));
  return [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([table, count]) => `${count.toLocaleString("en-US")} ${table} rows`)
    .join(" and ");
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
