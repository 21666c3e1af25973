import type { z } from "zod";
import type { Attack } from "../attack/attack.ts";
import type { Privacy } from "../privacy/privacy.ts";
import type { Json } from "../reasoner/port.ts";
import type { Finding, HuntResult, Hypothesis, Story, TableCoverage, Window } from "../types.ts";
import type { World } from "../world.ts";

/** What tools work on: the store through `privacy`, and the results of the run. */
export interface ToolContext {
  readonly world: World;
  readonly privacy: Privacy;
  readonly window: Window;
  readonly internal: readonly string[];
  readonly tables: ReadonlyMap<string, TableCoverage>;
  readonly attack: Attack;
  readonly findings: readonly Finding[];
  readonly stories: readonly Story[];
  readonly hypotheses: readonly Hypothesis[];
  readonly hunts: readonly HuntResult[];
}

/** What a tool gave: `value` goes to the model, the rest into the ledger. */
export interface ToolResult {
  readonly value: Json;
  /** Events that the answer showed: only these may be cited. */
  readonly eventIds: readonly string[];
  /** The statement that was asked, with its values, where there was one: {sql, parameters, rowCount, hash of the rows}. */
  readonly statement: {
    readonly sql: string;
    readonly parameters: Json;
    readonly rowCount: number;
    readonly hash: string;
  } | null;
}

/** A tool for investigating: it reads, and changes nothing. Failures are SpoorError; their messages may be shown to the model. */
export interface Tool<Input extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: Input;
  /** The longest answer in bytes, where it is of more use whole; default: that of callTool. */
  readonly maxBytes?: number;
  run(input: z.infer<Input>, context: ToolContext): Promise<ToolResult>;
}
