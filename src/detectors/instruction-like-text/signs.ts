/** A sign that a text is meant for a machine that reads logs, and its points. A text of 30 points and more is told of. */
export interface Sign {
  readonly name: string;
  readonly points: number;
}

interface Form extends Sign {
  readonly form: RegExp;
}

// Not "message", "order" or "rule": people ask each other every day to disregard an earlier mail or order.
const told = "instructions?|prompts?|guidelines?|directives?";

// Words are read with single blanks between them, so that hyphens, underscores, dots and plus signs part words too.
const forms: readonly Form[] = [
  {
    name: "sets earlier instructions aside",
    points: 40,
    form: new RegExp(
      `\\b(?:ignor\\w*|disregard\\w*|forget|overrid\\w*|bypass)\\b(?: \\w+){0,4} (?:previous|prior|above|earlier|preceding|later|all|any|your|system|the) (?:\\w+ ){0,2}(?:${told})\\b`,
    ),
  },
  {
    name: "sets earlier instructions aside, in another language",
    points: 40,
    form: /\b(?:ignorier\w* (?:\w+ ){0,3}anweisungen|ignorez (?:\w+ ){0,3}(?:instructions|consignes)|ignora\w* (?:\w+ ){0,3}(?:instrucciones|istruzioni|instrucoes)|negeer (?:\w+ ){0,3}instructies)\b/,
  },
  {
    name: "asks for a verdict",
    points: 30,
    form: /\b(?:mark|classify|label|treat|report|rate|score|conclude|consider|close|calls?|confirm)\b(?: \w+){0,8} (?:benign|harmless|false positives?|refuted|not malicious|not an attack|safe to ignore)\b/,
  },
  {
    name: "says that a matter was judged",
    points: 30,
    form: /\b(?:closed|approved|resolved|verified|cleared|whitelisted)\b(?: by the vendor)? as (?:benign|harmless|a? ?false positive)\b|\bsoc manager approved\b/,
  },
  {
    name: "says that something is approved",
    points: 20,
    form: /\b(?:approved|verified|cleared) by (?:the )?(?:soc|security|analyst|vendor)\b/,
  },
  {
    name: "asks to leave something out",
    points: 30,
    form: /\b(?:do not|don t|never) (?:report|flag|mention|investigate|alert on|raise)\b|\bsuppress (?:the|this|all|any) (?:finding|alert|detection)s?\b|\bexclude\b(?: [\w.]+){1,6} (?:search\w*|detections?|hunts?|findings|results)\b/,
  },
  {
    name: "asks for what the machine was told or holds",
    points: 30,
    form: /\b(?:print|reveal|show|repeat|output|send|leak|tell)\b(?: \w+){0,5} (?:system prompt|your (?:instructions|prompt|rules|keys?|credentials)|api keys?)\b/,
  },
  {
    name: "speaks to a machine",
    points: 20,
    form: /\b(?:you are now|as an ai|language model|ai (?:assistant|agent|analyst|model)|dear (?:assistant|model|agent)|attention (?:ai|assistant|agent|llm)|(?:an|the) assistant (?:who|must|should|would|shall))\b/,
  },
  {
    name: "orders the use of a tool",
    points: 30,
    form: /\bcall the tool \w+|\brun this (?:query )?(?:select|drop|delete|insert)\b|\bcite (?:\w+ ){1,6}(?:as|to) (?:proof|prove|evidence)\b/,
  },
  {
    name: "asks to decode and follow",
    points: 30,
    form: /\bdecode(?: \w+){0,4} (?:and )?(?:follow|obey|execute|comply)\b|\bfollow (?:these|the following|my) (?:instructions|orders)\b/,
  },
];

// What is looked for with its signs: the marks between turns of a conversation, and answers as a machine writes them.
const markForms: readonly Form[] = [
  {
    name: "imitates the marks of a conversation",
    points: 35,
    form: /<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id)\|>|\[\/?INST\]|<<\/?SYS>>|<\/?(?:tool_result|tool_use|function_calls?|function_results?|antml:\w+)\b|(?:^|\n|\\n)\s*#{0,3}\s*(?:system|developer|assistant|human)\s*:\s/i,
  },
  {
    name: "imitates an answer of a machine",
    points: 30,
    form: /["']?(?:verdict|counter_evidence|supports_if|refuted_if)["']?\s*[:=]\s*["']?(?:refuted|benign|supported|inconclusive|\[)/i,
  },
];

const tagCharacters = /[\u{e0020}-\u{e007e}]{4,}/u;
const bidiCharacters = /[\u202a-\u202e\u2066-\u2069]/;
const zeroWidth = /[\p{L}][\u200b-\u200d\u2060\ufeff]+[\p{L}]/u;

/** Letters of other alphabets that look like Latin ones, as far as an order would need them. */
const lookalikes: Readonly<Record<string, string>> = {
  а: "a",
  е: "e",
  о: "o",
  р: "p",
  с: "c",
  у: "y",
  х: "x",
  і: "i",
  ѕ: "s",
  ј: "j",
  ԁ: "d",
  һ: "h",
  ո: "n",
  т: "t",
  к: "k",
  м: "m",
  ν: "v",
  ο: "o",
  α: "a",
  ι: "i",
  ρ: "p",
};

/** The signs in a text, the strongest first. */
export function signsIn(text: string): Sign[] {
  const shown = revealed(text);
  const words = wordsOf(shown);
  const found: Sign[] = [
    ...forms.filter(({ form }) => form.test(words)),
    ...markForms.filter(({ form }) => form.test(shown)),
    ...(tagCharacters.test(text) ? [{ name: "hides letters in characters that do not show", points: 40 }] : []),
  ].map(({ name, points }) => ({ name, points }));
  // Hidden characters stand in harmless texts too: they only add to what is said.
  if (found.length > 0 && (bidiCharacters.test(text) || zeroWidth.test(text)))
    found.push({ name: "is broken up by characters that do not show", points: 15 });
  return found.sort((a, b) => b.points - a.points || (a.name < b.name ? -1 : 1));
}

/** The text without its disguises: percent signs decoded, tags turned into letters, invisible characters gone, look-alikes in Latin. */
function revealed(text: string): string {
  return decoded(text)
    .replace(/[\u{e0020}-\u{e007e}]/gu, (letter) => String.fromCharCode((letter.codePointAt(0) ?? 0) - 0xe0000))
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, "")
    .replace(/[а-яіѕјԁһոα-ω]/g, (letter) => lookalikes[letter] ?? letter);
}

function decoded(text: string): string {
  if (!/%[0-9a-f]{2}/i.test(text)) return text;
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll("%", ""), "hex").toString("utf8"));
}

function wordsOf(text: string): string {
  return ` ${text
    .toLowerCase()
    .normalize("NFKC")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()} `;
}

/** Parts of words that every form needs one of: what the engine looks for before anything is read closely. */
export const stems: readonly string[] = [
  "ignor",
  "disregard",
  "forget",
  "overrid",
  "bypass",
  "negeer",
  "benign",
  "harmless",
  "false positive",
  "false_positive",
  "false-positive",
  "refuted",
  "malicious",
  "not report",
  "not flag",
  "not-report",
  "not investigate",
  "not mention",
  "suppress",
  "exclude",
  "system prompt",
  "your instructions",
  "you are now",
  "language model",
  "as an ai",
  "assistant",
  "ai agent",
  "the tool ",
  "decode-and",
  "decode and",
  "follow th",
  "follow my",
  "im_start",
  "[inst]",
  "<<sys>>",
  "tool_result",
  "tool_use",
  "function_call",
  "system:",
  "developer:",
  "verdict",
  "counter_evidence",
  "run this",
  "as proof",
  "soc manager",
  "іgnоr",
  "bеnіgn",
];

/** Characters that an order could hide in, as a pattern for the engine. */
export const invisible = String.raw`[\x{e0020}-\x{e007e}]{4,}|[\x{200b}-\x{200d}\x{202a}-\x{202e}\x{2060}\x{2066}-\x{2069}]`;
