import { z } from "zod";
import { type Graph, graphOf } from "../graph/graph.ts";
import { statement } from "../store/statement.ts";
import type { NotebookCase } from "./notebook-case.ts";

const edgeRow = z.object({ source: z.string(), target: z.string(), connections: z.coerce.number() });

/** Hosts and who called whom. */
export interface NetworkGraph {
  readonly graph: Graph;
  numberOfNodes(): number;
  numberOfEdges(): number;
}

/** Who called whom; at most 200,000 pairs, those with most connections. */
export async function networkGraph(notebook: NotebookCase): Promise<NetworkGraph> {
  const { world } = await notebook.open();
  const { window } = await notebook.ground();
  const pairs = await world.store.query(await statement(import.meta.url, "edges.sql"), { ...window }, edgeRow);
  const graph = graphOf(pairs.map(({ source, target, connections }) => ({ source, target, weight: connections })));
  return { graph, numberOfNodes: () => graph.names.length, numberOfEdges: () => graph.targets.length };
}
