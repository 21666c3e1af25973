import { type IndicatorType, type IndicatorValue, normalised } from "./indicator.ts";

/** The values of a pattern, each of which is known-bad by itself; or why there are none. */
export type PatternValues = { readonly values: readonly IndicatorValue[] } | { readonly reason: string };

// Object paths of STIX 2.1 (part 6, cyber-observable objects) whose value can be looked for; null: the value tells its type.
const types: ReadonlyMap<string, IndicatorType | null> = new Map([
  ["ipv4-addr:value", null],
  ["ipv6-addr:value", null],
  ["network-traffic:src_ref.value", null],
  ["network-traffic:dst_ref.value", null],
  ["domain-name:value", "domain"],
  ["url:value", "url"],
  ["email-addr:value", "email"],
  ["email-message:from_ref.value", "email"],
  ["email-message:sender_ref.value", "email"],
  ["file:hashes.md5", "md5"],
  ["file:hashes.sha-1", "sha1"],
  ["file:hashes.sha1", "sha1"],
  ["file:hashes.sha-256", "sha256"],
  ["file:hashes.sha256", "sha256"],
  ["artifact:hashes.md5", "md5"],
  ["artifact:hashes.sha-256", "sha256"],
]);
const hashes: readonly IndicatorType[] = ["md5", "sha1", "sha256"];

const token =
  /\s*(?:('(?:[^'\\]|\\.)*')|([[\](),])|(!=|<>|<=|>=|=|<|>)|([a-z0-9-]+:[\w.-]+(?:(?:\.?'[^']*')|(?:\[[^\]]*\]))*[\w.-]*)|([\w.-]+))/gsy;

/**
 * The values of a STIX pattern that say something each for itself: comparisons with = or IN (ISSUBSET for blocks), alone or joined by
 * OR. Of comparisons joined by AND only a file's hash stands for itself: an address that is bad only together with a port is not bad.
 * Patterns of several observations joined by AND or FOLLOWEDBY, negations, and comparisons by LIKE, MATCHES or order give a reason.
 */
export function patternValues(pattern: string): PatternValues {
  const tokens = tokensOf(pattern);
  if (tokens === null) return { reason: "its pattern cannot be read" };
  try {
    const parser = new Parser(tokens);
    const values = parser.observations();
    return values.length > 0 ? { values: unique(values) } : { reason: "its pattern holds no value that can be looked for" };
  } catch (thrown) {
    if (thrown instanceof Unfit) return { reason: thrown.message };
    throw thrown;
  }
}

class Unfit extends Error {}

function tokensOf(pattern: string): string[] | null {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < pattern.trimEnd().length) {
    const match = token.exec(pattern);
    if (match === null || tokens.length > 10_000) return null;
    tokens.push(match[1] ?? match[2] ?? match[3] ?? match[4] ?? match[5] ?? "");
  }
  return tokens;
}

/** Reads a pattern from left to right: observations in brackets, comparisons within them (AND binds closer than OR). */
class Parser {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  observations(): IndicatorValue[] {
    const values = this.#observation();
    while (this.#at < this.#tokens.length) {
      const word = this.#take().toUpperCase();
      if (word === "OR") values.push(...this.#observation());
      else if (word === "AND" || word === "FOLLOWEDBY") throw new Unfit("its pattern needs several observations together");
      else throw new Unfit("its pattern counts or times observations");
    }
    return values;
  }

  #observation(depth = 0): IndicatorValue[] {
    if (depth > 50) throw new Unfit("its pattern cannot be read");
    const open = this.#take();
    if (open === "(") {
      const values = this.#observation(depth + 1);
      while (this.#peek().toUpperCase() === "OR") {
        this.#take();
        values.push(...this.#observation(depth + 1));
      }
      if (this.#take() !== ")") throw new Unfit("its pattern needs several observations together");
      return values;
    }
    if (open !== "[") throw new Unfit("its pattern cannot be read");
    const values = this.#alternatives(0);
    if (this.#take() !== "]") throw new Unfit("its pattern cannot be read");
    return values;
  }

  #alternatives(depth: number): IndicatorValue[] {
    const values = this.#together(depth);
    while (this.#peek().toUpperCase() === "OR") {
      this.#take();
      values.push(...this.#together(depth));
    }
    return values;
  }

  #together(depth: number): IndicatorValue[] {
    const parts = [this.#comparison(depth)];
    while (this.#peek().toUpperCase() === "AND") {
      this.#take();
      parts.push(this.#comparison(depth));
    }
    if (parts.length === 1) return parts[0] ?? [];
    const alone = parts.find((values) => values.length > 0 && values.every(({ type }) => hashes.includes(type)));
    if (alone === undefined) throw new Unfit("its pattern needs several values together");
    return alone;
  }

  #comparison(depth: number): IndicatorValue[] {
    if (depth > 50) throw new Unfit("its pattern cannot be read");
    const path = this.#take();
    if (path === "(") {
      const values = this.#alternatives(depth + 1);
      if (this.#take() !== ")") throw new Unfit("its pattern cannot be read");
      return values;
    }
    const operator = this.#take().toUpperCase();
    const literals = operator === "IN" ? this.#list() : [this.#take()];
    if (!["=", "IN", "ISSUBSET"].includes(operator)) throw new Unfit(`its pattern compares by ${operator}`);
    return literals.flatMap((literal) => literalValue(path, literal));
  }

  #list(): string[] {
    if (this.#take() !== "(") throw new Unfit("its pattern cannot be read");
    const literals: string[] = [];
    while (true) {
      literals.push(this.#take());
      const next = this.#take();
      if (next === ")") return literals;
      if (next !== ",") throw new Unfit("its pattern cannot be read");
    }
  }

  #peek(): string {
    return this.#tokens[this.#at] ?? "";
  }

  #take(): string {
    const taken = this.#tokens[this.#at];
    if (taken === undefined) throw new Unfit("its pattern cannot be read");
    this.#at += 1;
    return taken;
  }
}

function literalValue(path: string, literal: string): IndicatorValue[] {
  const hint = types.get(path.toLowerCase().replaceAll(/['"]/g, ""));
  if (hint === undefined || !literal.startsWith("'")) return [];
  const text = literal.slice(1, -1).replaceAll(/\\(.)/gs, "$1");
  const value = hint === null ? normalised(text) : normalised(text, hint);
  return value === null ? [] : [value];
}

function unique(values: readonly IndicatorValue[]): IndicatorValue[] {
  return [...new Map(values.map((value) => [`${value.type} ${value.value}`, value])).values()];
}
