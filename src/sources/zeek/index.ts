import { type Format, source } from "../source.ts";

type Record = Readonly<globalThis.Record<string, unknown>>;

/** The logs that have a mapping, with the keys by which a JSON record of each is known. */
const logs: globalThis.Record<string, (record: Record) => boolean> = {
  conn: (record) => "conn_state" in record,
  dns: (record) => "query" in record && ("qtype" in record || "qtype_name" in record || "rcode" in record),
  http: (record) => "method" in record && "uri" in record,
  ssl: (record) => "established" in record,
  smb_files: (record) => typeof record.action === "string" && record.action.startsWith("SMB::"),
  smb_mapping: (record) => "share_type" in record && "path" in record,
  dce_rpc: (record) => "endpoint" in record && "operation" in record,
  kerberos: (record) => "request_type" in record || streamOf(record) === "kerberos",
  ntlm: (record) => "domainname" in record && "hostname" in record,
  rdp: (record) => "security_protocol" in record || "keyboard_layout" in record,
  ssh: (record) => "auth_attempts" in record || "kex_alg" in record,
  files: (record) => "fuid" in record && "seen_bytes" in record,
};

function formatsOf([log, test]: [string, (record: Record) => boolean]): Format[] {
  const id = `zeek-${log.replaceAll("_", "-")}`;
  return [
    {
      id: `${id}-tsv`,
      name: `Zeek ${log}.log (tab-separated)`,
      recognise: { by: "lines", test: (lines) => pathOf(lines) === log },
      notRecords: "headers.sql",
      reasons: "reasons.sql",
    },
    {
      id: `${id}-json`,
      name: `Zeek ${log}.log (JSON)`,
      recognise: { by: "json", test: (record) => isZeek(record) && test(record) },
      reasons: "reasons.sql",
    },
  ];
}

/** What the #path line of a tab-separated log says. */
function pathOf(lines: readonly string[]): string | undefined {
  const path = lines.slice(0, 50).find((line) => line.startsWith("#path\t"));
  return path?.slice("#path\t".length).trim();
}

function streamOf(record: Record): unknown {
  return record._path ?? record["@stream"];
}

function isZeek(record: Record): boolean {
  return "ts" in record && ("id.orig_h" in record || "id_orig_h" in record || "fuid" in record || streamOf(record) !== undefined);
}

export default source({
  id: "zeek",
  name: "Zeek",
  version: "1",
  formats: [
    ...Object.entries(logs).flatMap(formatsOf),
    {
      id: "zeek-other",
      name: "another Zeek log",
      recognise: { by: "lines", test: (lines) => pathOf(lines) !== undefined && !((pathOf(lines) ?? "") in logs) },
      notRecords: "headers.sql",
      rawOnly: "other.sql",
    },
    {
      id: "zeek-other-json",
      name: "another Zeek log (JSON)",
      recognise: {
        by: "json",
        test: (record) => "ts" in record && streamOf(record) !== undefined && !Object.values(logs).some((test) => test(record)),
      },
      rawOnly: "other.sql",
    },
  ],
});
