import { SpoorError } from "../errors.ts";
import { treatments } from "./columns.ts";
import { asAsked } from "./question.ts";

// What the engine complains of, by the names of its src/Common/ErrorCodes.cpp, as a reader of the question would say it.
const complaints: Readonly<Record<string, string>> = {
  UNKNOWN_IDENTIFIER: "there is no such column",
  AMBIGUOUS_IDENTIFIER: "a column is in more than one of the tables: name its table",
  UNKNOWN_TABLE: "there is no such table",
  UNKNOWN_FUNCTION: "there is no such function",
  SYNTAX_ERROR: "it cannot be read",
  NOT_AN_AGGREGATE: "a column is neither counted over nor in GROUP BY",
  ILLEGAL_AGGREGATION: "an aggregate stands where none can stand",
  ILLEGAL_TYPE_OF_ARGUMENT: "a function got a value of a kind that it does not take",
  NUMBER_OF_ARGUMENTS_DOESNT_MATCH: "a function got too many values or too few",
  TOO_MANY_ARGUMENTS_FOR_FUNCTION: "a function got too many values",
  TOO_FEW_ARGUMENTS_FOR_FUNCTION: "a function got too few values",
  NO_COMMON_TYPE: "values of different kinds are put together",
  TYPE_MISMATCH: "values of different kinds are compared",
  CANNOT_PARSE_TEXT: "a text is read as a number or a time and is none",
  CANNOT_PARSE_DATETIME: "a text is read as a time and is none: write '2026-11-01 10:00:00'",
  CANNOT_PARSE_NUMBER: "a text is read as a number and is none",
  ILLEGAL_DIVISION: "something is divided by zero",
  CANNOT_CONVERT_TYPE: "a value cannot be turned into the kind that is asked for",
  BAD_ARGUMENTS: "a function got a value that it does not take",
  UNION_ALL_RESULT_STRUCTURES_MISMATCH: "the parts of a UNION have different columns",
  TOO_DEEP_RECURSION: "it is nested too deeply",
  UNSUPPORTED_METHOD: "the engine does not do this",
};

/**
 * An error of the engine in words that may be shown to the one who asked: what kind of complaint it is and the names that stand in the
 * question itself. The engine's own text is not shown, because it repeats values and pieces of the statement.
 */
export function shownFailure(error: SpoorError, question: string): SpoorError {
  if (error.code === "cancelled") return error;
  if (error.code === "store-limit")
    return new SpoorError("store-limit", "the question takes more time, memory or space than it may", {
      hint: "Narrow the time, count instead of listing, or leave out columns of free text.",
    });
  if (error.code !== "store-query" && error.code !== "usage") return new SpoorError(error.code, "the data cannot be asked now");
  const kind = /\(([A-Z][A-Z_]+)\)/.exec(error.message)?.[1] ?? "";
  const what = complaints[kind] ?? "the engine does not take it";
  const named = namesIn(error.message).find((name) => partsOf(name).every((part) => hasWord(question, part)));
  const meant = namesIn(error.message.slice(error.message.indexOf("Maybe you meant"))).filter((name) => treatments.has(name));
  return new SpoorError(error.code, `the question cannot be answered: ${what}${named === undefined ? "" : `: ${named}`}`, {
    hint: meant.length > 0 ? `Perhaps ${[...new Set(meant)].join(", ")}.` : "The columns of the tables tell what can be asked.",
  });
}

/** Names between quotation marks, without the tables before them. */
function namesIn(message: string): string[] {
  return [...asAsked(message).matchAll(/['`"]([A-Za-z_][\w.]{0,80})['`"]/g)].map(([, name = ""]) => name.replace(/^.*\./, ""));
}

function partsOf(name: string): string[] {
  return name.split(".");
}

function hasWord(text: string, word: string): boolean {
  return text.split(/\W+/).includes(word);
}
