import { z } from "zod";
import type { Json, ToolDefinition } from "../reasoner/port.ts";
import type { Tool } from "./tool.ts";

// What is left of a schema: types, names and words. Bounds are checked by the tool's own schema, on every call.
const kept: ReadonlySet<string> = new Set(["type", "description", "enum", "const", "items", "anyOf"]);

/** A tool as a model is told of it: JSON Schema without bounds, every property required (absence is null), none but those named. */
export function definitionOf(tool: Pick<Tool, "name" | "description" | "input">): ToolDefinition {
  return { name: tool.name, description: tool.description, inputSchema: trimmedSchema(tool.input) };
}

/** The JSON Schema of a zod schema, in the part that structured output and strict tools take. */
export function trimmedSchema(schema: z.ZodType): Json {
  return trimmed(z.json().parse(JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io: "input" })))));
}

function trimmed(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(trimmed);
  if (typeof schema !== "object" || schema === null) return schema;
  const own = Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => kept.has(key))
      .map(([key, value]) => [key, key === "items" || key === "anyOf" ? trimmed(value) : value]),
  );
  // One name a type: "text or null" is a choice of two.
  if ("type" in schema && Array.isArray(schema.type)) {
    const { type, description, ...rest } = own;
    const choices = schema.type.map((name) => (name === "null" ? { type: name } : { ...rest, type: name }));
    return { ...(description === undefined ? {} : { description }), anyOf: choices };
  }
  const properties = "properties" in schema ? schema.properties : undefined;
  if (typeof properties !== "object" || properties === null) return own;
  return {
    ...own,
    properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, trimmed(value)])),
    required: Object.keys(properties),
    additionalProperties: false,
  };
}
