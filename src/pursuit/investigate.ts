import { messageOf, SpoorError } from "../errors.ts";
import { canonicalJson } from "../findings/canonical-json.ts";
import { clipped } from "../findings/text.ts";
import type { Block, Json, Message, ToolDefinition } from "../reasoner/port.ts";
import { definitionOf } from "../tools/definition.ts";
import { callTool, tools as dataTools } from "../tools/tools.ts";
import { sameQuestion } from "./check.ts";
import { answerBlock, dataBlock } from "./data-block.ts";
import type { Digest } from "./digest.ts";
import { finishInput, noteEvidenceInput, ownTools } from "./formats.ts";
import { type Hunting, Stopped } from "./hunting.ts";
import { numberOf } from "./number-of.ts";
import { huntPrompt } from "./prompts.ts";
import { wordsOf } from "./prose.ts";

/** What an investigation leaves to the summary: what was asked and shown, and what the model noted. */
export interface Investigation {
  readonly asked: readonly { readonly tool: string; readonly input: Json; readonly answer: string; readonly isError: boolean }[];
  readonly notes: readonly {
    readonly id: string;
    readonly claim: string;
    readonly event_ids: readonly string[];
    readonly check_sql: string | null;
    readonly check_value: number | null;
  }[];
}

type ToolUse = Extract<Block, { type: "tool_use" }>;
interface Answer {
  readonly text: string;
  readonly isError: boolean;
}

/** These look at what there is, not at records: rounds of them show nothing new, and need not. */
const looksAround: ReadonlySet<string> = new Set(["list_tables", "describe_table", "attack_lookup", "note_evidence", "finish"]);
/** These ask the store for nothing that costs. */
const costsNothing: ReadonlySet<string> = new Set(["list_tables", "attack_lookup"]);
/** Calls of one answer that are run; more are refused. */
const callsAtOnce = 8;
const roundsWithoutNews = 2;
const limits = { answer: 2_500, claim: 700, sql: 4_000, input: 4_000 } as const;

/**
 * The tool loop: the model asks, tools answer, until it finishes. Throws Stopped where anything else ends it. What the tools show may
 * be cited from then on.
 */
export async function investigate(digest: Digest, hunting: Hunting): Promise<Investigation> {
  const loop = new ToolLoop(hunting);
  const tools = [...dataTools.map(definitionOf), ...ownTools].sort((a, b) => (a.name < b.name ? -1 : 1));
  const messages: Message[] = [{ role: "user", content: [{ type: "text", text: dataBlock(hunting.boundary, digest.value) }] }];
  let withoutNews = 0;
  for (let turn = 1; turn <= hunting.limits.turns; turn += 1) {
    hunting.context.world.progress({
      stage: "pursue",
      part: `${hunting.hypothesis.title}: round ${turn}`,
      done: turn - 1,
      total: hunting.limits.turns,
    });
    const { content } = await hunting.ask({ purpose: "hunt", system: huntPrompt, tools, format: null, messages });
    const calls = content.filter((block): block is ToolUse => block.type === "tool_use");
    const before = hunting.shown.size;
    const results: Block[] = [];
    // A statement that was refused shows nothing, and is a matter of wording: rounds of them are bounded by their number alone.
    let isAnswered = calls.length === 0;
    for (const [position, call] of calls.entries()) {
      const answer = position < callsAtOnce ? await loop.answer(call, tools) : tooMany;
      isAnswered ||= !answer.isError && !looksAround.has(call.name);
      results.push({
        type: "tool_result",
        toolUseId: call.id,
        text: answerBlock(hunting.boundary, answer.text),
        isError: answer.isError,
      });
    }
    if (loop.isFinished) return loop;
    if (hunting.shown.size > before) withoutNews = 0;
    else if (isAnswered) withoutNews += 1;
    if (withoutNews >= roundsWithoutNews)
      throw new Stopped("nothing-new", `${roundsWithoutNews} rounds in a row showed no new records`);
    messages.push(
      { role: "assistant", content: spokenOf(content) },
      { role: "user", content: [...results, ...hint(withoutNews, calls)] },
    );
  }
  throw new Stopped("turns", `it did not finish in ${hunting.limits.turns} rounds`);
}

const tooMany: Answer = { text: JSON.stringify({ error: `at most ${callsAtOnce} calls at once are answered` }), isError: true };

/** What the model said, as it is given back: an answer without content has no place in a conversation. */
function spokenOf(content: readonly Block[]): readonly Block[] {
  return content.length > 0 ? content : [{ type: "text", text: "(nothing)" }];
}

function hint(withoutNews: number, calls: readonly ToolUse[]): Block[] {
  if (calls.length === 0) return [{ type: "text", text: "Use a tool, or finish." }];
  if (withoutNews === 0) return [];
  return [
    {
      type: "text",
      text: "No new records in this round; another one ends the hunt. Note what there is and finish, or ask otherwise.",
    },
  ];
}

class ToolLoop implements Investigation {
  readonly asked: Investigation["asked"][number][] = [];
  readonly notes: Investigation["notes"][number][] = [];
  isFinished = false;
  readonly #hunting: Hunting;
  readonly #questions = new Set<string>();

  constructor(hunting: Hunting) {
    this.#hunting = hunting;
  }

  async answer({ name, input }: ToolUse, tools: readonly ToolDefinition[]): Promise<Answer> {
    if (name === "finish") return this.#finish(input);
    if (name === "note_evidence") return this.#note(input);
    if (!tools.some((tool) => tool.name === name)) return this.#refused(name, input, `there is no tool of this name`);
    this.#refuseRepeated(name, input);
    const { context, ledger } = this.#hunting;
    const run = () => callTool(name, input, context);
    const { text, isError, eventIds, statement } = costsNothing.has(name)
      ? await this.#hunting.within(run())
      : await this.#hunting.question(run);
    for (const id of eventIds) this.#hunting.shown.add(id);
    if (!looksAround.has(name)) this.#hunting.answers.push(wordsOf(text));
    this.asked.push({ tool: name, input: jsonOf(input), answer: clipped(text, limits.answer), isError });
    const outcome = isError ? `refused: ${clipped(text, 300)}` : "ok";
    await ledger.add({ kind: "tool", what: name, input: jsonOf(input), outcome, statement, eventIds, usage: null, usd: 0 });
    return { text, isError };
  }

  async #finish(input: unknown): Promise<Answer> {
    const said = finishInput.safeParse(input);
    if (!said.success) return this.#refused("finish", input, "finish needs a verdict of the list");
    this.isFinished = true;
    await this.#ledger("finish", input, `the model says ${said.data.verdict}`, []);
    return { text: JSON.stringify({ noted: true }), isError: false };
  }

  async #note(input: unknown): Promise<Answer> {
    const said = noteEvidenceInput.safeParse(input);
    if (!said.success)
      return this.#refused("note_evidence", input, "note_evidence needs event_ids, claim and check_sql (or null)");
    const known = said.data.event_ids.filter((id) => this.#hunting.shown.has(id));
    if (known.length === 0) return this.#refused("note_evidence", input, "none of these event ids was shown in this hunt");
    const check = await this.#checked(said.data.check_sql);
    const id = `n${this.notes.length + 1}`;
    this.notes.push({
      id,
      claim: clipped(said.data.claim, limits.claim),
      event_ids: known.slice(0, 50),
      check_sql: said.data.check_sql === null ? null : clipped(said.data.check_sql, limits.sql),
      check_value: check.value,
    });
    await this.#ledger("note_evidence", input, check.because ?? `noted as ${id}`, known);
    const unknown = said.data.event_ids.length - known.length;
    return {
      text: JSON.stringify({ noted: id, check: check.because ?? check.value, ids_never_shown: unknown }),
      isError: false,
    };
  }

  async #checked(sql: string | null): Promise<{ readonly value: number | null; readonly because: string | null }> {
    if (sql === null) return { value: null, because: null };
    try {
      return { value: await numberOf(sql, "question", this.#hunting), because: null };
    } catch (cause) {
      if (!(cause instanceof SpoorError) || this.#hunting.signal.aborted) throw cause;
      return { value: null, because: clipped(messageOf(cause), 300) };
    }
  }

  /** A model that asks the same again goes round in circles. */
  #refuseRepeated(name: string, input: unknown): void {
    const sql = typeof input === "object" && input !== null && "sql" in input ? String(input.sql) : null;
    if (looksAround.has(name)) return;
    const question = sql === null ? canonicalJson([name, input]) : sameQuestion(sql);
    if (this.#questions.has(question)) throw new Stopped("repeated", `it asked ${name} the same again`);
    this.#questions.add(question);
  }

  async #refused(name: string, input: unknown, because: string): Promise<Answer> {
    await this.#ledger(name, input, `refused: ${because}`, []);
    return { text: JSON.stringify({ error: because }), isError: true };
  }

  #ledger(what: string, input: unknown, outcome: string, eventIds: readonly string[]): Promise<void> {
    return this.#hunting.ledger.add({
      kind: "tool",
      what: clipped(what, 80),
      input: jsonOf(input),
      outcome,
      statement: null,
      eventIds,
      usage: null,
      usd: 0,
    });
  }
}

/** What the model put into a call, as JSON of bounded size. */
function jsonOf(input: unknown): Json {
  const text = canonicalJson(input ?? null);
  return text.length > limits.input ? clipped(text, limits.input) : (JSON.parse(text) as Json);
}
