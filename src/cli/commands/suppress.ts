import { type Command, InvalidArgumentError, Option } from "commander";
import { SpoorError } from "../../errors.ts";
import { findingNamed } from "../../findings/on-record.ts";
import { addSuppression, readSuppressions, removeSuppression } from "../../findings/suppressions.ts";
import { idNamedIn } from "../../results/named.ts";
import { loadLibrary } from "../../run.ts";
import { dayMs } from "../../time.ts";
import { engineTime, type World } from "../../world.ts";
import { onlyOne } from "../named.ts";
import { authorOf, configOf, days, findingArgument, type GivenOptions, time, withResults, withStore } from "../options.ts";
import { type Session, withWorld } from "../session.ts";
import { inert, inertJson } from "../terminal.ts";

type SessionFor = (options: { quiet?: boolean }) => Session;

interface SuppressOptions extends GivenOptions {
  readonly quiet?: boolean;
  readonly entity?: string;
  readonly destination?: string;
  readonly detector?: string;
  readonly reason?: string;
  readonly author?: string;
  /** Days from now, or engine time. */
  readonly until?: number | string;
  readonly json?: boolean;
}

const usualDays = 90;

/** `spoor suppress`: what people want out of the way, as data with a reason, an author and an end. */
export function registerSuppress(program: Command, sessionFor: SessionFor): void {
  const suppress = program
    .command("suppress")
    .description(
      "Keep findings out of the report's top and the budget, for a while and for a reason; they stay in findings.ndjson, marked.",
    );
  withResults(withStore(suppress.command("add").argument("[FINDING]", findingArgument)))
    .description(
      "Suppress a finding, or those about an entity, to a destination, or of a detector; all that is named has to fit. The next hunt goes by it.",
    )
    .option("--entity <VALUE>", "who did it, or as whom: an account, a device, an address; an attack on it is not hidden")
    .option("--destination <VALUE>", "where it went: an address or a name, and nothing else in the same finding")
    .option("--detector <ID>", "only of this detector")
    .requiredOption("--reason <TEXT>", "why")
    .option("--author <NAME>", "who says so (default: the user of this session)")
    .addOption(new Option("--until <TIME>", `until when: 30d, 2026-12-31 (default ${usualDays}d)`).argParser(spanOrTime))
    .addHelpText(
      "after",
      '\nExamples:\n  spoor suppress add 3f9a01 --reason "the backup agent, ticket 4711"\n  spoor suppress add --entity scanner-01 --detector lateral-movement --reason "our own scanner" --until 30d',
    )
    .action((id: string | undefined, options: SuppressOptions) =>
      overStore(options, sessionFor, (world, session) => add(id, options, world, session)),
    );
  withStore(suppress.command("list"))
    .description("What is suppressed, by whom, why and until when.")
    .option("--json", "one a line as JSON")
    .addHelpText("after", "\nExample:\n  spoor suppress list")
    .action((options: SuppressOptions) => overStore(options, sessionFor, (world, session) => list(options, world, session)));
  withStore(suppress.command("remove").argument("<SUPPRESSION>", "its uid, or the beginning of one"))
    .description("Take a suppression back; the next hunt shows its findings again.")
    .option("--author <NAME>", "who says so (default: the user of this session)")
    .addHelpText("after", "\nExample:\n  spoor suppress remove 3f9a")
    .action((id: string, options: SuppressOptions) =>
      overStore(options, sessionFor, (world, session) => remove(id, options, world, session)),
    );
}

async function overStore(
  options: SuppressOptions,
  sessionFor: SessionFor,
  work: (world: World, session: Session) => Promise<void>,
): Promise<void> {
  const session = sessionFor(options);
  const { store, memory } = await configOf(options);
  await withWorld(session, { store, memory, mustExist: true }, (world) => work(world, session));
}

async function add(id: string | undefined, options: SuppressOptions, world: World, session: Session): Promise<void> {
  const { entity = "", destination = "", detector = "", reason = "" } = options;
  if (id === undefined && entity.trim() === "" && destination.trim() === "" && detector === "")
    throw new SpoorError("usage", "nothing is named that is to be suppressed", {
      hint: "Name a FINDING, an --entity, a --destination or a --detector.",
    });
  if (reason.trim() === "") throw new SpoorError("usage", "--reason is empty", { hint: "Say why, for whoever reads it later." });
  const config = await configOf(options);
  if (detector !== "") await loadLibrary({ ...config, only: [detector] });
  const now = world.clock();
  const { until = usualDays } = options;
  const expires = typeof until === "string" ? until : engineTime(new Date(now.getTime() + until * dayMs));
  if (expires <= engineTime(now))
    throw new SpoorError("usage", `--until is over already (${expires.slice(0, 16)} UTC)`, {
      hint: "Name a time to come, or 30d.",
    });
  const findingUid = id === undefined ? "" : (await findingNamed(await idNamedIn(config.out, "findings", id), world)).uid;
  const author = authorOf(options, session);
  const named = { findingUid, entity: entity.trim(), destination: destination.trim(), detector };
  const uid = await addSuppression({ ...named, reason, author, expires }, world);
  session.terminal.out(`${uid}: suppressed until ${expires.slice(0, 16)} UTC, by ${inert(author)}; the next hunt goes by it`);
}

async function list({ json }: SuppressOptions, world: World, { terminal }: Session): Promise<void> {
  const known = await readSuppressions(world);
  const now = engineTime(world.clock());
  if (known.length === 0) terminal.note("Nothing is suppressed.");
  for (const one of known) {
    if (json === true) {
      terminal.out(inertJson(JSON.stringify(one)));
      continue;
    }
    const what = [
      one.finding_uid === "" ? "" : `finding ${one.finding_uid}`,
      one.entity === "" ? "" : `about ${inert(one.entity)}`,
      one.destination === "" ? "" : `to ${inert(one.destination)}`,
      one.detector === "" ? "" : `of ${inert(one.detector)}`,
    ].filter((part) => part !== "");
    const end = `${now < one.expires_time ? "until" : "over since"} ${one.expires_time.slice(0, 16)} UTC`;
    terminal.out(`${one.suppression_uid}  ${what.join(", ")}  ${end}  by ${inert(one.author)}: ${inert(one.reason)}`);
  }
}

async function remove(id: string, options: SuppressOptions, world: World, session: Session): Promise<void> {
  const found = (await readSuppressions(world)).filter((one) => one.suppression_uid.startsWith(id));
  const named = { id, one: "suppression", many: "suppressions", hint: "`spoor suppress list` lists them." };
  const one = onlyOne(found, named);
  const author = authorOf(options, session);
  await removeSuppression(one, author, world);
  session.terminal.out(`${one.suppression_uid}: removed, by ${inert(author)}`);
}

function spanOrTime(value: string): number | string {
  try {
    return days(value);
  } catch {
    try {
      return time(value);
    } catch {
      throw new InvalidArgumentError("a span such as 30d or a time such as 2026-12-31 is needed.");
    }
  }
}
