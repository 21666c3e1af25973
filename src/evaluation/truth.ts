import { z } from "zod";
import { compareText } from "../order.ts";
import { type Area, areas, minBeaconConnections, minFailedPasswords, protocolFamily, protocolsOfPort } from "./areas.ts";
import { conventionsOf, type SetKind } from "./conventions.ts";
import { type LabelledPair, labelledPair, type TruthFile, type TruthItem } from "./truth-file.ts";

/** Something a truth file names. Empty lists and nulls mean that the truth does not say, so nothing is asked of a finding there. */
export interface Labelled {
  /** For lists: "10.0.1.4 → 192.168.0.4:80 (T1048 …)". */
  readonly text: string;
  /** Addresses or host names, any of which names the source. */
  readonly source: readonly string[];
  /** Addresses or host names, any of which names the target. */
  readonly target: readonly string[];
  readonly port: number | null;
  /** Protocol names, any of which is right. */
  readonly protocols: readonly string[];
  readonly domain: string | null;
  readonly user: string | null;
  /** Connections, or failed passwords, as counted by the label authors. */
  readonly count: number | null;
}

/** What a truth says of one area. */
export interface AreaTruth {
  readonly area: Area;
  /** Asked for: recall is counted over these. */
  readonly positives: readonly Labelled[];
  /** True when found, but too small to be asked for. */
  readonly accepted: readonly Labelled[];
  /** Neither true nor false: malicious in another sense, or left open by the label authors. */
  readonly notScored: readonly Labelled[];
  /** Known to be benign, though they look like it. */
  readonly negatives: readonly Labelled[];
}

export interface Truth {
  readonly areas: readonly AreaTruth[];
  /** Why nothing can be scored; null when `areas` has something. */
  readonly unscored: string | null;
  /** The truth file's own words for what it is about. */
  readonly tags: readonly string[];
  readonly spanDays: number | null;
}

/** What was counted in the set's own files because its truth file does not say. */
export interface CountedFacts {
  readonly failedPasswords?: ReadonlyMap<string, number>;
}

/** The truth of a set that is a folder with one truth file. */
export function truthOfFolder(file: TruthFile, facts: CountedFacts = {}): Truth {
  const reason = reasonNotToScore(file);
  const areaTruths = reason === null ? areas.map((area) => areaTruth(area, file, facts)).filter((found) => found !== null) : [];
  return {
    areas: areaTruths,
    unscored:
      reason ?? (areaTruths.length === 0 ? "its truth file names nothing that a finding of Spoor's detectors could name" : null),
    tags: file.area,
    spanDays: conventionsOf(file, "folder").spanDays ?? spanDaysOf(file.stats),
  };
}

/** The truth of one item of a truth file that describes many captures. */
export function truthOfItem(file: TruthFile, item: TruthItem, kind: SetKind): Truth {
  const lateral = kind === "network" ? networkItem(item) : windowsItem(item);
  const window = item.log_window?.map((time) => Date.parse(time.includes("T") ? time : `${time.replace(" ", "T")}Z`));
  const seconds = item.span_seconds ?? (window === undefined ? null : ((window[1] ?? 0) - (window[0] ?? 0)) / 1000);
  return {
    areas: [withOpenEnds(lateral, file, kind)],
    unscored: null,
    tags: [kind, ...(item.label === undefined ? [] : [item.label])],
    spanDays: seconds === null ? null : seconds / 86_400,
  };
}

/** Why a whole set says nothing about the quality of detectors; null when it does. */
function reasonNotToScore(file: TruthFile): string | null {
  if (file.stats.rules !== undefined)
    return "its labels are another product's rule tests: each says that one rule must or must not fire on a single record, and there is no background";
  if (file.incidents !== undefined)
    return "every record is a vendor's alert and belongs to an incident: vendor alerts do not count, and there is no background";
  if (file.attack_phases !== undefined)
    return "its records are alerts of other products, labelled by time interval; there are no events for Spoor's own detectors";
  if (typeof file.malicious === "string") return `no record is labelled by itself: the truth file says "${file.malicious}"`;
  return null;
}

/** What `file` says of `area`; null when it is not about it. */
function areaTruth(area: Area, file: TruthFile, facts: CountedFacts): AreaTruth | null {
  const isAbout = (pattern: RegExp): boolean => file.area.some((word) => pattern.test(word));
  const malicious = pairsOf(file.malicious);
  const principal = principalOf(file.malicious);
  switch (area) {
    case "beaconing": {
      if (!isAbout(/^beaconing/)) return null;
      const beacons = malicious.filter((pair) => (pair.conns ?? 0) >= minBeaconConnections);
      const small = malicious.filter((pair) => !beacons.includes(pair));
      const elsewhere = [
        ...(file.lateral_movement ?? []),
        ...(file.exfiltration ?? []).filter((pair) => !holds(malicious, pair)),
      ];
      return withOpenEnds(
        {
          area,
          positives: beacons.map(pairLabel),
          accepted: small.map(pairLabel),
          notScored: [...file.malicious_labelled_other, ...elsewhere].map(pairLabel),
          negatives: [...file.hard_negatives, ...file.benign_periodic_hard_negatives].map(pairLabel),
        },
        file,
      );
    }
    case "dns-tunnelling": {
      const domains = Object.keys(file.query_registered_domains ?? {}).sort();
      if (domains.length === 0 || malicious.length === 0) return null;
      const tunnels = malicious.flatMap((pair) => domains.map((domain) => tunnelLabel(pair, domain)));
      return withOpenEnds({ area, positives: tunnels, accepted: [], notScored: [], negatives: [] }, file);
    }
    case "exfiltration": {
      if (!isAbout(/^exfil/) || file.query_registered_domains !== undefined) return null;
      const uploads = file.exfiltration ?? (isAbout(/^beaconing$/) ? [] : malicious);
      const others = [...malicious, ...(file.lateral_movement ?? [])].filter((pair) => !holds(uploads, pair));
      const labels = principal === null ? uploads.map(pairLabel) : [principal];
      return withOpenEnds(
        {
          area,
          positives: labels,
          accepted: [],
          notScored: others.map(pairLabel),
          negatives: file.large_benign_uploads.map(pairLabel),
        },
        file,
      );
    }
    case "lateral-movement": {
      if (file.lateral_movement === undefined) return null;
      const named = file.lateral_movement.map((pair) => ({ ...pairLabel(pair), protocols: protocolsOfPort(pair.port ?? 0) }));
      // A finding of movement names the protocol; it need not name the port.
      const movements = named.map((label) => ({ ...label, port: null }));
      return withOpenEnds(
        {
          area,
          positives: movements.filter((label) => label.protocols.length > 0),
          accepted: movements.filter((label) => label.protocols.length === 0),
          notScored: malicious.map(pairLabel),
          negatives: [],
        },
        file,
      );
    }
    case "password-attack":
      return file.malicious_sources === undefined ? null : passwordAttacks(file, file.malicious_sources, facts);
    case "unusual-sign-in":
      return isAbout(/^signin/) && principal !== null
        ? withOpenEnds({ area, positives: [principal], accepted: [], notScored: [], negatives: [] }, file)
        : null;
  }
}

/**
 * Sources that only ever failed. Asked for are those with enough failed passwords; the rest is true when found.
 * A source with accepted logins whose failures the label authors list as a burst is left open.
 */
function passwordAttacks(file: TruthFile, attackers: Readonly<Record<string, number>>, facts: CountedFacts): AreaTruth {
  const labels = Object.entries(attackers)
    .map(([address, attempts]) =>
      sourceLabel(address, facts.failedPasswords?.get(address) ?? (facts.failedPasswords ? 0 : attempts)),
    )
    .sort(byCountThenText);
  const inBursts = new Set(Object.values(file.bursts).flatMap((day) => Object.keys(day)));
  const benign = Object.keys(file.benign_sources).sort();
  const withCount = (address: string): Labelled => sourceLabel(address, facts.failedPasswords?.get(address) ?? null);
  return withOpenEnds(
    {
      area: "password-attack",
      positives: labels.filter((label) => (label.count ?? 0) >= minFailedPasswords),
      accepted: labels.filter((label) => (label.count ?? 0) < minFailedPasswords),
      notScored: benign.filter((address) => inBursts.has(address)).map(withCount),
      negatives: benign.filter((address) => !inBursts.has(address)).map(withCount),
    },
    file,
  );
}

function windowsItem(item: TruthItem): AreaTruth {
  const source = namesOf(item.source);
  const isPositive = item.label === "lateral_movement";
  const protocols = protocolFamily(item.protocol ?? "");
  const positives = (isPositive ? (item.targets ?? []) : []).map((target) => ({
    ...nothing,
    text: `${source[0] ?? "?"} → ${namesOf(target)[0] ?? "?"} by ${protocols.join(" or ")} (${item.technique ?? item.protocol ?? ""})`,
    source,
    target: namesOf(target),
    protocols,
  }));
  return { area: "lateral-movement", positives, accepted: [], notScored: [], negatives: [] };
}

/** Network records name no protocol that is certain: one movement a pair of hosts, whatever its ports. */
function networkItem(item: TruthItem): AreaTruth {
  const pairs = item.malicious_lateral_pairs ?? [];
  const firstOfPair = pairs.filter(
    (pair, at) => pairs.findIndex((other) => other.src === pair.src && other.dst === pair.dst) === at,
  );
  const positives = firstOfPair.map((pair) => ({
    ...pairLabel({ ...pair, port: null, technique: item.technique }),
    count: null,
  }));
  const notScored = (item.malicious_c2_pairs ?? []).map(pairLabel);
  return { area: "lateral-movement", positives, accepted: [], notScored, negatives: [] };
}

function withOpenEnds(truth: AreaTruth, file: TruthFile, kind: SetKind = "folder"): AreaTruth {
  const open = conventionsOf(file, kind).notScored.map(({ src, dst }) => ({
    ...nothing,
    text: `${src ?? "any source"} → ${dst ?? "any target"}`,
    source: src === undefined ? [] : [src],
    target: dst === undefined ? [] : [dst],
  }));
  return { ...truth, notScored: [...truth.notScored, ...open] };
}

const nothing = { source: [], target: [], port: null, protocols: [], domain: null, user: null, count: null } as const;

function pairLabel(pair: LabelledPair): Labelled {
  const port = pair.port ?? null;
  const suffix = pair.technique ? ` (${pair.technique})` : "";
  return {
    ...nothing,
    text: `${pair.src} → ${pair.dst}${port === null ? "" : `:${port}`}${suffix}`,
    source: [pair.src],
    target: [pair.dst, ...(pair.host ? [pair.host] : [])],
    port,
    count: pair.conns ?? null,
  };
}

/** A tunnel is named by who speaks and under which domain; the resolver in between may be anyone's. */
function tunnelLabel(pair: LabelledPair, domain: string): Labelled {
  return { ...nothing, text: `${pair.src} → ${domain} (${pair.technique ?? "DNS tunnel"})`, source: [pair.src], domain };
}

function sourceLabel(address: string, failures: number | null): Labelled {
  const text = failures === null ? address : `${address} (${failures} failed passwords)`;
  return { ...nothing, text, source: [address], count: failures };
}

function pairsOf(malicious: unknown): readonly LabelledPair[] {
  return z.array(labelledPair).safeParse(malicious).data ?? [];
}

function principalOf(malicious: unknown): Labelled | null {
  const parsed = z.looseObject({ principal_contains: z.string() }).safeParse(malicious).data;
  return parsed === undefined ? null : { ...nothing, text: parsed.principal_contains, user: parsed.principal_contains };
}

function holds(pairs: readonly LabelledPair[], wanted: LabelledPair): boolean {
  return pairs.some((pair) => pair.src === wanted.src && pair.dst === wanted.dst && pair.port === wanted.port);
}

function namesOf(
  endpoint: { readonly host?: string | null | undefined; readonly ip?: string | null | undefined } | undefined,
): readonly string[] {
  return [endpoint?.host, endpoint?.ip].filter((name) => typeof name === "string");
}

/** The longest span that the statistics of a truth file give (a set recorded by two sensors has one each), in days. */
function spanDaysOf(stats: Readonly<Record<string, unknown>>): number | null {
  const hours = [stats, ...Object.values(stats)].map(
    (part) => z.looseObject({ span_hours: z.number() }).safeParse(part).data?.span_hours ?? 0,
  );
  const longest = Math.max(...hours);
  return longest === 0 ? null : longest / 24;
}

function byCountThenText(one: Labelled, other: Labelled): number {
  return (other.count ?? 0) - (one.count ?? 0) || compareText(one.text, other.text);
}
