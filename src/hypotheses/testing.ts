import { loadAttack } from "../attack/attack.ts";
import { toFinding } from "../findings/number.ts";
import { detectorNamed, draftOf } from "../findings/testing.ts";
import { schemaColumns } from "../hunts/columns.ts";
import type { Finding, FindingDraft, Observable, ObservableName, TableCoverage } from "../types.ts";

// What a situation of a test is made of: findings in few words, and tables that hold something.

export const attack = loadAttack();
const columns = await schemaColumns();
export const window = { from: "2026-11-01 00:00:00.000000", to: "2026-11-08 00:00:00.000000" };

/** These tables with every column filled. */
export function tablesOf(...names: readonly string[]): Map<string, TableCoverage> {
  return new Map(
    names.map((table) => {
      const filled = Object.fromEntries([...(columns.get(table)?.keys() ?? [])].map((column) => [column, 1]));
      return [table, { table, rows: 5000, firstTime: window.from, lastTime: window.to, filled }];
    }),
  );
}

/** Observables from "name=value". */
export function observables(...texts: readonly string[]): Observable[] {
  return texts.map((text) => {
    const [name = "", value = ""] = text.split("=");
    return { name: name as ObservableName, value };
  });
}

export function found(detector: string, given: Partial<FindingDraft>): Finding {
  return toFinding(draftOf({ keys: { detector, title: given.title ?? "" }, ...given }), detectorNamed(detector), attack);
}
