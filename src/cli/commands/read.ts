import type { Command } from "commander";
import { z } from "zod";
import { readRecord } from "../../findings/ndjson.ts";
import { fromOcsf, type OcsfFinding } from "../../findings/ocsf.ts";
import { orderByVerdicts } from "../../findings/verdict-order.ts";
import type { World } from "../../world.ts";
import { onlyOne } from "../named.ts";
import { configOf, type GivenOptions, whole, withStore } from "../options.ts";
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
  withStore(program.command("explain").argument("<ID>", "a finding's uid, or the beginning of one"))
    .description(
      "Explain one finding: why it scored, what speaks against it, which events prove it, and the SQL that gives them again.",
    )
    .option("--json", "the OCSF record")
    .addHelpText("after", "\nExample:\n  spoor explain 3f9a01")
    .action((id: string, options: ReadOptions) =>
      overStore(options, sessionFor, (world, session) => explain(id, options, world, session)),
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
  work: (world: World, session: Session) => Promise<void>,
): Promise<void> {
  const session = sessionFor(options);
  const config = await configOf(options);
  await withWorld(session, { store: config.store, memory: config.memory, mustExist: true }, (world) => work(world, session));
}

const recorded = z.object({ document: z.string(), activity_name: z.string() });

/** The newest revision of each finding on record, by score. */
async function recordedFindings(
  world: World,
  where: string,
  parameters: Record<string, string | number>,
): Promise<{ record: OcsfFinding; document: string }[]> {
  const rows = await world.store.query(
    `SELECT document, activity_name FROM (
       SELECT * FROM finding ORDER BY finding_uid, recorded_time DESC, run_uid DESC, document DESC LIMIT 1 BY finding_uid
     ) WHERE ${where} ORDER BY score DESC, finding_uid LIMIT {limit:UInt32}`,
    parameters,
    recorded,
  );
  return rows.map((row) => ({ record: readRecord(row.document, "the store"), document: row.document }));
}

async function listFindings(options: ReadOptions, world: World, { terminal }: Session): Promise<void> {
  const detector = options.detector ?? "";
  const closed = options.all === true ? "" : "activity_name != 'Close' AND ";
  const found = await recordedFindings(world, `${closed}({detector:String} = '' OR detector = {detector:String})`, {
    detector,
    limit: options.limit ?? 50,
  });
  if (found.length === 0) terminal.note("No findings are on record. `spoor hunt FOLDER` makes some.");
  const listed = options.byVerdicts === true ? await inOrderOfVerdicts(found, world, terminal) : found;
  for (const { record, document } of listed)
    terminal.out(
      options.json === true
        ? inertJson(document)
        : `${Number(record.unmapped.score).toFixed(0).padStart(3)}  ${record.severity.padEnd(13)}  ${record.finding_info.uid.slice(0, 8)}  ${inert(record.finding_info.title)}${record.unmapped.suppression === undefined ? "" : "  (suppressed)"}`,
    );
}

type Recorded = Awaited<ReturnType<typeof recordedFindings>>[number];

/** Findings with those first that resemble what was worth the look before; in their own order while there are too few verdicts. */
async function inOrderOfVerdicts(
  found: readonly Recorded[],
  world: World,
  terminal: Session["terminal"],
): Promise<readonly Recorded[]> {
  const verdicts = await world.store.query(
    "SELECT finding_uid AS uid, verdict FROM triage ORDER BY finding_uid, recorded_time DESC, verdict LIMIT 1 BY finding_uid",
    {},
    z.object({ uid: z.string(), verdict: z.string() }),
  );
  // Verdicts outlive the list: findings that are closed or lie beyond its end are learned from too.
  const all = await recordedFindings(world, "true", { limit: 10_000 });
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
  const placeOf = ({ record }: Recorded): number => place.get(record.finding_info.uid) ?? Number.MAX_SAFE_INTEGER;
  return [...found].sort((a, b) => placeOf(a) - placeOf(b));
}

async function explain(id: string, options: ReadOptions, world: World, { terminal }: Session): Promise<void> {
  const found = await recordedFindings(world, "startsWith(finding_uid, {id:String})", { id, limit: 2 });
  const hint = /^F\d+$/i.test(id)
    ? "F1 and the like count within one report: the card there ends with the finding's uid."
    : "`spoor findings` lists them.";
  const one = onlyOne(found, { id, one: "finding", many: "findings", hint });
  if (options.json === true) return terminal.out(inertJson(one.document));
  const { record } = one;
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
  const rows = await world.store.query(
    // A story that a later run no longer tells is over.
    `SELECT document FROM (SELECT * FROM story ORDER BY story_uid, recorded_time DESC LIMIT 1 BY story_uid)
     WHERE run_uid GLOBAL IN (SELECT run_uid FROM run ORDER BY recorded_time DESC, run_uid DESC LIMIT 1)
     ORDER BY score DESC, story_uid LIMIT 100`,
    {},
    z.object({ document: z.string() }),
  );
  const story = z.looseObject({
    uid: z.string(),
    title: z.string(),
    severity: z.string(),
    score: z.number(),
    summary: z.string(),
  });
  if (rows.length === 0) terminal.note("No stories are on record. `spoor hunt FOLDER` makes some.");
  for (const { document } of rows) {
    const one = story.parse(JSON.parse(document));
    terminal.out(
      options.json === true
        ? inertJson(document)
        : `${one.score.toFixed(0).padStart(3)}  ${one.severity.padEnd(13)}  ${one.uid.slice(0, 8)}  ${inert(one.title)}\n     ${inert(one.summary)}`,
    );
  }
}
