/** Where a member stands in the text of a JSON object: `from` at the quote of its name, `to` after its value. */
export interface MemberSpan {
  readonly name: string;
  readonly from: number;
  readonly valueFrom: number;
  readonly to: number;
}

/**
 * The members of the JSON object that `text` holds, by their place in the text, outermost level only; null when `text` is not one
 * object. Cutting by place keeps every other byte as it was: parsing and writing again would round 64-bit numbers.
 */
export function memberSpans(text: string): readonly MemberSpan[] | null {
  const start = text.search(/\S/);
  if (start < 0 || text[start] !== "{" || !isJson(text)) return null;
  const spans: MemberSpan[] = [];
  let from = -1;
  let valueFrom = -1;
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') {
      if (depth === 1 && from < 0) from = at;
      at = endOfString(text, at);
    } else if (character === "{" || character === "[") depth += 1;
    else if (character === ":" && depth === 1 && valueFrom < 0) valueFrom = at + 1;
    else if ((character === "," && depth === 1) || (character === "}" && depth === 1)) {
      if (from >= 0) spans.push({ name: nameAt(text, from), from, valueFrom, to: at });
      from = -1;
      valueFrom = -1;
      if (character === "}") depth -= 1;
    } else if (character === "}" || character === "]") depth -= 1;
  }
  return spans;
}

/** The object in `text` without the members that `isUnwanted` names, every other byte unchanged; null when `text` is not an object. */
export function withoutMembers(text: string, isUnwanted: (name: string) => boolean): string | null {
  const spans = memberSpans(text);
  if (spans === null) return null;
  const kept = spans.filter((span) => !isUnwanted(span.name));
  if (kept.length === spans.length) return text;
  const head = text.slice(0, text.indexOf("{") + 1);
  const tail = text.slice(text.lastIndexOf("}"));
  return head + kept.map((span) => text.slice(span.from, span.to)).join(",") + tail;
}

/** The text of one member's value, trimmed; null when there is no such member. */
export function memberText(text: string, name: string): string | null {
  const span = memberSpans(text)?.find((member) => member.name === name);
  return span === undefined ? null : text.slice(span.valueFrom, span.to).trim();
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The place of the closing quote of the string that opens at `open`. */
function endOfString(text: string, open: number): number {
  let at = open + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}

function nameAt(text: string, open: number): string {
  return String(JSON.parse(text.slice(open, endOfString(text, open) + 1)));
}
