import { z } from "zod";
import { safeId } from "../charts/drawing.ts";
import type { Movement } from "../charts/movement-graph.ts";
import type { Finding } from "../types.ts";
import { type Context, limits } from "./context.ts";
import type { Block, Line } from "./document.ts";
import { number } from "./words.ts";

/** What a finding's `detail` holds when it is a movement between hosts. */
const movementDetail = z.object({
  sources: z.array(z.string()).min(1),
  movements: z.array(z.object({ from: z.string(), to: z.string(), protocol: z.string(), count: z.number() })).min(1),
});
type MovementDetail = z.infer<typeof movementDetail>;

// A picture of two dozen hosts is full long before.
const findingsRead = 60;

/** The graph of the strongest findings that tell who reached whom; none when no finding does. */
export function movementChart(findings: readonly Finding[], context: Context): Block[] {
  const details = findings.slice(0, findingsRead).flatMap(movementOf);
  const first = findings[0];
  if (details.length === 0 || first === undefined) return [];
  const { movements, sources, omittedHosts } = strongest(details, context);
  const rows = movements.map((movement): Line[] => [
    [movement.from],
    [movement.to],
    [movement.protocol],
    [number(movement.count)],
  ]);
  return [
    {
      kind: "chart",
      id: `movement-${safeId(first.detector)}`,
      chart: { kind: "movement-graph", data: { movements, sources, omittedHosts } },
      caption: "Who reached whom, by which protocol and how often; sources in the strong colour.",
      table: {
        kind: "table",
        columns: [{ title: "From" }, { title: "To", isWide: true }, { title: "By" }, { title: "Times", isNumber: true }],
        rows,
        more: null,
      },
    },
  ];
}

function movementOf(finding: Finding): MovementDetail[] {
  const detail = movementDetail.safeParse(finding.detail);
  return detail.success ? [detail.data] : observedMovement(finding);
}

const lateralMovement = "TA0008";

/** A finding of lateral movement that gives no list of movements still names its ends and its protocol among its observables. */
function observedMovement(finding: Finding): MovementDetail[] {
  if (finding.isVendorAlert || !finding.attacks.some((tag) => tag.tactic.uid === lateralMovement)) return [];
  const values = (name: string): string[] => finding.observables.filter((each) => each.name === name).map((each) => each.value);
  const source = [...values("src_endpoint.hostname"), ...values("src_endpoint.ip")][0];
  const names = values("dst_endpoint.hostname");
  const targets = names.length > 0 ? names : values("dst_endpoint.ip");
  const protocol = values("connection_info.protocol_name").join(", ");
  if (source === undefined || targets.length === 0 || protocol === "") return [];
  return [{ sources: [source], movements: targets.map((to) => ({ from: source, to, protocol, count: 1 })) }];
}

/** Movements of the strongest findings first, until the picture is full. */
function strongest(
  details: readonly MovementDetail[],
  { prose }: Context,
): { movements: Movement[]; sources: string[]; omittedHosts: number } {
  const hosts = new Set<string>();
  const omitted = new Set<string>();
  const movements = new Map<string, Movement>();
  const name = (text: string): string => prose(text, limits.valueLength);
  for (const { from, to, protocol, count } of details.flatMap((detail) => detail.movements)) {
    const movement = { from: name(from), to: name(to), protocol: prose(protocol, 40), count };
    const grown = new Set([...hosts, movement.from, movement.to]);
    if (grown.size > limits.chartHosts) {
      for (const host of [movement.from, movement.to]) if (!hosts.has(host)) omitted.add(host);
      continue;
    }
    for (const host of grown) hosts.add(host);
    // The same movement told by two findings is one movement.
    const key = JSON.stringify([movement.from, movement.to, movement.protocol]);
    if ((movements.get(key)?.count ?? 0) < count) movements.set(key, movement);
  }
  const sources = [...new Set(details.flatMap((detail) => detail.sources.map(name)))].filter((host) => hosts.has(host));
  return { movements: [...movements.values()], sources, omittedHosts: [...omitted].filter((host) => !hosts.has(host)).length };
}
