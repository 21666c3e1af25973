/** The separators of delimited text that are told apart. */
export const delimiters = [",", ";", "\t", "|"] as const;
export type Delimiter = (typeof delimiters)[number];

/** The first line of delimited text, when it names the columns. */
export interface Header {
  readonly delimiter: Delimiter;
  /** Names as written, without quotation marks and blanks around them. */
  readonly columns: readonly string[];
}

/** The header that a text begins with: its first line that is not blank, if it names at least two columns; else null. Never throws. */
export function headerOf(lines: readonly string[]): Header | null {
  const first = lines.find((line) => line.trim() !== "");
  if (first === undefined || first.length > longestHeader) return null;
  const line = first.replace(/^\ufeff/, "");
  let best: Header | null = null;
  // The separator that gives most columns wins; at a tie, the earlier in the list.
  for (const delimiter of delimiters) {
    const columns = fieldsOf(line, delimiter).map((field) => field.trim());
    if (columns.length > (best?.columns.length ?? 1)) best = { delimiter, columns };
  }
  return best !== null && areNames(best.columns) ? best : null;
}

/** The fields of one line, RFC 4180: a quoted field may hold separators, and a doubled quotation mark in it stands for one. */
export function fieldsOf(line: string, delimiter: Delimiter): string[] {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (line[at] === '"') {
      const { text, end } = quoted(line, at);
      // Text between the closing mark and the separator is not RFC 4180; it is kept rather than lost.
      const next = indexOrEnd(line, delimiter, end);
      fields.push(text + line.slice(end, next));
      at = next;
    } else {
      const next = indexOrEnd(line, delimiter, at);
      fields.push(line.slice(at, next));
      at = next;
    }
    if (at >= line.length) return fields;
    at++;
  }
}

/** True when a header has all of these columns, in any order and case. */
export function hasColumns(header: Header | null, wanted: readonly string[]): boolean {
  if (header === null) return false;
  const present = new Set(header.columns.map((column) => column.toLowerCase()));
  return wanted.every((column) => present.has(column.toLowerCase()));
}

const longestHeader = 64 * 1024;

function quoted(line: string, from: number): { text: string; end: number } {
  let text = "";
  for (let at = from + 1; ; ) {
    const close = line.indexOf('"', at);
    if (close < 0) return { text: text + line.slice(at), end: line.length };
    text += line.slice(at, close);
    if (line[close + 1] !== '"') return { text, end: close + 1 };
    text += '"';
    at = close + 2;
  }
}

function indexOrEnd(line: string, delimiter: string, from: number): number {
  const at = line.indexOf(delimiter, from);
  return at < 0 ? line.length : at;
}

/** Names differ from each other, are short, and are not numbers, times or addresses, which is what a line of data has. */
function areNames(columns: readonly string[]): boolean {
  const named = columns.filter((column) => column !== "");
  if (named.length < 2 || new Set(named).size !== named.length) return false;
  return named.every((name) => name.length <= 128 && /^[\p{L}_#@%]/u.test(name) && !/[{}=]|:\/\/|: |\d:\d\d/.test(name));
}
