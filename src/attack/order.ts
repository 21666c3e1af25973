/** Text by code units: the same order on every machine and in every locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Each value once, ordered. */
export function distinct(values: Iterable<string>): string[] {
  return [...new Set(values)].sort(compareText);
}
