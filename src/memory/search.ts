import { compareText } from "../order.ts";
import type { Hypothesis } from "../types.ts";
import type { PastHunt } from "./past-hunt.ts";

export interface MemoryQuery {
  readonly techniques?: readonly string[];
  readonly entities?: readonly string[];
  readonly words?: readonly string[];
}

/** A record that answers a query, and why. */
export interface Remembered {
  readonly record: PastHunt;
  readonly score: number;
  /** For the reader: "technique T1071.001", "entity ws-12", "word beacon". */
  readonly because: readonly string[];
}

// An entity says more than a technique, and a technique more than a word: simple enough to be checked by eye.
const points = { entity: 4, technique: 3, family: 1, word: 1 } as const;

/** Records that share a technique, an entity or a word with the query, best first; then the newest, then by file name. */
export function searchMemory(records: readonly PastHunt[], query: MemoryQuery): Remembered[] {
  return records
    .map((record) => ({ record, ...judged(record, query) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || compareText(b.record.date, a.record.date) || compareText(a.record.file, b.record.file));
}

/** Records of the same question: the same hypothesis, or a technique in common for one of its entities (or for everybody). Newest first. */
export function huntedBefore(
  hypothesis: Pick<Hypothesis, "id" | "techniques" | "entities">,
  records: readonly PastHunt[],
): PastHunt[] {
  const own = new Set(hypothesis.entities.map(lower));
  const isSame = (record: PastHunt) =>
    record.id === hypothesis.id ||
    (record.techniques.some((id) => hypothesis.techniques.includes(id)) &&
      (record.entities.length === 0 ? own.size === 0 : record.entities.some((entity) => own.has(lower(entity)))));
  return records.filter(isSame).sort((a, b) => compareText(b.date, a.date) || compareText(a.file, b.file));
}

function judged(record: PastHunt, query: MemoryQuery): { score: number; because: string[] } {
  const entities = new Set(record.entities.map(lower));
  const found: [number, string][] = [];
  for (const entity of new Set(query.entities ?? []))
    if (entities.has(lower(entity))) found.push([points.entity, `entity ${entity}`]);
  for (const id of new Set((query.techniques ?? []).map((each) => each.toUpperCase()))) {
    if (record.techniques.includes(id)) found.push([points.technique, `technique ${id}`]);
    else if (record.techniques.some((other) => familyOf(other) === familyOf(id)))
      found.push([points.family, `technique ${familyOf(id)}`]);
  }
  const text = lower(`${record.hypothesis}\n${record.entities.join("\n")}\n${record.text}`);
  for (const word of new Set((query.words ?? []).map(lower)))
    if (word !== "" && text.includes(word)) found.push([points.word, `word ${word}`]);
  return { score: found.reduce((sum, [score]) => sum + score, 0), because: found.map(([, because]) => because) };
}

function familyOf(technique: string): string {
  return technique.split(".")[0] ?? technique;
}

function lower(text: string): string {
  return text.toLowerCase();
}
