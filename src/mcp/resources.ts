import { type McpServer, ResourceTemplate } from "@modelcontextprotocol/server";
import { SpoorError } from "../errors.ts";
import type { Json } from "../reasoner/port.ts";
import { attackLookup } from "../tools/attack-lookup.ts";
import { describeTable } from "../tools/describe-table.ts";
import { listTables } from "../tools/list-tables.ts";
import { findingWhole, huntWhole, hypothesisWhole, storyLine, storyWhole } from "./as-seen.ts";
import { reasonFor, withheld } from "./call.ts";
import type { Investigation } from "./investigation.ts";
import { partNamed } from "./part-named.ts";
import { sqlGuide } from "./sql-guide.ts";

const json = { mimeType: "application/json" };

type Investigate = () => Promise<Investigation>;

/** What a client may read without calling a tool: tables, techniques, the last run, how to ask. */
export function registerResources(server: McpServer, investigate: Investigate): void {
  const told = async (uri: URL, mimeType: string, textOf: (investigation: Investigation) => string | Promise<string>) => {
    try {
      return { contents: [{ uri: uri.href, mimeType, text: await textOf(await investigate()) }] };
    } catch (thrown) {
      // The error goes to the client as it is, so it is made anew, without its cause.
      throw new Error(reasonFor(thrown, "the resource"));
    }
  };
  const read = (uri: URL, find: (investigation: Investigation) => Json | Promise<Json>) =>
    told(uri, json.mimeType, async (investigation) => shown(await find(investigation), investigation));
  server.registerResource(
    "tables",
    "hunt://schema/tables",
    {
      title: "Tables with rows",
      description: "Every table that has rows, with its columns and how often they have a value",
      ...json,
    },
    (uri) => read(uri, tables),
  );
  server.registerResource(
    "sql-guide",
    "hunt://guide/sql",
    {
      title: "Asking the tables",
      description: "How a question for hunt_run_query is written, and what is refused",
      mimeType: "text/markdown",
    },
    (uri) => told(uri, "text/markdown", ({ context }) => sqlGuide(context.privacy.mode)),
  );
  server.registerResource(
    "technique",
    new ResourceTemplate("hunt://attack/technique/{id}", { list: undefined }),
    { title: "ATT&CK technique", description: "A technique by its id, and what the last run has on it", ...json },
    (uri, { id }) =>
      read(uri, async ({ context }) => (await attackLookup.run({ query: String(id).slice(0, 200) }, context)).value),
  );
  server.registerResource(
    "report-summary",
    "hunt://report/summary",
    { title: "The last run in short", description: "Window, counts, the best stories and what could not be seen", ...json },
    (uri) => read(uri, summary),
  );
  server.registerResource(
    "report-part",
    new ResourceTemplate("hunt://report/{id}", { list: undefined }),
    {
      title: "A part of the report",
      description: "A finding, story, hypothesis or hunt of the last run by its id, or its short name in the report (F3, S1, H2)",
      ...json,
    },
    (uri, { id }) => read(uri, (investigation) => part(String(id), investigation)),
  );
}

/** A value as JSON, unless it still shows what must stay. */
function shown(value: Json, { context }: Investigation): string {
  const text = JSON.stringify(value);
  return withheld(text, context.privacy) === null ? text : JSON.stringify({ withheld: "it still showed a name or a secret" });
}

async function tables({ context }: Investigation): Promise<Json> {
  const described: Json[] = [];
  for (const [table, { rows }] of [...context.tables].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const known = describeTable.input.safeParse({ table });
    if (rows > 0 && known.success) described.push((await describeTable.run(known.data, context)).value);
  }
  return { listed: (await listTables.run({}, context)).value, described };
}

function summary({ context, past }: Investigation): Json {
  const { privacy } = context;
  return {
    window: { ...context.window },
    counts: past === null ? {} : { ...past.run.counts },
    recorded_time: past?.run.recorded_time ?? null,
    stories: context.stories.slice(0, 5).map((story) => storyLine(story, privacy)),
    note: past === null ? "no results of a run were found; the tables can be asked all the same" : null,
    untrusted: {
      gaps: (past?.gaps ?? []).slice(0, 20).map(({ kind, reason }) => ({ kind, reason: privacy.hideText(reason, 300) })),
    },
  };
}

const wholes: readonly ((id: string, investigation: Investigation) => Json)[] = [
  (id, { context }) => findingWhole(partNamed("finding", id, context), context.privacy),
  (id, { context }) => storyWhole(partNamed("story", id, context), context.privacy),
  (id, { context }) => hypothesisWhole(partNamed("hypothesis", id, context), context.privacy),
  (id, { context }) => huntWhole(partNamed("hunt", id, context), context.privacy),
];

/** Whatever the id is of. */
function part(id: string, investigation: Investigation): Json {
  for (const whole of wholes) {
    try {
      return whole(id, investigation);
    } catch (thrown) {
      if (!(thrown instanceof SpoorError) || thrown.code !== "not-found") throw thrown;
    }
  }
  throw new SpoorError("not-found", "the last run has nothing of that id");
}
