import { compareText } from "../order.ts";

/**
 * JSON text that is the same for the same value: keys in code-unit order, absent values left out, numbers that JSON cannot say as null.
 * The form that is hashed, compared and written, so that the order in which an object was built never shows.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value)) ?? "null";
}

function sorted(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number") return Object.is(value, -0) ? 0 : value;
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  // fromEntries defines properties one by one: a key named "__proto__" from a log stays an ordinary key.
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => compareText(a, b))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
