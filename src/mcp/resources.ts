import { type McpServer, ResourceTemplate } from "@modelcontextprotocol/server";
import { SpoorError } from "../errors.ts";
import type { Json } from "../reasoner/port.ts";
import { attackLookup } from "../tools/attack-lookup.ts";
import { describeTable } from "../tools/describe-table.ts";
import { listTables } from "../tools/list-tables.ts";
import { findingWhole, huntWhole, hypothesisWhole, storyLine, storyWhole } from "./as-seen.ts";
import { withheld } from "./call.ts";
import type { Investigation } from "./investigation.ts";
import { sqlGuide } from "./sql-guide.ts";

type Investigate = () => Promise<Investigation>;

/** What a client may read without calling a tool: tables, techniques, the last run, how to ask. */
export function registerResources(server: McpServer, investigate: Investigate): void {
  const json = { mimeType: "application/json" };
  server.registerResource(
    "tables",
    "hunt://schema/tables",
    {
      title: "Tables with rows",
      description: "Every table that has rows, with its columns and how often they have a value",
      ...json,
    },
    async (uri) => contents(uri, await tables(await investigate()), await investigate()),
  );
  server.registerResource(
    "sql-guide",
    "hunt://guide/sql",
    {
      title: "Asking the tables",
      description: "How a question for hunt_run_query is written, and what is refused",
      mimeType: "text/markdown",
    },
    async (uri) => {
      const { context } = await investigate();
      return { contents: [{ uri: uri.href, mimeType: "text/markdown", text: sqlGuide(context.privacy.mode) }] };
    },
  );
  server.registerResource(
    "technique",
    new ResourceTemplate("hunt://attack/technique/{id}", { list: undefined }),
    { title: "ATT&CK technique", description: "A technique by its id, and what the last run has on it", ...json },
    async (uri, { id }) => {
      const investigation = await investigate();
      const { value } = await attackLookup.run({ query: String(id).slice(0, 200) }, investigation.context);
      return contents(uri, value, investigation);
    },
  );
  server.registerResource(
    "report-summary",
    "hunt://report/summary",
    { title: "The last run in short", description: "Window, counts, the best stories and what could not be seen", ...json },
    async (uri) => {
      const investigation = await investigate();
      return contents(uri, summary(investigation), investigation);
    },
  );
  server.registerResource(
    "report-part",
    new ResourceTemplate("hunt://report/{id}", { list: undefined }),
    { title: "A part of the report", description: "A finding, story, hypothesis or hunt of the last run by its id", ...json },
    async (uri, { id }) => {
      const investigation = await investigate();
      return contents(uri, part(String(id), investigation), investigation);
    },
  );
}

function contents(uri: URL, value: Json, { context }: Investigation) {
  const text = JSON.stringify(value);
  const told =
    withheld(text, context.privacy) === null ? text : JSON.stringify({ withheld: "it still showed a name or a secret" });
  return { contents: [{ uri: uri.href, mimeType: "application/json", text: told }] };
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

function part(id: string, { context }: Investigation): Json {
  const { privacy } = context;
  const finding = context.findings.find(({ uid }) => uid === id);
  if (finding !== undefined) return findingWhole(finding, privacy);
  const story = context.stories.find(({ uid }) => uid === id);
  if (story !== undefined) return storyWhole(story, privacy);
  const hypothesis = context.hypotheses.find((one) => one.id === id);
  if (hypothesis !== undefined) return hypothesisWhole(hypothesis, privacy);
  const hunt = context.hunts.find((one) => one.id === id);
  if (hunt !== undefined) return huntWhole(hunt, privacy);
  throw new SpoorError("not-found", "the last run has nothing of that id");
}
