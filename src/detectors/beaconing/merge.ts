import { compareText } from "../../order.ts";
import { type Channel, explains } from "./channel.ts";
import type { Judgement } from "./score.ts";

/** A channel with its judgement, and the same channel seen another way. */
export interface Judged {
  readonly channel: Channel;
  readonly judgement: Judgement;
}
export interface Merged extends Judged {
  readonly alsoSeenAs: readonly Channel[];
}

// A pair has ports, sizes and states that a name has not: the name must be clearly the better reading to stand for both.
const preference = 5;

/** One finding a channel: where a name explains pairs, the name stands for them all, or the best pair does. Best score first. */
export function mergeChannels(judged: readonly Judged[]): Merged[] {
  const inOrder = judged.toSorted(byScore);
  const names = inOrder.filter(({ channel }) => channel.by === "name");
  const pairs = inOrder.filter(({ channel }) => channel.by === "address");
  const taken = new Set<Channel>();
  const merged: Merged[] = [];
  for (const name of names) {
    const explained = pairs.filter(({ channel }) => !taken.has(channel) && explains(name.channel, channel));
    for (const { channel } of explained) taken.add(channel);
    const [best] = explained;
    // A name at one address is that pair; at several, it is what holds them together.
    const margin = name.channel.addressCount > 1 ? -2 * preference : preference;
    const isName = best === undefined || name.judgement.score > best.judgement.score + margin;
    const stands = isName ? name : best;
    const others = [name, ...explained].filter((one) => one !== stands);
    merged.push({ ...stands, alsoSeenAs: others.map(({ channel }) => channel) });
  }
  for (const pair of pairs) if (!taken.has(pair.channel)) merged.push({ ...pair, alsoSeenAs: [] });
  return merged.sort(byScore);
}

function byScore(one: Judged, other: Judged): number {
  return other.judgement.score - one.judgement.score || compareText(keyOf(one.channel), keyOf(other.channel));
}

function keyOf(channel: Channel): string {
  const { address, port } = channel.places[0] ?? { address: "", port: 0 };
  return JSON.stringify([channel.source, channel.by, channel.calledAs, address, port, channel.protocol]);
}
