import type { Command } from "commander";
import { SpoorError } from "../../errors.ts";
import type { PastHunt } from "../../memory/past-hunt.ts";
import { readMemory } from "../../memory/read.ts";
import { searchMemory } from "../../memory/search.ts";
import { compareText } from "../../order.ts";
import { onlyOne } from "../named.ts";
import { configOf, type GivenOptions, list } from "../options.ts";
import type { Session } from "../session.ts";
import { inert, inertJson } from "../terminal.ts";

interface MemoryOptions extends GivenOptions {
  readonly technique?: string[];
  readonly entity?: string[];
  readonly json?: boolean;
}

type SessionFor = (options: { quiet?: boolean }) => Session;

/** `spoor memory`: the records of past hunts in a folder that a team keeps. */
export function registerMemory(program: Command, sessionFor: SessionFor): void {
  const memory = program
    .command("memory")
    .description("Past hunts: list, search and show the records that hunts leave with --memory DIR.");
  withFolder(memory.command("list"))
    .description("List the records, newest first.")
    .option("--json", "as JSON")
    .addHelpText("after", "\nExample:\n  spoor memory list --memory ./spoor-hunts")
    .action(async (options: MemoryOptions) => {
      const session = sessionFor({});
      const records = [...(await recordsOf(options, session))].sort(
        (a, b) => compareText(b.date, a.date) || compareText(a.file, b.file),
      );
      if (options.json === true) return session.terminal.out(inertJson(JSON.stringify(records.map(asJson))));
      if (records.length === 0) session.terminal.note("No hunt is on record here. `spoor hunt --memory DIR` leaves some.");
      for (const record of records) session.terminal.out(lineOf(record));
    });
  withFolder(memory.command("search").argument("[WORD...]", "words to look for"))
    .description("Find past hunts by words, techniques and entities, best first, and say why.")
    .option("--technique <ID,…>", "ATT&CK ids", list)
    .option("--entity <NAME,…>", "devices, people, addresses", list)
    .option("--json", "as JSON")
    .addHelpText("after", "\nExamples:\n  spoor memory search beacon\n  spoor memory search --technique T1071.001 --entity ws-12")
    .action(async (words: string[], options: MemoryOptions) => {
      const session = sessionFor({});
      const query = { words, techniques: options.technique ?? [], entities: options.entity ?? [] };
      if (words.length + query.techniques.length + query.entities.length === 0)
        throw new SpoorError("usage", "there is nothing to search for", { hint: "Give words, --technique or --entity." });
      const found = searchMemory(await recordsOf(options, session), query);
      if (options.json === true)
        return session.terminal.out(
          inertJson(JSON.stringify(found.map(({ record, score, because }) => ({ score, because, ...asJson(record) })))),
        );
      if (found.length === 0) session.terminal.note("No record answers that.");
      for (const { record, because } of found) session.terminal.out(`${lineOf(record)}\n     by ${inert(because.join(", "))}`);
    });
  withFolder(memory.command("show").argument("<ID>", "the id of a record, or the beginning of one"))
    .description("Show one record as it is written.")
    .addHelpText("after", "\nExample:\n  spoor memory show 3f9a01")
    .action(async (id: string, options: MemoryOptions) => {
      const session = sessionFor({});
      const found = (await recordsOf(options, session)).filter((record) => record.id.startsWith(id));
      const record = onlyOne(found, { id, one: "record", many: "records", hint: "`spoor memory list` lists them." });
      session.terminal.out(record.text.trimEnd().split("\n").map(inert).join("\n"));
    });
}

function withFolder(command: Command): Command {
  return command
    .option("--memory <DIR>", "the folder of the records (default ./spoor-hunts)")
    .option("--config <FILE>", "settings from a YAML file");
}

async function recordsOf(options: MemoryOptions, { terminal }: Session): Promise<readonly PastHunt[]> {
  const { huntRecords = defaultFolder } = await configOf(options);
  const { records, gaps } = await readMemory(huntRecords);
  for (const { part, reason } of gaps) terminal.note(`${inert(part)}: ${inert(reason)}`);
  return records;
}

const defaultFolder = "./spoor-hunts";

function lineOf({ date, id, status, hypothesis, techniques }: PastHunt): string {
  return `${date}  ${id.slice(0, 12).padEnd(12)}  ${status.padEnd(12)}  ${inert(hypothesis)} (${techniques.join(", ")})`;
}

function asJson({ text: _, ...record }: PastHunt): object {
  return record;
}
