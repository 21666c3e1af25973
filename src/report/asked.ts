import type { Gap } from "../types.ts";
import type { DetectorLook } from "./input.ts";

// What a question needs beside the records, by the name under which its absence is told.
const needs: Readonly<Record<string, string>> = { "threat-intel-match": "indicators" };

/** Why a question could not be asked although its records are there: nothing to compare them with was set up. Null when it could. */
export function notSetUp({ id }: DetectorLook, gaps: readonly Gap[]): string | null {
  const part = needs[id] ?? id;
  return gaps.find((gap) => gap.kind === "not-configured" && gap.part === part)?.reason ?? null;
}
