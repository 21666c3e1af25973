import { isIP } from "node:net";
import { insideOf } from "../../enrich/address.ts";
import type { Finding, HuntResult, ObservableName } from "../../types.ts";

/** What of a result can be looked for elsewhere, by what it is. Lists are ordered by appearance, each value once. */
export interface RuleValues {
  /** Addresses outside the estate that were called. */
  readonly addresses: readonly string[];
  /** The one port at which they were called; empty when there were several. */
  readonly ports: readonly number[];
  /** Addresses outside from which somebody signed in. */
  readonly sources: readonly string[];
  /** Names outside, in lower case. */
  readonly names: readonly string[];
  readonly agents: readonly string[];
  readonly commands: readonly string[];
  /** MD5 and SHA-256, in lower case. */
  readonly hashes: readonly string[];
  readonly services: readonly string[];
  readonly jobs: readonly string[];
}

/** A rule that lists more than this is a list of indicators, for which there are better formats. */
const mostValues = 20;
const longestValue = 2000;

/** The values of a finding. Names and addresses of the estate's own are left out: a rule about one's own host says nothing elsewhere. */
export function valuesOfFinding(finding: Finding, internal: readonly string[]): RuleValues {
  const isInside = insideOf(internal);
  const named = (...names: ObservableName[]) =>
    distinct(finding.observables.filter(({ name }) => names.includes(name)).map(({ value }) => value));
  const isOutside = (address: string) => isIP(address) !== 0 && !isInside(address);
  const called = named("dst_endpoint.ip");
  const ports = named("dst_endpoint.port")
    .map(Number)
    .filter((port) => Number.isInteger(port) && port > 0 && port < 65_536);
  // Who moves inside has inside names as destinations.
  const staysInside = called.some((address) => !isOutside(address));
  const hosts = named("query.hostname", "url.hostname", ...(staysInside ? [] : (["dst_endpoint.hostname"] as const)));
  // Accounts that are used from outside, at a cloud: neither the address nor the program is one that the estate's proxy sees.
  const isAccount = named("user.name", "actor.user.name").length > 0;
  return {
    addresses: called.filter(isOutside),
    ports: ports.length === 1 ? ports : [],
    sources: isAccount ? named("src_endpoint.ip").filter(isOutside) : [],
    names: hosts.map((name) => name.toLowerCase().replace(/\.+$/, "")).filter(isDomain),
    agents: isAccount ? [] : named("http_request.user_agent"),
    commands: named("process.cmd_line"),
    hashes: named("file.hashes")
      .map((hash) => hash.toLowerCase())
      .filter(isHash),
    services: named("service.name"),
    jobs: named("job.name"),
  };
}

/** The values of a hunt's result: its indicators by their shape, since they carry no names. */
export function valuesOfHunt(hunt: HuntResult, internal: readonly string[]): RuleValues {
  const isInside = insideOf(internal);
  const indicators = distinct(hunt.evidence.flatMap((one) => one.indicators));
  const addresses = indicators.filter((text) => isIP(text) !== 0 && !isInside(text));
  const isSignIn = hunt.coverage.length > 0 && hunt.coverage.every(({ table }) => table === "authentication");
  return {
    addresses: isSignIn ? [] : addresses,
    ports: [],
    sources: isSignIn ? addresses : [],
    names: indicators.map((text) => text.toLowerCase()).filter((text) => isDomain(text) && isIP(text) === 0),
    agents: [],
    commands: [],
    hashes: indicators.map((text) => text.toLowerCase()).filter(isHash),
    services: [],
    jobs: [],
  };
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].filter((value) => value.trim() !== "" && value.length <= longestValue).slice(0, mostValues);
}

function isDomain(text: string): boolean {
  return /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(text);
}

function isHash(text: string): boolean {
  return /^(?:[0-9a-f]{32}|[0-9a-f]{64})$/.test(text);
}
