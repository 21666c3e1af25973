import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { bundledAttackData, formatAttackData } from "../../attack/data.ts";
import { importStixFile } from "../../attack/import-stix.ts";
import type { Session } from "../session.ts";
import { inert } from "../terminal.ts";

/** `spoor attack import`: ATT&CK of a newer release, from its STIX bundle. The Navigator layer of a run is attack-layer.json among its results. */
export function registerAttack(program: Command, sessionFor: (options: { quiet?: boolean }) => Session): void {
  const attack = program.command("attack").description("ATT&CK data.");
  attack
    .command("import")
    .argument("<FILE>", "enterprise-attack.json of a newer release (STIX 2.1)")
    .requiredOption("--out <FILE>", "where the compact form goes")
    .option("--release <VERSION>", "the release, where the bundle does not say")
    .description("Turn a STIX bundle of Enterprise ATT&CK into the compact form that Spoor reads.")
    .addHelpText("after", "\nExample:\n  spoor attack import enterprise-attack.json --out attack.json")
    .action(async (file: string, options: { out: string; release?: string }) => {
      const { terminal } = sessionFor({});
      const { data, gaps } = await importStixFile(file, {
        baseline: bundledAttackData(),
        ...(options.release === undefined ? {} : { version: options.release }),
      });
      await writeFile(options.out, formatAttackData(data));
      terminal.out(`${inert(file)} is in ${inert(options.out)}; name it in the settings as attack: ${inert(options.out)}`);
      for (const gap of gaps) terminal.note(`gap: ${inert(gap.reason)}`);
    });
}
