import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { schemaColumns } from "./columns.ts";
import { loadHunts } from "./load.ts";

const folder = mkdtempSync(join(tmpdir(), "spoor-load-hunts-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const head = `id: ours
title: Something that only we look for
techniques: [T1071.001]
needs:
  - { table: dns_activity, columns: [query_hostname], entities: [src_endpoint_ip] }
parameters: { least: 3 }
reliability: 0.5`;
const body = ["Hypothesis", "What it looks for", "What else looks like that", "How to read the result", "Blind spots"]
  .map((heading) => `## ${heading}\nText about it.\nMore of it.\n`)
  .join("\n");
const sql = `-- Who asked for something?
SELECT src_endpoint_ip AS entity FROM dns_activity WHERE time >= {from:String} AND time < {to:String} AND has({entities:Array(String)}, src_endpoint_ip)
GROUP BY entity HAVING count() >= {least:UInt32} ORDER BY entity LIMIT 10
`;

let number = 0;
function written(parts: { head?: string; body?: string; sql?: string; id?: string }): string {
  number += 1;
  const own = join(folder, `set-${number}`);
  const hunt = join(own, parts.id ?? "ours");
  mkdirSync(hunt, { recursive: true });
  writeFileSync(join(hunt, "hunt.md"), `---\n${parts.head ?? head}\n---\n${parts.body ?? body}`);
  writeFileSync(join(hunt, "hunt.sql"), parts.sql ?? sql);
  return own;
}

describe("hunts are loaded", () => {
  test("from the library, each with its five sections and a statement that ends in a limit", async () => {
    const hunts = await loadHunts();
    expect(hunts.length).toBeGreaterThanOrEqual(30);
    const ids = hunts.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort());
    for (const { sections } of hunts) for (const text of Object.values(sections)) expect(text.length).toBeGreaterThan(40);
  });

  test("and from a folder of one's own", async () => {
    const hunts = await loadHunts(written({}));
    const own = hunts.find(({ id }) => id === "ours");
    expect(own?.parameters).toEqual({ least: 3 });
    expect(own?.supportedFrom).toBe(60);
    expect(own?.sections.blindSpots).toBe("Text about it. More of it.");
    expect(own?.needs).toEqual([
      { anyOf: [{ table: "dns_activity", columns: ["query_hostname"], only: {}, entities: ["src_endpoint_ip"] }] },
    ]);
  });

  test.each([
    ["no front matter", { head: "id: ours", body: "" }, "hunt.md"],
    ["a missing section", { body: body.replace("## Blind spots", "## Blindness") }, '"## Blind spots"'],
    ["a technique that does not exist", { head: head.replace("T1071.001", "T9999") }, "T9999 is not a technique of ATT&CK"],
    ["a retired technique", { head: head.replace("T1071.001", "T1562.001") }, "T1562.001 is not a technique of ATT&CK"],
    ["a table that does not exist", { head: head.replace("dns_activity", "dns_log") }, "there is no table dns_log"],
    [
      "a column that does not exist",
      { head: head.replace("query_hostname", "query_name") },
      "dns_activity has no column query_name",
    ],
    [
      "a value that is not bound",
      { sql: sql.replace("{least:UInt32}", "{most:UInt32}") },
      "hunt.sql names {most}, which has no value",
    ],
    [
      "a parameter that is not used",
      { head: head.replace("{ least: 3 }", "{ least: 3, most: 4 }") },
      "hunt.sql does not use {most}",
    ],
    [
      "no way to name entities",
      { sql: sql.replace(" AND has({entities:Array(String)}, src_endpoint_ip)", "") },
      "hunt.sql does not use {entities}",
    ],
    ["no limit", { sql: sql.replace("LIMIT 10", "") }, "does not end in a LIMIT"],
    ["a statement that writes", { sql: "-- Hm\nINSERT INTO dns_activity SELECT 1 LIMIT 1" }, "is not one SELECT"],
    ["a folder of another name", { id: "theirs" }, "its id is ours, but the folder is named theirs"],
    ["an unknown word in the front matter", { head: `${head}\nseverity: high` }, "severity"],
  ])("but not with %s", async (_, parts, fault) => {
    await expect(loadHunts(written(parts))).rejects.toMatchObject({
      code: "bad-plugin",
      message: expect.stringContaining(fault),
    });
  });

  test("nor twice under one name", async () => {
    const same = written({ id: "steady-beacon", head: head.replace("id: ours", "id: steady-beacon") });
    await expect(loadHunts(same)).rejects.toMatchObject({ code: "bad-plugin", message: expect.stringContaining("another hunt") });
  });
});

test("the schema is read with its types", async () => {
  const columns = await schemaColumns();
  expect(columns.get("dns_activity")?.get("query_hostname")).toBe("Nullable(String)");
  expect(columns.get("email_activity")?.get("email_to")).toBe("Array(String)");
  expect(columns.get("authentication")?.has("status")).toBe(true);
  expect(columns.has("raw")).toBe(false);
});
