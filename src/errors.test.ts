import { expect, test } from "vitest";
import { isDiskFull, onOneLine, systemCode } from "./errors.ts";

const systemError = (code: unknown): Error => Object.assign(new Error("of the system"), { code });

test("no space, no quota and too large a file are a full disk, and nothing else is", () => {
  expect(["ENOSPC", "EDQUOT", "EFBIG"].map((code) => isDiskFull(systemError(code)))).toEqual([true, true, true]);
  for (const thrown of [
    systemError("EACCES"),
    systemError(28),
    new Error("ENOSPC"),
    "ENOSPC",
    null,
    undefined,
    { code: "ENOSPC" },
  ])
    expect(isDiskFull(thrown)).toBe(false);
});

test("what is no error of the system has no code", () => {
  expect([systemError("ENOENT"), systemError(2), new Error("ENOENT"), "ENOENT"].map(systemCode)).toEqual(["ENOENT", "", "", ""]);
});

test("words of others are one line without what paints, cut between characters", () => {
  expect(onOneLine(" one\r\n\ttwo\u001b[31m\u202ethree\u2028 ", 100)).toBe("one two [31m three");
  expect(onOneLine("four", 4)).toBe("four");
  expect(onOneLine("five!", 4)).toBe("fiv…");
  expect(onOneLine("ab\u{1f43e}cd", 4)).toBe("ab…");
});
