import type { EvaluatedFinding } from "./evaluated-finding.ts";
import type { Labelled } from "./truth.ts";

/** "full": the finding names all that the truth names. "partial": the right hosts, but another port or protocol. */
export type Match = "full" | "partial" | "none";

/** How well a finding names what a truth labels. Whatever the truth leaves open is not asked of the finding. */
export function match(labelled: Labelled, finding: EvaluatedFinding): Match {
  const values = (...names: readonly string[]): readonly string[] => names.flatMap((name) => finding.observables.get(name) ?? []);
  const sources = orElse(values("src_endpoint.ip", "src_endpoint.hostname"), values("device.ip", "device.hostname"));
  const targets = values("dst_endpoint.ip", "dst_endpoint.hostname", "query.hostname", "url.hostname");
  if (!isNamed(labelled.source, sources) || !isNamed(labelled.target, targets)) return "none";
  if (labelled.user !== null && !values("actor.user.name", "user.name").some((name) => isPrincipal(name, labelled.user ?? "")))
    return "none";
  if (labelled.domain !== null && !targets.some((name) => isWithin(name, labelled.domain ?? ""))) return "none";
  const ports = values("dst_endpoint.port");
  const isPortRight = labelled.port === null || ports.length === 0 || ports.includes(String(labelled.port));
  const protocols = values("connection_info.protocol_name").map((name) => name.toLowerCase());
  const isProtocolRight = labelled.protocols.length === 0 || labelled.protocols.some((name) => protocols.includes(name));
  return isPortRight && isProtocolRight ? "full" : "partial";
}

function orElse(first: readonly string[], second: readonly string[]): readonly string[] {
  return first.length > 0 ? first : second;
}

function isNamed(wanted: readonly string[], given: readonly string[]): boolean {
  return wanted.length === 0 || wanted.some((name) => given.some((other) => isSameHost(name, other)));
}

const address = /^[\d.]+$|:/;

/** Addresses are the same as a whole, host names by their first label where one of them is short: "WS5" and "ws5.example.org". */
function isSameHost(one: string, other: string): boolean {
  const [left, right] = [plain(one), plain(other)];
  if (left === right) return true;
  if (address.test(left) || address.test(right)) return false;
  const isShort = !left.includes(".") || !right.includes(".");
  return isShort && left.split(".")[0] === right.split(".")[0];
}

/** Lower case, without the dress of an IPv4 address in IPv6 and without a root dot. */
function plain(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/^::ffff:(?=[\d.]+$)/, "")
    .replace(/\.$/, "");
}

/** True for the domain itself and for every name below it; "*.example.org" is read as example.org. */
function isWithin(name: string, domain: string): boolean {
  const host = plain(name).replace(/^\*\./, "");
  const parent = plain(domain);
  return host === parent || host.endsWith(`.${parent}`);
}

/** A principal may be written whole, inside an ARN, or by one of its segments ("role/session"). */
function isPrincipal(name: string, principal: string): boolean {
  const [given, wanted] = [name.toLowerCase(), principal.toLowerCase()];
  return given.includes(wanted) || wanted.split("/").includes(given);
}
