import { safeId } from "../charts/drawing.ts";
import type { Finding } from "../types.ts";
import { beaconChart } from "./beacon-chart.ts";
import { type Context, limits } from "./context.ts";
import type { Block } from "./document.ts";
import { movementChart } from "./movement-chart.ts";

/** The charts of one area: chosen by what its findings hold, not by who found them, so that a user's own detector gets them too. */
export function areaCharts(findings: readonly Finding[], context: Context): Block[] {
  return [...beaconChart(findings, context), ...movementChart(findings, context), ...peopleChart(findings, context)];
}

function peopleChart(findings: readonly Finding[], { input, prose }: Context): Block[] {
  const detector = findings[0]?.detector ?? "";
  const map = input.people[detector];
  if (map === undefined || map.people.length < 3) return [];
  const people = map.people.map((person) => ({ ...person, name: prose(person.name, limits.valueLength) }));
  return [
    {
      kind: "chart",
      id: `people-${safeId(detector)}`,
      chart: { kind: "people-map", data: { ...map, people } },
      caption: "Everyone by the first two principal components of their behaviour: alike is close together, outliers are named.",
      table: null,
    },
  ];
}
