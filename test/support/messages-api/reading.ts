import { heard, toolCalls, toolResults } from "./brain.ts";
import type { MessagesRequest, RequestTool } from "./request.ts";

/** The JSON in what was heard: whole texts and single lines that parse, oldest first. */
export function dataIn(texts: readonly string[]): unknown[] {
  return texts.flatMap((text) => {
    const whole = parsed(text);
    return whole === undefined ? text.split("\n").flatMap((line) => parsed(line) ?? []) : [whole];
  });
}

// A conversation is read again from its beginning in every turn.
const known = new Map<string, unknown>();

function parsed(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  if (!known.has(text)) known.set(text, jsonOf(text));
  return known.get(text);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Every value with its key, in reading order; elements of a list have the key of the list. */
export function* fieldsOf(value: unknown, key = ""): Generator<readonly [string, unknown]> {
  // The answer of a tool stands in the record of a hunt as text.
  const inside = typeof value === "string" ? parsed(value) : undefined;
  if (inside !== undefined) {
    yield* fieldsOf(inside, key);
    return;
  }
  yield [key, value];
  if (Array.isArray(value)) for (const part of value) yield* fieldsOf(part, key);
  else if (isRecord(value)) for (const [name, part] of Object.entries(value)) yield* fieldsOf(part, name);
}

/** Texts under one of these keys, each once. */
export function textsUnder(values: readonly unknown[], keys: readonly string[]): string[] {
  const found = values.flatMap((value) =>
    [...fieldsOf(value)].flatMap(([key, text]) => (keys.includes(key) && typeof text === "string" && text !== "" ? [text] : [])),
  );
  return [...new Set(found)];
}

/** Records under one of these keys. */
export function recordsUnder(values: readonly unknown[], key: string): Record<string, unknown>[] {
  return values.flatMap((value) =>
    [...fieldsOf(value)].flatMap(([name, part]) => (name === key && isRecord(part) ? [part] : [])),
  );
}

/** All that a request shows of the estate. */
export function shownIn(request: MessagesRequest): unknown[] {
  return dataIn(heard(request));
}

/** Ids of events that a request shows; those of tool results before those of the question. */
export function eventIdsIn(request: MessagesRequest): string[] {
  const keys = ["metadata_uid", "event_id", "event_ids", "event_uids", "eventIds"];
  const answered = dataIn(toolResults(request).map(({ text }) => text));
  // An answer that was cut is no JSON any more, and still names events.
  const cut = heard(request).flatMap((text) =>
    [...text.matchAll(/(?:metadata_uid|event_id)\\*":\s*\\*"([^"\\]+)/g)].flatMap(([, id]) => id ?? []),
  );
  return [...new Set([...textsUnder(answered, keys), ...textsUnder(shownIn(request), keys), ...cut])];
}

export function techniquesIn(request: MessagesRequest): string[] {
  return [...new Set(heard(request).flatMap((text) => text.match(/\bT\d{4}(?:\.\d{3})?\b/g) ?? []))];
}

/** Names of tools that were called already, oldest first. */
export function calledIn(request: MessagesRequest): string[] {
  return toolCalls(request).map(({ name }) => name);
}

/** An input for a tool: what is known under the names of its properties, and for the rest the least that its schema takes. */
export function inputFor(tool: RequestTool, known: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const properties = isRecord(tool.input_schema.properties) ? tool.input_schema.properties : {};
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, name in known ? known[name] : leastOf(schema, tool.input_schema)]),
  );
}

/** The smallest value of a schema: null where it may be null, the first of a choice, an empty text or list. */
export function leastOf(schema: unknown, root: Readonly<Record<string, unknown>>): unknown {
  if (!isRecord(schema)) return null;
  if (typeof schema.$ref === "string") return leastOf(definition(schema.$ref, root), root);
  if ("const" in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (Array.isArray(schema.anyOf)) {
    const choices: unknown[] = schema.anyOf;
    return choices.some((one) => isRecord(one) && one.type === "null") ? null : leastOf(choices[0], root);
  }
  if (schema.type === "object") {
    const properties = isRecord(schema.properties) ? schema.properties : {};
    return Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, leastOf(part, root)]));
  }
  if (schema.type === "array") return schema.minItems === 1 ? [leastOf(schema.items, root)] : [];
  if (schema.type === "number" || schema.type === "integer") return 1;
  if (schema.type === "boolean") return false;
  return schema.type === "null" ? null : "";
}

function definition(reference: string, root: Readonly<Record<string, unknown>>): unknown {
  const definitions = isRecord(root.$defs) ? root.$defs : {};
  return definitions[reference.replace("#/$defs/", "")];
}

/** The names of the properties of the answer that is asked for; null where no format is. */
export function formatOf(request: MessagesRequest): readonly string[] | null {
  const schema = request.output_config?.format?.schema;
  if (schema === undefined) return null;
  return isRecord(schema.properties) ? Object.keys(schema.properties) : [];
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
