import { expect, test } from "vitest";
import { z } from "zod";
import { findingsNdjson, readFindings } from "../../findings/ndjson.ts";
import { toFinding } from "../../findings/number.ts";
import type { OcsfFinding } from "../../findings/ocsf.ts";
import { attack, detectorNamed, draftOf } from "../../findings/testing.ts";
import type { Observable } from "../../types.ts";
import { findingsCsv } from "./csv.ts";
import { stixBundle } from "./stix.ts";
import { uuidOf } from "./uuid.ts";

function findingOf(observables: readonly Observable[], title = "a beacon"): OcsfFinding {
  const finding = toFinding(
    draftOf({ title, observables, techniques: ["T1071.001"], keys: { title } }),
    detectorNamed("beaconing"),
    attack,
  );
  const [record] = readFindings(findingsNdjson([{ finding, activity: "Create" }], { version: "1" }));
  if (record === undefined) throw new Error("no finding");
  return record;
}

const hostile = "=cmd|' /C calc'!A0";

test("CSV: one line a finding, quoted, and no cell that a spreadsheet runs", () => {
  const text = findingsCsv([
    findingOf([{ name: "user.name", value: hostile }], `${hostile}, "so"\nnext`),
    findingOf([{ name: "dst_endpoint.ip", value: "203.0.113.9" }], "@SUM(1)"),
  ]);
  const lines = text.split("\r\n");
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(/^rank,score,severity/);
  expect(lines[1]).toContain(`"'=cmd|' /C calc'!A0, ""so"" next"`);
  expect(lines[2]).toContain(`"'@SUM(1)"`);
  expect(text).not.toMatch(/(^|,|")[=@+]/m);
});

const object = z.looseObject({ type: z.string(), id: z.string() });
const bundle = z.object({ type: z.literal("bundle"), id: z.string(), objects: z.array(object) });

const options = { title: "Threat hunt", tlp: "green", internal: ["10.0.0.0/8"] } as const;
const seen: Observable[] = [
  { name: "src_endpoint.ip", value: "10.1.2.3" },
  { name: "dst_endpoint.ip", value: "203.0.113.9" },
  { name: "dst_endpoint.ip", value: "2001:db8::9" },
  { name: "query.hostname", value: "Evil.example" },
  { name: "url.url_string", value: "https://evil.example/a'b\\c" },
  { name: "user.name", value: "somebody" },
  { name: "file.hashes", value: "a".repeat(64) },
];

test("STIX: every reference leads somewhere, what is inside is no indicator, and the same findings give the same bytes", () => {
  const text = stixBundle([findingOf(seen), findingOf(seen, "another")], options);
  expect(stixBundle([findingOf(seen), findingOf(seen, "another")], options)).toBe(text);
  const { objects } = bundle.parse(JSON.parse(text));
  const ids = new Set(objects.map(({ id }) => id));
  expect(ids.size).toBe(objects.length);
  for (const one of objects) {
    expect(one.id).toMatch(new RegExp(`^${one.type}--[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`));
    const references = Object.entries(one).flatMap(([name, value]) =>
      /_refs?$/.test(name) ? z.union([z.string(), z.array(z.string())]).parse(value) : [],
    );
    for (const reference of references.flat()) expect(ids, `${one.type} ${reference}`).toContain(reference);
  }
  const patterns = objects.flatMap(({ type, pattern }) => (type === "indicator" ? [pattern] : []));
  expect(patterns.map(String).sort()).toEqual([
    "[domain-name:value = 'evil.example']",
    `[file:hashes.'SHA-256' = '${"a".repeat(64)}']`,
    "[ipv4-addr:value = '203.0.113.9']",
    "[ipv6-addr:value = '2001:db8::9']",
    "[url:value = 'https://evil.example/a\\'b\\\\c']",
  ]);
  const kinds = (type: string) => objects.filter((one) => one.type === type).length;
  expect([kinds("observed-data"), kinds("sighting"), kinds("attack-pattern"), kinds("report"), kinds("user-account")]).toEqual([
    2, 10, 1, 1, 1,
  ]);
});

test.each([
  ["clear", "613f2e26-407d-48c7-9eca-b8e91df99dc9"],
  ["amber+strict", "939a9414-2ddd-4d32-a0cd-375ea402b003"],
  ["red", "5e57c739-391a-4eb3-b6be-7d15ca92d5ed"],
] as const)("STIX: TLP %s is the marking of the standard or of its extension for TLP 2.0, and every object has it", (tlp, id) => {
  const { objects } = bundle.parse(JSON.parse(stixBundle([findingOf(seen)], { ...options, tlp })));
  const [marking, ...others] = objects;
  expect(marking?.id).toBe(`marking-definition--${id}`);
  for (const one of others) expect(one).toMatchObject({ object_marking_refs: [`marking-definition--${id}`] });
});

test("STIX: values that are none are left out, and no findings give a bundle without any", () => {
  const odd: Observable[] = [
    { name: "dst_endpoint.ip", value: "999.1.1.1" },
    { name: "query.hostname", value: "no host name" },
    { name: "file.hashes", value: "zz" },
    { name: "process.name", value: "a.exe" },
  ];
  const empty = bundle.parse(JSON.parse(stixBundle([findingOf(odd)], options)));
  expect(empty.objects.map(({ type }) => type).sort()).toEqual(["identity", "marking-definition", "report"]);
});

test("version 5 UUIDs are those of RFC 9562", () => {
  expect(uuidOf("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com")).toBe("2ed6657d-e927-568b-95e1-2665a8aea6a2");
});
