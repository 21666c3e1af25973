import { dataIn, fieldsOf, isRecord } from "../reading.ts";

/** Something in data that a model could take for an instruction, and what it would have it do. */
export interface Order {
  /** As it stood there. */
  readonly text: string;
  readonly statement: string | null;
  readonly tool: string | null;
  readonly url: string | null;
  /** What it asks to be cited. */
  readonly eventId: string | null;
}

// A conversation is read again from its beginning in every turn.
const known = new Map<string, Order | null>();

/** All orders in what was heard, each text once, in reading order: what is hidden is brought to light first. */
export function ordersIn(texts: readonly string[]): Order[] {
  const values = dataIn(texts)
    .map(withoutCatalogue)
    .flatMap((value) => [...fieldsOf(value)].flatMap(([key, text]) => [key, ...(typeof text === "string" ? [text] : [])]));
  return [...new Set(values)].flatMap((text) => {
    const order = known.get(text) ?? (known.has(text) || !wordsOfCommand.test(revealed(text)) ? null : orderIn(text));
    known.set(text, order);
    return order ?? [];
  });
}

/** What our own catalogue of actions says is nobody's order. */
function withoutCatalogue(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const { catalogue_of_actions: _, ...rest } = value;
  return rest;
}

const wordsOfCommand =
  /\b(?:ignore|disregard|forget|instruction|override|you are now|system prompt|as an? (?:ai|assistant)|verdict|mark (?:this|all|it)|close (?:the|this|all)|allow-?list|exclude (?:this|\d)|suppress the|decode|cite|run this|for every host|call (?:the )?tool|open (?:the )?url|approved|do not report|ignoriere|as benign)\b|<\|?(?:system|im_start)/i;

function orderIn(text: string): Order {
  const plain = revealed(text);
  return {
    text,
    statement: /\b(?:select|insert|drop|with)\b[^"'`;]*(?:\bfrom\b|\binto\b|\btable\b)[^"`;]*/i.exec(plain)?.[0].trim() ?? null,
    tool: /\btool:? ([a-z_]{4,40})/i.exec(plain)?.[1] ?? null,
    url: /\bh(?:tt|xx)ps?:\/\/[^\s"'<>)]+/i.exec(plain)?.[0].replace(/^hxxp/i, "http") ?? null,
    eventId: /\bcite ([\w:-]+)/i.exec(plain)?.[1] ?? null,
  };
}

/** A text with what hides in it: percent encoding, base64, tag characters, invisible characters, hyphens in place of blanks, look-alike letters. */
function revealed(text: string): string {
  const tags = text.replace(/[\u{E0020}-\u{E007E}]/gu, (tag) => String.fromCodePoint((tag.codePointAt(0) ?? 0) - 0xe0000));
  const folded = [...tags.replace(/[\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu, "")]
    .map((letter) => lookAlikes[letter] ?? letter)
    .join("");
  const unescaped = folded.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll("%", ""), "hex").toString("utf8"));
  const decoded = [...unescaped.matchAll(/[A-Za-z0-9+/]{24,}={0,2}/g)].map(([run]) =>
    Buffer.from(run, "base64").toString("utf8"),
  );
  return [unescaped, unescaped.replace(/[-_.+]/g, " "), ...decoded.filter((one) => /^[\x20-\x7E]+$/.test(one))].join("\n");
}

// Cyrillic and Greek letters that look like Latin ones.
const lookAlikes: Readonly<Record<string, string>> = {
  а: "a",
  е: "e",
  о: "o",
  р: "p",
  с: "c",
  і: "i",
  у: "y",
  х: "x",
  ѕ: "s",
  ո: "n",
  ɡ: "g",
  ο: "o",
  ν: "v",
};
