import { expect, test } from "vitest";
import { codeIn, storeFailure } from "./failures.ts";

test.each([
  [62, "store-query"],
  [159, "store-limit"],
  [241, "store-limit"],
  [243, "disk-full"],
  [354, "damaged-file"],
  [394, "cancelled"],
  [516, "store-unavailable"],
  [null, "store-query"],
])("the engine's code %s is %s", (code, expected) => {
  expect(storeFailure(code, "what it said").code).toBe(expected);
});

test("a full disk is recognised by what the system said, too", () => {
  const said = "Code: 75. DB::ErrnoException: Cannot write to file: , errno: 28, strerror: No space left on device.";
  expect(storeFailure(75, said).code).toBe("disk-full");
});

test("an engine's message is told without its number and version", () => {
  const said =
    "Query failed: Code: 243. DB::Exception: Cannot reserve 1.00 MiB. (NOT_ENOUGH_SPACE) (version 26.7.2.1). (NOT_ENOUGH_SPACE)";
  expect(codeIn(said)).toBe(243);
  expect(storeFailure(62, said).message).toBe("Cannot reserve 1.00 MiB. (NOT_ENOUGH_SPACE)");
});
