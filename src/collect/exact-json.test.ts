import fc from "fast-check";
import { expect, test } from "vitest";
import { parseExactly } from "./exact-json.ts";

test("whole numbers beyond 2^53 keep their digits, as text; all else is as JSON.parse has it", () => {
  const text = `{"id": 12345678901234567890, "safe":9007199254740991,"next":[9007199254740993 , -9223372036854775808, 9007199254740992],
    "text":"[12345678901234567890]","escaped":"\\"12345678901234567890,","float":12345678901234567890.5,"small":1e20, "12345678901234567":1}`;
  expect(parseExactly(text)).toEqual({
    id: "12345678901234567890",
    safe: 9007199254740991,
    next: ["9007199254740993", "-9223372036854775808", 9007199254740992],
    text: "[12345678901234567890]",
    escaped: '"12345678901234567890,',
    float: Number("12345678901234567890.5"),
    small: 1e20,
    "12345678901234567": 1,
  });
});

test("what is no JSON is refused", () => {
  for (const text of ['{"a":12345678901234567890', "", '{"a":}', "<html>12345678901234567890</html>"])
    expect(() => parseExactly(text)).toThrow(SyntaxError);
});

test("any value that survives JSON comes back the same, with a large number beside it", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = JSON.stringify(value);
      expect(parseExactly(json)).toEqual(JSON.parse(json));
      expect(parseExactly(`[12345678901234567890,${json}]`)).toEqual(["12345678901234567890", JSON.parse(json)]);
    }),
    { seed: 42, numRuns: 500 },
  );
});
