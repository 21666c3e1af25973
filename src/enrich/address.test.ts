import { expect, test } from "vitest";
import { addressNumber, addressText, blockOf } from "./address.ts";
import { openBundledFiles } from "./owner-database.ts";

test("addresses of both families become numbers, and other text does not", () => {
  expect(addressNumber("10.0.0.1")).toBe(167772161n);
  expect(addressNumber("::1")).toBe(1n);
  expect(addressNumber("2001:db8::ffff:0:1")).toBe(0x20010db8000000000000ffff00000001n);
  expect(addressNumber("::ffff:10.0.0.1")).toBe(0xffff0a000001n);
  for (const text of ["", "10.0.0", "010.0.0.1", "fe80::1%eth0", "host", "10.0.0.1/8"]) expect(addressNumber(text)).toBeNull();
});

test("a block gives its first and last address", () => {
  expect(blockOf("192.168.1.77/24")).toEqual({ family: 4, first: 0xc0a80100n, last: 0xc0a801ffn });
  expect(blockOf("10.0.0.1")).toEqual({ family: 4, first: 167772161n, last: 167772161n });
  expect(blockOf("::/0")?.last).toBe((1n << 128n) - 1n);
  for (const text of ["10.0.0.0/33", "10.0.0.0/x", "example.org/8", ""]) expect(blockOf(text)).toBeNull();
});

test("a number becomes the text that the tables hold", () => {
  for (const text of ["0.0.0.0", "10.0.0.1", "255.255.255.255"]) expect(addressText(4, addressNumber(text) ?? -1n)).toBe(text);
  for (const text of ["::", "::1", "2001:db8::ffff:0:1"]) expect(addressText(6, addressNumber(text) ?? -1n)).toBe(text);
  expect(addressText(6, addressNumber("2001:0DB8:0:0:0:0:0:5") ?? -1n)).toBe("2001:db8::5");
  expect(addressText(6, addressNumber("::ffff:10.0.0.1") ?? -1n)).toBe("10.0.0.1");
});

test("the bundled files name the network and country of a public address, and know nothing of a private one", async () => {
  const database = await openBundledFiles();
  expect(database?.lookUp("8.8.8.8")).toEqual({
    autonomousSystemNumber: 15169,
    autonomousSystemName: "Google LLC",
    country: "US",
  });
  expect(database?.lookUp("2606:4700:4700::1111")?.autonomousSystemNumber).toBe(13335);
  expect(database?.lookUp("10.1.2.3")).toEqual({ autonomousSystemNumber: null, autonomousSystemName: null, country: null });
});
