import type { PeopleMap } from "../types.ts";
import type { BeaconTimelineData } from "./beacon-timeline.ts";
import { beaconTimeline } from "./beacon-timeline.ts";
import type { DrawOptions } from "./drawing.ts";
import type { FindingsOverTimeData } from "./findings-over-time.ts";
import { findingsOverTime } from "./findings-over-time.ts";
import type { HeatMapData } from "./heat-map.ts";
import { heatMap } from "./heat-map.ts";
import type { MovementGraphData } from "./movement-graph.ts";
import { movementGraph } from "./movement-graph.ts";
import { peopleMap } from "./people-map.ts";
import type { StoryTimelineData } from "./story-timeline.ts";
import { storyTimeline } from "./story-timeline.ts";

/** A chart as data: which one, and of what. Small and plain, so that it can travel as JSON. */
export type Chart =
  | { readonly kind: "heat-map"; readonly data: HeatMapData }
  | { readonly kind: "movement-graph"; readonly data: MovementGraphData }
  | { readonly kind: "beacon-timeline"; readonly data: BeaconTimelineData }
  | { readonly kind: "people-map"; readonly data: PeopleMap }
  | { readonly kind: "story-timeline"; readonly data: StoryTimelineData }
  | { readonly kind: "findings-over-time"; readonly data: FindingsOverTimeData };

/** The SVG of a chart, as text; the same chart and options give the same bytes. */
export function draw(chart: Chart, options: DrawOptions): string {
  switch (chart.kind) {
    case "heat-map":
      return heatMap(chart.data, options);
    case "movement-graph":
      return movementGraph(chart.data, options);
    case "beacon-timeline":
      return beaconTimeline(chart.data, options);
    case "people-map":
      return peopleMap(chart.data, options);
    case "story-timeline":
      return storyTimeline(chart.data, options);
    case "findings-over-time":
      return findingsOverTime(chart.data, options);
  }
}
