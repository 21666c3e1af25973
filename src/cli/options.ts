import { type Command, InvalidArgumentError, Option } from "commander";
import { type Config, loadConfig } from "../config.ts";
import { SpoorError } from "../errors.ts";
import { dayMs, epochMilliseconds } from "../time.ts";
import type { Window } from "../types.ts";
import { engineTime } from "../world.ts";

/** Options that every command over a store takes, as commander gives them. */
export interface GivenOptions {
  readonly store?: string;
  readonly out?: string;
  readonly seed?: number;
  readonly year?: number;
  readonly internal?: string[];
  readonly detectors?: string;
  readonly sources?: string;
  readonly only?: string[];
  readonly set?: string[];
  readonly budget?: number;
  readonly ai?: string;
  /** Folder of the records of past hunts: the setting huntRecords. */
  readonly memory?: string;
  readonly mmdb?: string[];
  readonly config?: string;
}

export function withStore(command: Command): Command {
  return command
    .option(
      "--store <DIR|URL>",
      "where the data lives: a directory, or http(s)://user@host:port/database of a ClickHouse server (default ./.spoor)",
    )
    .option("--config <FILE>", "settings from a YAML file")
    .option("--quiet", "say nothing but the answer");
}

/** How a finding is named on a command line. */
export const findingArgument = "a finding's uid, or the beginning of one, or its number in the report: F2";

/** Where a command finds what the last run wrote. */
export function withResults(command: Command): Command {
  return command.option("--out <DIR>", "where the results of the run are (default ./spoor-out)");
}

/** Options of commands that hunt. */
export function withHunt(command: Command): Command {
  return withStore(command)
    .option("--out <DIR>", "where the results go (default ./spoor-out)")
    .option("--seed <N>", "seed of everything random (default 42)", whole)
    .option("--year <YYYY>", "for logs that carry no year", whole)
    .option("--internal <CIDR,…>", "the estate's own networks (default: private ranges)", list)
    .option("--detectors <DIR>", "a folder of your own detectors")
    .option("--sources <DIR>", "a folder of your own sources")
    .option("--only <ID,…>", "only these detectors", list)
    .option("--set <ID.PARAM=VALUE>", "a parameter of a detector; may be repeated", collect, [])
    .option("--mmdb <FILE,…>", "your own MMDB files for owners and countries of addresses", list)
    .option("--budget <N>", "findings a day that you have time for (default 20)", positive);
}

/** The ends of a hunt's window. */
export function withWindow(command: Command): Command {
  return command
    .option("--from <TIME>", "hunt from here, UTC: 2026-11-01 or 2026-11-01T08:00:00Z (default: what the data covers)", time)
    .option("--to <TIME>", "up to here, exclusive", time)
    .addOption(new Option("--since <SPAN>", "the last part of the data: 7d, 24h").argParser(days).conflicts("from"));
}

/** Who says something that is written down: as named, or the user of the machine. */
export function authorOf(
  { author }: { readonly author?: string },
  { environment }: { readonly environment: Readonly<Record<string, string | undefined>> },
): string {
  return author ?? environment.USER ?? "unknown";
}

/** The part of a span that --from, --to and --since name. Throws as usage error where nothing of it is left. */
export function partOf(
  span: Window,
  { from, to = span.to, since }: { readonly from?: string; readonly to?: string; readonly since?: number },
): Window {
  const start = since === undefined ? span.from : engineTime(new Date(epochMilliseconds(to) - since * dayMs));
  const part = { from: from ?? start, to };
  if (part.from >= part.to)
    throw new SpoorError("usage", `the window ends (${part.to.slice(0, 19)}) before it begins (${part.from.slice(0, 19)})`, {
      hint: `The events of the store are of ${span.from.slice(0, 19)} to ${span.to.slice(0, 19)} UTC.`,
    });
  return part;
}

/** The settings of a command: file and command line joined, checked by one schema. */
export function configOf(given: GivenOptions): Promise<Config> {
  const { config, set, memory, ...rest } = given;
  const known = ["store", "out", "seed", "year", "internal", "detectors", "sources", "only", "budget", "ai", "mmdb"] as const;
  const settings = Object.fromEntries(known.flatMap((name) => (rest[name] === undefined ? [] : [[name, rest[name]]])));
  return loadConfig(config, {
    ...settings,
    ...(memory === undefined ? {} : { huntRecords: memory }),
    ...(set === undefined || set.length === 0 ? {} : { set: parametersOf(set) }),
  });
}

function parametersOf(settings: readonly string[]): Record<string, Record<string, unknown>> {
  const parameters: Record<string, Record<string, unknown>> = {};
  for (const setting of settings) {
    const match = /^([a-z0-9-]+)\.(\w+)=(.*)$/s.exec(setting);
    if (match === null)
      throw new SpoorError("usage", `--set ${setting} is not of the form ID.PARAM=VALUE`, {
        hint: "For example --set beaconing.countThreshold=12",
      });
    const [, id = "", name = "", text = ""] = match;
    parameters[id] = { ...parameters[id], [name]: parsedValue(text) };
  }
  return parameters;
}

function parsedValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

/** `--only a,b` and `--only a --only b` name the same. */
export function list(value: string, before: readonly string[] = []): string[] {
  const named = value
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  return [...before, ...named];
}

export function whole(value: string): number {
  if (!/^\d+$/.test(value)) throw new InvalidArgumentError("a whole number is needed.");
  return Number(value);
}

export function positive(value: string): number {
  const number = Number(value);
  if (!(number > 0) || !Number.isFinite(number)) throw new InvalidArgumentError("a number above 0 is needed.");
  return number;
}

/** A span such as 7d or 36h, in days. */
export function days(value: string): number {
  const match = /^(\d+(?:\.\d+)?)([dhw])$/.exec(value);
  if (match === null) throw new InvalidArgumentError("a span such as 7d, 24h or 2w is needed.");
  const perUnit = { h: 1 / 24, d: 1, w: 7 }[match[2] ?? "d"] ?? 1;
  return Number(match[1]) * perUnit;
}

/** A time in UTC, as the engine writes it. */
export function time(value: string): string {
  const iso = /^\d{4}-\d\d-\d\d$/.test(value)
    ? `${value}T00:00:00Z`
    : /[zZ]$|[+-]\d\d:\d\d$/.test(value)
      ? value
      : `${value.replace(" ", "T")}Z`;
  const moment = new Date(iso);
  // Dates that no calendar has (31 November) would pass for the ones after them.
  const isDay = new Date(`${iso.slice(0, 10)}T00:00:00Z`).toJSON()?.slice(0, 10) === iso.slice(0, 10);
  if (Number.isNaN(moment.getTime()) || !isDay || !/^(19[7-9]\d|2[01]\d\d)-/.test(iso))
    throw new InvalidArgumentError("a time such as 2026-11-01 or 2026-11-01T08:00:00Z is needed.");
  // A Date ends at milliseconds; the events that a window ends with are told apart by microseconds.
  const fraction = /:\d\d\.(\d{1,6})/.exec(value)?.[1] ?? "";
  return `${moment.toISOString().slice(0, 19).replace("T", " ")}.${fraction.padEnd(6, "0")}`;
}
