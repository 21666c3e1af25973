/** Letters of other alphabets that look like Latin ones, and the letters that they look like. */
const lookalikes: readonly (readonly [string, string])[] = [
  ["а", "a"],
  ["в", "b"],
  ["е", "e"],
  ["ё", "e"],
  ["к", "k"],
  ["м", "m"],
  ["н", "h"],
  ["о", "o"],
  ["р", "p"],
  ["с", "c"],
  ["т", "t"],
  ["у", "y"],
  ["х", "x"],
  ["і", "i"],
  ["ї", "i"],
  ["ѕ", "s"],
  ["ј", "j"],
  ["ԁ", "d"],
  ["һ", "h"],
  ["ԛ", "q"],
  ["ԝ", "w"],
  ["ѵ", "v"],
  ["ӏ", "l"],
  ["г", "r"],
  ["п", "n"],
  ["А", "A"],
  ["В", "B"],
  ["Е", "E"],
  ["К", "K"],
  ["М", "M"],
  ["Н", "H"],
  ["О", "O"],
  ["Р", "P"],
  ["С", "C"],
  ["Т", "T"],
  ["У", "Y"],
  ["Х", "X"],
  ["І", "I"],
  ["Ѕ", "S"],
  ["Ј", "J"],
  ["α", "a"],
  ["ε", "e"],
  ["η", "n"],
  ["ι", "i"],
  ["κ", "k"],
  ["ν", "v"],
  ["ο", "o"],
  ["ρ", "p"],
  ["τ", "t"],
  ["υ", "u"],
  ["χ", "x"],
  ["ω", "w"],
  ["γ", "y"],
  ["Α", "A"],
  ["Β", "B"],
  ["Ε", "E"],
  ["Η", "H"],
  ["Ι", "I"],
  ["Κ", "K"],
  ["Μ", "M"],
  ["Ν", "N"],
  ["Ο", "O"],
  ["Ρ", "P"],
  ["Τ", "T"],
  ["Υ", "Y"],
  ["Χ", "X"],
  ["Ζ", "Z"],
  ["ո", "n"],
  ["ս", "u"],
  ["օ", "o"],
  ["հ", "h"],
  ["ց", "g"],
  ["ɑ", "a"],
  ["ɡ", "g"],
  ["ı", "i"],
  ["ɩ", "i"],
  ["ʟ", "l"],
  ["ɴ", "n"],
  ["ʀ", "r"],
  ["ᴀ", "a"],
  ["ʙ", "b"],
  ["ᴄ", "c"],
  ["ᴅ", "d"],
  ["ᴇ", "e"],
  ["ɢ", "g"],
  ["ʜ", "h"],
  ["ɪ", "i"],
  ["ᴊ", "j"],
  ["ᴋ", "k"],
  ["ᴍ", "m"],
  ["ᴏ", "o"],
  ["ᴘ", "p"],
  ["ꜱ", "s"],
  ["ᴛ", "t"],
  ["ᴜ", "u"],
  ["ᴠ", "v"],
  ["ᴡ", "w"],
  ["ʏ", "y"],
  ["ᴢ", "z"],
];
const latinOf: ReadonlyMap<string, string> = new Map(lookalikes);

/** The same letters for the engine's translateUTF8: those that look alike, and what they look like. */
export const lookalikeLetters = lookalikes.map(([letter]) => letter).join("");
export const latinLetters = lookalikes.map(([, latin]) => latin).join("");

/** A text with letters of other alphabets that look like Latin ones in Latin. */
export function withoutLookalikes(text: string): string {
  return text.replace(/[^\p{ASCII}]/gu, (letter) => latinOf.get(letter) ?? letter);
}

/** The words of a text in lower case without accents, parted and framed by single blanks: hyphens, underscores and dots part words too. */
export function plainWords(text: string): string {
  return ` ${withoutAccents(text)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, " ")
    .trim()} `;
}

/** A text in its compatible form without the accents of Latin, Greek and Cyrillic letters. */
export function withoutAccents(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFC");
}
