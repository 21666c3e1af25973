import { expect, test } from "vitest";
import { addressNumber } from "./address.ts";
import { rangeOwner } from "./address-ranges.ts";

const number = (ip: string): string => String(addressNumber(ip));
const lineOf = (first: string, last: string, rest: string): string => `${number(first)},${number(last)},${rest}\n`;
const four = Buffer.from(
  [
    lineOf("0.0.0.9", "0.0.0.9", "1,Nine"),
    lineOf("1.0.0.0", "1.0.0.255", '13335,"Cloud, ""quoted"""'),
    lineOf("10.0.4.0", "10.0.7.255", "38803,Plain Ltd"),
    lineOf("198.51.100.0", "255.255.255.255", "64500,Ünïcode"),
  ].join(""),
);
const six = Buffer.from(
  lineOf("2001:db8::", "2001:db8::ffff", "64501,Six") + lineOf("ff00::", "ff00::1", "64502,Last").trimEnd(),
);

test("an address is owned by the block that holds it, its first and last address included", () => {
  expect(rangeOwner(four, "1.0.0.0")).toEqual({ number: 13335, name: 'Cloud, "quoted"' });
  expect(rangeOwner(four, "1.0.0.255")).toEqual({ number: 13335, name: 'Cloud, "quoted"' });
  expect(rangeOwner(four, "0.0.0.9")?.name).toBe("Nine");
  expect(rangeOwner(four, "10.0.5.1")?.number).toBe(38803);
  expect(rangeOwner(four, "255.255.255.255")?.name).toBe("Ünïcode");
  expect(rangeOwner(six, "2001:db8::ffff")?.number).toBe(64501);
  expect(rangeOwner(six, "ff00::1")?.name).toBe("Last");
});

test("between blocks, before the first, after the last and for no address there is no owner", () => {
  for (const ip of ["0.0.0.8", "0.0.0.10", "1.0.1.0", "10.0.3.255", "10.0.8.0", "198.51.99.255", "", "host", "1.0.0.0/8"])
    expect(rangeOwner(four, ip)).toBeNull();
  for (const ip of ["::", "2001:db7::", "2001:db8::1:0", "ff00::2"]) expect(rangeOwner(six, ip)).toBeNull();
  expect(rangeOwner(Buffer.from(""), "1.0.0.1")).toBeNull();
  expect(rangeOwner(Buffer.from("no list at all"), "1.0.0.1")).toBeNull();
});

test("it finds what a search through every line finds", () => {
  const starts = Array.from({ length: 500 }, (_, position) => position * 8_000_000 + 17);
  const list = Buffer.from(starts.map((start, position) => `${start},${start + 999},${position},Owner ${position}\n`).join(""));
  for (const [position, start] of starts.entries())
    for (const [offset, owner] of [
      [-1, null],
      [0, position],
      [999, position],
      [1000, null],
    ] as const) {
      const value = start + offset;
      const ip = [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join(".");
      expect(rangeOwner(list, ip)?.number ?? null).toBe(owner);
    }
});
