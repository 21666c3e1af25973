import { unmet } from "../detectors/ask.ts";
import type { Detector } from "../detectors/detector.ts";
import type { HuntResult, TableCoverage } from "../types.ts";
import type { Attack } from "./attack.ts";
import { compareText, distinct } from "./order.ts";
import { groupBy } from "./sightings.ts";

/** A detector of the run and whether it could look; a DetectorRun is one. */
export interface DetectorLook {
  readonly detector: Pick<Detector, "id" | "techniques" | "anyOf" | "techniqueNeeds">;
  /** False when it lacked its data. */
  readonly evaluable: boolean;
  readonly failed: boolean;
}

/** What an analytic says about a technique that it can show. */
export interface Look {
  readonly uid: string;
  readonly analytic: string;
  readonly outcome: "clean" | "blind";
  /** For the reader: what was read, or why nothing could be. */
  readonly because: string;
}

type Tables = ReadonlyMap<string, TableCoverage>;

/** Under this share of rows with a value, "looked and found nothing" names the column: most rows could not be judged by it. */
const thinColumn = 0.8;

/** Who looked for each technique, by its current uid. A hunt that was supported is evidence, not a look. */
export function looksOf(
  detectors: readonly DetectorLook[],
  hunts: readonly HuntResult[],
  tables: Tables,
  attack: Attack,
): Map<string, Look[]> {
  const byDetectors = detectors.flatMap((look) =>
    look.detector.techniques.map((id) => ({ id, ...detectorLook(look, id, tables) })),
  );
  const others = hunts.filter((hunt) => hunt.status !== "supported");
  const byHunts = others.flatMap((hunt) => hunt.techniques.map((id) => ({ id, ...huntLook(hunt) })));
  const looks = [...byDetectors, ...byHunts].flatMap(({ id, ...look }) => {
    const technique = attack.technique(id);
    return technique === null ? [] : [{ uid: technique.uid, ...look }];
  });
  return groupBy(looks, (look) => [look.uid]);
}

function detectorLook({ detector, evaluable, failed }: DetectorLook, id: string, tables: Tables): Omit<Look, "uid"> {
  const needs = detector.techniqueNeeds?.[id] ?? detector.anyOf;
  const met = needs.filter((need) => unmet(need, tables) === null);
  const blind = (because: string) => ({ analytic: detector.id, outcome: "blind" as const, because });
  if (failed) return blind("it failed");
  if (!evaluable || (needs.length > 0 && met.length === 0)) {
    const lacks = distinct(needs.flatMap((need) => unmet(need, tables) ?? []));
    return blind(lacks.join("; ") || "it could not be evaluated");
  }
  const read = distinct(met.map((need) => need.table)).map((table) => `${tables.get(table)?.rows ?? 0} ${table} rows`);
  const thin = met.flatMap((need) => need.columns.flatMap((column) => thinness(need.table, column, tables)));
  return { analytic: detector.id, outcome: "clean", because: [...read, ...distinct(thin)].join(", ") || "it ran" };
}

function thinness(table: string, column: string, tables: Tables): string[] {
  const share = tables.get(table)?.filled[column] ?? 0;
  const told = share < 0.01 ? "under 1 %" : `${Math.floor(100 * share)} %`;
  return share < thinColumn ? [`${table}.${column} filled in ${told}`] : [];
}

function huntLook(hunt: HuntResult): Omit<Look, "uid"> {
  const read = hunt.coverage.filter((each) => each.rows > 0).map((each) => `${each.rows} ${each.table} rows`);
  if (hunt.status === "refuted" && read.length > 0) {
    return { analytic: hunt.huntId, outcome: "clean", because: read.sort(compareText).join(", ") };
  }
  const because = hunt.status === "inconclusive" ? "the hunt was inconclusive" : "the hunt lacked its data";
  return { analytic: hunt.huntId, outcome: "blind", because };
}
