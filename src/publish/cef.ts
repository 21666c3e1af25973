import { visible } from "../charts/text.ts";
import { clipped } from "../findings/text.ts";
import { epochMilliseconds } from "../time.ts";
import type { Finding, ObservableName } from "../types.ts";

/**
 * A finding in the Common Event Format (ArcSight, "Implementing ArcSight CEF", revision 25): a header with its fields parted by bars,
 * then keys of its dictionary. Severity is the score's tenth, 0 to 10.
 */
export function cefOf(finding: Finding, version: string): string {
  const header = ["CEF:0", "Spoor", "Spoor", version, finding.detector, finding.title, String(Math.round(finding.score / 10))];
  const techniques = [...new Set(finding.attacks.map(({ technique, subTechnique }) => (subTechnique ?? technique).uid))].sort();
  const fields: readonly (readonly [key: string, value: string | undefined])[] = [
    ["externalId", finding.uid],
    ["start", String(epochMilliseconds(finding.firstSeen))],
    ["end", String(epochMilliseconds(finding.lastSeen))],
    ["cnt", String(Math.round(finding.rowCount))],
    ...Object.entries(keys).map(([key, names]) => [key, firstOf(finding, names)] as const),
    ["cs1Label", "techniques"],
    ["cs1", techniques.join(",")],
    ["cn1Label", "confidence"],
    ["cn1", String(Math.round(finding.confidence))],
    ["msg", finding.description],
  ];
  const extension = fields.flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${inExtension(value)}`]));
  return `${header.map((part, place) => (place === 0 ? part : inHeader(part))).join("|")}|${extension.join(" ")}`;
}

const keys: Readonly<Record<string, readonly ObservableName[]>> = {
  src: ["src_endpoint.ip", "device.ip"],
  spt: ["src_endpoint.port"],
  shost: ["src_endpoint.hostname", "device.hostname"],
  dst: ["dst_endpoint.ip"],
  dpt: ["dst_endpoint.port"],
  dhost: ["dst_endpoint.hostname", "query.hostname", "url.hostname"],
  proto: ["connection_info.protocol_name"],
  suser: ["actor.user.name", "user.name", "email.from"],
  sproc: ["process.name"],
  fname: ["file.name"],
  fileHash: ["file.hashes"],
  request: ["url.url_string"],
};

function firstOf({ observables }: Finding, names: readonly ObservableName[]): string | undefined {
  for (const name of names) {
    const found = observables.find((observable) => observable.name === name);
    if (found !== undefined) return found.value;
  }
  return undefined;
}

// In the header a bar and a backslash are escaped, in the extension an equals sign and a backslash; line ends are none of a log's.
function inHeader(text: string): string {
  return clipped(visible(text), 500).replace(/[\\|]/g, "\\$&");
}

function inExtension(text: string): string {
  return clipped(visible(text), 1000).replace(/[\\=]/g, "\\$&");
}
