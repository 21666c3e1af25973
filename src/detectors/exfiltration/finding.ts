import type { FindingDraft, Observable } from "../../types.ts";
import type { ReadRow } from "./questions.ts";
import type { Judgement } from "./score.ts";
import { type Around, bytesSent, type Upload } from "./upload.ts";
import { bytesInWords } from "./words.ts";

/** Every technique that a finding can show. */
export const techniques = ["T1041", "T1048", "T1048.003", "T1567", "T1567.002", "T1030", "T1530", "T1078.004"] as const;

/** The finding of an upload. */
export function uploadDraft(upload: Upload, around: Around, { score, confidence, reasons }: Judgement): FindingDraft {
  const { source, destination } = upload;
  const how = methodsOf(upload);
  const target = around.names.length === 1 ? `${destination} (${around.names[0]})` : destination;
  const [firstSeen, lastSeen] = spanOf(upload);
  const connections = connectionsOf(upload);
  return {
    keys: { source, destination },
    title: `${source} sent ${bytesInWords(bytesSent(upload))} to ${target}${how.length > 0 ? ` by ${how.join(" and ")}` : ""}`,
    description: `Between ${firstSeen.slice(0, 19)} and ${lastSeen.slice(0, 19)} UTC ${source} sent ${bytesInWords(bytesSent(upload))} to ${target}, port ${portsOf(upload).join(", ")}. ${reasons
      .filter((reason) => reason.contribution > 0)
      .toSorted((one, other) => other.contribution - one.contribution)
      .slice(0, 3)
      .map(({ feature, observed, peers }) => `${feature}: ${observed || (peers ?? "")}`)
      .join("; ")}.`,
    score,
    confidence,
    reasons,
    benign:
      "Backups, cloud storage, video calls, uploads that a person made on purpose, crash reports and software that hands in its results also send. Who sent what, with which program, and whether the place is known to the owner of the data would tell them apart.",
    blindSpots: [
      ...(around.names.length > 0 ? [] : ["The name of the destination is not known."]),
      ...(around.otherDays.length >= 5 ? [] : ["Too few days are seen to say what this host usually sends."]),
      ...(around.estateHosts >= 10 ? [] : ["Too few hosts are seen to say what others send."]),
      "What was sent is not seen, only how much and where.",
    ],
    firstSeen,
    lastSeen,
    techniques: techniquesOf(upload, around),
    observables: observablesOf(upload, around),
    evidence: { source, destination, principal: "" },
    rowCount: connections,
    detail: {
      bytesOut: bytesSent(upload),
      bytesIn: upload.volume?.bytes_in ?? null,
      days: (upload.volume?.days ?? []).map(([day, bytes]) => ({ day, bytes })),
    },
  };
}

function connectionsOf({ volume, web, services }: Upload): number {
  if (volume !== null) return volume.connections;
  const requests = web === null ? 0 : web.puts + web.posts + web.gets;
  return requests + services.reduce((sum, row) => sum + row.connections + row.data_connections, 0);
}

function spanOf({ volume, web, services }: Upload): [string, string] {
  const rows = [volume, web, ...services].filter((row) => row !== null);
  const firsts = rows.map((row) => row.first_time).sort();
  const lasts = rows.map((row) => row.last_time).sort();
  return [firsts[0] ?? "1970-01-01 00:00:00.000000", lasts.at(-1) ?? "1970-01-01 00:00:00.000000"];
}

function portsOf({ volume, web, services }: Upload): number[] {
  const ports = [
    ...(volume?.ports.map(([[, port]]) => port) ?? []),
    ...(web?.ports ?? []),
    ...services.flatMap((row) => [...row.ports, ...row.data_ports]),
  ];
  return [...new Set(ports)].filter((port) => port !== 0).slice(0, 8);
}

function methodsOf({ web, services }: Upload): string[] {
  return [
    ...(web !== null && web.dav_requests > 0 && web.put_bytes > 0
      ? ["WebDAV"]
      : web !== null && web.put_bytes > 0
        ? ["HTTP PUT"]
        : []),
    ...(web !== null && web.put_bytes === 0 && web.posts > 0 ? ["HTTP POST"] : []),
    ...services.map((row) => row.service.toUpperCase()),
  ];
}

function techniquesOf(upload: Upload, { known }: Around): string[] {
  const isClear = upload.web !== null || upload.services.length > 0;
  const [[, port]] = upload.volume?.ports[0] ?? [["", 0]];
  const days = upload.volume?.days.length ?? 0;
  const byWhat =
    known?.kind === "storage"
      ? "T1567.002"
      : known?.kind === "drop"
        ? "T1567"
        : isClear
          ? "T1048.003"
          : port === 443 || port === 80
            ? "T1041"
            : "T1048";
  return [byWhat, ...(days >= 3 ? ["T1030"] : [])];
}

function observablesOf(upload: Upload, around: Around): Observable[] {
  const named = (name: Observable["name"], values: readonly string[]): Observable[] =>
    [...new Set(values)].map((value) => ({ name, value }));
  return [
    { name: upload.sourceIsAddress ? "src_endpoint.ip" : "src_endpoint.hostname", value: upload.source },
    { name: "dst_endpoint.ip", value: upload.destination },
    ...named("dst_endpoint.port", portsOf(upload).map(String)),
    ...named("dst_endpoint.hostname", around.names.slice(0, 5)),
    ...named("connection_info.protocol_name", upload.volume?.protocols ?? ["tcp"]),
    ...named("device.hostname", [...(upload.volume?.devices ?? []), ...upload.services.flatMap((row) => row.devices)]),
    ...named("actor.user.name", upload.volume?.users ?? []),
    ...named("process.name", upload.volume?.processes ?? []),
    ...named("file.name", upload.web?.archives ?? []),
    ...named("http_request.user_agent", upload.web?.user_agents ?? []),
  ];
}

/** The finding of an identity that reads much. */
export function readsDraft(row: ReadRow, { score, confidence, reasons }: Judgement): FindingDraft {
  const who = row.issuer === "" ? row.user_name || row.principal : `${row.issuer}/${row.user_name}`;
  return {
    keys: { principal: row.principal },
    title: `${who} read ${row.objects} ${row.objects === 1 ? "object" : "objects"} from ${row.resources.slice(0, 2).join(", ") || row.services.join(", ")}`,
    description: `Between ${row.first_time.slice(0, 19)} and ${row.last_time.slice(0, 19)} UTC ${who} listed ${row.lists} times and read ${row.objects} different objects in ${row.reads} reads (${bytesInWords(row.bytes)}) from ${row.addresses.join(", ") || "an unknown address"}, with ${row.user_agents[0] ?? "an unknown program"}.`,
    score,
    confidence,
    reasons,
    benign:
      "Backups, migrations, data pipelines, synchronisation of a new computer and search indexing read as much. Whether the identity is meant to be used from there, and by whom, would tell them apart.",
    blindSpots: [
      "Reads of objects are only recorded where data events are switched on.",
      ...(row.days.length >= 5 ? [] : ["Too few days are seen to say what this identity usually reads."]),
      ...((row.owner_names ?? []).length > 0 ? [] : ["The owner of the calling address is not known."]),
    ],
    firstSeen: row.first_time,
    lastSeen: row.last_time,
    // Keys of a machine in other hands are a stolen account.
    techniques: ["T1530", ...(reasons.some(({ feature }) => feature.startsWith("machine's identity")) ? ["T1078.004"] : [])],
    observables: [
      { name: "actor.user.name", value: row.user_name || row.principal },
      { name: "user.name", value: row.principal },
      ...row.addresses.map((value) => ({ name: "src_endpoint.ip" as const, value })),
      ...row.resources.map((value) => ({ name: "resource.name" as const, value })),
      ...row.services.map((value) => ({ name: "service.name" as const, value })),
      ...row.user_agents.map((value) => ({ name: "http_request.user_agent" as const, value })),
    ],
    evidence: { source: "", destination: "", principal: row.principal },
    rowCount: row.reads + row.lists,
    detail: { objects: row.objects, bytes: row.bytes, days: row.days.map(([day, reads]) => ({ day, reads })) },
  };
}
