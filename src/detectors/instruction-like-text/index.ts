import { z } from "zod";
import type { FindingDraft } from "../../types.ts";
import { detector } from "../detector.ts";
import { pointsOf, type Sign, signsIn } from "./signs.ts";
import { enginePieces, engineWords } from "./stems.ts";

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

const senderRow = z.object({
  table_name: z.string(),
  column_name: z.string(),
  parts: z.array(z.string()),
  events: z.coerce.number(),
  first_seen: z.string(),
  last_seen: z.string(),
  uids: z.array(z.string()),
});
type SenderRow = z.infer<typeof senderRow>;

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
  questions: {
    texts: { file: "texts.sql", row: textRow, parameters: engineWords },
    senders: { file: "fragments.sql", row: senderRow, parameters: enginePieces },
  },
  evidenceQuestion: "evidence.sql",
  assess: ({ texts, senders }, context) => {
    const { leastPoints } = context.parameters;
    const alone = texts.filter(({ column_name }) => column_name !== together).map(readOf);
    const strongestOf = new Map<string, number>();
    for (const { table_name, uids, points } of alone)
      for (const uid of uids)
        strongestOf.set(`${table_name} ${uid}`, Math.max(points, strongestOf.get(`${table_name} ${uid}`) ?? 0));
    // Of texts that only together are an order none may be one already.
    const joined = [...texts.filter(({ column_name }) => column_name === together), ...senders.map(joinedOf)]
      .map((row) => spreadOver(readOf({ ...row, text: inAnyOrder(row.text) })))
      .filter(({ table_name, uids }) => uids.every((uid) => (strongestOf.get(`${table_name} ${uid}`) ?? 0) < leastPoints));
    // What stands apart is read together by us: it must say more than what was written as one.
    const read = [
      ...alone.filter(({ points }) => points >= leastPoints),
      ...joined.filter(({ points }) => points >= leastPoints + spread.points + 10),
    ];
    const tables = [...new Set(read.map(({ table_name }) => table_name))].sort();
    return tables.map((table) =>
      draftOf(
        table,
        read.filter(({ table_name }) => table_name === table),
      ),
    );
  },
});

// The name that the question gives to a record's texts one after the other.
const together = "several columns";

function readOf(row: TextRow): Read {
  const signs = signsIn(row.text).map((sign) => (isOutOfPlace(row.column_name, sign) ? { ...sign, points: 30 } : sign));
  return { ...row, signs, points: pointsOf(signs) };
}

/** Nobody says of a thing that it was approved in a user agent, a host's name or a certificate but to be read by who reads logs. */
function isOutOfPlace(column: string, { name }: Sign): boolean {
  return name === "says that something is approved" && /user_agent$|hostname$|^user_name$|^tls_|_software$/.test(column);
}

function joinedOf({ parts, ...row }: SenderRow): TextRow {
  return { ...row, text: withoutCommonEnd(parts).join("\n") };
}

/** Names without the labels in which all of them end: what differs is what was written. */
function withoutCommonEnd(names: readonly string[]): string[] {
  const labels = names.map((name) => name.split("."));
  const shortest = Math.min(...labels.map(({ length }) => length));
  let common = 0;
  while (common < shortest - 1 && new Set(labels.map((each) => each.at(-1 - common))).size === 1) common += 1;
  return labels.map((each) => each.slice(0, each.length - common).join("."));
}

/** Texts one after the other, and from the last to the first: which field a writer fills first is the writer's choice. */
function inAnyOrder(text: string): string {
  return `${text}\n${text.split("\n").reverse().join("\n")}`;
}

const spread: Sign = { name: "is spread over several texts", points: 10 };

function spreadOver(read: Read): Read {
  if (read.points < 30) return read;
  const signs = [...read.signs, spread];
  return { ...read, signs, points: pointsOf(signs) };
}

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
  // One event of every text first: a text of a thousand records must not leave the others without any.
  const uids = [
    ...new Set([0, 1].flatMap((from) => strongest.flatMap((row) => (from === 0 ? row.uids.slice(0, 1) : row.uids.slice(1))))),
  ].slice(0, eventsKept);
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
      "Orders in other words, in languages that are not among those of its README, and in ciphers are not found.",
      "Long texts are read at both ends and around the first words of an order.",
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
      texts: strongest.slice(0, 12).map(({ column_name, text, signs }) => ({
        column: column_name,
        text: text.replace(/[\p{Cc}\p{Cf}]/gu, "").slice(0, 300),
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
