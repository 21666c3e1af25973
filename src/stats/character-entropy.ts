import { shannonEntropy } from "./shannon-entropy.ts";

/** Shannon entropy of a text's characters (code points), in bits a character; the empty text gives 0. */
export function characterEntropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return shannonEntropy(counts.values());
}
