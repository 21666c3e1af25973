import { z } from "zod";

/** What the simulator gives to the command line. It stands beside the engine, which knows nothing of it (docs/decisions/0012-simulator.md). */
export interface Simulator {
  readonly simulate: (options: {
    readonly directory: string;
    readonly truthFile: string | null;
    readonly events: number;
    readonly seed: number;
    readonly start: string;
    readonly people: number | null;
    readonly days: number | null;
    readonly attacks: readonly string[];
    readonly onPart?: (done: number) => void;
    readonly signal?: AbortSignal;
  }) => Promise<{
    readonly people: number;
    readonly devices: number;
    readonly days: number;
    readonly files: number;
    readonly records: number;
    readonly bytes: number;
  }>;
  readonly serveEstate: (options: {
    readonly events: number;
    readonly seed: number;
    readonly people: number | null;
    readonly attacks: readonly string[];
    readonly clock: () => Date;
  }) => Promise<{
    readonly people: number;
    readonly records: number;
    readonly settings: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly close: () => Promise<void>;
  }>;
  readonly planted: readonly { readonly id: string; readonly title: string; readonly kind: string }[];
}

const simulator = z.object({
  simulate: z.custom<Simulator["simulate"]>((value) => typeof value === "function"),
  serveEstate: z.custom<Simulator["serveEstate"]>((value) => typeof value === "function"),
  planted: z.array(z.object({ id: z.string(), title: z.string(), kind: z.string() })),
});

/** Loads the simulator: as it stands in the checkout beside src, or as it was built beside the command line. */
export async function loadSimulator(): Promise<Simulator> {
  const place = import.meta.url.endsWith(".ts") ? "../../simulator/main.ts" : "../simulator/main.js";
  return simulator.parse(await import(new URL(place, import.meta.url).href));
}
