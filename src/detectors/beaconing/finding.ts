import { epochMilliseconds } from "../../time.ts";
import type { FindingDraft, Observable } from "../../types.ts";
import type { Channel } from "./channel.ts";
import type { Merged } from "./merge.ts";
import { rhythmInWords } from "./score.ts";
import type { Surroundings } from "./surroundings.ts";
import { techniquesOf } from "./techniques.ts";
import { secondsInWords } from "./words.ts";

// A chart draws single strokes for this many calls and no more.
const shownTimes = 480;
const shownPlaces = 10;

/** The finding of a channel: what was seen, why it stands out, and what it may be instead. */
export function draftOf(merged: Merged, around: Surroundings, hasFallback: boolean): FindingDraft {
  const { channel, judgement, alsoSeenAs } = merged;
  const { rhythm } = channel;
  const target = targetInWords(channel);
  return {
    keys: keysOf(channel),
    title: `${channel.source} calls ${target} ${shortRhythm(channel)}`,
    description: description(channel, alsoSeenAs, target),
    score: judgement.score,
    confidence: judgement.confidence,
    reasons: judgement.reasons,
    benign: benignReading(channel, around),
    blindSpots: blindSpots(channel, around),
    firstSeen: channel.firstTime,
    lastSeen: channel.lastTime,
    techniques: techniquesOf(channel, around, hasFallback),
    observables: observablesOf(channel, alsoSeenAs),
    evidence: {
      source: channel.source,
      destination: channel.by === "address" ? (channel.places[0]?.address ?? "") : "",
      port: channel.by === "address" ? (channel.places[0]?.port ?? 0) : 0,
      protocol: channel.by === "address" ? channel.protocol : "",
      name: channel.by === "name" ? channel.calledAs : "",
    },
    rowCount: channel.connections,
    detail: {
      times: timesOf(channel),
      periodSeconds: rhythm.periodSeconds,
      jitterSeconds: rhythm.jitterSeconds,
      dispersion: rhythm.dispersion,
      regularity: rhythm.regularity,
      sign: rhythm.sign,
      intervals: rhythm.intervals,
      foldedSeconds: rhythm.foldedSeconds,
      callsPerCheckIn: rhythm.callsPerCheckIn,
      shortest: rhythm.shortest,
      skewness: rhythm.skewness,
      interruptedShare: rhythm.interruptedShare,
      levels: rhythm.levels,
    },
  };
}

function keysOf(channel: Channel): FindingDraft["keys"] {
  const { address, port } = channel.places[0] ?? { address: null, port: null };
  return channel.by === "name"
    ? { source: channel.source, name: channel.calledAs }
    : { source: channel.source, destination: address, port, protocol: channel.protocol };
}

function targetInWords(channel: Channel): string {
  const { address, port } = channel.places[0] ?? { address: "", port: 0 };
  if (channel.by === "name")
    return `${channel.calledAs}${channel.addressCount > 1 ? ` (${channel.addressCount} addresses)` : ""}`;
  const name = channel.names.length === 1 ? ` (${channel.names[0]})` : "";
  return `${address.includes(":") ? `[${address}]` : address}:${port}${channel.protocol === "" ? "" : `/${channel.protocol}`}${name}`;
}

function shortRhythm({ rhythm }: Channel): string {
  if (rhythm.sign === "back-off") return `with pauses that grow by ${secondsInWords(rhythm.backOffStepSeconds)}`;
  if (rhythm.sign === "levels") return `every ${rhythm.levels.map(secondsInWords).join(" or ")}`;
  return `every ${secondsInWords(rhythm.periodSeconds)}`;
}

function description(channel: Channel, alsoSeenAs: readonly Channel[], target: string): string {
  const { rhythm } = channel;
  const sentences = [
    `${channel.source} made ${channel.connections} connections to ${target} between ${channel.firstTime.slice(0, 19)} and ${channel.lastTime.slice(0, 19)} UTC: ${rhythmInWords(rhythm)}.`,
  ];
  if (rhythm.callsPerCheckIn > 1.2)
    sentences.push(`About ${rhythm.callsPerCheckIn.toFixed(1)} connections belong to one check-in; they were counted as one.`);
  if (channel.unansweredShare >= 0.9) sentences.push("Hardly any of them was answered.");
  if (alsoSeenAs.length > 0)
    sentences.push(`The same channel is also seen as ${alsoSeenAs.slice(0, 5).map(targetInWords).join(", ")}.`);
  return sentences.join(" ");
}

function benignReading(channel: Channel, around: Surroundings): string {
  const known =
    around.knownOwners.length > 0 ? `${around.knownOwners.join(" and ")} software that reports or looks for updates` : null;
  const usual = channel.isOutside
    ? "Software that looks for updates, sends telemetry or keeps a push channel open keeps the same rhythm"
    : "Monitoring, health checks, agents and database clients inside an estate keep the same rhythm";
  return `${known === null ? usual : `Most likely ${known}`}. The process that opens the connections, who installed it, and whether other machines with the same software do the same would tell them apart.`;
}

function blindSpots(channel: Channel, around: Surroundings): string[] {
  return [
    ...(around.canSeeNames || !channel.isOutside
      ? []
      : ["No TLS, HTTP or name-service records: the name of the destination cannot be told."]),
    ...(channel.sizes === null ? ["No byte counts for these calls: whether they are all of one size cannot be told."] : []),
    ...(around.estateHosts >= 10 ? [] : ["Too few hosts are seen to say whether the destination is rare among them."]),
    ...(channel.processes.length > 0 ? [] : ["The process that opens the connections is not in these records."]),
  ];
}

function observablesOf(channel: Channel, alsoSeenAs: readonly Channel[]): Observable[] {
  const all = [channel, ...alsoSeenAs];
  const places = all.flatMap((one) => one.places).slice(0, shownPlaces);
  const named = (name: Observable["name"], values: readonly string[]): Observable[] =>
    [...new Set(values)].map((value) => ({ name, value }));
  return [
    { name: channel.sourceIsAddress ? "src_endpoint.ip" : "src_endpoint.hostname", value: channel.source },
    ...named(
      "dst_endpoint.ip",
      places.map((place) => place.address),
    ),
    ...named(
      "dst_endpoint.port",
      places.filter((place) => place.port !== 0).map((place) => String(place.port)),
    ),
    ...named("dst_endpoint.hostname", all.flatMap((one) => one.names).slice(0, shownPlaces)),
    ...named("connection_info.protocol_name", channel.protocol === "" ? [] : [channel.protocol]),
    ...named("device.hostname", channel.devices),
    ...named("actor.user.name", channel.users),
    ...named("process.name", channel.processes),
    ...named("http_request.user_agent", channel.userAgents.slice(0, 3)),
  ];
}

/** Times of calls as the engine writes them: a stretch of calls in a row where there are too many. */
function timesOf(channel: Channel): string[] {
  const start = epochMilliseconds(channel.firstTime);
  return channel.stretches
    .flat()
    .slice(0, shownTimes)
    .map((seconds) => `${new Date(start + seconds * 1000).toISOString().slice(0, 23).replace("T", " ")}000`);
}
