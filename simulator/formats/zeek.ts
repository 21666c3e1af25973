import { createHash } from "node:crypto";
import type { Connection } from "../occurrences.ts";

/** The logs that Zeek writes of a span of time, as the text of TSV files (Zeek 6 field lists). A log without records is left out. */
export function zeekLogs(connections: readonly Connection[], opened: number, closed: number): Map<string, string> {
  const logs = new Map<string, string>();
  const write = (name: string, fields: readonly Field[], records: readonly (readonly Value[])[]) => {
    if (records.length > 0) logs.set(name, tsv(name, fields, records, opened, closed));
  };
  const inOrder = [...connections].sort((a, b) => a.time - b.time || compare(connectionUid(a), connectionUid(b)));
  write("conn", connFields, inOrder.map(connRecord));
  write("dns", dnsFields, inOrder.flatMap(dnsRecord));
  write("http", httpFields, inOrder.flatMap(httpRecord));
  write("ssl", sslFields, inOrder.flatMap(sslRecord));
  return logs;
}

/** The uid that joins a connection's records across the logs; the same connection always gets the same. */
export function connectionUid(connection: Connection): string {
  const { time, source, destination, protocol } = connection;
  const digest = createHash("sha256")
    .update(JSON.stringify([seconds(time), source, destination, protocol]))
    .digest();
  let number = digest.readBigUInt64BE(0) * 2n ** 40n + BigInt(digest.readUIntBE(8, 5));
  let text = "";
  for (let digit = 0; digit < 17; digit += 1) {
    text += alphabet.charAt(Number(number % 62n));
    number /= 62n;
  }
  return `C${text}`;
}

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

type Field = readonly [name: string, type: string];
type Value = string | number | boolean | null | readonly string[];

function fieldsOf(text: string): Field[] {
  return text
    .trim()
    .split(/\s+/)
    .map((pair): Field => {
      const [name = "", type = ""] = pair.split(":");
      return [name, type];
    });
}

const identity = "ts:time uid:string id.orig_h:addr id.orig_p:port id.resp_h:addr id.resp_p:port";
const connFields =
  fieldsOf(`${identity} proto:enum service:string duration:interval orig_bytes:count resp_bytes:count conn_state:string
  local_orig:bool local_resp:bool missed_bytes:count history:string orig_pkts:count orig_ip_bytes:count resp_pkts:count resp_ip_bytes:count
  tunnel_parents:set[string]`);
const dnsFields =
  fieldsOf(`${identity} proto:enum trans_id:count rtt:interval query:string qclass:count qclass_name:string qtype:count
  qtype_name:string rcode:count rcode_name:string AA:bool TC:bool RD:bool RA:bool Z:count answers:vector[string] TTLs:vector[interval]
  rejected:bool`);
const httpFields = fieldsOf(`${identity} trans_depth:count method:string host:string uri:string referrer:string version:string
  user_agent:string origin:string request_body_len:count response_body_len:count status_code:count status_msg:string info_code:count
  info_msg:string tags:set[enum] username:string password:string proxied:set[string] orig_fuids:vector[string]
  orig_filenames:vector[string] orig_mime_types:vector[string] resp_fuids:vector[string] resp_filenames:vector[string]
  resp_mime_types:vector[string]`);
const sslFields =
  fieldsOf(`${identity} version:string cipher:string curve:string server_name:string resumed:bool last_alert:string
  next_protocol:string established:bool ssl_history:string cert_chain_fps:vector[string] client_cert_chain_fps:vector[string]
  subject:string issuer:string client_subject:string client_issuer:string sni_matches_cert:bool`);

function identityOf(connection: Connection): Value[] {
  const { source, destination } = connection;
  return [
    seconds(connection.time),
    connectionUid(connection),
    source.address,
    source.port,
    destination.address,
    destination.port,
  ];
}

// What each end state looks like on the wire, in Zeek's history letters (upper case: the one who called).
const histories: Readonly<Record<Connection["state"], string>> = {
  SF: "ShADadFf",
  S0: "S",
  S1: "ShADad",
  REJ: "Sr",
  RSTO: "ShADadR",
};

function connRecord(connection: Connection): Value[] {
  const { bytesOut, bytesIn, state } = connection;
  const answered = state !== "S0" && state !== "REJ";
  // A full segment carries about 1,400 bytes; each side sends some packets beside its data.
  const packetsOut = answered ? Math.ceil(bytesOut / 1400) + (connection.protocol === "tcp" ? 5 : 0) : state === "S0" ? 3 : 1;
  const packetsIn = answered ? Math.ceil(bytesIn / 1400) + (connection.protocol === "tcp" ? 4 : 0) : state === "REJ" ? 1 : 0;
  const header = connection.protocol === "tcp" ? 40 : 28;
  return [
    ...identityOf(connection),
    connection.protocol,
    connection.service,
    connection.seconds === null ? null : connection.seconds.toFixed(6),
    answered ? bytesOut : null,
    answered ? bytesIn : null,
    state,
    isLocal(connection.source.address),
    isLocal(connection.destination.address),
    0,
    connection.protocol === "tcp" ? histories[state] : answered ? "Dd" : "D",
    packetsOut,
    (answered ? bytesOut : 0) + packetsOut * header,
    packetsIn,
    (answered ? bytesIn : 0) + packetsIn * header,
    [],
  ];
}

const queryTypes = { A: 1, AAAA: 28, TXT: 16, PTR: 12, SRV: 33 } as const;
const responseCodes = { NOERROR: 0, NXDOMAIN: 3, SERVFAIL: 2 } as const;

function dnsRecord(connection: Connection): Value[][] {
  const { dns } = connection;
  if (dns === undefined) return [];
  const record: Value[] = [
    ...identityOf(connection),
    connection.protocol,
    createHash("sha256").update(connectionUid(connection)).digest().readUInt16BE(0),
    (connection.seconds ?? 0).toFixed(6),
    dns.query,
    1,
    "C_INTERNET",
    queryTypes[dns.type],
    dns.type,
    responseCodes[dns.code],
    dns.code,
    false,
    false,
    true,
    true,
    0,
    dns.answers.length === 0 ? null : dns.answers,
    dns.answers.length === 0 ? null : dns.answers.map(() => dns.answerSeconds.toFixed(6)),
    false,
  ];
  return [record];
}

function httpRecord(connection: Connection): Value[][] {
  const { http, bytesOut, bytesIn } = connection;
  if (http === undefined) return [];
  const sendsBody = http.method !== "GET";
  const fileUid = (end: string) => connectionUid(connection).replace(/^C/, end);
  const record: Value[] = [
    ...identityOf(connection),
    1,
    http.method,
    http.host,
    http.path,
    null,
    "1.1",
    http.userAgent,
    null,
    sendsBody ? Math.max(0, bytesOut - 350) : 0,
    Math.max(0, bytesIn - 300),
    http.status,
    http.status === 200 ? "OK" : http.status === 201 ? "Created" : http.status === 304 ? "Not Modified" : "Found",
    null,
    null,
    [],
    null,
    null,
    null,
    sendsBody ? [fileUid("Fo")] : null,
    null,
    sendsBody ? ["application/octet-stream"] : null,
    http.status === 200 ? [fileUid("Fr")] : null,
    null,
    http.status === 200 ? [http.contentType] : null,
  ];
  return [record];
}

function sslRecord(connection: Connection): Value[][] {
  const { tls } = connection;
  if (tls === undefined) return [];
  const isNew = tls.version === "TLSv13";
  const fingerprint = createHash("sha256").update(tls.name).digest("hex");
  const record: Value[] = [
    ...identityOf(connection),
    tls.version,
    isNew ? "TLS_AES_256_GCM_SHA384" : "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "x25519",
    tls.name,
    false,
    null,
    isNew ? "h2" : null,
    true,
    isNew ? "CsiI" : "CsxknGIti",
    isNew ? null : [fingerprint],
    null,
    isNew ? null : `CN=${tls.name}`,
    isNew ? null : tls.issuer,
    null,
    null,
    isNew ? null : true,
  ];
  return [record];
}

function tsv(
  name: string,
  fields: readonly Field[],
  records: readonly (readonly Value[])[],
  opened: number,
  closed: number,
): string {
  const head = [
    "#separator \\x09",
    "#set_separator\t,",
    "#empty_field\t(empty)",
    "#unset_field\t-",
    `#path\t${name}`,
    `#open\t${stamp(opened)}`,
    `#fields\t${fields.map(([field]) => field).join("\t")}`,
    `#types\t${fields.map(([, type]) => type).join("\t")}`,
  ];
  const lines = records.map((record) => record.map(written).join("\t"));
  return `${[...head, ...lines, `#close\t${stamp(closed)}`].join("\n")}\n`;
}

function written(value: Value): string {
  if (value === null) return "-";
  if (typeof value === "boolean") return value ? "T" : "F";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return escaped(value, /[\t\n\\]/g);
  return value.length === 0 ? "(empty)" : value.map((member) => escaped(member, /[\t\n\\,]/g)).join(",");
}

/** Zeek writes a separator inside a value as \x09; a comma separates only the members of a set or vector. */
function escaped(text: string, separators: RegExp): string {
  return text.replace(separators, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

function stamp(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace(/[T:]/g, "-");
}

function seconds(time: number): string {
  return (time / 1000).toFixed(6);
}

function isLocal(address: string): boolean {
  return address.startsWith("10.");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
