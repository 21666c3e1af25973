import type { OcsfFinding } from "../findings/ocsf.ts";
import { inert } from "./terminal.ts";

/** A finding as lists show it: score, severity, the beginning of its uid, title. */
export function findingLine({ unmapped, severity, finding_info: { uid, title } }: OcsfFinding): string {
  return `${Number(unmapped.score).toFixed(0).padStart(3)}  ${severity.padEnd(13)}  ${uid.slice(0, 8)}  ${inert(title)}`;
}
