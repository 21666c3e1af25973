import { type Contact, compareContacts, compareNames } from "./contact.ts";

/** A path that someone could have taken: from each host to the next, always later. */
export interface HopChain {
  /** Every host once, from the first to the last reached. */
  readonly hosts: readonly string[];
  /** When each hop was made, in seconds, rising; one fewer than hosts. */
  readonly timesSeconds: readonly number[];
}

export interface HopChainOptions {
  /** The longest stay on a host between being reached and reaching the next. */
  readonly spanSeconds: number;
  /** Hops a chain needs to be told; default 2. */
  readonly minHops?: number;
  /** Chains told at most; default 1,000. */
  readonly limit?: number;
}

interface Step {
  readonly contact: Contact;
  /** The step before, at the latest moment at which the source was reached by the longest chain. */
  readonly before: Step | null;
  readonly hops: number;
}

/**
 * Time-respecting chains of contacts: a reached b, then b reached c, strictly later and within the span, and so on
 * (Kempe, Kleinberg and Kumar 2002). For every contact the longest chain that ends with it, the latest of equals; told are those
 * that no further contact continues, once for each row of hosts, at its first time. Longest first, then by time and hosts.
 * A contact's other, shorter pasts are left out: the number of all paths grows without bound. Time: for every contact, the arrivals
 * at its source within the span.
 */
export function hopChains(contacts: readonly Contact[], { spanSeconds, minHops = 2, limit = 1000 }: HopChainOptions): HopChain[] {
  const arrivals = new Map<string, Step[]>();
  const continued = new Set<Step>();
  const steps: Step[] = [];
  for (const contact of contacts.toSorted(compareContacts)) {
    if (contact.source === contact.target) continue;
    const before = longestBefore(arrivals.get(contact.source) ?? [], contact, spanSeconds);
    const step = { contact, before, hops: 1 + (before?.hops ?? 0) };
    if (before !== null) continued.add(before);
    steps.push(step);
    const reached = arrivals.get(contact.target);
    if (reached === undefined) arrivals.set(contact.target, [step]);
    else reached.push(step);
  }
  const chains = new Map<string, HopChain>();
  for (const step of steps) {
    if (step.hops < minHops || continued.has(step)) continue;
    const chain = chainOf(step);
    const key = JSON.stringify(chain.hosts);
    if (!chains.has(key)) chains.set(key, chain);
  }
  return Array.from(chains.values()).sort(compareChains).slice(0, limit);
}

/** The longest chain that reached the source in time and has not been at the target; the latest of equals. */
function longestBefore(reached: readonly Step[], contact: Contact, spanSeconds: number): Step | null {
  let best: Step | null = null;
  for (let index = reached.length - 1; index >= 0; index--) {
    const step = reached[index];
    if (step === undefined || contact.timeSeconds - step.contact.timeSeconds > spanSeconds) break;
    if (step.contact.timeSeconds >= contact.timeSeconds || step.hops <= (best?.hops ?? 0)) continue;
    if (!hasVisited(step, contact.target)) best = step;
  }
  return best;
}

function hasVisited(last: Step, host: string): boolean {
  for (let step: Step | null = last; step !== null; step = step.before) {
    if (step.contact.source === host || step.contact.target === host) return true;
  }
  return false;
}

function chainOf(last: Step): HopChain {
  const hops: Contact[] = [];
  for (let step: Step | null = last; step !== null; step = step.before) hops.unshift(step.contact);
  return {
    hosts: [...hops.slice(0, 1).map(({ source }) => source), ...hops.map(({ target }) => target)],
    timesSeconds: hops.map(({ timeSeconds }) => timeSeconds),
  };
}

function compareChains(a: HopChain, b: HopChain): number {
  return (
    b.hosts.length - a.hosts.length ||
    (a.timesSeconds[0] ?? 0) - (b.timesSeconds[0] ?? 0) ||
    compareNames(JSON.stringify(a.hosts), JSON.stringify(b.hosts))
  );
}
