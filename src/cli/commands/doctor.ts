import type { Command } from "commander";
import { sleep } from "../../collect/sleep.ts";
import type { Config } from "../../config.ts";
import { SpoorError } from "../../errors.ts";
import type { Store } from "../../store/store.ts";
import type { Gap } from "../../types.ts";
import { reasonerEffects } from "../claude.ts";
import { languageModelLines } from "../doctor/language-model.ts";
import { isWell, type Line, missing, ok } from "../doctor/line.ts";
import { embeddedEngineLine, engineLine, machineLines } from "../doctor/machine.ts";
import { vendorLines } from "../doctor/vendors.ts";
import { configOf, type GivenOptions, list, withStore } from "../options.ts";
import { type Session, withWorld } from "../session.ts";
import { inert, inertJson } from "../terminal.ts";

interface DoctorOptions extends GivenOptions {
  readonly quiet?: boolean;
  readonly source?: string[];
  readonly json?: boolean;
}

/** `spoor doctor`. */
export function registerDoctor(program: Command, sessionFor: (options: { quiet?: boolean }) => Session): void {
  withStore(program.command("doctor"))
    .description(
      "Look at what a hunt needs, machine, store, vendors, secrets, permissions and clocks, and say what will be blind.",
    )
    .option("--source <ID,…>", "ask only these vendors (default: all that the settings name)", list)
    .option("--out <DIR>", "where the results would go (default ./spoor-out)")
    .option("--sources <DIR>", "a folder of your own sources and collectors")
    .option("--detectors <DIR>", "a folder of your own detectors")
    .option("--mmdb <FILE,…>", "your own MMDB files for owners and countries of addresses", list)
    .option("--json", "the same as JSON")
    .addHelpText(
      "after",
      `
Examples:
  spoor doctor                              this machine, the engine and the store
  spoor doctor --config spoor.yaml          the vendors of the settings too; each is asked the smallest questions there are
Ends with 1 when something is missing.`,
    )
    .action(async (options: DoctorOptions) => {
      const session = sessionFor(options);
      const { lines, gaps } = await look(await configOf(options), options.source ?? [], session);
      if (options.json === true)
        session.terminal.out(inertJson(JSON.stringify({ isWell: isWell(lines), checks: lines, gaps }, null, 2)));
      else for (const text of sheet(lines, gaps)) session.terminal.out(text);
      if (!isWell(lines)) process.exitCode = 1;
    });
}

interface Look {
  readonly lines: readonly Line[];
  readonly gaps: readonly Gap[];
}

async function look(config: Config, wanted: readonly string[], session: Session): Promise<Look> {
  const unknown = wanted.find((id) => !(id in config.collect));
  if (unknown !== undefined)
    throw new SpoorError("usage", `${unknown} is not set up to be collected`, {
      hint: `The settings name it under collect; set up: ${Object.keys(config.collect).sort().join(", ") || "none"}.`,
    });
  const model = await languageModelLines(config, reasonerEffects(config.out, session));
  const machine = [...(await machineLines(config)), ...model];
  const vendors = (store: Store | null): ReturnType<typeof vendorLines> =>
    vendorLines(config, wanted, {
      outside: { fetch: globalThis.fetch, sleep, random: Math.random, environment: session.environment },
      clock: () => new Date(),
      signal: session.signal,
      store,
    });
  let isOpen = false;
  try {
    return await withWorld(session, { store: config.store, memory: config.memory, mustExist: true }, async ({ store }) => {
      isOpen = true;
      const opened = [await engineLine(store), ok("store", "store", `${nameOf(config.store)} is open and up to date`)];
      const { lines, gaps } = await vendors(store);
      return { lines: [...machine, ...opened, ...lines], gaps };
    });
  } catch (thrown) {
    if (isOpen || session.signal.aborted) throw thrown;
    const isNew = thrown instanceof SpoorError && thrown.code === "path-missing";
    const line = isNew
      ? ok("store", "store", `there is none at ${nameOf(config.store)} yet; the first hunt makes it`)
      : missing("store", "store", thrown, ["everything"]);
    const { lines, gaps } = await vendors(null);
    return { lines: [...machine, ...(isNew ? [await embeddedEngineLine()] : []), line, ...lines], gaps };
  }
}

/** A URL may hold a password. */
function nameOf(store: string): string {
  return store.replace(/^(https?:\/\/)[^/]*@/, "$1");
}

/** For people: one line a check, what will be blind below it, and at the end what follows. */
function sheet(lines: readonly Line[], gaps: readonly Gap[]): string[] {
  const width = Math.max(...lines.map(({ state }) => state.length));
  const told = lines.flatMap(({ part, what, state, detail, blind }) => [
    `${state.padEnd(width)}  ${inert(part)}: ${inert(what)}: ${inert(detail)}`,
    ...(blind.length === 0 ? [] : [`${" ".repeat(width)}  blind: ${inert(blind.join(", "))}`]),
  ]);
  const nature = gaps.map(({ part, reason }) => `${"note".padEnd(width)}  ${inert(part)}: ${inert(reason)}`);
  const count = lines.filter(({ state }) => state === "missing" || state === "unreachable").length;
  const warnings = lines.filter(({ state }) => state === "warning").length;
  const verdict = count === 0 ? "Nothing is missing" : count === 1 ? "One thing is missing" : `${count} things are missing`;
  return [
    ...told,
    ...nature,
    "",
    `${verdict}${warnings === 0 ? "" : warnings === 1 ? "; one warning" : `; ${warnings} warnings`}.`,
  ];
}
