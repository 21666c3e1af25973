import { parseArgs } from "node:util";
import { z } from "zod";
import { type ArmName, armNames } from "./arms.ts";

export interface EvalOptions {
  readonly arms: readonly ArmName[];
  /** Parts of the ids of wanted cases; empty: all. */
  readonly cases: readonly string[];
  readonly runs: number;
  readonly seed: number;
  readonly pursue: number;
  /** Null: no vendor is asked. */
  readonly maxUsd: number | null;
  readonly json: boolean;
  readonly list: boolean;
  readonly help: boolean;
  /** Where the tables are written too. */
  readonly summary: string | null;
}

export const help = `npm run eval -- [options]

Hunts the simulator's attacks and recorded, labelled logs with and without a language model, and says what each way found, missed and
cost, and what the model found that the rest did not. Without --live nothing leaves this machine: an emulator answers, by fixed rules.

  --arm NAME,…     deterministic, model, hostile, replay (default: all four)
  --case TEXT,…    only cases whose name contains one of these
  --list           the names of the cases
  --k N            runs of each arm with a model, to see whether they agree (default 2)
  --pursue N       hypotheses that a run pursues (default 3)
  --seed N         of the simulator and the hunt (default 42)
  --live           ask Claude in place of the emulator, with the key in ANTHROPIC_API_KEY; names are hidden. Costs money:
  --max-usd N      needed with --live: the most that all of it may cost, in US dollars at list prices
  --summary FILE   write the tables to a file too
  --json           the results as JSON
  --help

Results go to eval/results/emulator or eval/results/live, a file each time; what Claude was asked and answered stands beside it.
Ends with 1 when something that must hold whatever a model says does not.`;

const whole = z.coerce.number().int().nonnegative();

/** Throws an Error whose message is for the reader. */
export function optionsOf(words: readonly string[]): EvalOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      arm: { type: "string" },
      case: { type: "string" },
      k: { type: "string", default: "2" },
      pursue: { type: "string", default: "3" },
      seed: { type: "string", default: "42" },
      live: { type: "boolean", default: false },
      "max-usd": { type: "string" },
      summary: { type: "string" },
      json: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const maxUsd = values["max-usd"];
  if (values.live && maxUsd === undefined) throw new Error("--live needs --max-usd N: the most that it may cost");
  if (!values.live && maxUsd !== undefined) throw new Error("--max-usd is for --live: the emulator costs nothing");
  const usd = maxUsd === undefined ? null : Number(maxUsd);
  if (usd !== null && !(usd > 0 && usd <= 1000)) throw new Error(`--max-usd ${maxUsd} is not an amount above 0 and up to 1000`);
  const runs = numberOf("k", values.k);
  if (runs < 1 || runs > 20) throw new Error(`--k ${values.k} is not a number from 1 to 20`);
  return {
    arms: armsOf(values.arm, values.live),
    cases: listOf(values.case),
    runs,
    seed: numberOf("seed", values.seed),
    pursue: numberOf("pursue", values.pursue),
    maxUsd: usd,
    json: values.json,
    list: values.list,
    help: values.help,
    summary: values.summary ?? null,
  };
}

function armsOf(given: string | undefined, isLive: boolean): ArmName[] {
  if (isLive) {
    if (given !== undefined) throw new Error("--live is an arm by itself, beside the deterministic one: leave --arm away");
    return ["deterministic", "live"];
  }
  const known = armNames.filter((name) => name !== "live");
  if (given === undefined) return known;
  const names = listOf(given);
  const unknown = names.find((name) => !known.some((one) => one === name));
  if (unknown !== undefined) throw new Error(`there is no arm ${unknown}; there are ${known.join(", ")}`);
  return known.filter((name) => name === "deterministic" || names.includes(name));
}

function listOf(text: string | undefined): string[] {
  return (text ?? "").split(",").flatMap((part) => (part.trim() === "" ? [] : [part.trim()]));
}

function numberOf(name: string, text: string): number {
  const parsed = whole.safeParse(text === "" ? undefined : text);
  if (!parsed.success) throw new Error(`--${name} ${text} is not a whole number`);
  return parsed.data;
}
