import type { CallToolResult } from "@modelcontextprotocol/server";
import { type ErrorCode, messageOf, onOneLine, SpoorError } from "../errors.ts";
import type { Privacy } from "../privacy/privacy.ts";
import { fitted } from "../tools/answer.ts";
import type { HuntTool } from "./hunt-tool.ts";
import type { Investigation } from "./investigation.ts";

// A client's model reads all of it in every later turn.
const longestAnswer = 16_384;
const showable: ReadonlySet<ErrorCode> = new Set(["usage", "not-found", "store-query", "store-limit"]);
const advice = "This is the beginning. Ask for a smaller limit, a shorter span, or aggregate in SQL.";

/** Calls a tool for a client, and gives the same answer as text and as structure. Failures are answers with `isError`; what still shows a hidden name or a secret is withheld. */
export async function toldBy(
  tool: HuntTool,
  input: unknown,
  investigate: () => Promise<Investigation>,
  signal: AbortSignal,
): Promise<CallToolResult> {
  try {
    const { context, past } = await investigate();
    const world = { ...context.world, signal: AbortSignal.any([context.world.signal, signal]) };
    const value = await tool.run(tool.input.parse(input), { context: { ...context, world }, past });
    const { text, isRefused } = fitted(value, longestAnswer, advice);
    if (isRefused) return failed("the answer is too long to be shown");
    return withheld(text, context.privacy) ?? { content: [{ type: "text", text }], structuredContent: JSON.parse(text) };
  } catch (thrown) {
    return failed(reasonFor(thrown, tool.name));
  }
}

/** Why something failed, in words that a client may read, on one line. */
export function reasonFor(thrown: unknown, what: string): string {
  // Whatever else went wrong may say anything: values, paths of this machine.
  if (!(thrown instanceof SpoorError) || !showable.has(thrown.code))
    return `${what} failed; the one who started this server may look at the store and the results of the last run`;
  return onOneLine(thrown.hint === undefined ? messageOf(thrown) : `${messageOf(thrown)}. ${thrown.hint}`, 600);
}

/** The last look before something leaves; null when there is nothing to hold back. */
export function withheld(text: string, privacy: Privacy): CallToolResult | null {
  const found = privacy.leaks(text);
  return found.length === 0 ? null : failed("the answer was withheld: it still showed a name of the estate or a secret");
}

function failed(reason: string): CallToolResult {
  return { content: [{ type: "text", text: reason }], isError: true };
}
