import type { Json } from "../reasoner/port.ts";

/**
 * Data of a log in a request: JSON between two marks whose number no log can know. In JSON a "<" stands within strings only, and is
 * written so that no text can close the mark.
 */
export function dataBlock(boundary: string, value: Json): string {
  return markedJson(boundary, JSON.stringify(value));
}

/** The same for an answer of a tool: JSON as it is, other text as one JSON string. */
export function answerBlock(boundary: string, text: string): string {
  return markedJson(boundary, isJson(text) ? text : JSON.stringify(text));
}

function markedJson(boundary: string, json: string): string {
  return `<data-${boundary}>\n${json.replaceAll("<", "\\u003c")}\n</data-${boundary}>`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
