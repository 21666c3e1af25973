import { Command } from "commander";
import { versions } from "../versions.ts";
import { registerAi } from "./commands/ai.ts";
import { registerAttack } from "./commands/attack.ts";
import { registerCollect } from "./commands/collect.ts";
import { registerData } from "./commands/data.ts";
import { registerDoctor } from "./commands/doctor.ts";
import { registerEntity } from "./commands/entity.ts";
import { registerEvaluate } from "./commands/evaluate.ts";
import { registerExport } from "./commands/export.ts";
import { registerHunt } from "./commands/hunt.ts";
import { registerIntel } from "./commands/intel.ts";
import { registerMcp } from "./commands/mcp.ts";
import { registerMemory } from "./commands/memory.ts";
import { registerModels } from "./commands/models.ts";
import { registerPublish } from "./commands/publish.ts";
import { registerRead } from "./commands/read.ts";
import { registerReport } from "./commands/report.ts";
import { registerResults } from "./commands/results.ts";
import { registerServe } from "./commands/serve.ts";
import { registerSimulate } from "./commands/simulate.ts";
import { registerSuppress } from "./commands/suppress.ts";
import { registerTriage } from "./commands/triage.ts";
import { registerWatch } from "./commands/watch.ts";
import type { Session } from "./session.ts";

/** Makes the session of a command, from what every command may be told. */
type SessionFor = (options: { quiet?: boolean }) => Session;

/** Every command with its arguments and options; nothing is run yet. What is wrong with a command line is thrown as CommanderError. */
export function programOf(sessionFor: SessionFor): Command {
  const program = new Command("spoor")
    .description(
      "Threat hunting over endpoint, identity, mail and network logs: few findings, each explained, each reproducible.",
    )
    .version(versions.spoor)
    .showHelpAfterError("(spoor --help, or spoor COMMAND --help, lists what there is)")
    .exitOverride();
  for (const register of [
    registerHunt,
    registerCollect,
    registerDoctor,
    registerData,
    registerRead,
    registerTriage,
    registerSuppress,
    registerIntel,
    registerAttack,
    registerResults,
    registerModels,
    registerMcp,
    registerServe,
    registerMemory,
    registerExport,
    registerReport,
    registerPublish,
    registerWatch,
    registerEntity,
    registerEvaluate,
    registerSimulate,
    registerAi,
  ])
    register(program, sessionFor);
  return program;
}
