import { epochMilliseconds } from "../../time.ts";
import type { Reason } from "../../types.ts";
import { isDynamicName } from "../dynamic-names.ts";
import type { Channel } from "./channel.ts";
import type { Parameters } from "./parameters.ts";
import { type Rhythm, ramp } from "./rhythm.ts";
import type { Surroundings } from "./surroundings.ts";
import { percent, secondsInWords } from "./words.ts";

/** A feature's points before they are weighed with the regularity. */
interface Term {
  readonly feature: string;
  readonly points: number;
  readonly observed: string;
  readonly baseline?: string;
  readonly peers?: string;
}

/** What a channel's rhythm and surroundings amount to. */
export interface Judgement {
  /** 0 to 100. */
  readonly score: number;
  /** 0 to 100: how sure the reading is, given how much was seen. */
  readonly confidence: number;
  readonly reasons: readonly Reason[];
}

/**
 * score = regularity × (rhythm 60 + tightness 0..8 + count -6..8 + continuity 0..4 + notebook's rule 0..3 + sizes -3..5 + surroundings),
 * kept within 0 and 100. The regularity (0 to 1, rhythm.ts) multiplies everything: without a clock there is no beacon, whatever the
 * far end is. A clock of a dozen calls to a far end of which nothing is known comes out just above the alert line; what is known
 * of the far end then moves it up (no name, odd port, own certificate, called by nobody else) or down (a well-known maker, a
 * product's family of names, many clients).
 */
export function judge(channel: Channel, around: Surroundings, parameters: Parameters): Judgement {
  const { rhythm } = channel;
  const terms = [...rhythmTerms(channel, parameters), ...farEndTerms(channel, around), ...estateTerms(channel, around)];
  const reasons = terms.map((term) => reasonOf(term, rhythm.regularity));
  const total = reasons.reduce((sum, reason) => sum + reason.contribution, 0);
  return { score: Math.min(100, Math.max(0, total)), confidence: confidenceOf(channel, around), reasons };
}

function reasonOf({ feature, points, observed, baseline, peers }: Term, regularity: number): Reason {
  return {
    feature,
    observed,
    baseline: baseline ?? null,
    peers: peers ?? null,
    contribution: Math.round(points * regularity * 1000) / 1000,
  };
}

const rhythmPoints = 60;

function rhythmTerms(channel: Channel, parameters: Parameters): Term[] {
  const { rhythm, connections } = channel;
  const checkIns = connections / rhythm.callsPerCheckIn;
  const terms: Term[] = [
    {
      feature: "rhythm",
      points: rhythmPoints,
      observed: `${rhythmInWords(rhythm)}; regularity ${rhythm.regularity.toFixed(2)} of 1`,
      baseline: "calls at random spread by 0.73, a sleep shortened at random by up to 90 % by 0.44, clockwork by 0",
    },
    {
      feature: "tight rhythm",
      points: rhythm.sign === "steady" ? 8 * (1 - ramp(rhythm.dispersion, 0.1, 0.3)) : 0,
      observed: `spread ${rhythm.dispersion.toFixed(2)}; shortest interval ${percent(rhythm.shortest)} of the period, skewness ${rhythm.skewness.toFixed(2)}`,
    },
    {
      feature: "number of check-ins",
      // Balanced at 25: a dozen perfect intervals, 30 at 50 % jitter and 100 at 90 % jitter come out about equally sure.
      points: Math.max(-6, Math.min(8, 13 * Math.log10(checkIns / 25))),
      observed: `${Math.round(checkIns)} check-ins in ${connections} connections over ${channel.activeHours} different hours`,
      baseline: `at least ${parameters.countThreshold} connections`,
    },
    {
      feature: "continuity",
      points: 4 * (1 - ramp(rhythm.interruptedShare, 0, 0.3)),
      observed: `${percent(rhythm.interruptedShare)} of the intervals are interruptions: longer than three periods, one a day excepted`,
    },
    {
      feature: "one rhythm by the notebook's rule",
      points: rhythm.spreadSeconds <= parameters.timeThresholdSeconds ? 3 : 0,
      observed: `standard deviation of the intervals ${secondsInWords(rhythm.spreadSeconds)}`,
      baseline: `at most ${secondsInWords(parameters.timeThresholdSeconds)}`,
    },
    sizeTerm(channel),
    contentTerm(channel),
  ];
  // People, too, begin their day at about the same time; a timer drifts around the clock, or keeps to the second.
  const isDaily = rhythm.periodSeconds >= 16 * 3600 && rhythm.periodSeconds <= 32 * 3600;
  if (isDaily && rhythm.jitterSeconds > 120 && rhythm.timeOfDayConcentration >= 0.7)
    terms.push({
      feature: "once a day",
      points: -10,
      observed: `at one time of day, give or take ${secondsInWords(rhythm.jitterSeconds)}, as people have it`,
    });
  return terms.filter(isWorthSaying);
}

/** The rhythm in words, by the sign it was recognised by. */
export function rhythmInWords(rhythm: Rhythm): string {
  const { periodSeconds, jitterSeconds, intervals } = rhythm;
  if (rhythm.sign === "back-off")
    return `pauses grow by ${secondsInWords(rhythm.backOffStepSeconds)} again and again (${percent(rhythm.backOffShare)} of the changes), from ${intervals} intervals`;
  if (rhythm.sign === "levels")
    return `${percent(rhythm.levelShare)} of ${intervals} intervals are ${rhythm.levels.map(secondsInWords).join(" or ")}`;
  return `every ${secondsInWords(periodSeconds)} (median of ${intervals} intervals, median deviation ${secondsInWords(jitterSeconds)}, spread ${rhythm.dispersion.toFixed(2)})`;
}

function sizeTerm({ sizes, rhythm, unansweredShare }: Channel): Term {
  const feature = "sizes of the calls";
  if (sizes === null) return { feature, points: 0, observed: "not evaluable: the records have no byte counts" };
  const out = quartileSpread(sizes.out);
  const into = quartileSpread(sizes.in);
  if (out === null && into === null)
    return {
      feature,
      points: 0,
      observed: unansweredShare > 0.5 ? "not evaluable: nothing was sent" : "not evaluable: mostly empty",
    };
  const points = Math.max(-3, 5 * (1 - ramp(out ?? into ?? 1, 0.1, 0.6)) - 3 * ramp(Math.min(out ?? 9, into ?? 9), 1, 3));
  const text = (label: string, quartiles: readonly number[]): string =>
    `${label} ${quartiles.map((bytes) => Math.round(bytes).toLocaleString("en")).join(" / ")} bytes`;
  return {
    feature,
    // Payloads of a task differ in size; a check-in without one does not.
    points,
    observed: `quartiles ${text("sent", sizes.out)}, ${text("received", sizes.in)}${rhythm.callsPerCheckIn > 1.5 ? " a connection" : ""}`,
  };
}

/**
 * Orders are small, and so are answers. Calls that each bring a piece of a film or a picture book are somebody's, however regular; what
 * each carries away many megabytes is a transfer, and the question of exfiltration.
 */
function contentTerm({ sizes }: Channel): Term {
  const [received, sent] = [sizes?.in[1] ?? 0, sizes?.out[1] ?? 0];
  const brought = 10 * ramp(Math.log10(Math.max(1, received)), 4.7, 5.5);
  const took = 10 * ramp(Math.log10(Math.max(1, sent)), 6, 7.5);
  const half = (verb: string, bytes: number): string =>
    `half of the calls ${verb} ${Math.round(bytes).toLocaleString("en")} bytes or more`;
  const said = [brought > 0 ? half("brought", received) : [], took > 0 ? half("took away", sent) : []].flat();
  return { feature: "content", points: -Math.min(14, brought + took), observed: said.join("; ") };
}

/** Distance of the quartiles over the median; null where the median is 0. */
function quartileSpread([lower, middle, upper]: readonly number[]): number | null {
  return lower === undefined || upper === undefined || !middle ? null : (upper - lower) / middle;
}

function farEndTerms(channel: Channel, around: Surroundings): Term[] {
  return [
    nameTerm(channel, around),
    certificateTerm(around),
    portTerm(channel, around),
    ownerTerm(around),
    answerTerm(channel),
    programTerm(channel, around),
    sessionTerm(channel),
  ].filter(isWorthSaying);
}

/** Who answers: a well-known maker, one of a product's many names, an unknown name, or no name at all. */
function nameTerm({ names, by, isOutside }: Channel, around: Surroundings): Term {
  const feature = "name of the destination";
  const shown = names.slice(0, 3).join(", ");
  if (around.knownOwners.length > 0)
    return {
      feature,
      points: around.isValidated ? -32 : -28,
      observed: `${shown}: ${around.knownOwners.join(", ")}${around.isValidated ? ", with a validated certificate" : " (as the name says)"}`,
    };
  const dynamic = names.find(isDynamicName);
  if (dynamic !== undefined)
    return { feature, points: 6, observed: `${dynamic}: a dynamic name that anybody can have within a minute` };
  if (names.length > 0) {
    const siblings = around.siblingNames;
    const points = siblings >= 5 ? -20 : siblings >= 3 ? -14 : siblings === 2 ? -5 : 0;
    const peers =
      siblings > 1
        ? `${siblings} names of the same registered domain are called in the estate`
        : "the only name of its registered domain that is called in the estate";
    return { feature, points, observed: `${shown}${by === "name" ? "" : " at this address"}`, peers };
  }
  if (around.nameless !== null) return { feature, points: 8, observed: `none: ${around.nameless}` };
  if (around.neighbourDomain !== null)
    return {
      feature,
      points: -12,
      observed: "not seen",
      peers: `neighbouring addresses all answer to ${around.neighbourDomain}`,
    };
  return { feature, points: 0, observed: isOutside ? "unknown: no record could tell it" : "inside the estate" };
}

function certificateTerm({ isSelfSigned, isValidated, knownOwners }: Surroundings): Term {
  const feature = "certificate";
  if (isSelfSigned) return { feature, points: 8, observed: "signed by itself" };
  // Certificates cost nothing any more, so one says little.
  if (isValidated && knownOwners.length === 0) return { feature, points: -4, observed: "validated" };
  return { feature, points: 0, observed: "" };
}

// Protocols whose clients call to a clock, because that is what they are for.
interface Polled {
  readonly points: number;
  readonly why: string;
}
const mail: Polled = { points: -15, why: "mail programs look for mail by the clock" };
const push: Polled = { points: -8, why: "push and chat services keep in touch by the clock" };
const tunnel: Polled = { points: -8, why: "tunnels and calls keep their way open by the clock" };
const polledPorts: ReadonlyMap<number, Polled> = new Map([
  ...[110, 143, 993, 995].map((port): [number, Polled] => [port, mail]),
  ...[5222, 5223, 5228, 5229, 5230].map((port): [number, Polled] => [port, push]),
  ...[500, 1194, 3478, 3479, 3480, 3481, 4500, 19302].map((port): [number, Polled] => [port, tunnel]),
]);

function portTerm({ places, protocol, isOutside, isOneConnection }: Channel, around: Surroundings): Term {
  if (isOneConnection)
    return {
      feature: "one long connection",
      points: -12,
      observed:
        "all records come from the same port of the source: one connection kept open and reported in pieces, as push services do",
    };
  const name = `${protocol === "" ? "port" : protocol} ${places[0]?.port ?? "unknown"}`;
  const polled = polledPorts.get(places[0]?.port ?? 0);
  if (polled !== undefined && isOutside) return { feature: "port", points: polled.points, observed: `${name}: ${polled.why}` };
  if (around.isUnusualPort)
    return {
      feature: "port",
      points: 8,
      observed: `${name} is not one that ${isOutside ? "user machines" : "services"} usually use`,
    };
  if (around.isAlternativeWebPort) return { feature: "port", points: 4, observed: `${name}: a second web port` };
  return { feature: "port", points: 0, observed: "" };
}

function ownerTerm({ ownerName, ownerCountry, isOwnServiceNetwork, knownOwners }: Surroundings): Term {
  const observed = ownerName === null ? "" : `${ownerName}${ownerCountry === null ? "" : ` (${ownerCountry})`}`;
  // An intruder can rent in most networks: only one that carries its owner's own services says something, and little.
  const points = isOwnServiceNetwork && knownOwners.length === 0 ? -6 : 0;
  return { feature: "network of the destination", points, observed };
}

function answerTerm({ unansweredShare, isOutside, protocol }: Channel): Term {
  // A timer that knocks on a dead door is what is left of a channel whose server was taken down. Many UDP receivers never answer.
  const isDead = unansweredShare >= 0.9 && isOutside && protocol !== "udp";
  return {
    feature: "answers",
    points: isDead ? 6 : 0,
    observed: isDead ? `${percent(unansweredShare)} of the calls were not answered` : "",
  };
}

const browsers = /^(msedge|chrome|firefox|brave|opera|safari|iexplore|msedgewebview2|vivaldi|arc)(\.exe)?$/i;
const offices =
  /^(outlook|olk|teams|ms-teams|slack|zoom|onedrive|winword|excel|thunderbird|spotify|webex|ciscocollabhost)(\.exe)?$/i;
const systemPrograms =
  /^(rundll32|regsvr32|mshta|powershell|pwsh|wscript|cscript|msbuild|installutil|regasm|dllhost|werfault|certutil|notepad)(\.exe)?$/i;

/** Which program calls, where a sensor on the host tells. */
function programTerm({ processes, isOutside, names }: Channel, { clients }: Surroundings): Term {
  const feature = "calling program";
  const observed = processes.slice(0, 3).join(", ");
  if (processes.length === 0 || !isOutside) return { feature, points: 0, observed: "" };
  if (processes.some((name) => systemPrograms.test(name)))
    return { feature, points: 8, observed: `${observed}: a program of the system that has no reason to call home` };
  // A page that is left open asks for news by the clock; it has a name that somebody chose to visit.
  if (names.length > 0 && processes.every((name) => browsers.test(name)))
    return { feature, points: -20, observed: `${observed}: pages that are left open ask for news by the clock` };
  if (processes.every((name) => offices.test(name) || browsers.test(name)))
    return { feature, points: -16, observed: `${observed}: programs that keep in touch by the clock` };
  if (clients !== null && clients >= 3)
    return { feature, points: -8, observed: `${observed}, on ${clients} hosts: a product that several people have` };
  return { feature, points: 0, observed };
}

/** An errand that runs at one time of day and ends, day after day, as backups do; an implant that sleeps does not go home. */
function sessionTerm({ stretches, firstTime, isOutside }: Channel): Term {
  const moments = stretches.flat().map((seconds) => seconds + epochMilliseconds(firstTime) / 1000);
  const days = new Set(moments.map((moment) => Math.floor(moment / 86_400))).size;
  const hours = new Set(moments.map((moment) => Math.floor((moment % 86_400) / 3600))).size;
  const isErrand = isOutside && days >= 4 && hours <= 3 && moments.length >= 1.5 * days;
  return {
    feature: "one errand a day",
    points: isErrand ? -14 : 0,
    observed: isErrand ? `within ${hours} hours of the day on ${days} days` : "",
  };
}

// With fewer hosts it cannot be said what is rare among them.
const fewestHosts = 10;

function estateTerms(channel: Channel, around: Surroundings): Term[] {
  const terms: Term[] = [];
  if (!channel.isOutside) terms.push(...insideTerms(around));
  else if (around.clients !== null && around.estateHosts >= fewestHosts) {
    const { clients, estateHosts } = around;
    terms.push({
      feature: "who else calls it",
      points: clients === 1 ? 6 : 3 * (1 - ramp(Math.log2(clients), 1, 3)) - 25 * ramp(clients / estateHosts, 0.01, 0.2),
      observed: `${clients} ${clients === 1 ? "host" : "hosts"} (the destination, or another name of its domain)`,
      peers: `of ${estateHosts} that call anything outside`,
    });
  }
  if (around.clientsAlike >= 3)
    terms.push({
      feature: "one clock on many hosts",
      points: -7,
      observed: `${around.clientsAlike} hosts call it every ${secondsInWords(channel.rhythm.periodSeconds)}, as a product's standard setting has it`,
    });
  if (around.newAfterHours !== null && around.newAfterHours >= 48 && channel.isOutside)
    terms.push({
      feature: "new destination",
      points: 4,
      observed: `first called ${secondsInWords(around.newAfterHours * 3600)} after the records begin`,
    });
  if (around.datagramPeers >= 30 && channel.isOutside)
    terms.push({
      feature: "peer to peer",
      points: -10,
      observed: `the host talks to ${around.datagramPeers} addresses over UDP on high ports`,
    });
  return terms;
}

function insideTerms(around: Surroundings): Term[] {
  const terms: Term[] = [{ feature: "inside the estate", points: -8, observed: "both ends are inside, where clocks are common" }];
  if (around.serviceClients >= 3)
    terms.push({
      feature: "clients of the service",
      points: -20,
      observed: `${around.serviceClients} hosts call it: a service of the estate`,
    });
  else if (around.hostClients >= 10)
    terms.push({
      feature: "clients of the host",
      points: -14,
      observed: `${around.hostClients} hosts call it on one port or another: a server of the estate`,
    });
  else if (around.polledAlike >= 4)
    terms.push({
      feature: "polls many hosts",
      points: -20,
      observed: `the source calls ${around.polledAlike} hosts to the same clock, as monitoring does`,
    });
  else if (around.sourceTargets >= 3)
    terms.push({
      feature: "polls many hosts",
      points: -20,
      observed: `the source calls ${around.sourceTargets} hosts on this port, as monitoring does`,
    });
  return terms;
}

function isWorthSaying(term: Term): boolean {
  return term.observed !== "";
}

function confidenceOf({ rhythm, sizes, isOutside }: Channel, around: Surroundings): number {
  const seen = ramp(Math.log10(rhythm.intervals), 0.9, 2);
  return (
    30 +
    25 * seen * rhythm.regularity +
    (sizes === null ? 0 : 10) +
    (around.canSeeNames || !isOutside ? 15 : 0) +
    (around.estateHosts >= fewestHosts ? 15 : 0)
  );
}
