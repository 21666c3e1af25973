// How administrators' second accounts are told from their first by convention: a short affix before or after the person's own name.
const affix = /^(?:a|ad|adm|admin|da|ea|la|ops|priv|root|sa|srv|su|sys|t[0-2]|tier[0-2]|wa|x)$/;
// Shorter names are part of too many others.
const shortestName = 4;

/**
 * True when `account` is by its name the second account of the person who signs in as `resident`: "adm-olsmit" or "olga.smit.admin" beside
 * "olsmit" or "olga.smit@example.org". Equal names are one account, and no second one.
 */
export function isSecondAccountOf(account: string, resident: string): boolean {
  const [second, own] = [plainName(account), plainName(resident)];
  if (second.length <= own.length || own.length < shortestName) return false;
  if (second.endsWith(own)) return affix.test(second.slice(0, -own.length));
  return second.startsWith(own) && affix.test(second.slice(own.length));
}

/** The name without domain and without what separates its parts. */
function plainName(account: string): string {
  const [name = ""] = (account.toLowerCase().split("\\").at(-1) ?? "").split("@");
  return name.replaceAll(/[^a-z0-9]/g, "");
}
