import { setMaxListeners } from "node:events";
import { CommanderError } from "commander";
import { messageOf, SpoorError } from "../errors.ts";
import { programOf } from "./program.ts";
import { sessionOf } from "./session.ts";
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

// The AWS SDK tells of what later versions of it will need, at each start; ours is pinned, and says what it needs in package.json.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const program = programOf((options) => sessionOf(options.quiet === true, abort.signal));

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
