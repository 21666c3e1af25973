import type { ObservedTechnique } from "../../attack/sightings.ts";
import type { HeatMapData, HeatMapTechnique } from "../../charts/heat-map.ts";
import type { TechniqueCoverage } from "../../types.ts";
import { huntAnchor } from "../anchors.ts";
import { type Context, limits } from "../context.ts";
import type { Block, Inline, Line, Section, Table } from "../document.ts";
import { number } from "../words.ts";

/** Which techniques were seen, which were looked for and not found, and where nothing could be said. */
export function attackSection(context: Context): Section {
  const blocks: Block[] = [
    { kind: "paragraph", line: stateLine(context) },
    {
      kind: "chart",
      id: "heat-map",
      chart: { kind: "heat-map", data: heatMapData(context) },
      caption:
        "Each technique under each of its tactics, with its pieces of evidence; one seen only through sub-techniques is drawn as those. attack-layer.json opens in ATT&CK Navigator.",
      table: null,
    },
    observedTable(context),
    ...unknownLines(context),
    { kind: "paragraph", line: [context.prose(context.input.coverage.notice, 600)], isQuiet: true },
  ];
  return { id: "attack", title: "ATT&CK map", count: null, blocks };
}

function stateLine({ input }: Context): Line {
  const { counts } = input.coverage;
  return [
    `Enterprise ATT&CK ${input.coverage.version}: `,
    { kind: "strong", text: number(counts.seen) },
    " techniques seen, ",
    { kind: "strong", text: number(counts["looked-and-clean"]) },
    " looked for and not found, ",
    { kind: "strong", text: number(counts["no-data"]) },
    " without the data to look in, ",
    { kind: "strong", text: number(counts["no-analytic"]) },
    " that nothing here looks for.",
  ];
}

function heatMapData({ input }: Context): HeatMapData {
  const byTactic = new Map<string, TechniqueCoverage[]>();
  for (const technique of input.coverage.techniques) {
    for (const tactic of technique.tactics) byTactic.set(tactic.name, [...(byTactic.get(tactic.name) ?? []), technique]);
  }
  const names = [...new Set([...input.tacticOrder, ...byTactic.keys()])].filter((name) => byTactic.has(name));
  return {
    tactics: names.map((name) => ({
      name,
      techniques: techniquesOf(byTactic.get(name) ?? [], input.coverage.byTactic[name] ?? []),
    })),
  };
}

/** Numbers as in the table below; a technique that was seen only through its sub-techniques is drawn as those. */
function techniquesOf(techniques: readonly TechniqueCoverage[], observed: readonly ObservedTechnique[]): HeatMapTechnique[] {
  const counts = new Map(observed.map((each) => [each.id, each.evidence_count]));
  return techniques.flatMap((technique): HeatMapTechnique[] => {
    const own = counts.get(technique.uid);
    const isTold = own === undefined && [...counts.keys()].some((id) => id.startsWith(`${technique.uid}.`));
    if (technique.state === "seen" && isTold) return [];
    return [{ uid: technique.uid, name: technique.name, state: technique.state, evidenceCount: own ?? technique.evidenceCount }];
  });
}

function observedTable(context: Context): Table | Block {
  const { byTactic, techniques } = context.input.coverage;
  const findings = new Map(techniques.map((technique) => [technique.uid, technique.findingUids]));
  const observed = Object.entries(byTactic).flatMap(([tactic, list]) => list.map((technique) => ({ tactic, technique })));
  if (observed.length === 0) return { kind: "paragraph", line: ["No technique was seen."], isQuiet: true };
  const rows = observed
    .slice(0, limits.techniques)
    .map(({ tactic, technique }, index): Line[] => [
      [observed[index - 1]?.tactic === tactic ? "" : context.prose(tactic, 60)],
      [{ kind: "value", text: context.prose(technique.id, 20) }, ` ${context.prose(technique.name, 120)}`],
      [number(technique.evidence_count)],
      [technique.vendor_alert_count === 0 ? "" : number(technique.vendor_alert_count)],
      [`${number(technique.confidence)} %`],
      [
        ...(findings.get(technique.id) ?? []).slice(0, 6).flatMap((uid): Inline[] => [context.reference(uid), " "]),
        ...huntsOf(technique.id, context),
      ],
    ]);
  const left = observed.length - rows.length;
  const columns = [
    { title: "Tactic" },
    { title: "Technique", isWide: true },
    { title: "Evidence", isNumber: true },
    { title: "of vendors", isNumber: true },
    { title: "Confidence", isNumber: true },
    { title: "Shown by" },
  ];
  return { kind: "table", columns, rows, more: left > 0 ? `and ${number(left)} more in attack-layer.json` : null };
}

/** Supported hunts for a technique: evidence that is in no finding. */
function huntsOf(uid: string, { hunts }: Context): Inline[] {
  const supported = hunts.flatMap((hunt, index) => (hunt.status === "supported" && hunt.techniques.includes(uid) ? [index] : []));
  return supported.slice(0, 4).flatMap((index): Inline[] => {
    const text = `U${index + 1}`;
    return [index < limits.hunts ? { kind: "link", to: huntAnchor(index), text } : text, " "];
  });
}

function unknownLines(context: Context): Block[] {
  const { unknown } = context.input.coverage;
  if (unknown.length === 0) return [];
  const items = unknown
    .slice(0, 20)
    .map(
      (each): Line => [
        context.value(each.uid),
        ` is not in ATT&CK ${context.input.coverage.version}; named by ${context.prose(each.namedBy.join(", "), 200)}, ${number(each.evidenceCount)} pieces of evidence`,
      ],
    );
  return [{ kind: "list", isOrdered: false, items }];
}
