import type { Finding } from "../../types.ts";

// So many words in a row are somebody's sentence, fewer are everybody's.
const wordsInARow = 5;

/** Every run of words that is long enough to be somebody's own, framed by blanks. */
export function runsOf(words: readonly string[]): string[] {
  return words.slice(wordsInARow - 1).map((_, at) => ` ${words.slice(at, at + wordsInARow).join(" ")} `);
}

const ofText = (text: string): string[] =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];

/** Texts of the logs that read like an order to a machine, as the findings about them quote them: each in its words, framed by blanks. */
export function plantedTexts(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ detail }) => detail.isAboutLogs === true)
    .flatMap(({ detail }) => (Array.isArray(detail.texts) ? detail.texts : []))
    .flatMap((one: unknown) =>
      typeof one === "object" && one !== null && "text" in one && typeof one.text === "string" ? [one.text] : [],
    )
    .map((text) => ` ${ofText(text).join(" ")} `);
}

/** Whether a sentence repeats five words in a row, or a shorter text as a whole, of what somebody planted in the logs. */
export function repeatsPlanted(sentence: string, planted: readonly string[]): boolean {
  const words = ofText(sentence);
  const runs = runsOf(words);
  const whole = ` ${words.join(" ")} `;
  return planted.some(
    (text) => runs.some((run) => text.includes(run)) || (text.trim().split(" ").length >= 3 && whole.includes(text)),
  );
}
