import type { z } from "zod";
import { SpoorError } from "../errors.ts";
import type { SqlParameters } from "../store/store.ts";
import type { ToolContext } from "./tool.ts";

/** Rows of a statement of a tool's own over the real tables. What the engine says of a failure may hold values, so it is not passed on. */
export async function ownRows<Row extends z.ZodType>(
  context: ToolContext,
  sql: string,
  parameters: SqlParameters,
  row: Row,
): Promise<z.infer<Row>[]> {
  const { signal } = context.world;
  try {
    return await context.privacy.own(sql, parameters, row, signal);
  } catch (cause) {
    if (signal.aborted) throw cause;
    const isLimit = cause instanceof SpoorError && cause.code === "store-limit";
    throw new SpoorError(
      isLimit ? "store-limit" : "store-query",
      isLimit ? "this would take too long or too much memory" : "the store could not answer",
      { hint: "Ask for a shorter span of time.", cause },
    );
  }
}
