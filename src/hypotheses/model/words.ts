// English words that say nothing about what a sentence is about.
const empty = new Set(
  "the and that this with from have has had was were are for not but its their they them then than which what when where who whose will would could may might can into onto over under about after before between during while also some any all other such only more most very been being does did done there here these those one two".split(
    " ",
  ),
);

/** The words of a text that say what it is about: lower case, at least three letters or digits, plurals as their singular. */
export function wordsOf(text: string): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}_.-]*[\p{L}\p{N}]/gu) ?? [];
  return new Set(
    words.filter((word) => word.length >= 3 && !empty.has(word)).map((word) => (word.length > 4 ? word.replace(/s$/, "") : word)),
  );
}

/** How far the smaller of two sets lies within the larger, 0 to 1 (overlap coefficient: Szymkiewicz 1934, Simpson 1943); 0 when one is empty. */
export function overlap(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const smaller = Math.min(one.size, other.size);
  if (smaller === 0) return 0;
  return [...one].filter((word) => other.has(word)).length / smaller;
}
