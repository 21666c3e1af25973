import { type Answer, type Brain, callTool, say, sayJson, toolCalls, toolResults } from "../brain.ts";
import {
  calledIn,
  dataIn,
  eventIdsIn,
  formatOf,
  inputFor,
  isRecord,
  leastOf,
  recordsUnder,
  shownIn,
  techniquesIn,
  textsUnder,
} from "../reading.ts";
import type { MessagesRequest } from "../request.ts";

/**
 * A hunter by rules: looks at the tables, at one of them, reads records, follows an entity through time, notes what it saw and ends.
 * It answers every format validly, cites only what it was shown, and counts what it claims, by listing it; as a critic it agrees with
 * everything. So it proves nothing, and what it says must change no verdict. The same request gets the same answer.
 */
export function ruleBrain(): Brain {
  return (request) => {
    const format = formatOf(request);
    if (format === null) return nextStep(request);
    if (format.includes("hypotheses")) return sayJson({ hypotheses: hypothesesFor(request) });
    if (format.includes("counter_evidence")) return sayJson(summaryOf(request));
    if (format.includes("trials")) return sayJson({ claims: [], trials: [] });
    const schema = request.output_config?.format?.schema ?? {};
    return sayJson(leastOf(schema, schema));
  };
}

const course = [
  "list_tables",
  "describe_table",
  "run_query",
  "entity_timeline",
  "run_query",
  "attack_lookup",
  "note_evidence",
  "finish",
];

function nextStep(request: MessagesRequest): Answer {
  const offered = new Map((request.tools ?? []).map((tool) => [tool.name, tool]));
  const steps = course.filter((name) => offered.has(name));
  const name = steps[calledIn(request).length];
  const tool = name === undefined ? undefined : offered.get(name);
  if (name === undefined || tool === undefined) return say("There is nothing more to ask.");
  return callTool(name, inputFor(tool, knownFor(request)));
}

/** What the tools' inputs can be filled with, by the names of their properties. */
function knownFor(request: MessagesRequest): Record<string, unknown> {
  const table = tableFor(request);
  const eventIds = eventIdsIn(request).slice(0, 5);
  const asked = calledIn(request).filter((name) => name === "run_query").length;
  const entity = textsUnder(shownIn(request), ["entities", "entity"])[0] ?? "";
  const technique = techniquesIn(request)[0] ?? "T1071";
  const newest = asked === 0 ? "" : " DESC";
  return {
    table,
    tables: [table],
    sql: `SELECT metadata_uid, time FROM ${table} ORDER BY time${newest}, metadata_uid LIMIT 10`,
    purpose: "What the table holds at the ends of the window",
    event_ids: eventIds,
    entity,
    value: entity,
    id: technique,
    technique,
    text: technique,
    query: technique,
    from: null,
    to: null,
    claim: "These records show what the hypothesis expects",
    check_sql: eventIds.length === 0 ? null : countOf(table, eventIds),
    verdict: eventIds.length === 0 ? "inconclusive" : "supported",
  };
}

/** The table that the hypothesis speaks of, else the first that has rows. */
function tableFor(request: MessagesRequest): string {
  const asked = toolCalls(request).flatMap(({ name, input }) =>
    name === "describe_table" && isRecord(input) && typeof input.table === "string" ? [input.table] : [],
  );
  const shown = shownIn(request);
  const withRows = recordsUnder(dataIn(toolResults(request).map(({ text }) => text)), "tables").flatMap((one) => {
    const name = one.table ?? one.name;
    return typeof name === "string" && one.rows !== 0 ? [name] : [];
  });
  return asked[0] ?? textsUnder(shown, ["table"]).find((name) => withRows.includes(name)) ?? withRows[0] ?? "network_activity";
}

function countOf(table: string, eventIds: readonly string[]): string {
  return `SELECT count() FROM ${table} WHERE metadata_uid IN (${eventIds.map((id) => `'${id}'`).join(", ")})`;
}

/** One claim from what was noted; its number is a check. */
function summaryOf(request: MessagesRequest): Record<string, unknown> {
  const { table, eventIds, count } = notedIn(request);
  const claim = {
    id: "claim-1",
    kind: "inference",
    text: "There are {{c1}} records that show what the hypothesis expects.",
    event_ids: eventIds,
    techniques: techniquesIn(request).slice(0, 1),
    checks: [{ id: "c1", sql: countOf(table, eventIds), expect: count }],
  };
  return {
    verdict: eventIds.length > 0 ? "supported" : "inconclusive",
    claims: eventIds.length > 0 ? [claim] : [],
    counter_evidence: [],
    gaps: [],
    next_question: null,
    actions: [],
    instruction_like_event_ids: [],
  };
}

/** The evidence that was noted: the events and the table of the first note's check, and what the check gave. */
function notedIn(request: MessagesRequest): { table: string; eventIds: string[]; count: number } {
  const [note] = recordsUnder(shownIn(request), "notes");
  const check = typeof note?.check_sql === "string" ? note.check_sql : "";
  const eventIds = [...check.matchAll(/'([^']+)'/g)].flatMap(([, id]) => id ?? []);
  const count = typeof note?.check_value === "number" ? note.check_value : eventIds.length;
  return { table: /\bFROM (\w+)/.exec(check)?.[1] ?? "network_activity", eventIds, count };
}

/** What the first entity of a finding may have done next, by hunts of the library that no known hypothesis thinks of. */
function hypothesesFor(request: MessagesRequest): Record<string, unknown>[] {
  const shown = shownIn(request);
  const place = recordsUnder(shown, "data_inventory").find(({ columns }) => textsOf(columns).length > 0);
  const entities = new Set(textsUnder(recordsUnder(shown, "entities"), ["entity"]));
  const finding = allRecords(shown).find(({ id, about }) => /^f\d+$/.test(textOf(id)) && entities.has(textsOf(about)[0] ?? ""));
  const entity = textsOf(finding?.about)[0];
  if (place === undefined || entity === undefined) return [];
  const known = new Set(recordsUnder(shown, "known_hypotheses").flatMap(({ techniques }) => textsOf(techniques)));
  const hunts = recordsUnder(shown, "library_hunts").filter(
    ({ can_be_asked, techniques }) => can_be_asked === true && textsOf(techniques).some((one) => !known.has(one)),
  );
  return hunts.slice(0, 2).map(({ id, title, techniques }) => ({
    title: `${textOf(title)}, by ${entity}`,
    statement: `Whoever used ${entity} went on, so that a hunt of the library shows it: ${textOf(title)}.`,
    kind: "next_step",
    techniques: textsOf(techniques)
      .filter((one) => !known.has(one))
      .slice(0, 1),
    entities: [entity],
    finding_ids: [textOf(finding?.id)],
    able: {
      actor: null,
      behavior: textOf(title),
      location: "What the first finding is about.",
      evidence: [
        { table: textOf(place.table), columns: textsOf(place.columns).slice(0, 2), expect: "Records soon after the first ones." },
      ],
    },
    steps: [{ purpose: "Run the hunt of the library.", hunt_id: textOf(id), sql: null }],
    supports_if: `The hunt shows records of ${entity} after the first ones were written: ${textOf(title)}.`,
    refuted_if: `The hunt shows no record of ${entity} although its sensor reported during the whole window.`,
    benign_explanation: `Software of the house does the same on other devices too: ${textOf(title)}.`,
    expected_indicators: ["Records soon after the first ones."],
    false_positives: ["Administration."],
    window_hours: 24,
  }));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

function allRecords(values: readonly unknown[]): Record<string, unknown>[] {
  return values.flatMap((value) => {
    if (Array.isArray(value)) return allRecords(value);
    return isRecord(value) ? [value, ...allRecords(Object.values(value))] : [];
  });
}
