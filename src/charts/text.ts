// Letters that show nothing although Unicode does not class them as format characters (Hangul fillers, blank Braille).
const blankLetters = "\\u115f\\u1160\\u2800\\u3164\\uffa0";
const hidden = new RegExp(`[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Zl}\\p{Zp}${blankLetters}]`, "gu");
// More than a few marks on one letter paint over the lines around it.
const stackedMarks = /(\p{M}{3})\p{M}+/gu;

/**
 * Text from a log as a reader may safely see it: what would hide, reorder or overprint (controls, escape codes, zero-width and
 * bidirectional marks, lone surrogates) is written out. With `keepLines`, line ends and tabs stay as they are.
 */
export function visible(text: string, options: { keepLines?: boolean } = {}): string {
  const spelled = (character: string): string => {
    if (options.keepLines === true && (character === "\n" || character === "\t")) return character;
    return spellOut(character);
  };
  return text.replace(stackedMarks, "$1").replace(hidden, spelled);
}

function spellOut(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  // The Unicode block "Control Pictures" has a sign for each of the first 32 and for DEL.
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}

const narrow = new Set("iljtfrI.,:;|'!()[]/\\ -");
const wide = new Set("mwMW@%—…");

/** About how wide a line of sans-serif text is, in the unit of `size`; between Segoe UI (narrow) and DejaVu Sans (wide). */
export function textWidth(text: string, size: number): number {
  let units = 0;
  for (const character of text) units += characterWidth(character);
  return units * size;
}

function characterWidth(character: string): number {
  if (narrow.has(character)) return 0.33;
  if (wide.has(character)) return 0.9;
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x1100) return 1.05;
  return code >= 0x41 && code <= 0x5a ? 0.66 : 0.56;
}

/** Text cut to fit a width; the whole of it belongs in a tooltip beside. */
export function shortened(text: string, size: number, width: number): string {
  if (textWidth(text, size) <= width) return text;
  let kept = "";
  let used = textWidth("…", size);
  for (const character of text) {
    used += textWidth(character, size);
    if (used > width) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** The domain that all host names share (".corp.example"), so that a drawing can leave it out; "" when there is none worth it. */
export function sharedDomain(names: readonly string[]): string {
  const hosts = names.filter((name) => !/^[\d.]+$/.test(name) && !name.includes(":"));
  const first = hosts[0];
  const dot = first?.indexOf(".") ?? -1;
  if (first === undefined || dot < 1 || hosts.length < 2) return "";
  const domain = first.slice(dot);
  return hosts.every((name) => name.endsWith(domain) && name.length > domain.length) ? domain : "";
}
