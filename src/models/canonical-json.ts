/**
 * JSON with one spelling for one value: keys in code-unit order, no spaces, numbers as JavaScript prints them (RFC 8785). What JSON
 * has no word for is refused with TypeError: NaN, infinities, undefined, functions, and the key __proto__.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${Array.from(value, canonicalJson).join(",")}]`;
  if (typeof value === "object" && isPlain(value)) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, held]) => `${keyOf(key)}:${canonicalJson(held)}`).join(",")}}`;
  }
  throw new TypeError(`JSON has no word for ${typeof value === "number" ? value : typeof value}`);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function keyOf(key: string): string {
  if (key === "__proto__") throw new TypeError("the key __proto__ is refused");
  return JSON.stringify(key);
}
