import type { Window } from "../types.ts";
import type { NotebookCase } from "./notebook-case.ts";

/** Everything that was stored, by table. */
export interface AggregatedData {
  readonly length: number;
  readonly window: Window;
  readonly tables: Readonly<Record<string, number>>;
}

/** What is stored now, whatever it came from. */
export async function storedData(notebook: NotebookCase): Promise<AggregatedData> {
  const { tables, window } = await notebook.ground();
  const counts = [...tables].filter(([, { rows }]) => rows > 0).map(([name, { rows }]) => [name, rows] as const);
  return { length: counts.reduce((sum, [, rows]) => sum + rows, 0), window, tables: Object.fromEntries(counts) };
}
