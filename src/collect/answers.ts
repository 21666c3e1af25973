import { open, rm } from "node:fs/promises";
import { isDiskFull, messageOf, SpoorError } from "../errors.ts";
import { parseExactly } from "./exact-json.ts";
import type { HttpRequest, JsonAnswer } from "./http.ts";
import { type BodyLimits, readBody } from "./read-body.ts";

/** What is read of an answer whose status is one. Throws TooLong, CutShort, TimeLimit or SyntaxError. */
export type Reader<Result> = (response: Response, limits: BodyLimits) => Promise<{ result: Result; bytes: number }>;

/** Reads JSON: a 2xx must be JSON or empty, other accepted answers may be text. */
export function readJson(request: HttpRequest): Reader<JsonAnswer> {
  return async (response, limits) => {
    const { text, bytes } = await textOf(response, limits);
    const isAnswer = response.ok && request.accept?.includes(response.status) !== true;
    const body = text.trim() === "" ? undefined : isAnswer ? parseExactly(text) : parsedOrText(text);
    const result = { status: response.status, headers: Object.fromEntries(response.headers), body };
    return { result, bytes };
  };
}

/** Writes the answer to a file that only its owner reads; half a file is taken away again. */
export function readFile(path: string): Reader<{ readonly bytes: number }> {
  return async (response, limits) => {
    const file = await open(path, "w", 0o600);
    try {
      const bytes = await readBody(response, limits, (piece) => file.writeFile(piece).catch(refuseToWrite(path)));
      return { result: { bytes }, bytes };
    } catch (cause) {
      await rm(path, { force: true });
      throw cause;
    } finally {
      await file.close();
    }
  };
}

function refuseToWrite(path: string): (cause: unknown) => never {
  return (cause) => {
    const isFull = isDiskFull(cause);
    throw new SpoorError(isFull ? "disk-full" : "internal", `${path} cannot be written: ${messageOf(cause)}`, {
      hint: "Free some space, or name another place with --store; the same command goes on from there.",
      cause,
    });
  };
}

/** The answer as text; what is not UTF-8 becomes U+FFFD, as one bad name shall not cost a page. */
export async function textOf(response: Response, limits: BodyLimits): Promise<{ readonly text: string; readonly bytes: number }> {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  const bytes = await readBody(response, limits, (piece) => parts.push(decoder.decode(piece, { stream: true })));
  return { text: parts.join("") + decoder.decode(), bytes };
}

/** JSON, or the text itself where it is none; undefined where there is nothing. */
export function parsedOrText(text: string): unknown {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
