import { messageOf, onOneLine, SpoorError } from "../errors.ts";
import type { Json } from "../reasoner/port.ts";
import { fitted } from "./answer.ts";
import { attackLookup } from "./attack-lookup.ts";
import { compareBaseline } from "./compare-baseline.ts";
import { describeTable } from "./describe-table.ts";
import { entityTimeline } from "./entity-timeline.ts";
import { getRows } from "./get-rows.ts";
import { listTables } from "./list-tables.ts";
import { lookupIndicator } from "./lookup-indicator.ts";
import { runQuery } from "./run-query.ts";
import type { Tool, ToolContext, ToolResult } from "./tool.ts";

/** The tools for investigating, in the order in which a model is told of them. */
export const tools: readonly Tool[] = [
  listTables,
  describeTable,
  runQuery,
  getRows,
  entityTimeline,
  compareBaseline,
  lookupIndicator,
  attackLookup,
];

/** What came of a call: `text` (JSON) is what the caller is shown, and only ids that stand in it may be cited. */
export interface Called {
  readonly text: string;
  readonly isError: boolean;
  readonly eventIds: readonly string[];
  readonly statement: ToolResult["statement"];
  /** The whole answer, before it was cut to size; null where the call failed. */
  readonly value: Json | null;
}

/** Longer answers are shown in part: every later turn of a conversation pays for them again. */
const longestAnswer = 2048;
const advice = "This is the beginning. Ask for fewer columns, a shorter span, a smaller limit, or aggregate in SQL.";

/**
 * Calls a tool by name with an input of unknown origin. Every failure is an answer with `isError` and a text that is safe to show;
 * rejects only with what the run was cancelled for. `maxBytes`: the longest answer, where the tool does not say (2048).
 */
export async function callTool(
  name: string,
  input: unknown,
  context: ToolContext,
  options: { readonly maxBytes?: number } = {},
): Promise<Called> {
  const tool = tools.find((each) => each.name === name);
  if (tool === undefined)
    return failed(`there is no tool ${shown(name)}`, `Tools: ${tools.map((each) => each.name).join(", ")}.`);
  return callOf(tool, input, context, options);
}

/** The same for a tool at hand. */
export async function callOf(
  tool: Tool,
  input: unknown,
  context: ToolContext,
  options: { readonly maxBytes?: number } = {},
): Promise<Called> {
  const parsed = tool.input.safeParse(input);
  if (!parsed.success) {
    const wrong = parsed.error.issues
      .slice(0, 5)
      .map(({ path, message }) => `${path.map(String).join(".") || "input"}: ${message}`);
    return failed(`the input of ${tool.name} is wrong: ${shown(wrong.join("; "))}`, "See the tool's schema.");
  }
  try {
    const { value, eventIds, statement } = await tool.run(parsed.data, context);
    const { text } = fitted(value, options.maxBytes ?? tool.maxBytes ?? longestAnswer, advice);
    return { text, isError: false, eventIds: eventIds.filter((id) => text.includes(JSON.stringify(id))), statement, value };
  } catch (thrown) {
    if (context.world.signal.aborted) throw thrown;
    // Whatever else went wrong may say anything, values included.
    if (!(thrown instanceof SpoorError) || !forCallers.has(thrown.code)) return failed(`${tool.name} failed`, "Try another way.");
    return failed(shown(messageOf(thrown)), thrown.hint ?? "");
  }
}

/** What was wrong with a question is said in words of ours. That a store is away or full would name its folder or its server. */
const forCallers: ReadonlySet<SpoorError["code"]> = new Set(["usage", "not-found", "store-query", "store-limit"]);

function failed(error: string, hint: string): Called {
  return { text: JSON.stringify({ error, hint: shown(hint) }), isError: true, eventIds: [], statement: null, value: null };
}

function shown(message: string): string {
  return onOneLine(message, 500);
}
