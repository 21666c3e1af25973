import { withoutLookalikes } from "./words.ts";

/** A text as it stands or without a disguise, and the disguise that was taken off. */
export interface Reading {
  readonly text: string;
  readonly disguise: string | null;
}

const hiddenLetters = "hides letters in characters that do not show";
const longest = 20_000;

/**
 * Every way in which a text can be read: as it is shown, and without each of the disguises that orders are given to pass filters (base64,
 * hexadecimal, turned round, letters by their numbers, digits for letters, letters apart).
 */
export function readingsOf(text: string): Reading[] {
  const shown = shownText(text.slice(0, longest));
  const found: Reading[] = [{ text: shown, disguise: null }];
  const add = (decoded: string, disguise: string): void => {
    if (decoded !== shown && decoded.trim() !== "") found.push({ text: shownText(decoded), disguise });
  };
  add(withoutLookalikes(shown), "is written with letters of other alphabets");
  for (const decoded of hiddenTexts(text)) add(decoded, hiddenLetters);
  for (const decoded of encodedTexts(shown)) {
    add(decoded, "is encoded");
    for (const inner of encodedTexts(decoded)) add(inner, "is encoded twice");
  }
  add(turned(shown), "is turned round");
  add(rotated(shown), "is written with letters moved by thirteen");
  add(withLettersForDigits(shown), "is written with digits for letters");
  add(withLettersTogether(shown), "is written letter by letter");
  return found;
}

/** A text without what stands between it and its reader: percent signs, entities and escapes decoded, characters that do not show gone. */
function shownText(text: string): string {
  let shown = text;
  // Twice: what was encoded for a server is encoded once more by a proxy.
  for (let round = 0; round < 2; round += 1) shown = withoutEscapes(shown);
  return shown
    .normalize("NFKC")
    .replace(/[\u{e0000}-\u{e007f}]/gu, (letter) => (letter >= "\u{e0020}" && letter <= "\u{e007e}" ? tagLetter(letter) : ""))
    .replace(/[\p{Cf}\p{Variation_Selector}\u115f\u1160\u3164]|\u034f/gu, "");
}

function withoutEscapes(text: string): string {
  return text
    .replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll("%", ""), "hex").toString("utf8"))
    .replace(/%u([0-9a-f]{4})|\\u\{?([0-9a-f]{4,5})\}?|\\x([0-9a-f]{2})|&#x([0-9a-f]{2,5});?/gi, (whole, ...groups) =>
      letterOf(Number.parseInt(groups.slice(0, 4).find((one) => typeof one === "string") ?? "", 16), whole),
    )
    .replace(/&#(\d{2,6});?/g, (whole, digits) => letterOf(Number(digits), whole))
    .replace(/&(lt|gt|amp|quot|apos|nbsp|Tab|NewLine);/g, (_, name) => entities[name] ?? " ");
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function letterOf(codePoint: number, otherwise: string): string {
  return codePoint >= 9 && codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : otherwise;
}

const tagLetter = (letter: string): string => String.fromCharCode((letter.codePointAt(0) ?? 0) - 0xe0000);

/** Texts in characters that do not show: tags, but for the flags that are made of them, and bytes as variation selectors. */
function hiddenTexts(text: string): string[] {
  const tags = [
    ...text.replace(/\u{1f3f4}[\u{e0020}-\u{e007e}]{2,8}\u{e007f}/gu, "").matchAll(/[\u{e0020}-\u{e007e}]{4,}/gu),
  ].map(([run]) => [...run].map(tagLetter).join(""));
  const bytes = [...text.matchAll(/[\u{fe00}-\u{fe0f}\u{e0100}-\u{e01ef}]{4,}/gu)].map(([run]) =>
    Buffer.from(
      [...run].map((one) => {
        const point = one.codePointAt(0) ?? 0;
        return point >= 0xe0100 ? point - 0xe0100 + 16 : point - 0xfe00;
      }),
    ).toString("utf8"),
  );
  return [...tags, ...bytes].filter(isText);
}

/** What the long tokens of a text say when they are decoded: base64 in both alphabets, hexadecimal, letters by their numbers. */
function encodedTexts(text: string): string[] {
  const base64 = [...text.matchAll(/[A-Za-z0-9+/_-]{16,}/g)].slice(0, 40).flatMap(([token]) => {
    // A path's slash may stand before the token, so that every beginning is tried.
    const bytes = [0, 1, 2, 3].map((skip) => Buffer.from(token.slice(skip), "base64"));
    return bytes.flatMap((one) => [one.toString("utf8"), one.toString("utf16le")]);
  });
  const hexadecimal = [...text.matchAll(/(?:0x|\\x)?[0-9a-f]{2}(?:[ :,]?(?:0x|\\x)?[0-9a-f]{2}){11,}/gi)]
    .slice(0, 40)
    .flatMap(([token]) => {
      const digits = token.replace(/0x|\\x|[ :,]/gi, "");
      return [digits, digits.slice(1)].map((one) => Buffer.from(one, "hex").toString("utf8"));
    });
  const numbers = [...text.matchAll(/\d{2,3}(?:\D{1,3}\d{2,3}){11,}/g)]
    .slice(0, 10)
    .map(([run]) => String.fromCharCode(...(run.match(/\d+/g) ?? []).map(Number)));
  return [...base64, ...hexadecimal, ...numbers].filter(isText).map((one) => one.replace(/[^\P{C}\n\t]|\ufffd/gu, ""));
}

/** Whether bytes were text: letters and blanks by far the most of them, and almost nothing that no keyboard writes. */
function isText(decoded: string): boolean {
  const strange = decoded.match(/[^\p{L}\p{N}\p{P}\p{S}\p{Zs}\n\r\t]|\ufffd/gu)?.length ?? 0;
  const letters = decoded.match(/[a-z ]/gi)?.length ?? 0;
  return (
    decoded.length >= 8 && strange <= decoded.length * 0.1 && (letters >= decoded.length * 0.6 || !/[a-z]{4}/i.test(decoded))
  );
}

function turned(text: string): string {
  return [...text].reverse().join("");
}

function rotated(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => {
    const first = letter <= "Z" ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - first + 13) % 26) + first);
  });
}

const digitLetters: Readonly<Record<string, string>> = {
  0: "o",
  1: "i",
  3: "e",
  4: "a",
  5: "s",
  7: "t",
  8: "b",
  "@": "a",
  $: "s",
  "!": "i",
  "|": "l",
};

/** Digits and signs become letters in words that have letters too. */
function withLettersForDigits(text: string): string {
  return text.replace(/[a-z0-9@$!|]*[a-z][a-z0-9@$!|]*/gi, (word) => {
    // Of an address or a hash nobody reads a word.
    if (!/[0134578@$!|]/.test(word) || word.length > 20) return word;
    return word.replace(/[0134578@$!|]/g, (digit) => digitLetters[digit] ?? digit);
  });
}

/** Letters that stand apart, put together; where more stands between two of them than between the others, the words stay apart. */
function withLettersTogether(text: string): string {
  const tokens = text.split(/([^\p{L}\p{N}]+)/u);
  const letters = tokens.filter((token, at) => at % 2 === 0 && token.length === 1).length;
  if (letters < 6) return text;
  const between = new Set(tokens.filter((_, at) => at % 2 === 1 && tokens[at - 1]?.length === 1 && tokens[at + 1]?.length === 1));
  const shortest = Math.min(...[...between].map(({ length }) => length));
  return tokens.map((token, at) => (at % 2 === 0 ? token : token.length > shortest || !between.has(token) ? " " : "")).join("");
}
