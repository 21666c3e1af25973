import type { Finding } from "../types.ts";

/** Who only sent mail, in lower case: findings and stories name them, and are not what happened to them. */
export function sendersOutside(findings: readonly Pick<Finding, "observables">[]): Set<string> {
  const all = findings.flatMap(({ observables }) => observables);
  const valuesOf = (...names: readonly string[]): Set<string> =>
    new Set(all.flatMap(({ name, value }) => (names.includes(name) ? [value.toLowerCase()] : [])));
  const own = valuesOf("user.name", "actor.user.name", "email.to");
  return new Set([...valuesOf("email.from")].filter((sender) => !own.has(sender)));
}
