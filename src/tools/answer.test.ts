import { expect, test } from "vitest";
import { z } from "zod";
import { filled, fitted } from "./answer.ts";

const advice = "ask for less";
const rows = (count: number) => [...Array(count).keys()].map((number) => ({ id: `event-${number}`, text: "é".repeat(20) }));

test("an answer that fits is left as it is", () => {
  expect(fitted({ rows: rows(2) }, 2048, advice)).toEqual({
    text: JSON.stringify({ rows: rows(2) }),
    isCut: false,
    isRefused: false,
  });
});

test("a longer one keeps the first of its longest list, as many as fit in bytes, wherever the list stands", () => {
  for (const value of [
    { few: [1, 2], rows: rows(100) },
    { few: [1, 2], untrusted: { rows: rows(100) } },
  ]) {
    const { text, isCut } = fitted(value, 2048, advice);
    expect(isCut).toBe(true);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2048);
    const told = z
      .looseObject({
        few: z.array(z.number()),
        preview: z.object({ list: z.literal("rows"), shown: z.number(), of: z.literal(100) }).loose(),
      })
      .parse(JSON.parse(text));
    const one = Buffer.byteLength(JSON.stringify(rows(1)[0]));
    expect(2048 - Buffer.byteLength(text)).toBeLessThan(one + 10);
    expect(told.preview.shown).toBeGreaterThan(20);
    expect(text).toContain(`"event-${told.preview.shown - 1}"`);
    expect(text).not.toContain(`"event-${told.preview.shown}"`);
  }
});

test("where one list is not enough the next is cut too, and fitted answers are never longer than asked for", () => {
  const value = { first: rows(60), second: { inner: rows(80) }, third: rows(40) };
  for (const maxBytes of [300, 1000, 2048, 3000, 6000, 9000]) {
    const { text, isCut } = fitted(value, maxBytes, advice);
    expect(isCut).toBe(true);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes);
    expect(JSON.parse(text)).toHaveProperty("preview");
  }
});

test("what has no list is refused in words rather than cut in the middle", () => {
  const { text, isRefused } = fitted({ note: "x".repeat(5000) }, 2048, advice);
  expect(JSON.parse(text)).toEqual({ preview: null, bytes: 5011, advice });
  expect(isRefused).toBe(true);
});

test("a row is told without what is absent, and zero and false are not absent", () => {
  expect(filled({ a: null, b: "", c: [], d: 0, e: false, f: "x" })).toEqual({ d: 0, e: false, f: "x" });
});
