import { readFileSync } from "node:fs";
import { z } from "zod";

const manifest = z.object({ version: z.string(), optionalDependencies: z.record(z.string(), z.string()).default({}) });

// package.json lies one folder above both src and dist.
const own = manifest.parse(JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")));

/** Versions of what makes a result: this program, its engine, the schema of its findings. */
export const versions = {
  spoor: own.version,
  chdb: own.optionalDependencies.chdb ?? "unknown",
  ocsf: "1.8.0",
  node: process.version,
} as const;
