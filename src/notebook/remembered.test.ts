import { expect, test } from "vitest";
import { Remembered } from "./remembered.ts";

test("work is done once until it is forgotten, and what failed is tried again", async () => {
  const remembered = new Remembered<number>();
  let count = 0;
  const next = () => Promise.resolve(++count);
  await expect(remembered.get(() => Promise.reject(new Error("the disk is away")))).rejects.toThrow("away");
  expect([await remembered.get(next), await remembered.get(next)]).toEqual([1, 1]);
  expect(await remembered.kept).toBe(1);
  remembered.forget();
  expect(await remembered.get(next)).toBe(2);
});
