import { addressNumber, insideOf } from "../../enrich/address.ts";
import { canonicalJson } from "../../findings/canonical-json.ts";
import type { OcsfFinding } from "../../findings/ocsf.ts";
import { type TlpLevel, tlpLabel } from "../settings.ts";
import { uuidOf } from "./uuid.ts";

// Namespace of STIX cyber-observable ids (STIX 2.1, section 2.9), and one of our own for everything else.
const observableNamespace = "00abedb4-aa42-466c-9c01-fed23315a9b7";
const spoorNamespace = "6f0f7f3c-8a0b-5f6e-9d55-3f6a9d0c2b41";

// STIX 2.1 (section 7.2.1.4) defines markings for four levels; the fifth comes with the extension for TLP 2.0 (OASIS CTI common objects).
const tlpIds: Readonly<Record<TlpLevel, string>> = {
  clear: "613f2e26-407d-48c7-9eca-b8e91df99dc9",
  green: "34098fce-860f-48ae-8e50-ebd3cc5e41da",
  amber: "f88d31f6-486f-44da-b317-01333bde0b82",
  "amber+strict": "939a9414-2ddd-4d32-a0cd-375ea402b003",
  red: "5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
};
const tlpExtension = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

export interface StixOptions {
  readonly title: string;
  readonly tlp: TlpLevel;
  /** What is inside: addresses of these blocks (CIDR) are observed, and no indicators. */
  readonly internal: readonly string[];
}

type StixObject = Readonly<Record<string, unknown>> & { readonly type: string; readonly id: string };

/**
 * Findings as a STIX 2.1 bundle: what was observed, by whom and when; indicators for what lies outside; sightings; the ATT&CK techniques
 * that they show. Ids and times follow from the findings: the same findings give the same bytes.
 */
export function stixBundle(findings: readonly OcsfFinding[], options: StixOptions): string {
  const shelf = new Map<string, StixObject>();
  const marking = `marking-definition--${tlpIds[options.tlp]}`;
  const put = (object: StixObject): string => {
    if (!shelf.has(object.id)) shelf.set(object.id, { ...object, object_marking_refs: [marking] });
    return object.id;
  };
  const times = findings.flatMap((one) => [one.start_time, one.end_time]);
  const created = times.length === 0 ? 0 : Math.min(...times);
  const modified = times.length === 0 ? 0 : Math.max(...times);
  const identity = put(
    domainObject("identity", "spoor", created, created, {
      name: "Spoor",
      identity_class: "system",
      description: "Threat hunting",
    }),
  );
  const isInside = insideOf(options.internal);
  for (const finding of findings) putFinding(finding, { put, identity, isInside });
  const members = [...shelf.keys()].sort();
  put(
    domainObject("report", options.title, created, modified, {
      name: options.title,
      report_types: ["threat-report"],
      published: iso(modified),
      created_by_ref: identity,
      object_refs: members,
    }),
  );
  const objects = [...shelf.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const bundle = {
    type: "bundle",
    id: `bundle--${uuidOf(spoorNamespace, canonicalJson(objects))}`,
    objects: [tlpMarking(options.tlp), ...objects],
  };
  return `${JSON.stringify(bundle, null, 2)}\n`;
}

interface Shelf {
  readonly put: (object: StixObject) => string;
  readonly identity: string;
  readonly isInside: (address: string) => boolean;
}

function putFinding(finding: OcsfFinding, { put, identity, isInside }: Shelf): void {
  const { start_time: first, end_time: last, finding_info: info } = finding;
  const seen = finding.observables.flatMap(({ name, value }) => {
    const object = observableObject(name, value);
    return object === null ? [] : [{ name, value, object }];
  });
  if (seen.length === 0) return;
  const observed = put(
    domainObject("observed-data", info.uid, first, last, {
      first_observed: iso(first),
      last_observed: iso(last),
      number_observed: Math.min(999_999_999, Math.max(1, info.related_events_count)),
      object_refs: [...new Set(seen.map(({ object }) => put(object)))].sort(),
      created_by_ref: identity,
    }),
  );
  const techniques = finding.attacks.map((attack) => put(attackPattern(attack)));
  for (const { name, value } of seen) {
    const pattern = patternOf(name, value, isInside);
    if (pattern === null) continue;
    const indicator = put(
      domainObject("indicator", pattern, first, last, {
        name: value,
        description: info.title,
        pattern,
        pattern_type: "stix",
        indicator_types: ["anomalous-activity"],
        valid_from: iso(first),
        confidence: finding.confidence_score,
        created_by_ref: identity,
      }),
    );
    const relate = (kind: string, target: string) =>
      put(
        domainObject("relationship", `${indicator} ${kind} ${target}`, first, last, {
          relationship_type: kind,
          source_ref: indicator,
          target_ref: target,
          created_by_ref: identity,
        }),
      );
    relate("based-on", observed);
    for (const technique of techniques) relate("indicates", technique);
    put(
      domainObject("sighting", `${indicator} ${info.uid}`, first, last, {
        first_seen: iso(first),
        last_seen: iso(last),
        count: Math.min(999_999_999, Math.max(1, info.related_events_count)),
        sighting_of_ref: indicator,
        observed_data_refs: [observed],
        where_sighted_refs: [identity],
        created_by_ref: identity,
      }),
    );
  }
}

function domainObject(
  type: string,
  name: string,
  created: number,
  modified: number,
  properties: Readonly<Record<string, unknown>>,
): StixObject {
  const id = `${type}--${uuidOf(spoorNamespace, `${type} ${name}`)}`;
  return { type, spec_version: "2.1", id, created: iso(created), modified: iso(modified), ...properties };
}

function attackPattern(attack: OcsfFinding["attacks"][number]): StixObject {
  const { uid, name } = attack.sub_technique ?? attack.technique;
  return domainObject("attack-pattern", `${uid} ${attack.tactic.uid}`, 0, 0, {
    name,
    external_references: [
      { source_name: "mitre-attack", external_id: uid, url: `https://attack.mitre.org/techniques/${uid.replace(".", "/")}` },
    ],
    kill_chain_phases: [{ kill_chain_name: "mitre-attack", phase_name: attack.tactic.name.toLowerCase().replaceAll(" ", "-") }],
  });
}

const observableKinds: Readonly<Record<string, string>> = {
  "src_endpoint.ip": "ip",
  "dst_endpoint.ip": "ip",
  "device.ip": "ip",
  "dst_endpoint.hostname": "domain-name",
  "query.hostname": "domain-name",
  "url.hostname": "domain-name",
  "url.url_string": "url",
  "email.from": "email-addr",
  "email.to": "email-addr",
  "user.name": "user-account",
  "actor.user.name": "user-account",
  "file.hashes": "file",
};

/** A cyber-observable object, or null where STIX has none for it. Its id follows from what STIX says identifies it. */
function observableObject(name: string, value: string): StixObject | null {
  const kind = observableKinds[name];
  const observable = (type: string, identifying: Readonly<Record<string, unknown>>): StixObject => ({
    type,
    spec_version: "2.1",
    id: `${type}--${uuidOf(observableNamespace, canonicalJson(identifying))}`,
    ...identifying,
  });
  if (kind === "ip") {
    if (addressNumber(value) === null) return null;
    return observable(value.includes(":") ? "ipv6-addr" : "ipv4-addr", { value });
  }
  if (kind === "file") {
    const algorithm = hashNames[value.length];
    return algorithm === undefined || !/^[0-9a-f]+$/i.test(value) ? null : observable("file", { hashes: { [algorithm]: value } });
  }
  if (kind === "user-account") return observable("user-account", { account_login: value });
  if (kind === "domain-name") return isDomainName(value) ? observable("domain-name", { value: value.toLowerCase() }) : null;
  return kind === undefined || value === "" ? null : observable(kind, { value });
}

const hashNames: Readonly<Record<number, string>> = { 32: "MD5", 40: "SHA-1", 64: "SHA-256" };

function isDomainName(value: string): boolean {
  return value.length <= 253 && /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}$/i.test(value);
}

/** A pattern for what lies outside; null for the estate's own and for people. */
function patternOf(name: string, value: string, isInside: (address: string) => boolean): string | null {
  const quoted = `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  switch (name) {
    case "dst_endpoint.ip":
    case "src_endpoint.ip":
      return isInside(value) ? null : `[${value.includes(":") ? "ipv6-addr" : "ipv4-addr"}:value = ${quoted}]`;
    case "dst_endpoint.hostname":
    case "query.hostname":
    case "url.hostname":
      return isDomainName(value) ? `[domain-name:value = ${quoted.toLowerCase()}]` : null;
    case "url.url_string":
      return `[url:value = ${quoted}]`;
    case "email.from":
      return `[email-addr:value = ${quoted}]`;
    case "file.hashes": {
      const algorithm = hashNames[value.length];
      return algorithm === undefined ? null : `[file:hashes.'${algorithm}' = ${quoted}]`;
    }
    default:
      return null;
  }
}

/** As STIX 2.1 defines the marking, where it does; it is the same object everywhere. CLEAR was called WHITE then. */
function tlpMarking(level: TlpLevel): StixObject {
  const marking = { type: "marking-definition", spec_version: "2.1", id: `marking-definition--${tlpIds[level]}` };
  if (level === "amber+strict")
    return {
      ...marking,
      created: "2022-10-01T00:00:00.000Z",
      name: tlpLabel(level),
      extensions: { [tlpExtension]: { extension_type: "property-extension", tlp_2_0: level } },
    };
  const word = level === "clear" ? "white" : level;
  return {
    ...marking,
    created: "2017-01-20T00:00:00.000Z",
    definition_type: "tlp",
    name: `TLP:${word.toUpperCase()}`,
    definition: { tlp: word },
  };
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
