// The part of JSON Schema that structured output and strict tools take; the rest is refused, so that what our own schemas promise is
// checked where it can be: in our code.

const annotations = ["title", "description", "$defs", "$ref", "default"];
const known: Readonly<Record<string, readonly string[]>> = {
  object: ["properties", "required", "additionalProperties"],
  array: ["items", "minItems"],
  string: ["format", "enum", "const"],
  number: ["enum", "const"],
  integer: ["enum", "const"],
  boolean: ["enum", "const"],
  null: ["enum", "const"],
};
const formats = ["date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"];

/** Why a schema is not in the subset, one line for each place; empty when it is. */
export function outsideSubset(schema: unknown, place = "schema"): string[] {
  if (!isRecord(schema)) return [`${place}: must be an object`];
  const inside = (name: string, value: unknown): string[] =>
    Array.isArray(value)
      ? value.flatMap((part, index) => outsideSubset(part, `${place}.${name}[${index}]`))
      : isRecord(value)
        ? Object.entries(value).flatMap(([key, part]) => outsideSubset(part, `${place}.${name}.${key}`))
        : [];
  const definitions = inside("$defs", schema.$defs);
  if ("$ref" in schema) return definitions;
  for (const choice of ["anyOf", "allOf"]) {
    if (choice in schema) return [...definitions, ...inside(choice, schema[choice]), ...strangers(schema, [choice], place)];
  }
  const { type } = schema;
  if (type === undefined) {
    return "enum" in schema || "const" in schema
      ? [...definitions, ...strangers(schema, ["enum", "const"], place)]
      : [...definitions, `${place}: a type, anyOf, allOf, enum or const is required`];
  }
  if (typeof type !== "string") return [...definitions, `${place}: type must be one name`];
  const allowed = known[type];
  if (allowed === undefined) return [...definitions, `${place}: unknown type '${type}'`];
  return [...definitions, ...strangers(schema, ["type", ...allowed], place), ...ofType(schema, type, place, inside)];
}

function ofType(
  schema: Record<string, unknown>,
  type: string,
  place: string,
  inside: (name: string, value: unknown) => string[],
): string[] {
  if (type === "object") {
    const open =
      schema.additionalProperties === false ? [] : [`${place}: For 'object' type, 'additionalProperties' must be false`];
    return [...open, ...inside("properties", schema.properties)];
  }
  if (type === "array") {
    const counts = [undefined, 0, 1].includes(schema.minItems as undefined)
      ? []
      : [`${place}: 'minItems' other than 0 or 1 is not supported`];
    return [...counts, ...(schema.items === undefined ? [] : outsideSubset(schema.items, `${place}.items`))];
  }
  const { format } = schema;
  return format === undefined || formats.some((known) => known === format)
    ? []
    : [`${place}: format ${JSON.stringify(format)} is not supported`];
}

function strangers(schema: Record<string, unknown>, allowed: readonly string[], place: string): string[] {
  return Object.keys(schema)
    .filter((key) => !allowed.includes(key) && !annotations.includes(key))
    .map((key) => `${place}: property '${key}' is not supported`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
