import { expect, test, vi } from "vitest";
import { Hiding } from "./hiding.ts";
import { open } from "./testing.ts";

test("messages stay hidden while we work at them, three times before they would show, and no longer", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  open.push(() => {
    vi.useRealTimers();
  });
  const hidden: string[] = [];
  const hiding = new Hiding((receipt) => {
    hidden.push(receipt);
    return receipt === "lost" ? Promise.reject(new Error("no such receipt")) : Promise.resolve();
  }, 300_000);
  hiding.keep("one");
  hiding.keep("lost");
  await vi.advanceTimersByTimeAsync(100_000);
  await vi.advanceTimersByTimeAsync(100_000);
  expect(hidden).toEqual(["one", "lost", "one"]);
  hiding.forget("one");
  await vi.advanceTimersByTimeAsync(1_000_000);
  expect(hidden).toHaveLength(3);
});
