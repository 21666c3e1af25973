import fc from "fast-check";
import { expect, test } from "vitest";
import { type SplitOptions, type SplitOutcome, splitDocument } from "./json-split.ts";

interface Result {
  readonly records: string[];
  readonly damaged: string[];
  readonly outcome: SplitOutcome;
}

async function split(text: string | Buffer, options: SplitOptions = {}, chunkSize = 64): Promise<Result> {
  const bytes = Buffer.from(text);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunkSize) yield bytes.subarray(at, at + chunkSize);
  }
  const records: string[] = [];
  const damaged: string[] = [];
  let line: Buffer[] = [];
  const sink = {
    write: (part: Uint8Array) => void line.push(Buffer.from(part)),
    endLine: (isRecord: boolean) => {
      (isRecord ? records : damaged).push(Buffer.concat(line).toString("utf8"));
      line = [];
    },
    dropLine: () => {
      line = [];
    },
  };
  const outcome = await splitDocument(chunks(), sink, options);
  return { records, damaged, outcome };
}

const whole = { damagedLines: 0, leftOutBytes: 0, isTruncated: false, firstDamageAt: null };

test.each([
  ["an array on one line", '[{"a":1},{"b":[2,3]}]', ['{"a":1}', '{"b":[2,3]}']],
  ["an array over many lines", '[\n  {\n    "a": 1\n  },\n  {\n    "b": 2\n  }\n]\n', ['{    "a": 1  }', '{    "b": 2  }']],
  ["Windows line ends", '[\r\n{"a":\r\n1}\r\n]\r\n', ['{"a":1}']],
  ["an object over many lines", '{\n "a": {\n "b": [] } }', ['{ "a": { "b": [] } }']],
  [
    "objects one after the other",
    '{\n"a":1\n}\n{\n"b":2\n}{"c":3} {"d":4},\n{"e":5}',
    ['{"a":1}', '{"b":2}', '{"c":3}', '{"d":4}', '{"e":5}'],
  ],
  ["elements that are no objects", '[1, "two", null, [3], -4.5e+6, true]', ["1", '"two"', "null", "[3]", "-4.5e+6", "true"]],
  ["empty things", "[] {} [ ]\n[{}]", ["{}", "{}"]],
  ["nothing", " \n\t ", []],
])("%s: one value a line", async (_name, text, lines) => {
  for (const size of [1, 2, 7, 4096]) {
    const { records, outcome } = await split(text, {}, size);
    expect(records).toEqual(lines);
    expect(outcome).toEqual({ ...whole, records: lines.length, envelopes: 0 });
  }
});

test("bytes are those received: long numbers, escapes, repeated keys, braces and line ends in strings, invalid UTF-8", async () => {
  const record = String.raw`{"n":12345678901234567890.10,"e":1E+05,"s":"}\"]\\n{\u00e9\\","n":1,"k\"}":[]}`;
  expect((await split(`[${record}, ${record}]`, {}, 3)).records).toEqual([record, record]);
  const bytes = Buffer.concat([Buffer.from('[{"a":"'), Buffer.from([0xff, 0xfe, 0x00, 0x1f]), Buffer.from('"}]')]);
  const lines: Buffer[] = [];
  await splitDocument(
    (async function* () {
      yield bytes;
    })(),
    { write: (part) => void lines.push(Buffer.from(part)), endLine: () => {}, dropLine: () => {} },
  );
  expect(Buffer.concat(lines)).toEqual(bytes.subarray(1, -1));
});

const record = fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 });
const layout = fc.record({ indent: fc.integer({ min: 0, max: 4 }), crlf: fc.boolean(), chunk: fc.integer({ min: 1, max: 200 }) });
const lay = (value: unknown, { indent, crlf }: { indent: number; crlf: boolean }) =>
  JSON.stringify(value, null, indent).replaceAll("\n", crlf ? "\r\n" : "\n");

test("whatever the document, its layout and the pieces it comes in: the lines parse to the elements that JSON.parse gives", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue({ maxDepth: 4 })), layout, async (elements, style) => {
      const { records, outcome } = await split(lay(elements, style), {}, style.chunk);
      expect(records.map((line) => JSON.parse(line))).toEqual(JSON.parse(JSON.stringify(elements)));
      expect(outcome).toEqual({ ...whole, records: elements.length, envelopes: 0 });
    }),
    { numRuns: 300, seed: 42 },
  );
});

test("the same for objects that follow each other, and for the records of an envelope", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(record, { maxLength: 6 }), layout, async (objects, style) => {
      const expected = JSON.parse(JSON.stringify(objects));
      const loose = await split(objects.map((object) => lay(object, style)).join("\n"), {}, style.chunk);
      expect(loose.records.map((line) => JSON.parse(line))).toEqual(expected);
      const page = await split(lay({ "@note": { value: [1] }, value: objects, "@next": "x" }, style), {}, style.chunk);
      expect(page.records.map((line) => JSON.parse(line))).toEqual(expected);
    }),
    { numRuns: 200, seed: 42 },
  );
});

test("a document cut off at any byte keeps the elements that were complete, and says so", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 5 }), layout, fc.nat(), async (objects, style, seed) => {
      const text = Buffer.from(lay(objects, style));
      const length = 1 + (seed % (text.length - 1));
      const { records, damaged, outcome } = await split(text.subarray(0, length), {}, style.chunk);
      expect(records.map((line) => JSON.parse(line))).toEqual(JSON.parse(JSON.stringify(objects.slice(0, records.length))));
      expect(outcome.isTruncated).toBe(true);
      expect(damaged.length).toBeLessThanOrEqual(1);
      for (const line of damaged) expect(() => JSON.parse(line)).toThrow();
    }),
    { numRuns: 300, seed: 42 },
  );
});

test("after a lost quotation mark, bracket or comma the next record of the same layout is found again", async () => {
  const records = Array.from({ length: 9 }, (_, id) => ({ id, tags: ["x", { deep: "y" }] }));
  const good = records.filter(({ id }) => id !== 4);
  const breakings: readonly [string, string][] = [
    ['"tags": [', '"tags: ['],
    ['"deep"', 'deep"'],
    ['"y"\n', '"y\n'],
    ["    ]\n", "\n"],
    ['"id": 4,', '"id": 4'],
  ];
  for (const wrap of [
    (list: unknown) => list,
    (list: unknown) => ({ records: list }),
    (list: unknown) => ({ "@x": 1, value: list }),
  ]) {
    for (const [from, to] of breakings) {
      const text = JSON.stringify(wrap(records), null, 2);
      const at = text.indexOf('"id": 4');
      const broken = text.slice(0, at) + text.slice(at).replace(new RegExp(from.replaceAll(/[[\]]/g, "\\$&")), to);
      expect(broken).not.toBe(text);
      const result = await split(broken, {}, 50);
      expect(result.records.map((line) => JSON.parse(line))).toEqual(good);
      expect(result.outcome).toMatchObject({ records: 8, damagedLines: 1, isTruncated: false });
      expect(result.damaged[0]).toContain("4");
      expect(() => JSON.parse(result.damaged[0] ?? "")).toThrow();
    }
  }
});

test("a broken record in an array of one record a line costs that record only", async () => {
  const { records, damaged } = await split('[\n{"a":1},\n{"a":"2},\n{"a":3}\n]\n');
  expect([records, damaged]).toEqual([['{"a":1}', '{"a":3}'], ['{"a":"2},\v']]);
});

test("a flipped byte costs nothing before it, and what comes out is whole lines in bounded number", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { minLength: 1, maxLength: 5 }),
      layout,
      fc.nat(),
      fc.nat(255),
      async (objects, style, seed, byte) => {
        const before = objects.slice(0, seed % objects.length);
        const head = `[${before.map((object) => `${lay(object, style)},\n`).join("")}`;
        const text = Buffer.from(`${head}${lay(objects.slice(before.length), style).slice(1)}\n{"after":1}`);
        const at = Buffer.byteLength(head) + (seed % (text.length - Buffer.byteLength(head)));
        text[at] = byte;
        const { records, damaged, outcome } = await split(text, {}, style.chunk);
        expect(records.slice(0, before.length)).toEqual(before.map((object) => lay(object, style).replaceAll(/[\r\n]/g, "")));
        expect([...records, ...damaged].filter((line) => line.includes("\n"))).toEqual([]);
        expect([...records, ...damaged].join("").length).toBeLessThanOrEqual(text.length + damaged.length);
        expect(outcome).toMatchObject({ records: records.length, damagedLines: damaged.length, leftOutBytes: 0 });
        for (const line of damaged) expect(isObject(line)).toBe(false);
      },
    ),
    { numRuns: 500, seed: 42 },
  );
});

function isObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null;
  } catch {
    return false;
  }
}

test("text between values is kept as damaged lines, and what follows it is read", async () => {
  const { records, damaged, outcome } = await split('{"a":1}\nhello\n[{"b":2}]\n]\n{"c":3}\n');
  expect([records, damaged]).toEqual([
    ['{"a":1}', '{"b":2}', '{"c":3}'],
    ["hello", "]"],
  ]);
  expect(outcome.firstDamageAt).toBe(8);
});

test("line breaks between tokens never join two tokens to one", async () => {
  for (const text of ['[{"a":1\n2}]', '[\n{"a":1\n2}\n]', '{"a":tr\nue}', '{"value":[] {"b":2}}']) {
    const { records, damaged } = await split(text);
    expect([records, damaged.length]).toEqual([[], 1]);
    expect(isObject(damaged[0] ?? "")).toBe(false);
  }
});

test("an event that has a member named like a container stays whole", async () => {
  const events = [
    '{"eventName":"GetObject","resources":[{"ARN":"x"}]}',
    '{"resources":[{"ARN":"x"}],"eventName":"GetObject"}',
    '{"value":[1,2]}',
    '{"value":"text"}',
    '{"records":{"a":1}}',
    '{"time":1,"events":[{"a":1}]}',
  ];
  expect((await split(events.join("\n"))).records).toEqual(events);
});

test("a record that needs the name of its container gets it", async () => {
  const page = {
    clicksBlocked: [{ id: 1 }],
    messagesDelivered: [{ id: 2 }, {}],
    clicksPermitted: [],
    queryEndTime: "2026-11-01T00:00:00Z",
  };
  const named = ['{"_container":"clicksBlocked","_record":{"id":1}}', '{"_container":"messagesDelivered","_record":{"id":2}}'];
  expect((await split(JSON.stringify(page))).records).toEqual([...named, '{"_container":"messagesDelivered","_record":{}}']);
  expect((await split('{"clicksBlocked":[{"id":1}],"queryEndTime":"x"}')).records).toEqual([named[0]]);
});

test("a record without a time of its own carries its page's, wherever that stands", async () => {
  const carried = ['{"_envelope":{"interval":"2026-10-01/2026-11-01"},"identity":1}', "{}"];
  const users = '"users":[ {"identity":1},{ } ]';
  const interval = '"interval":"2026-10-01/2026-11-01"';
  for (const page of [`{${users},"totalVapUsers":2,${interval}}`, `{${interval},${users}}`]) {
    expect((await split(page)).records.map((line) => line.replace("{ }", "{}"))).toEqual(carried);
  }
});

test("pages: one a line, in an array, with null for a list, and without any record", async () => {
  const page = (id: number) => `{"records":[{"id":${id}}]}`;
  expect((await split(`${page(1)}\n${page(2)}\n`)).records).toEqual(['{"id":1}', '{"id":2}']);
  expect((await split(`[${page(1)},${page(2)}]`)).records).toEqual(['{"id":1}', '{"id":2}']);
  const empty = await split('{"meta":{"pagination":{}},"errors":[{"code":1}],"resources":null}{"Records":[]}');
  expect(empty).toMatchObject({ records: [], damaged: [], outcome: { ...whole, envelopes: 2 } });
});

test("an envelope longer than the look ahead is taken apart all the same", async () => {
  const records = Array.from({ length: 30_000 }, (_, id) => ({ id, text: "x".repeat(180) }));
  const text = JSON.stringify({ Records: records });
  expect(text.length).toBeGreaterThan(5 * 1024 * 1024);
  const result = await split(text, {}, 100_000);
  expect(result.records.length).toBe(30_000);
  expect(result.outcome).toMatchObject({ ...whole, envelopes: 1 });
});

test("nesting of 100,000 levels, a bracket bomb and a string of 50 MB pass", async () => {
  const deep = `${'{"a":['.repeat(50_000)}1${"]}".repeat(50_000)}`;
  expect((await split(`[${deep}]`, {}, 65_536)).records).toEqual([deep]);

  const bomb = await split("[".repeat(5_000_000), {}, 65_536);
  expect(bomb).toMatchObject({ records: [], damaged: [], outcome: { records: 0, leftOutBytes: 4_999_999 } });

  const long = `{"s":"${"x".repeat(50_000_000)}"}`;
  const result = await split(`[{"a":1},\n${long}\n]`, {}, 262_144);
  expect([result.records.length, result.records[1] === long]).toEqual([2, true]);
});
