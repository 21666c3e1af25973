import type { CoverageState, TechniqueCoverage } from "../types.ts";
import type { AttackCoverage } from "./coverage.ts";

/** A layer of the ATT&CK Navigator, layer format 4.5 (the parts of it that Spoor writes). */
export interface NavigatorLayer {
  readonly name: string;
  readonly versions: { readonly attack: string; readonly navigator: string; readonly layer: "4.5" };
  readonly domain: "enterprise-attack";
  readonly description: string;
  /** 3: highest score first within each tactic. */
  readonly sorting: 3;
  readonly layout: Readonly<Record<string, string | boolean>>;
  readonly hideDisabled: false;
  readonly techniques: readonly NavigatorTechnique[];
  readonly gradient: { readonly colors: readonly string[]; readonly minValue: number; readonly maxValue: number };
  readonly legendItems: readonly { readonly label: string; readonly color: string }[];
  readonly metadata: readonly NavigatorMetadata[];
}

export interface NavigatorTechnique {
  readonly techniqueID: string;
  /** Shortname; a technique of several tactics has an entry under each. */
  readonly tactic: string;
  /** Confidence for what was seen, 0 for looked and clean; without one the Navigator gives no colour of its own. */
  readonly score?: number;
  readonly color?: string;
  readonly comment: string;
  readonly enabled: boolean;
  readonly metadata: readonly NavigatorMetadata[];
  readonly showSubtechniques?: boolean;
}

export interface NavigatorMetadata {
  readonly name: string;
  readonly value: string;
}

/** What the reader sees where a colour stands for a state. */
export const stateLabels: Readonly<Record<CoverageState, string>> = {
  seen: "seen (darker: surer)",
  "looked-and-clean": "looked and clean",
  "no-data": "no data to look at",
  "no-analytic": "no analytic",
};

// Light to dark for what was seen; the other states differ in lightness as well as in hue, so that they part in grey too.
const seenColors = ["#fdd49e", "#fc8d59", "#b30000"];
const stateColors: Readonly<Record<Exclude<CoverageState, "seen">, string>> = {
  "looked-and-clean": "#9ecae1",
  "no-data": "#cab2d6",
  "no-analytic": "#f5f5f5",
};

/**
 * The coverage as a Navigator layer: every technique under every tactic of it, its state as colour, comment and metadata.
 * `JSON.stringify` of it is the file. The Navigator loads ATT&CK by major version, so "19.2" is written as "19".
 */
export function navigatorLayer(
  coverage: AttackCoverage,
  about: { readonly name: string; readonly description: string },
): NavigatorLayer {
  const seenParents = new Set(
    coverage.techniques.filter((each) => each.state === "seen" && each.uid.includes(".")).map((each) => each.uid.split(".")[0]),
  );
  const { counts } = coverage;
  return {
    name: about.name,
    versions: { attack: coverage.version.split(".")[0] ?? coverage.version, navigator: "5.2.0", layer: "4.5" },
    domain: "enterprise-attack",
    description: about.description,
    sorting: 3,
    layout: { layout: "side", showID: true, showName: true, showAggregateScores: false, expandedSubtechniques: "none" },
    hideDisabled: false,
    techniques: coverage.techniques.flatMap((technique) => entriesOf(technique, seenParents.has(technique.uid))),
    gradient: { colors: seenColors, minValue: 0, maxValue: 100 },
    legendItems: [
      { label: stateLabels.seen, color: seenColors[1] ?? "" },
      { label: stateLabels["looked-and-clean"], color: stateColors["looked-and-clean"] },
      { label: stateLabels["no-data"], color: stateColors["no-data"] },
      { label: stateLabels["no-analytic"], color: stateColors["no-analytic"] },
    ],
    metadata: [
      { name: "ATT&CK version", value: coverage.version },
      { name: "seen", value: String(counts.seen) },
      { name: "looked and clean", value: String(counts["looked-and-clean"]) },
      { name: "no data", value: String(counts["no-data"]) },
      { name: "no analytic", value: String(counts["no-analytic"]) },
      ...coverage.unknown.map((each) => ({ name: `not in ATT&CK ${coverage.version}`, value: each.uid })),
      { name: "notice", value: coverage.notice },
    ],
  };
}

function entriesOf(technique: TechniqueCoverage, showSubtechniques: boolean): NavigatorTechnique[] {
  const { state } = technique;
  return technique.tactics.map((tactic) => ({
    techniqueID: technique.uid,
    tactic: tactic.shortname,
    ...(state === "seen" ? { score: technique.confidence } : { color: stateColors[state] }),
    ...(state === "looked-and-clean" ? { score: 0 } : {}),
    comment: technique.comment,
    enabled: true,
    metadata: metadataOf(technique),
    ...(showSubtechniques ? { showSubtechniques } : {}),
  }));
}

function metadataOf({ state, evidenceCount, confidence, detectors }: TechniqueCoverage): NavigatorMetadata[] {
  return [
    { name: "state", value: state },
    ...(state === "seen"
      ? [
          { name: "evidence", value: String(evidenceCount) },
          { name: "confidence", value: `${confidence} %` },
        ]
      : []),
    ...(detectors.length > 0 ? [{ name: "analytics", value: detectors.join(", ") }] : []),
  ];
}
