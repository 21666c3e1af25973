import { compactForms, type Form, forms, type Sign } from "./forms.ts";
import { foreignForms } from "./languages.ts";
import { markForms } from "./marks.ts";
import { readingsOf } from "./readings.ts";
import { plainWords } from "./words.ts";

export type { Sign } from "./forms.ts";

const bidiCharacters = /[\u202a-\u202e\u2066-\u2069]/;
const zeroWidth = /[\p{L}][\u200b-\u200d\u2060\ufeff]+[\p{L}]/u;
// What is read without a disguise must be an order; markup and codes are what they are only where they can be seen.
const orders: readonly Form[] = [...forms, ...foreignForms];

/** The signs in a text, the strongest first: each once, with those of the disguises under which an order stands. */
export function signsIn(text: string): Sign[] {
  const found = new Map<string, number>();
  const add = ({ name, points }: Sign): void => {
    found.set(name, Math.max(points, found.get(name) ?? 0));
  };
  for (const reading of readingsOf(text)) {
    const here = signsOfReading(reading.text, reading.disguise !== null);
    const isOrder = here.reduce((sum, { points }) => sum + points, 0) >= 20;
    if (reading.disguise === null) here.forEach(add);
    else if (isOrder && here.some(({ name }) => !found.has(name))) {
      here.forEach(add);
      add({ name: reading.disguise, points: 15 });
    }
  }
  // Hidden characters stand in harmless texts too: they only add to what is said.
  if (found.size > 0 && (bidiCharacters.test(text) || zeroWidth.test(text)))
    add({ name: "is broken up by characters that do not show", points: 15 });
  return [...found].map(([name, points]) => ({ name, points })).sort((a, b) => b.points - a.points || (a.name < b.name ? -1 : 1));
}

function signsOfReading(text: string, isDisguised: boolean): Sign[] {
  const words = plainWords(text);
  const letters = words.replaceAll(" ", "");
  const plain = [...orders.filter(({ form }) => form.test(words)), ...compactForms.filter(({ form }) => form.test(letters))];
  return isDisguised ? plain : [...plain, ...markForms.filter(({ form }) => form.test(text))];
}

/** The sum of a text's points. */
export function pointsOf(signs: readonly Sign[]): number {
  return signs.reduce((sum, { points }) => sum + points, 0);
}
