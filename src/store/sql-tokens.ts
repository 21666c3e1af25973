import { SpoorError } from "../errors.ts";

/** A piece of a statement: what it is, and the text that the engine would see. */
export interface SqlToken {
  readonly kind: "word" | "quoted-name" | "string" | "number" | "sign" | "blank";
  readonly text: string;
}

// Longest first. Only what is certain to mean the same to the engine's own lexer: no heredocs, no typographic quotation marks
// (which it takes for quotation marks), no comments that begin with #, no \G.
const patterns: readonly { readonly kind: SqlToken["kind"]; readonly pattern: RegExp }[] = [
  { kind: "blank", pattern: /[ \t\r\n]+|--[^\n]*|\/\*(?:[^*]|\*(?!\/))*\*\//y },
  { kind: "string", pattern: /'(?:[^'\\]|\\[\s\S]|'')*'/y },
  // Without what could pass for structure where the engine prints a name unquoted.
  { kind: "quoted-name", pattern: /`[^`\\()\p{Cc}]*`|"[^"\\()\p{Cc}]*"/uy },
  { kind: "word", pattern: /[A-Za-z_][A-Za-z0-9_]*/y },
  { kind: "number", pattern: /(?:0x[0-9A-Fa-f]+|\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?)(?![A-Za-z_])/y },
  { kind: "sign", pattern: /<=>|::|->|\|\||<=|>=|<>|!=|==|[()[\]{},.:;?<>=+\-*/%@]/y },
];

/** A statement in pieces, each comment a blank. Throws SpoorError "usage" at the first piece whose meaning is not certain. */
export function sqlTokens(sql: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  for (let at = 0; at < sql.length; ) {
    const { kind, text } = tokenAt(sql, at);
    tokens.push({ kind, text: kind === "blank" ? " " : text });
    at += text.length;
  }
  return tokens;
}

function tokenAt(sql: string, at: number): SqlToken {
  for (const { kind, pattern } of patterns) {
    pattern.lastIndex = at;
    const text = pattern.exec(sql)?.[0];
    if (text !== undefined && !text.includes("\0")) return { kind, text };
  }
  throw new SpoorError("usage", `the statement cannot be read from ${JSON.stringify(sql.slice(at, at + 20))} on`, {
    hint: "Text stands between '…', odd names between `…`; comments begin with -- or /*.",
  });
}
