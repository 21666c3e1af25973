import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { type Config, configSchema } from "../../config.ts";
import { requireModelFor } from "../../detectors/require-model.ts";
import { SpoorError } from "../../errors.ts";
import { isAlert } from "../../findings/severity.ts";
import { modelHypothesisIn } from "../../hypotheses/stored.ts";
import { huntedOf } from "../../memory/hunted.ts";
import { keepHunts } from "../../memory/keep.ts";
import { ownPlaces } from "../../places.ts";
import { writeFolder } from "../../publish/folder.ts";
import { loadTemplates } from "../../report/templates.ts";
import { hypothesisNamedIn } from "../../results/named.ts";
import { resultFiles } from "../../results.ts";
import { roundsRemembered } from "../../rounds.ts";
import { type HuntOutcome, type HuntPlan, hunt, loadLibrary } from "../../run.ts";
import { dayMs } from "../../time.ts";
import { type Gap, gap as gapSchema, type Hypothesis } from "../../types.ts";
import { engineTime, type World } from "../../world.ts";
import { collectingOf } from "../collecting.ts";
import { withLanding } from "../landing.ts";
import { configOf, days, type GivenOptions, whole, withHunt, withWindow } from "../options.ts";
import { parquetWith } from "../parquet.ts";
import { refuseMissing, refuseOwn, refuseUnwritable } from "../paths.ts";
import { publishingOf, publishResults, unpublished } from "../publishing.ts";
import { reasoningOf } from "../reasoning.ts";
import { huntInRounds } from "../rounds.ts";
import { type Session, withWorld } from "../session.ts";
import { inert, inertJson } from "../terminal.ts";
import { modelNamed } from "./models.ts";

interface HuntOptions extends GivenOptions {
  readonly from?: string;
  readonly to?: string;
  readonly since?: number;
  readonly model?: string;
  readonly hypothesis?: string;
  readonly as?: string;
  /** False: --no-collect. */
  readonly collect?: boolean;
  readonly json?: boolean;
  readonly publish?: boolean;
  /** Days. */
  readonly every?: number;
  readonly overlap?: number;
  readonly rounds?: number;
  readonly keep?: number;
}

export function registerHunt(program: Command, sessionFor: (options: { quiet?: boolean }) => Session): void {
  withWindow(withHunt(program.command("hunt").argument("[PATH...]", "files and folders of logs to import first")))
    .description("Read logs, look for what stands out, explain it, and write the report.")
    .option("--as <FORMAT>", "read every file as this format, whatever it looks like")
    .option("--no-collect", "do not ask the vendors of the settings; hunt over what is stored")
    .option("--model <MODEL>", "score people with a saved model instead of a new one: a file, or NAME[@HASH] of the registry")
    .option(
      "--hypothesis <ID>",
      "run only the hunts of this hypothesis: its id, the beginning of it, or its number in the report in --out: H2",
    )
    .option("--memory <DIR>", "records of past hunts (Markdown, fit for git): search them before, add to them after")
    .option(
      "--ai <off|claude>",
      "claude: a language model proposes and pursues hypotheses too; `spoor ai check` looks whether it is in order (default off)",
    )
    .option("--json", "print the record of the run as JSON")
    .option("--publish", "bring the results to the places of the settings (publish:) when the hunt is done")
    .addOption(
      new Option("--every <SPAN>", "hunt again and again, so often: 24h, 7d; each round looks at what came since the last")
        .argParser(days)
        .conflicts(["from", "to", "since", "json"]),
    )
    .addOption(
      new Option("--overlap <SPAN>", "with --every: look again at so much of the round before (default 2h)").argParser(days),
    )
    .addOption(new Option("--rounds <N>", "with --every: end after so many rounds (default: Ctrl-C ends it)").argParser(whole))
    .addOption(
      new Option("--keep <N>", "with --every: keep the results of so many rounds below OUT/rounds (default 90)").argParser(whole),
    )
    .addHelpText(
      "after",
      `
Examples:
  spoor hunt ./logs                                  everything below ./logs, report in ./spoor-out
  spoor hunt ./logs --internal 10.0.0.0/8 --since 7d  say what is inside; only the last week of it
  spoor hunt --store https://hunter@host:8443/case7  over what a server already holds
  spoor hunt ./logs --set beaconing.countThreshold=20 --only beaconing
  spoor hunt --every 24h --publish --config spoor.yaml  every day, and bring the results to others
  spoor hunt --hypothesis H1 --ai claude             have Claude pursue one hypothesis of the last report`,
    )
    .action(async (paths: string[], given: HuntOptions & { quiet?: boolean }) => {
      const session = sessionFor(given);
      const config = await configOf(given);
      // Resolved once: the numbers of the report change with the run.
      const hypothesis = given.hypothesis === undefined ? undefined : await hypothesisNamedIn(config.out, given.hypothesis);
      const options = hypothesis === undefined ? given : { ...given, hypothesis };
      if (options.every === undefined) return runHunt(paths, options, config, session);
      // Three months of days: a report takes a few megabytes at most.
      const { every, overlap = 2 / 24, rounds = null, keep: keepResults = 90 } = options;
      if (keepResults < 1 || keepResults > roundsRemembered)
        throw new SpoorError("usage", `--keep is a number from 1 to ${roundsRemembered}`, {
          hint: "Results that are to stay longer are copied elsewhere, or published.",
        });
      if (every * dayMs < 60_000)
        throw new SpoorError("usage", "--every is shorter than a minute", { hint: "`spoor watch` follows logs as they grow." });
      // What is wrong with the command is told now, not as a round that failed.
      await readied(paths, options, config, session);
      const plan = { everyMs: every * dayMs, overlapMs: overlap * dayMs, rounds, keepResults };
      await huntInRounds(plan, config, session, ({ from, to }) => runHunt(paths, { ...options, from, to }, config, session));
    });
}

/** A whole run: hunts, writes the results into the folder of the settings, records the run, and tells the terminal. */
export async function runHunt(paths: readonly string[], options: HuntOptions, config: Config, session: Session): Promise<void> {
  const { library, collecting, templates, publishing, model } = await readied(paths, options, config, session);
  const reasoning = await reasoningOf(config, session);
  const remembered = options.hypothesis === undefined ? null : await modelHypothesis(config.out, options.hypothesis);
  const inWorld = async (landingDirectory: string, world: World): Promise<void> => {
    const plan: HuntPlan = {
      paths,
      config,
      model,
      landingDirectory,
      leaveOut: ownPlaces(config),
      convertParquet: parquetWith(config),
      ...(collecting === null ? {} : { collect: { ...collecting(landingDirectory), isPaced: options.every !== undefined } }),
      measure: { nowMilliseconds: () => performance.now(), peakResidentBytes: () => process.resourceUsage().maxRSS * 1024 },
      ...(options.as === undefined ? {} : { as: options.as }),
      ...(options.from === undefined ? {} : { from: options.from }),
      ...(options.to === undefined ? {} : { to: options.to }),
      ...(options.since === undefined ? {} : { sinceDays: options.since }),
      ...(options.hypothesis === undefined ? {} : { hypothesisId: options.hypothesis }),
      ...(remembered === null ? {} : { remembered }),
      ...(reasoning === null ? {} : { reasoning }),
    };
    if (config.ai !== "off" && reasoning === null) world.gaps.add(noModel);
    const outcome = await hunt(plan, library, world);
    const gaps = world.gaps.list();
    await world.store.insert(
      "gap",
      gaps.map((gap, position) => gapRow(outcome.runUid, position, gap)),
    );
    const files = await resultFiles(outcome, gaps, {
      config,
      command: commandOf(paths, options, config),
      recordedTime: engineTime(world.clock()),
      ...(templates === null ? {} : { templates }),
    });
    await writeFolder(config.out, files);
    // What an earlier run left would be taken for this one's.
    if (outcome.pursuits.length === 0) await rm(join(config.out, "pursuits.json"), { force: true });
    const run = files.find((file) => file.name === "run.json")?.text ?? "";
    await world.store.insert("run", [{ run_uid: outcome.runUid, recorded_time: engineTime(world.clock()), document: run }]);
    await keepRecords(outcome, config, world);
    if (options.json === true) session.terminal.out(inertJson(run.trimEnd()));
    else tell(outcome, gaps, config, session);
    // Ctrl-C while a hypothesis was pursued: all the rest is done and written down by now.
    session.signal.throwIfAborted();
    if (publishing === null) return;
    const { gaps: unreached, hint } = await publishResults(publishing, config, session, session.terminal.note);
    await world.store.insert(
      "gap",
      unreached.map((gap, position) => gapRow(outcome.runUid, gaps.length + position, gap)),
    );
    if (unreached.length > 0) throw unpublished(unreached, publishing.publishers.length, hint, config.out);
  };
  const { store, memory } = config;
  await withLanding(config, (landingDirectory) =>
    withWorld(session, { store, memory }, (world) => inWorld(landingDirectory, world)),
  );
}

/** A hypothesis that a model thought of in the run whose results lie in the folder; null when it is none of those. */
async function modelHypothesis(out: string, id: string): Promise<Hypothesis | null> {
  const text = await readFile(join(out, "hypotheses.json"), "utf8").catch(() => null);
  return text === null ? null : modelHypothesisIn(text, id);
}

/** Adds the hunts of a run to the records of past ones, where a folder is set. */
async function keepRecords(
  { hypotheses, hunts, pursuits, past, runUid }: HuntOutcome,
  config: Config,
  world: World,
): Promise<void> {
  if (config.huntRecords === undefined) return;
  await keepHunts(config.huntRecords, past, huntedOf(hypotheses, hunts, pursuits), {
    runUid,
    date: engineTime(world.clock()).slice(0, 10),
    own: { networks: config.internal, names: new Set() },
  });
}

const noModel: Gap = {
  stage: "hypothesise",
  part: "language model",
  kind: "not-configured",
  reason: "claude.privacy is off in the settings: no language model was asked",
};

/** Everything of a run that can be found wrong before the store is opened. */
async function readied(paths: readonly string[], options: HuntOptions, config: Config, session: Session) {
  await refuseWrongUsage(paths, options, config);
  const library = await loadLibrary(config, options.as);
  const collecting = options.collect === false ? null : await collectingOf(config, options, session);
  const templates = config.report.templates === undefined ? null : await loadTemplates(config.report.templates);
  const publishing = options.publish === true ? await publishingOf(config, [], {}, session) : null;
  const model = options.model === undefined ? null : await modelNamed(options.model, options);
  if (model !== null) requireModelFor(library.detectors, model);
  return { library, collecting, templates, publishing, model };
}

function gapRow(runUid: string, position: number, gap: Gap) {
  const { stage, part, reason } = gap;
  return { run_uid: runUid, position, stage, part, reason, document: JSON.stringify(gap) };
}

/** What can be told before anything is touched. */
async function refuseWrongUsage(paths: readonly string[], { from, to }: HuntOptions, config: Config): Promise<void> {
  await refuseMissing(paths);
  await refuseMissing(
    config.mmdb,
    "Name MMDB files with --mmdb, or leave it away: owners of addresses then come from the bundled ones.",
  );
  await refuseOwn(paths, { "--store": config.store, "--out": config.out });
  await refuseUnwritable(config.out);
  if (from !== undefined && to !== undefined && from >= to)
    throw new SpoorError("usage", `the window ends (${to}) before it begins (${from})`, {
      hint: "Times are UTC, and --to is exclusive: --from 2026-11-01 --to 2026-11-08.",
    });
}

/** The command that would do the same again, with every setting that changes what is found. Where data and results lie is not one. */
function commandOf(paths: readonly string[], options: HuntOptions, config: Config): string {
  const defaults = configSchema.parse({});
  const words = ["spoor", "hunt", ...paths];
  const name = (option: string, value: string | number | undefined): void => {
    if (value !== undefined) words.push(`--${option}`, String(value));
  };
  name("as", options.as);
  name("from", options.from === undefined ? undefined : isoOf(options.from));
  name("to", options.to === undefined ? undefined : isoOf(options.to));
  name("since", options.since === undefined ? undefined : `${options.since}d`);
  name("seed", config.seed);
  name("internal", config.internal.join(","));
  name("year", config.year);
  name("ai", config.ai === defaults.ai ? undefined : config.ai);
  name("budget", config.budget === defaults.budget ? undefined : config.budget);
  if (config.only.length > 0) name("only", config.only.join(","));
  for (const [id, parameters] of Object.entries(config.set))
    for (const [parameter, value] of Object.entries(parameters)) name("set", `${id}.${parameter}=${JSON.stringify(value)}`);
  name("detectors", config.detectors);
  name("sources", config.sources);
  if (config.mmdb.length > 0) name("mmdb", config.mmdb.join(","));
  name("model", options.model);
  name("hypothesis", options.hypothesis);
  if (options.collect === false) words.push("--no-collect");
  // What is collected stands in a file, and nowhere else.
  else if (Object.keys(config.collect).length > 0) name("config", options.config);
  return words.map(quoted).join(" ");
}

function isoOf(time: string): string {
  return `${time.replace(" ", "T").replace(/(?:000|\.000000)$/, "")}Z`;
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function tell(outcome: HuntOutcome, gaps: readonly Gap[], config: Config, { terminal }: Session): void {
  const findings = outcome.findings.map(({ finding }) => finding);
  const own = findings.filter((finding) => !finding.isVendorAlert);
  const suppressed = own.filter((finding) => finding.suppression !== undefined).length;
  const above = own.filter((finding) => isAlert(finding.severity) && finding.suppression === undefined);
  const events = [...outcome.tables.values()].reduce((sum, table) => sum + table.rows, 0);
  terminal.out(
    `${events.toLocaleString("en-US")} events from ${outcome.window.from.slice(0, 19)} to ${outcome.window.to.slice(0, 19)} UTC`,
  );
  terminal.out(
    `${own.length} findings, ${above.length} at or above High${suppressed === 0 ? "" : `, ${suppressed} suppressed`}; ${findings.length - own.length} vendor alerts; ${outcome.stories.length} stories; ${outcome.hunts.filter((one) => one.status === "supported").length} of ${outcome.hunts.length} hunts supported`,
  );
  for (const finding of own.filter((one) => one.isWithinBudget).slice(0, 10))
    terminal.out(`  ${finding.score.toFixed(0).padStart(3)}  ${finding.severity.padEnd(8)}  ${inert(finding.title)}`);
  tellPursuits(outcome, terminal);
  if (gaps.length > 0) {
    terminal.out(`${gaps.length} gaps: what could not be seen or done`);
    // What was not read comes before what could therefore not be asked.
    const stages = gapSchema.shape.stage.options;
    const inOrder = [...gaps].sort((one, other) => stages.indexOf(one.stage) - stages.indexOf(other.stage));
    for (const gap of inOrder.slice(0, 12))
      terminal.out(`  ${gap.stage}, ${inert(gap.part)}: ${inert(gap.reason)}${gap.count === undefined ? "" : ` (${gap.count})`}`);
    if (gaps.length > 12) terminal.out(`  and ${gaps.length - 12} more in gaps.json`);
  }
  terminal.out(`Report: ${join(config.out, "report.html")}`);
}

/** What a language model made of hypotheses, and what it cost. */
function tellPursuits({ pursuits, hypotheses }: HuntOutcome, terminal: Session["terminal"]): void {
  if (pursuits.length === 0) return;
  const usd = pursuits.reduce((sum, pursuit) => sum + pursuit.usd, 0);
  terminal.out(
    `${pursuits.length === 1 ? "1 hypothesis" : `${pursuits.length} hypotheses`} pursued by ${inert(pursuits[0]?.reasoner ?? "")}, $${usd.toFixed(2)} at list prices`,
  );
  for (const pursuit of pursuits) {
    const title = hypotheses.find(({ id }) => id === pursuit.hypothesisId)?.title ?? pursuit.hypothesisId;
    const held = `${pursuit.claims.length} claims held, ${pursuit.rejected.length} statements rejected`;
    terminal.out(`  ${pursuit.status.padEnd(12)}  ${inert(title)} (${pursuit.ended}; ${held})`);
  }
}
