import fc from "fast-check";
import { expect, test } from "vitest";
import { delimiters, fieldsOf, hasColumns, headerOf } from "./csv.ts";

test.each([
  ["commas", "ts,src_ip,dst_ip", ",", ["ts", "src_ip", "dst_ip"]],
  ["semicolons", "Zeit;Quelle;Größe", ";", ["Zeit", "Quelle", "Größe"]],
  ["tabs", "#ts\tid.orig_h\tuid", "\t", ["#ts", "id.orig_h", "uid"]],
  ["bars", " a | b | c ", "|", ["a", "b", "c"]],
  ["quotation marks in names", '"time","user ""login"""', ",", ["time", 'user "login"']],
  ["quoted separators", '"time","user, name",ip', ",", ["time", "user, name", "ip"]],
  ["a byte order mark and a line end", "\ufeffa,b\r", ",", ["a", "b"]],
  ["the separator that gives most columns", "a;b,c;d", ";", ["a", "b,c", "d"]],
  ["columns without a name", "a,,b,", ",", ["a", "", "b", ""]],
] as const)("a header with %s", (_name, line, delimiter, columns) => {
  expect(headerOf(["", line, "1,2"])).toEqual({ delimiter, columns });
});

test.each([
  ["data", "1,2,3"],
  ["times and addresses", "2026-11-01 10:00:00,10.0.0.1,x"],
  ["an address of the sixth version", "user,fe80::1,2"],
  ["one column", "name"],
  ["repeated names", "a,a"],
  ["JSON", '{"a":1,"b":2}'],
  ["a log line", "Nov  1 10:00:00 host sshd[1]: Failed password, user root"],
  ["nothing", ""],
])("%s is no header", (_name, line) => {
  expect(headerOf([line])).toBeNull();
});

test("columns are asked for in any order and case", () => {
  const header = headerOf(["SrcAddr,DstAddr,Dur"]);
  expect(hasColumns(header, ["dur", "SRCADDR"])).toBe(true);
  expect(hasColumns(header, ["dur", "bytes"])).toBe(false);
  expect(hasColumns(null, [])).toBe(false);
});

test("what RFC 4180 writes comes back, whatever the fields and the separator", () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), fc.constantFrom(...delimiters), (fields, delimiter) => {
      const line = fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(delimiter);
      expect(fieldsOf(line, delimiter)).toEqual(fields);
    }),
    { seed: 42 },
  );
});

test("a quotation mark that is never closed takes the rest of the line", () => {
  expect(fieldsOf('a,"b,c', ",")).toEqual(["a", "b,c"]);
  expect(fieldsOf('a,"b"c,d,', ",")).toEqual(["a", "bc", "d", ""]);
});
