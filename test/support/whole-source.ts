import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeSample } from "../../simulator/sample.ts";
import { totals } from "../../src/sources/testing.ts";
import { type ImportedLogs, importLogs } from "./imported-logs.ts";
import { rowsByFile } from "./rows-by-file.ts";

// What the tests of sources with records of many kinds have in common.

/** What a fixture holds, and how its lines end up. */
export interface HeldFixture {
  readonly holds: string;
  readonly read: number;
  readonly stored: number;
  readonly rawOnly: number;
}

export interface WholeSource {
  /** The test file's own `import.meta.url`: fixtures lie beside it, each with NAME.expected.json. */
  readonly moduleUrl: string;
  readonly source: string;
  readonly tables: readonly string[];
  readonly fixtures: Readonly<Record<string, HeldFixture>>;
  /** Lines that say what an earlier one said. */
  readonly duplicate: number;
  /** "LINE: REASON" of each line that is refused, by line and reason. */
  readonly refused: readonly string[];
}

/** Tests that all fixtures of a source, imported together, give what is written down beside them. */
export function describeWholeSource({ moduleUrl, source, tables, fixtures, duplicate, refused }: WholeSource): void {
  const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, moduleUrl));
  const names = Object.keys(fixtures);
  describe("records of every kind", () => {
    let logs: ImportedLogs;
    let rows: Awaited<ReturnType<typeof rowsByFile>>;
    beforeAll(async () => {
      logs = await importLogs(names.map(fixture), source);
      rows = await rowsByFile(logs, tables);
    }, 300_000);
    afterAll(() => logs.close());

    test.each(Object.entries(fixtures).map(([name, { holds }]) => ({ name, holds })))(
      "$holds give the rows that are written down beside $name",
      ({ name }) => {
        const expected: unknown = JSON.parse(readFileSync(fixture(`${name.replace(/\.\w+$/, "")}.expected.json`), "utf8"));
        expect(rows[name]).toEqual(expected);
      },
    );

    test("every line is accounted for", () => {
      const counted = logs.counts.map(({ file, read, stored, rawOnly }) => [basename(file), { read, stored, rawOnly }]);
      const expected = Object.entries(fixtures).map(([name, { read, stored, rawOnly }]) => [name, { read, stored, rawOnly }]);
      expect(Object.fromEntries(counted)).toEqual(Object.fromEntries(expected));
      expect(totals(logs.counts)).toMatchObject({ duplicate, quarantined: refused.length });
    });

    test("what is refused is refused with a reason", async () => {
      const found = await logs.query(
        "SELECT concat(toString(line_number), ': ', reason) AS refusal FROM quarantine ORDER BY line_number, reason",
      );
      expect(found.map(({ refusal }) => refusal)).toEqual(refused);
    });

    test("read again, nothing is stored again", async () => {
      const again = totals(await logs.again());
      const quarantined = refused.length;
      expect(again).toMatchObject({ stored: 0, duplicate: totals(logs.counts).read - quarantined, quarantined });
    });
  });
}

/** Imports what the simulator writes of a product on a day, expects every line of it to be stored, and hands it on with their number. */
export async function withSimulated(
  product: string,
  source: string,
  look: (logs: ImportedLogs, written: number) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "spoor-simulated-"));
  try {
    const directory = join(folder, "sample");
    writeSample({ directory, truthFile: join(folder, "truth.json"), seed: 42, start: "2026-11-02" });
    const paths = readdirSync(join(directory, product)).map((name) => join(directory, product, name));
    const written = paths.flatMap((path) => readFileSync(path, "utf8").trimEnd().split("\n")).length;
    const logs = await importLogs(paths, source);
    try {
      expect(totals(logs.counts)).toEqual({ read: written, stored: written, duplicate: 0, quarantined: 0, rawOnly: 0 });
      await look(logs, written);
    } finally {
      await logs.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One member of each line's object, as a line of its own; lines without it are left out. */
export function membersOf(text: string, member: string): string {
  const values: unknown[] = text
    .trimEnd()
    .split("\n")
    .map((line) => Object.entries(JSON.parse(line)).find(([name]) => name === member)?.[1])
    .filter((value) => typeof value === "object" && value !== null);
  return `${values.map((value) => JSON.stringify(value)).join("\n")}\n`;
}
