// Characters that do not show, or that change how others show: controls, formats (bidi, zero-width, tags), private use, line and
// paragraph separators, variation selectors, and letters that are blank (Hangul fillers, Braille blank).
const invisible =
  /\u034f|[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u2800\u3164\uffa0]|\p{Variation_Selector}|[\u17b4\u17b5]/gu;
const breaks = /[\t\r\n\u2028\u2029]+/gu;

/** What a text shows, on one line and cut to `limit` characters ("…" stands for what was cut). */
export function cleanText(text: string, limit = 300): string {
  const shown = text
    .slice(0, limit * 8)
    .replace(breaks, " ")
    .replace(invisible, "");
  const characters = [...shown];
  return characters.length <= limit ? shown : `${characters.slice(0, limit).join("")}…`;
}
