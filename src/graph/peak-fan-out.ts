import { type Contact, compareContacts, compareNames } from "./contact.ts";

/** The most different targets that one source reached within a time window. */
export interface FanOut {
  readonly source: string;
  /** In order of first contact within the window. */
  readonly targets: readonly string[];
  /** The first and the last contact of the window. */
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly contactCount: number;
}

/**
 * For every source the window of at most `windowSeconds`, both ends included, in which it reached the most different targets
 * (out-degree in a sliding window; the earliest of equals). Contacts with oneself do not count. Largest first, then by source.
 */
export function peakFanOut(contacts: readonly Contact[], { windowSeconds }: { windowSeconds: number }): FanOut[] {
  const bySource = new Map<string, Contact[]>();
  for (const contact of contacts.toSorted(compareContacts)) {
    if (contact.source === contact.target) continue;
    const own = bySource.get(contact.source);
    if (own === undefined) bySource.set(contact.source, [contact]);
    else own.push(contact);
  }
  return Array.from(bySource, ([source, own]) => peakOf(source, own, windowSeconds)).sort(
    (a, b) => b.targets.length - a.targets.length || compareNames(a.source, b.source),
  );
}

function peakOf(source: string, contacts: readonly Contact[], windowSeconds: number): FanOut {
  const inWindow = new Map<string, number>();
  let best = { count: 0, first: 0, last: 0 };
  let first = 0;
  contacts.forEach((contact, last) => {
    inWindow.set(contact.target, (inWindow.get(contact.target) ?? 0) + 1);
    for (
      let oldest = contacts[first];
      oldest !== undefined && contact.timeSeconds - oldest.timeSeconds > windowSeconds;
      oldest = contacts[++first]
    ) {
      const left = (inWindow.get(oldest.target) ?? 0) - 1;
      if (left > 0) inWindow.set(oldest.target, left);
      else inWindow.delete(oldest.target);
    }
    if (inWindow.size > best.count) best = { count: inWindow.size, first, last };
  });
  const window = contacts.slice(best.first, best.last + 1);
  return {
    source,
    targets: Array.from(new Set(window.map(({ target }) => target))),
    fromSeconds: window[0]?.timeSeconds ?? Number.NaN,
    toSeconds: window.at(-1)?.timeSeconds ?? Number.NaN,
    contactCount: window.length,
  };
}
