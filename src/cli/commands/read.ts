import type { Command } from "commander";
import { z } from "zod";
import type { Config } from "../../config.ts";
import { gatherVerdicts } from "../../findings/history.ts";
import { readRecord } from "../../findings/ndjson.ts";
import { fromOcsf, type OcsfFinding } from "../../findings/ocsf.ts";
import { type FindingsWanted, findingNamed, findingsOnRecord, storiesOnRecord } from "../../findings/on-record.ts";
import { orderByVerdicts } from "../../findings/verdict-order.ts";
import { idNamedIn } from "../../results/named.ts";
import type { World } from "../../world.ts";
import { findingLine } from "../finding-line.ts";
import { configOf, findingArgument, type GivenOptions, whole, withResults, withStore } from "../options.ts";
import { type Session, withWorld } from "../session.ts";
import { inert, inertJson } from "../terminal.ts";

type SessionFor = (options: { quiet?: boolean }) => Session;
interface ReadOptions extends GivenOptions {
  readonly quiet?: boolean;
  readonly json?: boolean;
  readonly limit?: number;
  readonly detector?: string;
  readonly all?: boolean;
  readonly byVerdicts?: boolean;
}

/** Commands that show what earlier runs recorded: findings, explain, stories. */
export function registerRead(program: Command, sessionFor: SessionFor): void {
  withStore(program.command("findings"))
    .description("List the findings on record, best first.")
    .option("--detector <ID>", "only of this detector")
    .option("--limit <N>", "at most so many (default 50)", whole)
    .option("--all", "closed findings too")
    .option("--by-verdicts", "in the order that this team's verdicts suggest; none is left out")
    .option("--json", "one OCSF record a line")
    .addHelpText("after", "\nExamples:\n  spoor findings --limit 20\n  spoor findings --detector beaconing --json | head -1")
    .action((options: ReadOptions) => overStore(options, sessionFor, (world, session) => listFindings(options, world, session)));
  withResults(withStore(program.command("explain").argument("<ID>", findingArgument)))
    .description(
      "Explain one finding: why it scored, what speaks against it, which events prove it, and the SQL that gives them again.",
    )
    .option("--json", "the OCSF record")
    .addHelpText("after", "\nExamples:\n  spoor explain F2\n  spoor explain 3f9a01")
    .action((id: string, options: ReadOptions) =>
      overStore(options, sessionFor, (world, session, { out }) => explain(id, out, options, world, session)),
    );
  withStore(program.command("stories"))
    .description("List the stories of the last run, best first.")
    .option("--json", "one story a line as JSON")
    .addHelpText("after", "\nExample:\n  spoor stories")
    .action((options: ReadOptions) => overStore(options, sessionFor, (world, session) => listStories(options, world, session)));
}

async function overStore(
  options: ReadOptions,
  sessionFor: SessionFor,
  work: (world: World, session: Session, config: Config) => Promise<void>,
): Promise<void> {
  const session = sessionFor(options);
  const config = await configOf(options);
  await withWorld(session, { store: config.store, memory: config.memory, mustExist: true }, (world) =>
    work(world, session, config),
  );
}

interface Listed {
  readonly record: OcsfFinding;
  readonly document: string;
}

async function listed(wanted: FindingsWanted, world: World): Promise<Listed[]> {
  const found = await findingsOnRecord(wanted, world);
  return found.map(({ document }) => ({ record: readRecord(document, "the store"), document }));
}

async function listFindings(options: ReadOptions, world: World, { terminal }: Session): Promise<void> {
  const { detector, all = false, limit = 50 } = options;
  const found = await listed({ limit, closed: all, ...(detector === undefined ? {} : { detector }) }, world);
  if (found.length === 0) terminal.note("No findings are on record. `spoor hunt FOLDER` makes some.");
  const ordered = options.byVerdicts === true ? await inOrderOfVerdicts(found, world, terminal) : found;
  for (const { record, document } of ordered)
    terminal.out(
      options.json === true
        ? inertJson(document)
        : `${findingLine(record)}${record.unmapped.suppression === undefined ? "" : "  (suppressed)"}`,
    );
}

/** Findings with those first that resemble what was worth the look before; in their own order while there are too few verdicts. */
async function inOrderOfVerdicts(
  found: readonly Listed[],
  world: World,
  terminal: Session["terminal"],
): Promise<readonly Listed[]> {
  const verdicts = (await gatherVerdicts(null, world)).map(({ findingUid, verdict }) => ({ uid: findingUid, verdict }));
  // Verdicts outlive the list: findings that are closed or lie beyond its end are learned from too.
  const all = await listed({ limit: 10_000, closed: true }, world);
  const learned = orderByVerdicts(
    all.map(({ record }) => fromOcsf(record)),
    verdicts,
    42,
  );
  if (learned.kind === "too-few") {
    terminal.note(
      `Not enough verdicts yet: ${learned.worth} found worth the look and ${learned.notWorth} not, of ${learned.needed} (spoor verdict FINDING …). Listed by score.`,
    );
    return found;
  }
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  terminal.note(
    `Learned from ${learned.worth + learned.notWorth} verdicts; wrong on ${percent(learned.outOfBagError)} of those it had not seen (guessing: ${percent(learned.guessError)}). It goes by ${learned.importance
      .slice(0, 3)
      .map(({ feature, share }) => `${feature} ${percent(share)}`)
      .join(", ")}.`,
  );
  const place = new Map(learned.order.map(({ uid }, position) => [uid, position]));
  const placeOf = ({ record }: Listed): number => place.get(record.finding_info.uid) ?? Number.MAX_SAFE_INTEGER;
  return [...found].sort((a, b) => placeOf(a) - placeOf(b));
}

async function explain(id: string, out: string, options: ReadOptions, world: World, { terminal }: Session): Promise<void> {
  const { document } = await findingNamed(await idNamedIn(out, "findings", id), world);
  if (options.json === true) return terminal.out(inertJson(document));
  const record = readRecord(document, "the store");
  terminal.out(`${record.finding_info.uid}  ${inert(record.finding_info.title)}`);
  terminal.out(`${record.severity}, score ${record.unmapped.score}, confidence ${record.confidence_score} of 100`);
  const { suppression } = record.unmapped;
  if (suppression !== undefined)
    terminal.out(
      `Suppressed until ${suppression.until.slice(0, 16)} UTC by ${inert(suppression.author)}: ${inert(suppression.reason)}`,
    );
  terminal.out(`\n${inert(record.finding_info.desc)}\n\nWhy:`);
  for (const reason of record.unmapped.reasons) {
    const usual = [
      reason.baseline === null ? "" : `own usual ${reason.baseline}`,
      reason.peers === null ? "" : `peers ${reason.peers}`,
    ]
      .filter((text) => text !== "")
      .join(", ");
    terminal.out(
      `  ${reason.contribution >= 0 ? "+" : ""}${reason.contribution.toFixed(1).padStart(5)}  ${inert(reason.feature)}: ${inert(reason.observed)}${usual === "" ? "" : ` (${inert(usual)})`}`,
    );
  }
  terminal.out(`\nWhat else looks like this: ${inert(record.unmapped.benign)}`);
  for (const spot of record.unmapped.blind_spots) terminal.out(`Not seen: ${inert(spot)}`);
  for (const { data } of record.evidences) {
    terminal.out(`\n${data.row_count} events; first of them:`);
    for (const event of data.event_ids.slice(0, 10)) terminal.out(`  ${inert(event)}`);
    terminal.out(`The same again, with ${inertJson(JSON.stringify(data.parameters))}:\n${data.sql}`);
  }
}

async function listStories(options: ReadOptions, world: World, { terminal }: Session): Promise<void> {
  const documents = await storiesOnRecord(world);
  const story = z.looseObject({
    uid: z.string(),
    title: z.string(),
    severity: z.string(),
    score: z.number(),
    summary: z.string(),
  });
  if (documents.length === 0) terminal.note("No stories are on record. `spoor hunt FOLDER` makes some.");
  for (const document of documents) {
    const one = story.parse(JSON.parse(document));
    terminal.out(
      options.json === true
        ? inertJson(document)
        : `${one.score.toFixed(0).padStart(3)}  ${one.severity.padEnd(13)}  ${one.uid.slice(0, 8)}  ${inert(one.title)}\n     ${inert(one.summary)}`,
    );
  }
}
