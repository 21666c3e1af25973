import { setMaxListeners } from "node:events";
import { Command, CommanderError } from "commander";
import { messageOf, SpoorError } from "../errors.ts";
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
import { registerSimulate } from "./commands/simulate.ts";
import { registerSuppress } from "./commands/suppress.ts";
import { registerTriage } from "./commands/triage.ts";
import { registerWatch } from "./commands/watch.ts";
import { type Session, sessionOf } from "./session.ts";
import { inertLines } from "./terminal.ts";

/** Exit codes of the contract: 0 done, 1 failed, 2 wrong usage or configuration, 130 on Ctrl-C. */
const usageErrors: ReadonlySet<string> = new Set(["usage", "configuration", "path-missing", "bad-plugin", "bad-model"]);

const abort = new AbortController();
// As many statements as wait for an answer listen to it, which is no leak.
setMaxListeners(0, abort.signal);
let interrupted = false;
process.on("SIGINT", () => {
  // The second Ctrl-C ends at once; the first lets the statement in flight be cancelled and keeps what was stored.
  if (interrupted) process.exit(130);
  interrupted = true;
  process.stderr.write("\nspoor: stopping; what was stored stays. Ctrl-C again ends at once.\n");
  abort.abort(
    new SpoorError("cancelled", "stopped by Ctrl-C", { hint: "What was stored stays; the same command goes on from there." }),
  );
});
process.on("SIGTERM", () => process.emit("SIGINT"));
// A reader that has seen enough (`spoor findings | head`) is no failure; without anybody to tell, a hunt still goes on.
process.stdout.on("error", (thrown: NodeJS.ErrnoException) => {
  if (thrown.code !== "EPIPE") throw thrown;
  process.exit(process.exitCode ?? 0);
});
process.stderr.on("error", (thrown: NodeJS.ErrnoException) => {
  if (thrown.code !== "EPIPE") throw thrown;
});

const program = new Command("spoor")
  .description("Threat hunting over endpoint, identity, mail and network logs: few findings, each explained, each reproducible.")
  .version(versions.spoor)
  .showHelpAfterError("(spoor --help, or spoor COMMAND --help, lists what there is)")
  .exitOverride();

const sessionFor = (options: { quiet?: boolean }): Session => sessionOf(options.quiet === true, abort.signal);
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

try {
  await program.parseAsync();
} catch (thrown) {
  process.exitCode = report(thrown);
}

function report(thrown: unknown): number {
  if (interrupted) {
    process.stderr.write("spoor: stopped. What was stored stays; the same command goes on from there.\n");
    return 130;
  }
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
  process.stderr.write(`spoor: ${inertLines(messageOf(thrown))}\n`);
  if (thrown instanceof SpoorError && thrown.hint !== undefined) process.stderr.write(`  ${inertLines(thrown.hint)}\n`);
  return thrown instanceof SpoorError && usageErrors.has(thrown.code) ? 2 : 1;
}
