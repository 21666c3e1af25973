/** A moment in FQL, from milliseconds since 1970. */
export function fqlTime(moment: number): string {
  return new Date(moment).toISOString();
}

/**
 * A time as Falcon writes it, kept as text because a JavaScript date holds milliseconds only and Falcon writes nanoseconds; null for
 * anything else. Brought to nine digits, so that times compare as texts do.
 */
export function wholeMoment(value: unknown): string | null {
  const match = typeof value === "string" ? /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(value) : null;
  return match === null ? null : `${match[1] ?? ""}.${(match[2] ?? "").padEnd(9, "0")}Z`;
}
