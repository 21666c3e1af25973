import { expect, test } from "vitest";
import { inert, inertJson, inertLines, terminalOf } from "./terminal.ts";

test.each([
  ["plain text, ünïcode and 日本語", "plain text, ünïcode and 日本語"],
  ["\u001b[31mred\u001b[0m", "red"],
  ["\u001b]0;title\u0007after", "after"],
  ["\u009b31mred", "red"],
  ["line\nbreak\r\ttab", "line\uFFFDbreak\uFFFD tab"],
  ["user\u202Etxt.exe", "user\uFFFDtxt.exe"],
  ["zero\u200Bwidth\u2028line\u0000", "zero\uFFFDwidth\uFFFDline\uFFFD"],
])("%j is harmless on a terminal", (text, shown) => {
  expect(inert(text)).toBe(shown);
});

test("our own text of several lines keeps its lines", () => {
  expect(inertLines("first\nsecond\u001b[1m\n")).toBe("first\n  second");
});

test("JSON keeps its values, whatever is in them", () => {
  const value = { text: "\u001b[31m \u202E \u009b \u007f \u{E0001} \u2028", list: ["\n"] };
  const json = inertJson(JSON.stringify(value, null, 2));
  expect(JSON.parse(json)).toEqual(value);
  expect(json.replaceAll("\n", "")).toMatch(/^[\x20-\x7e]*$/);
});

function listening(isTTY: boolean, quiet: boolean) {
  const said: string[] = [];
  const output = (name: "out" | "err") => ({ isTTY, columns: 40, write: (text: string) => said.push(`${name}:${text}`) });
  return { terminal: terminalOf({ out: output("out"), err: output("err") }, quiet), said };
}

test("a progress line is replaced by the next one and cleared before anything else is said, and fits the width", () => {
  const { terminal, said } = listening(true, false);
  terminal.progress("import: 1 of 2");
  terminal.progress("import: 2 of 2 ".repeat(9));
  terminal.out("done");
  terminal.done();
  expect(said).toEqual([
    "err:import: 1 of 2",
    "err:\r\u001b[K",
    `err:${"import: 2 of 2 ".repeat(9).slice(0, 39)}`,
    "err:\r\u001b[K",
    "out:done\n",
  ]);
});

test("without a terminal there is no progress line; quiet leaves only the answer", () => {
  const piped = listening(false, false);
  piped.terminal.progress("import: 1 of 2");
  piped.terminal.note("a note");
  expect(piped.said).toEqual(["err:a note\n"]);
  const quiet = listening(true, true);
  quiet.terminal.progress("import: 1 of 2");
  quiet.terminal.note("a note");
  quiet.terminal.out("the answer");
  expect(quiet.said).toEqual(["out:the answer\n"]);
});
