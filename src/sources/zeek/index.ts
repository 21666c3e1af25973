import { type Format, source } from "../source.ts";

/** A tab-separated log is known by its #path line. */
function tabSeparated(path: string): Format {
  return {
    id: `zeek-${path}-tsv`,
    name: `Zeek ${path}.log (tab-separated)`,
    recognise: { by: "lines", test: (lines) => lines.slice(0, 50).some((line) => line.trimEnd() === `#path\t${path}`) },
    notRecords: "headers.sql",
  };
}

/** A JSON log is known by keys that only this kind of record has. */
function json(path: string, test: (record: Readonly<Record<string, unknown>>) => boolean): Format {
  return { id: `zeek-${path}-json`, name: `Zeek ${path}.log (JSON)`, recognise: { by: "json", test: (record) => "ts" in record && hasOrigin(record) && test(record) } };
}

function hasOrigin(record: Readonly<Record<string, unknown>>): boolean {
  return "id.orig_h" in record || "id_orig_h" in record;
}

export default source({
  id: "zeek",
  name: "Zeek",
  version: "1",
  formats: [tabSeparated("conn"), json("conn", (record) => "conn_state" in record)],
});
