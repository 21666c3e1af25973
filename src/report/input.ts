import type { AttackCoverage } from "../attack/coverage.ts";
import type { History } from "../findings/changes.ts";
import type { RawRecord } from "../findings/raw-records.ts";
import type { ModelHypotheses } from "../hypotheses/model/propose.ts";
import type { EarlierHunt } from "../memory/hunted.ts";
import type { Pursuit } from "../pursuit/pursuit.ts";
import type {
  CollectionCoverage,
  Finding,
  Gap,
  HuntResult,
  Hypothesis,
  PeopleMap,
  SourceCount,
  StageCount,
  Story,
  TableCoverage,
  Window,
} from "../types.ts";
import type { ReportSettings } from "./settings.ts";
import type { Templates } from "./templates.ts";

/** A detector of the run: what it asked, and whether it could. */
export interface DetectorLook {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly question: string;
  /** False when it lacked its data. */
  readonly evaluable: boolean;
  readonly failed: boolean;
}

/** What made the report, so that another can make it again. */
export interface RunFacts {
  /** "Threat hunt" when left out. */
  readonly title?: string;
  /** Of program, engine, schema and ATT&CK, by name: { spoor: "0.1.0", chdb: "3.4.0" }. */
  readonly versions: Readonly<Record<string, string>>;
  /** Anything that decided the result, by name; of detectors by their id. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly seed: number;
  /** The command as it could be typed again. */
  readonly command: string;
  /** SHA-256 of what went in or came out, by name. */
  readonly hashes?: Readonly<Record<string, string>>;
}

/** Everything a report says comes from here. */
export interface ReportInput {
  readonly window: Window;
  readonly run: RunFacts;
  readonly sources: readonly SourceCount[];
  /** What vendors were asked for and what came; absent: nothing was collected. */
  readonly collection?: readonly CollectionCoverage[];
  readonly tables: readonly TableCoverage[];
  readonly detectors: readonly DetectorLook[];
  readonly findings: readonly Finding[];
  readonly stories: readonly Story[];
  readonly hypotheses: readonly Hypothesis[];
  readonly hunts: readonly HuntResult[];
  /** Hypotheses that a language model pursued; absent: none. */
  readonly pursuits?: readonly Pursuit[];
  readonly coverage: Pick<AttackCoverage, "version" | "notice" | "byTactic" | "techniques" | "counts" | "unknown">;
  /** Tactic names in the order of the matrix. */
  readonly tacticOrder: readonly string[];
  readonly gaps: readonly Gap[];
  /** People in the plane of two principal components, by the id of the detector that judged them. */
  readonly people: Readonly<Record<string, PeopleMap>>;
  /** Findings a day that the reader has time for. */
  readonly budget: { readonly perDay: number };
  /** The estate's own networks (CIDR): their addresses are not defanged. */
  readonly internal: readonly string[];
  /** Verdicts and what differs from the run before; absent: not known, as for a first report. */
  readonly history?: History;
  /** Records as received, by the events of findings that they show. */
  readonly records?: readonly RawRecord[];
  /** What a language model was asked for hypotheses and what was taken of it; absent: none was asked. */
  readonly asked?: Pick<ModelHypotheses, "hypotheses" | "dropped" | "outcome" | "call">;
  /** Hunts of the past that asked the same, by the id of the hypothesis; absent: no records were looked at. */
  readonly earlier?: Readonly<Record<string, readonly EarlierHunt[]>>;
  /** Marking, time zone and whose report it is; absent: the defaults of the settings. */
  readonly settings?: ReportSettings;
  /** The team's own parts; absent: ours. */
  readonly templates?: Templates;
  /** Durations and the time of writing (UTC, as the engine writes it): a report that has them is not the same twice. */
  readonly stages?: readonly StageCount[];
  readonly generatedAt?: string;
}
