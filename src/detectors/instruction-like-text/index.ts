import { z } from "zod";
import type { FindingDraft } from "../../types.ts";
import { detector } from "../detector.ts";
import { invisible, type Sign, signsIn, stems } from "./signs.ts";

const textRow = z.object({
  table_name: z.string(),
  column_name: z.string(),
  text: z.string(),
  events: z.coerce.number(),
  first_seen: z.string(),
  last_seen: z.string(),
  uids: z.array(z.string()),
});
type TextRow = z.infer<typeof textRow>;

const parameters = z.strictObject({
  /** Points from which a text is told of: one clear sign, or two weak ones. */
  leastPoints: z.number().positive().default(30),
});

// Medium at most: it is a signal about the logs, and what its author did is for the other detectors to find.
const highestScore = 65;
const eventsKept = 50;

interface Read extends TextRow {
  readonly signs: readonly Sign[];
  readonly points: number;
}

export default detector({
  id: "instruction-like-text",
  name: "Instruction-like text",
  version: "1",
  question: "Does a text in the logs read like an order to a machine that reads logs?",
  analyticType: "Keyword Match",
  techniques: [],
  anyOf: [
    { table: "process_activity", columns: ["process_cmd_line"] },
    { table: "http_activity", columns: ["http_request_user_agent"] },
    { table: "email_activity", columns: ["email_subject"] },
    { table: "authentication", columns: ["user_name"] },
    { table: "dns_activity", columns: ["query_hostname"] },
    { table: "detection_finding", columns: ["finding_info_title"] },
    { table: "network_activity", columns: ["dst_endpoint_ip"] },
    { table: "file_activity", columns: ["file_name"] },
    { table: "api_activity", columns: ["api_operation"] },
    { table: "script_activity", columns: ["script_content"] },
  ],
  parameters,
  questions: { texts: { file: "texts.sql", row: textRow, parameters: { stems, invisible } } },
  evidenceQuestion: "evidence.sql",
  assess: ({ texts }, context) => {
    const read = texts
      .map((row): Read => {
        const signs = signsIn(row.text);
        return { ...row, signs, points: signs.reduce((sum, { points }) => sum + points, 0) };
      })
      .filter(({ points }) => points >= context.parameters.leastPoints);
    const tables = [...new Set(read.map(({ table_name }) => table_name))].sort();
    return tables.map((table) =>
      draftOf(
        table,
        read.filter(({ table_name }) => table_name === table),
      ),
    );
  },
});

/** One finding a table, however many texts there are: whoever plants thousands shall not fill the reader's list. */
function draftOf(table: string, found: readonly Read[]): FindingDraft {
  const strongest = [...found].sort((a, b) => b.points - a.points || (a.text < b.text ? -1 : 1));
  const best = strongest[0];
  if (best === undefined) throw new RangeError("a table without a text");
  const events = found.reduce((sum, row) => sum + row.events, 0);
  const firstSeen = found.map(({ first_seen }) => first_seen).sort()[0] ?? best.first_seen;
  const lastSeen =
    found
      .map(({ last_seen }) => last_seen)
      .sort()
      .at(-1) ?? best.last_seen;
  const score = Math.min(highestScore, best.points);
  const columns = [...new Set(found.map(({ column_name }) => column_name))].sort();
  const uids = [...new Set(strongest.flatMap((row) => row.uids))].slice(0, eventsKept);
  const named = best.signs.map(({ name }) => name);
  return {
    keys: { table },
    title: `Text in ${table} reads like an order to a machine: ${named.slice(0, 2).join(", ")}`,
    description: `${found.length} ${found.length === 1 ? "text" : "texts"} in ${columns.join(", ")} ${found.length === 1 ? "reads" : "read"} like an instruction to a program that reads logs. The clearest ${named.join(", ")}. Somebody who can write into the logs tries to steer whoever, or whatever, reads them; nothing in them was obeyed.`,
    score,
    confidence: best.signs.length > 1 ? 80 : 60,
    reasons: reasonsOf(best, score),
    benign:
      "People who write about language models, tests of security products, help texts and prompts of a company's own assistants read alike. Who wrote the text, and whether anything else of theirs stands out, tells them apart.",
    blindSpots: [
      "Orders in other words, in other languages, encoded or spread over several records are not found by words.",
      "Texts are read at their beginning and their end where they are long.",
    ],
    firstSeen,
    lastSeen,
    techniques: [],
    // No person, device or address: a text that somebody planted must not join stories.
    observables: [],
    evidence: { table, events: uids.join("\n"), first: firstSeen, last: lastSeen },
    rowCount: events,
    detail: {
      isAboutLogs: true,
      texts: strongest.slice(0, 5).map(({ column_name, text, signs }) => ({
        column: column_name,
        text: text.replace(/[\p{Cc}\p{Cf}]/gu, "").slice(0, 200),
        signs: signs.map(({ name }) => name),
      })),
    },
  };
}

/** Points as they add up to the score; what is above its limit is taken from the weakest sign. */
function reasonsOf({ signs, column_name }: Read, score: number): FindingDraft["reasons"] {
  let left = score;
  return signs.map(({ name, points }) => {
    const contribution = Math.min(points, left);
    left -= contribution;
    return { feature: name, observed: `in ${column_name}`, baseline: null, peers: null, contribution };
  });
}
