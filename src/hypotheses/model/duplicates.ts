import type { PastHunt } from "../../memory/past-hunt.ts";
import { compareText } from "../../order.ts";
import type { Hypothesis } from "../../types.ts";
import { overlap, wordsOf } from "./words.ts";

type Told = Pick<Hypothesis, "title" | "description" | "techniques" | "entities" | "window">;

/** Words shared beyond this are the same thought in other words; a judgement. */
const mostAlike = 0.75;
/** Fewer words than this say too little to compare. */
const fewestWords = 4;

/** Why a hypothesis is not new: one of the list says the same, or it was hunted before over the same time; null when it is new. */
export function repeats(hypothesis: Told, known: readonly Told[], past: readonly PastHunt[]): string | null {
  if (known.some((one) => isSame(hypothesis, one) || isAlike(hypothesis, one))) return "says what another hypothesis says";
  const before = past.filter((one) => isWithin(hypothesis, one));
  if (
    before.some(
      (one) => isSame(hypothesis, one) || isAlike(hypothesis, { ...one, title: one.hypothesis, description: one.learnt }),
    )
  )
    return "was hunted before over the same time";
  return null;
}

/** One technique in common, the same entities, and time in common. */
function isSame(one: Told, other: Pick<Told, "techniques" | "entities" | "window">): boolean {
  return (
    one.techniques.some((id) => other.techniques.includes(id)) &&
    entityKey(one) === entityKey(other) &&
    one.window.from < other.window.to &&
    other.window.from < one.window.to
  );
}

/** About the same entities, and in nearly the same words. */
function isAlike(one: Told, other: Told): boolean {
  if (entityKey(one) !== entityKey(other)) return false;
  const [words, others] = [wordsOf(`${one.title} ${one.description}`), wordsOf(`${other.title} ${other.description}`)];
  return Math.min(words.size, others.size) >= fewestWords && overlap(words, others) >= mostAlike;
}

/** A past hunt answers only for the days that it looked at. */
function isWithin(hypothesis: Told, past: PastHunt): boolean {
  return past.window.from <= hypothesis.window.from && past.window.to >= hypothesis.window.to;
}

function entityKey({ entities }: Pick<Told, "entities">): string {
  return JSON.stringify([...entities].map((entity) => entity.toLowerCase()).sort(compareText));
}
