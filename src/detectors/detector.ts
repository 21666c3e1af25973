import type { z } from "zod";
import type { UserModel } from "../models/user-model.ts";
import type { SqlParameters } from "../store/store.ts";
import type { AnalyticType, FindingDraft, Gap, PeopleMap, TableCoverage, Window } from "../types.ts";

/** Columns without which a detector cannot answer; it runs when at least one of `anyOf` is met. */
export interface Need {
  readonly table: string;
  readonly columns: readonly string[];
}

/**
 * A question in a .sql file of the detector's folder and the schema of its rows. Every question is bound with {from:String} and
 * {to:String} (the window), {internal:Array(String)} (the estate's own networks, CIDR), the detector's parameters
 * (camelCase as in its schema), and nothing else. The answer is bounded: each statement ends in ORDER BY … LIMIT.
 */
export interface Question<Row extends z.ZodType = z.ZodType> {
  readonly file: string;
  readonly row: Row;
  /** Skipped, with a gap, when these are absent (null: always asked). */
  readonly needs?: readonly Need[];
  /** Further bound values beyond the window, the networks and the parameters. */
  readonly parameters?: SqlParameters;
}

/** What an assessment may know beside its rows. */
export interface AssessContext<Parameters> {
  readonly window: Window;
  readonly parameters: Parameters;
  readonly seed: number;
  readonly internal: readonly string[];
  readonly tables: ReadonlyMap<string, TableCoverage>;
  /** A fitted model given on the command line (--model), for detectors that learn. */
  readonly model: UserModel | null;
  /** Told to the reader: what this detector could not judge. */
  readonly note: (gap: Omit<Gap, "stage" | "part">) => void;
  /** A model that was fitted in this run, to be saved under models/. */
  readonly keepModel: (model: UserModel) => void;
  /** The people of this run as a map, for the report. */
  readonly keepPeopleMap: (map: PeopleMap) => void;
}

/**
 * A detector asks one question of the data. Its folder holds index.ts (this, as default export), its .sql files, `cases/`
 * (a hit and a near miss with the expected output) and a README. `assess` is pure: rows in, drafts out.
 */
export interface Detector<Parameters = Record<string, unknown>> {
  /** The folder's name: analytic.uid of its findings. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** The question, in a sentence. */
  readonly question: string;
  readonly analyticType: AnalyticType;
  /** Every technique a finding of this detector can show. */
  readonly techniques: readonly string[];
  /** At least one must be met, or the detector is "not evaluable". */
  readonly anyOf: readonly Need[];
  /** For techniques that need more than `anyOf` says: at least one must be met before the ATT&CK map says it was looked for. */
  readonly techniqueNeeds?: Readonly<Record<string, readonly Need[]>>;
  readonly parameters: z.ZodType<Parameters>;
  /** What a given model must have been fitted on, in this order; absent where no model is taken. */
  readonly modelFeatures?: readonly { readonly name: string; readonly unit: string }[];
  /** Asked in this order; the answers reach `assess` under the same names. */
  readonly questions: Readonly<Record<string, Question>>;
  /** A .sql file giving (metadata_uid, time) of the events behind one finding, bound with `draft.evidence`; oldest first. */
  readonly evidenceQuestion: string;
  readonly assess: (answers: Readonly<Record<string, readonly unknown[]>>, context: AssessContext<Parameters>) => FindingDraft[];
  /** Where the folder is; filled in by the loader. */
  readonly folder?: string;
}

/** The rows that each question of `Questions` gives. */
export type Answers<Questions extends Readonly<Record<string, Question>>> = {
  readonly [Name in keyof Questions]: readonly z.infer<Questions[Name]["row"]>[];
};

/** Declares a detector with its parameter and row types tied together. */
export function detector<Parameters, const Questions extends Readonly<Record<string, Question>>>(
  definition: Omit<Detector<Parameters>, "assess" | "questions"> & {
    readonly questions: Questions;
    readonly assess: (answers: Answers<Questions>, context: AssessContext<Parameters>) => FindingDraft[];
  },
): Detector<Parameters> {
  return definition as unknown as Detector<Parameters>;
}
