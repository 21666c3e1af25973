import type { TruthFile, TruthItem } from "./truth-file.ts";

/** RFC 1918: what counts as the estate's own where a set does not say otherwise. */
export const privateNetworks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"] as const;

/** What is known of a recorded set beyond its truth file, found by the `source` its truth file names. */
interface Convention {
  readonly source: RegExp;
  readonly only?: "folder" | "windows-events" | "network";
  readonly internal?: readonly string[];
  readonly year?: number;
  readonly spanDays?: number;
  readonly notScored?: readonly OpenPair[];
}

/** Traffic that the label authors leave open: neither true nor false. */
export interface OpenPair {
  readonly src?: string | undefined;
  readonly dst?: string | undefined;
}

/** How a set is to be hunted and counted. */
export interface SetConventions {
  readonly internal: readonly string[];
  readonly year: number | undefined;
  readonly spanDays: number | null;
  readonly notScored: readonly OpenPair[];
}

const conventions: readonly Convention[] = [
  // The red team's machines of APT29 day 1 have the addresses 192.168.0.4 and 192.168.0.5.
  { source: /apt29/i, internal: ["10.0.0.0/8"] },
  // In the OTRF host logs 10.10.10.5 is the command-and-control server.
  { source: /OTRF/, only: "windows-events", internal: ["172.18.0.0/16", "192.168.2.0/24"] },
  // Public addresses of the university whose machines CTU and Slips recorded.
  { source: /stratosphereips/i, internal: [...privateNetworks, "147.32.0.0/16"] },
  // Its truth names two pairs and leaves the infected host's other 443 destinations unscored.
  { source: /2016-09-09_win1/, notScored: [{ src: "192.168.1.112" }] },
  // 27 March to 20 April 2017; a syslog line has no year.
  { source: /suspicious_login_activity/, year: 2017, spanDays: 24.1 },
];

export type SetKind = "folder" | "windows-events" | "network";

/** How a set of this truth is to be hunted and counted: the truth file's own words first, then what is known of its source. */
export function conventionsOf(truth: TruthFile, kind: SetKind): SetConventions {
  const known = conventions.filter((convention) => convention.source.test(truth.source) && (convention.only ?? kind) === kind);
  return {
    internal: truth.internal ?? known.find((convention) => convention.internal)?.internal ?? privateNetworks,
    year: truth.year ?? known.find((convention) => convention.year)?.year,
    spanDays: known.find((convention) => convention.spanDays)?.spanDays ?? null,
    notScored: [...truth.not_scored, ...known.flatMap((convention) => convention.notScored ?? [])],
  };
}

/** What an item of a truth file is: Windows events of named hosts, network records, or (null) a table that is no log. */
export function itemKind(item: TruthItem): SetKind | null {
  if (item.features !== undefined) return null;
  return item.malicious_lateral_pairs === undefined && item.malicious_c2_pairs === undefined ? "windows-events" : "network";
}
