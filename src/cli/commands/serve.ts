import { randomBytes } from "node:crypto";
import { type Command, Option } from "commander";
import { gatherVerdicts } from "../../findings/history.ts";
import { rawRecordsOf } from "../../findings/raw-records.ts";
import { recordVerdict } from "../../findings/verdict.ts";
import { DayLedger } from "../../reasoner/day-ledger.ts";
import { checkReasoner } from "../../reasoner/open.ts";
import type { ClaudeSettings } from "../../reasoner/settings.ts";
import { keptWhileSame, readPastRun } from "../../results/past-run.ts";
import { serveWorkbench } from "../../server/app.ts";
import { Pursuits } from "../../server/pursuits.ts";
import type { ModelInUse, Workbench } from "../../server/workbench.ts";
import type { Window } from "../../types.ts";
import type { World } from "../../world.ts";
import { reasonerEffects } from "../claude.ts";
import { authorOf, configOf, type GivenOptions, withHunt } from "../options.ts";
import { refuseUnwritable } from "../paths.ts";
import { portNumber, tokenIn, untilStopped } from "../serving.ts";
import { type Session, withWorld } from "../session.ts";
import { inert } from "../terminal.ts";

interface ServeOptions extends GivenOptions {
  readonly quiet?: boolean;
  readonly port: number;
}

/** `spoor serve`: the results of the last run in a browser, with hypotheses to pursue and verdicts to give. */
export function registerServe(program: Command, sessionFor: (options: { quiet?: boolean }) => Session): void {
  withHunt(program.command("serve"))
    .description("Show the results in a browser on this machine: read the report, pursue hypotheses, write down verdicts.")
    .addOption(new Option("--port <N>", "port on 127.0.0.1; 0: any free one").argParser(portNumber).default(0))
    .option("--memory <DIR>", "records of past hunts: a pursuit searches them before, adds to them after")
    .option("--ai <off|claude>", "claude: a pursuit asks a language model too, within the caps of the settings (default off)")
    .addHelpText(
      "after",
      `
Settings are those that a pursuit hunts with: give the ones of the hunt whose results are shown.
The link that is printed lets one browser in, once. SPOOR_SERVE_TOKEN (16 characters or more) sets a token that works again.

Examples:
  spoor serve                                        results of ./spoor-out, data of ./.spoor
  spoor serve --port 8972 --ai claude --config spoor.yaml`,
    )
    .action(async (options: ServeOptions) => {
      const session = sessionFor(options);
      const token = tokenIn("SPOOR_SERVE_TOKEN", session, options.quiet === true);
      const config = await configOf(options);
      await refuseUnwritable(config.out);
      const isAsked = config.ai === "claude" && config.claude.privacy !== "off";
      // What is wrong with the model is told now, not by each pursuit.
      if (isAsked && config.claude.replay === undefined) {
        const { notes } = await checkReasoner(config.claude, reasonerEffects(config.out, session));
        for (const { model, isWell, note } of notes) if (!isWell) session.terminal.note(inert(`${model}: ${note}`));
      }
      await withWorld(session, { store: config.store, memory: config.memory, mustExist: true }, async (world) => {
        const pursuits = new Pursuits({
          out: config.out,
          program: [process.execPath, ...process.execArgv, process.argv[1] ?? ""],
          words: (hypothesisId, window, folder) => [
            ...settingWords({ ...options, out: folder }),
            ...pursuing(hypothesisId, window),
          ],
          clock: world.clock,
        });
        const workbench = workbenchOver(world, { out: config.out, author: authorOf({}, session), pursuits });
        const serving = await serveWorkbench(
          { ...workbench, model: isAsked ? modelIn(config.claude, world.clock) : null },
          {
            port: options.port,
            token: token.text,
            isTokenOnce: token.isNew,
            secret: () => randomBytes(32).toString("base64url"),
          },
        );
        session.terminal.note(
          token.isNew
            ? `spoor serve: open ${serving.url}/?token=${token.text}\n  (it lets one browser in, once; Ctrl-C ends the server)`
            : `spoor serve: ${serving.url}/?token=… with the token of SPOOR_SERVE_TOKEN; Ctrl-C ends the server`,
        );
        await untilStopped(serving, session.signal);
        session.signal.throwIfAborted();
      });
    });
}

/** What the pages say of the model that pursuits ask. */
function modelIn(claude: ClaudeSettings, clock: World["clock"]): ModelInUse | null {
  const { privacy, models, replay, usdPerHunt, usdPerRun, usdPerDay, mostSeconds, record, spend } = claude;
  if (privacy === "off") return null;
  const ledger = new DayLedger(spend);
  return {
    name: [...new Set([models.hunt.model, models.summary.model, models.critic.model])].join(", "),
    privacy,
    isReplay: replay !== undefined,
    // A pursuit is a run of its own.
    usdPerHunt: Math.min(usdPerHunt, usdPerRun),
    usdPerDay,
    usdToday: async () => (await ledger.runsOf(clock())).reduce((sum, { usd }) => sum + usd, 0),
    mostSeconds,
    record: record ?? null,
  };
}

interface Place {
  readonly out: string;
  /** Whose verdicts they are. */
  readonly author: string;
  readonly pursuits: Pursuits;
}

function workbenchOver(world: World, { out, author, pursuits }: Place): Omit<Workbench, "model"> {
  return {
    out,
    pursuits,
    clock: world.clock,
    records: (eventUids, window) => rawRecordsOf(eventUids, window, world),
    results: keptWhileSame(out, async (hasRun) => (hasRun ? readPastRun(out) : null)),
    decisions: async () => new Map((await gatherVerdicts(null, world)).map((one) => [one.findingUid, one])),
    decide: async (verdict) => {
      await recordVerdict({ ...verdict, author }, world);
    },
  };
}

function pursuing(hypothesisId: string, { from, to }: Window): string[] {
  const iso = (time: string): string => `${time.replace(" ", "T")}Z`;
  // An empty window is one that nothing was asked of: the hunt then says so in its own words.
  const window = from < to ? [`--from=${iso(from)}`, `--to=${iso(to)}`] : [];
  return ["--no-collect", `--hypothesis=${hypothesisId}`, ...window];
}

/** The words of a hunt with the settings of this command. */
function settingWords(options: ServeOptions): string[] {
  const { config, store, out, seed, year, internal, detectors, sources, only, set, mmdb, budget, ai, memory } = options;
  const lists = { internal, only, mmdb };
  const single = { config, store, out, seed, year, detectors, sources, budget, ai, memory };
  return [
    "hunt",
    ...Object.entries(single).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`])),
    ...Object.entries(lists).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value.join(",")}`])),
    ...(set ?? []).map((one) => `--set=${one}`),
  ];
}
