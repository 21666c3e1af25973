/** One host reached another at a time, in seconds. */
export interface Contact {
  readonly source: string;
  readonly target: string;
  readonly timeSeconds: number;
}

/** A total order: by time, then source, then target. */
export function compareContacts(a: Contact, b: Contact): number {
  return a.timeSeconds - b.timeSeconds || compareNames(a.source, b.source) || compareNames(a.target, b.target);
}

/** Order of names by code units: the same on every computer. */
export function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
