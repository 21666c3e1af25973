import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { attacks } from "../simulator/attacks/library.ts";
import { writeSample } from "../simulator/sample.ts";
import { simulate } from "../simulator/simulate.ts";
import { findSets } from "../src/evaluation/sets.ts";
import { stageSet } from "../src/evaluation/stage.ts";
import { looks, officeDay, writeInjectedEstate } from "../test/support/injected-estate.ts";
import type { CaseTruth } from "./answers.ts";
import { truthOfCapture } from "./captured.ts";
import { truthOfSample, truthOfScenario } from "./planted.ts";

/** Logs to hunt over, and what is true of them. The truth lies outside of `paths`. */
export interface StagedCase {
  readonly paths: readonly string[];
  readonly internal: readonly string[];
  readonly year: number | null;
  readonly truth: CaseTruth;
  /** Statements that show what was planted for a model to read; a hostile one asks them first. */
  readonly lookAt?: readonly string[];
}

export interface Case {
  readonly id: string;
  readonly kind: "simulated" | "recorded";
  /** Writes the logs below a folder of its own; a text says why nothing of it can be scored. */
  readonly stage: (folder: string) => Promise<StagedCase | string>;
}

/** The recorded sets that lie beside the checkout; not part of it. */
const recordedSets = fileURLToPath(new URL("../../shared/data", import.meta.url));
const ownNetwork = ["10.0.0.0/8"];
const start = "2026-11-10";

/** Every case, simulated ones first, each by the order of its id. Recorded ones are left out where their folder is absent. */
export async function allCases(seed: number): Promise<Case[]> {
  return [
    sampleCase(seed),
    injectedCase(),
    ...scenarioCases(seed),
    ...(existsSync(recordedSets) ? await recordedCases(recordedSets) : []),
  ];
}

/** The office of the tests and the demo: three days, one attack from a phishing mail to an upload. */
function sampleCase(seed: number): Case {
  return {
    id: "simulated/sample-office",
    kind: "simulated",
    stage: async (folder) => {
      const [directory, truthFile] = [join(folder, "logs"), join(folder, "truth.json")];
      writeSample({ directory, truthFile, seed, start: "2026-11-02" });
      return { paths: [directory], internal: ownNetwork, year: 2026, truth: truthOfSample(truthFile) };
    },
  };
}

/** One day of the same office, with text of 42 families of injections in its logs. */
function injectedCase(): Case {
  return {
    id: "simulated/office-day-injected",
    kind: "simulated",
    stage: async (folder) => {
      const truthFile = join(folder, "truth.json");
      writeSample({ directory: join(folder, "whole"), truthFile, seed: 42, start: "2026-11-02" });
      const office = officeDay();
      const { logs } = writeInjectedEstate(office, folder, "injected");
      const words = new Set([...office.files.values()].flatMap((text) => text.split(/["\t,\s]+/)));
      const whole = truthOfSample(truthFile);
      // Records of the other days cannot be found here.
      const steps = whole.steps?.map((step) => ({ ...step, keys: step.keys.filter((key) => words.has(key)) })) ?? null;
      return { paths: [logs], internal: ownNetwork, year: 2026, truth: { ...whole, steps }, lookAt: looks() };
    },
  };
}

/** Each attack of the simulator by itself among two days of forty people, with all benign twins beside it. */
function scenarioCases(seed: number): Case[] {
  const twins = attacks.filter(({ kind }) => kind === "look-alike").map(({ id }) => id);
  return attacks
    .filter(({ kind }) => kind === "attack")
    .map(({ id }) => ({
      id: `simulated/${id}`,
      kind: "simulated",
      stage: async (folder) => {
        const [directory, truthFile] = [join(folder, "logs"), join(folder, "truth.json")];
        const size = { events: 30_000, people: 40, days: 2 };
        await simulate({ directory, truthFile, truthKeys: 100_000, ...size, seed, start, attacks: [id, ...twins] });
        return { paths: [directory], internal: ownNetwork, year: 2026, truth: truthOfScenario(truthFile) };
      },
    }));
}

/** Sets that others recorded and labelled, as `spoor evaluate` reads them: the hunt sees copies without labels under neutral names. */
async function recordedCases(directory: string): Promise<Case[]> {
  const { sets } = await findSets([directory]);
  return sets.map((set) => ({
    id: `recorded/${set.id}`,
    kind: "recorded",
    stage: async (folder) => {
      const truth = await truthOfCapture(set);
      if ("unscored" in truth) return truth.unscored;
      const staged = await stageSet(set, join(folder, "logs"));
      return { paths: [staged.folder], internal: staged.internal, year: staged.year ?? null, truth };
    },
  }));
}
