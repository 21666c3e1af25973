import type { Command } from "commander";
import { loadAttack } from "../../attack/attack.ts";
import type { Config } from "../../config.ts";
import { SpoorError } from "../../errors.ts";
import { readRecord } from "../../findings/ndjson.ts";
import { fromOcsf } from "../../findings/ocsf.ts";
import { findingsBeginning } from "../../findings/on-record.ts";
import { loadHunts } from "../../hunts/load.ts";
import { sigmaRules, subjectOfFinding, subjectOfHunt } from "../../memory/sigma/export.ts";
import { type RuleSubject, told } from "../../memory/sigma/rule.ts";
import { idNamedIn } from "../../results/named.ts";
import { readPastHunts, readPastNetworks } from "../../results/past-run.ts";
import { spanOfEvents } from "../../store/tables.ts";
import type { World } from "../../world.ts";
import { configOf, type GivenOptions, partOf, withResults, withStore, withWindow } from "../options.ts";
import { type Session, withWorld } from "../session.ts";

interface ExportOptions extends GivenOptions {
  readonly quiet?: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly since?: number;
}

/** `spoor export sigma`: what was found, as rules that other programs can run. */
export function registerExport(program: Command, sessionFor: (options: { quiet?: boolean }) => Session): void {
  const parent = program.command("export").description("Give what was found to other programs.");
  const sigma = parent
    .command("sigma")
    .argument(
      "<ID>",
      "uid of a finding, or id of a hunt of the last run, or the beginning of one, or a finding's number in the report: F2",
    );
  withResults(withWindow(withStore(sigma)))
    .description("A finding or a hunt as Sigma rules, each tried on the events of the store.")
    .addHelpText("after", "\nExamples:\n  spoor export sigma 3f9a01 > rule.yml\n  spoor export sigma 3f9a01 --from 2026-11-01")
    .action(async (id: string, options: ExportOptions) => {
      const session = sessionFor(options);
      const config = await configOf(options);
      const { store, memory } = config;
      await withWorld(session, { store, memory, mustExist: true }, (world) => exportSigma(id, options, config, world, session));
    });
}

async function exportSigma(
  id: string,
  options: ExportOptions,
  config: Config,
  world: World,
  { terminal }: Session,
): Promise<void> {
  const subject = await subjectNamed(id, config, world);
  const span = await spanOfEvents(world.store);
  if (span === null)
    throw new SpoorError("not-found", "there are no events in the store to try a rule on", { hint: "Import some first." });
  const window = partOf(span, options);
  const attack = loadAttack(config.attack === undefined ? {} : { dataFile: config.attack });
  const rules = await sigmaRules(subject, window, attack, world);
  if (rules.length === 0)
    throw new SpoorError("not-found", `${subject.kind} ${subject.uid} shows itself in no single event`, {
      hint: "What is told by its rhythm, its amount or its rarity has no plain Sigma rule; spoor explain gives the statement that finds it.",
    });
  terminal.out(rules.map(({ yaml }) => yaml.trimEnd()).join("\n---\n"));
  for (const { test } of rules) terminal.note(told(test));
}

/** The finding on record, else the hunt of the last run, whose id begins so. */
async function subjectNamed(name: string, config: Config, world: World): Promise<RuleSubject> {
  const id = await idNamedIn(config.out, "findings", name);
  const findings = await findingsBeginning(id, world);
  const hunts = (await readPastHunts(config.out)).filter((hunt) => hunt.id.startsWith(id));
  if (findings.length + hunts.length > 1) throw new SpoorError("usage", `${id} begins several ids`, { hint: "Give more of it." });
  const internal = (await readPastNetworks(config.out)) ?? config.internal;
  const [finding] = findings;
  if (finding !== undefined) return subjectOfFinding(fromOcsf(readRecord(finding.document, "the store")), internal);
  const [hunt] = hunts;
  if (hunt === undefined)
    throw new SpoorError("not-found", `there is no finding or hunt ${id}`, {
      hint: "`spoor findings` lists findings; hunts.json of the last run lists hunts.",
    });
  const library = await loadHunts();
  return subjectOfHunt(hunt, library.find((one) => one.id === hunt.huntId) ?? null, internal);
}
