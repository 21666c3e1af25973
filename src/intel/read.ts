import { SpoorError } from "../errors.ts";
import type { Indicator } from "./indicator.ts";
import { readCsv } from "./read-csv.ts";
import { readMisp } from "./read-misp.ts";
import { readStix } from "./read-stix.ts";

/** What a file of indicators gave, and what of it was left out and why. */
export interface IndicatorFile {
  readonly format: "csv" | "stix" | "misp";
  readonly indicators: readonly Indicator[];
  readonly leftOut: readonly { readonly value: string; readonly reason: string }[];
}

/** Reads indicators from the text of a CSV file, a STIX 2.1 bundle or a MISP event, told apart by content. Throws bad-intel for anything else. */
export function readIndicators(text: string, name: string): IndicatorFile {
  const start = text.replace(/^\uFEFF/, "").trimStart();
  if (!start.startsWith("{") && !start.startsWith("[")) return readCsv(text, name);
  const document = parsed(start, name);
  const stix = readStix(document);
  if (stix !== null) return stix;
  const misp = readMisp(document);
  if (misp !== null) return misp;
  throw new SpoorError("bad-intel", `${name} is JSON, but neither a STIX 2.1 bundle nor a MISP event`, {
    hint: "Give a CSV file with a header, a STIX bundle or a MISP event export.",
  });
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SpoorError("bad-intel", `${name} looks like JSON and cannot be read as such`, {
      hint: "Is the file complete?",
      cause,
    });
  }
}
