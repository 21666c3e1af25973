import fc from "fast-check";
import { expect, test } from "vitest";
import { memberSpans, memberText, withoutMembers } from "./json-members.ts";

test("a member is cut out and every other byte stays: big numbers are not rounded, spacing and escapes are kept", () => {
  const line = '{ "id": 12345678901234567890, "_incident" : {"a": "}\\"{"}, "x":1.0, "name":"\\u00e4 , \\"q\\"" }';
  expect(withoutMembers(line, (name) => name === "_incident")).toBe(
    '{"id": 12345678901234567890,"x":1.0,"name":"\\u00e4 , \\"q\\"" }',
  );
});

test("members of inner objects are left alone", () => {
  const line = '{"a":{"label":1},"b":[{"label":2}]}';
  expect(withoutMembers(line, (name) => name === "label")).toBe(line);
});

test("text that is no object gives null", () => {
  for (const text of ["", "[1]", '{"a":', "{a:1}", "plain"]) {
    expect(memberSpans(text)).toBeNull();
    expect(withoutMembers(text, () => true)).toBeNull();
  }
});

test("a member's text is what stands there", () => {
  expect(memberText('{"rule":"r","event": {"id": 1.50} }', "event")).toBe('{"id": 1.50}');
  expect(memberText('{"rule":"r"}', "event")).toBeNull();
});

test("for any object, cutting a member gives the object without it", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), fc.nat(4), (object, value, spaces) => {
      const text = JSON.stringify({ ...object, _incident: value }, null, spaces);
      const kept: unknown = JSON.parse(withoutMembers(text, (name) => name === "_incident") ?? "");
      const expected: Record<string, unknown> = { ...object };
      delete expected._incident;
      expect(kept).toEqual(JSON.parse(JSON.stringify(expected)));
    }),
    { seed: 42, numRuns: 300 },
  );
});
