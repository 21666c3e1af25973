import { median } from "../../stats/median.ts";
import { medianAbsoluteDeviation } from "../../stats/median-absolute-deviation.ts";
import { robustZ } from "../../stats/robust-z.ts";
import type { Reason } from "../../types.ts";
import { isDynamicName } from "../dynamic-names.ts";
import type { Parameters } from "./parameters.ts";
import { type Around, bytesSent, type Upload } from "./upload.ts";
import { bytesInWords, ramp } from "./words.ts";

/** Points for an upload that looks like data leaving, and for how sure that is. */
export interface Judgement {
  readonly score: number;
  readonly confidence: number;
  readonly reasons: readonly Reason[];
}

// With fewer hosts it cannot be said what is rare among them; with fewer days, what is usual.
const fewestHosts = 10;
const fewestDays = 5;
// A patient thief, too, comes every day for a week.
const daysOfAHabit = 10;
// Tools that want to stay unnoticed cut what they carry into pieces of about one size.
const fewestPortions = 20;
const smallestPortion = 100_000;
// Changes below a mebibyte a day are nobody's business.
const smallestDeviation = 1024 * 1024;

/**
 * score = amount 0..45 + direction -15..28 + method 0..60 + destination -40..28 + other hosts -25..16 + own days -20..15,
 * kept within 0 and 100. Below `byteThreshold` the amount brings at most 15, so that only an upload by a telling method, or to a
 * telling place, comes near the alert line.
 */
export function judge(upload: Upload, around: Around, parameters: Parameters): Judgement {
  const reasons = [
    ...amountReasons(upload, parameters),
    ...webReasons(upload, around),
    ...serviceReasons(upload, parameters),
    ...askedReasons(upload, around),
    ...destinationReasons(upload, around, parameters),
    ...estateReasons(around),
    ...ownReasons(upload, around),
  ].filter((reason) => reason.contribution !== 0);
  const total = reasons.reduce((sum, reason) => sum + reason.contribution, 0);
  return { score: Math.min(100, Math.max(0, total)), confidence: confidenceOf(upload, around), reasons };
}

function reason(
  feature: string,
  points: number,
  observed: string,
  baseline: string | null = null,
  peers: string | null = null,
): Reason {
  return { feature, observed, baseline, peers, contribution: Math.round(points * 1000) / 1000 };
}

function amountReasons(upload: Upload, { byteThreshold }: Parameters): Reason[] {
  const sent = bytesSent(upload);
  const isMuch = sent >= byteThreshold;
  const points = isMuch
    ? 30 + 15 * ramp(Math.log10(sent / byteThreshold), 0, 2)
    : 15 * ramp(Math.log10(Math.max(1, sent)), 4, Math.log10(byteThreshold));
  const received = upload.volume === null ? null : (upload.volume.bytes_in ?? null);
  const ratio = received === null ? 0 : Math.log10((sent + 1) / (received + 1));
  return [
    ...oneWayReasons(upload),
    reason("amount", points, `${bytesInWords(sent)} sent`, `${isMuch ? "at least" : "below"} ${bytesInWords(byteThreshold)}`),
    reason(
      "direction",
      12 * ramp(ratio, 0, 1) - 15 * ramp(-ratio, 0.3, 1),
      received === null ? "" : `${bytesInWords(sent)} out, ${bytesInWords(received)} in`,
      "browsing takes in ten times what it sends",
    ),
  ];
}

function oneWayReasons({ volume }: Upload): Reason[] {
  if (volume === null || volume.sending === 0 || volume.bytes_in === null) return [];
  const share = volume.one_way / volume.sending;
  const [lower = 0, middle = 0, upper = 0] = volume.sizes;
  const isPortioned = volume.sending >= fewestPortions && middle >= smallestPortion && upper <= 3 * middle && lower >= middle / 3;
  return [
    reason(
      "only ever fed",
      10 * ramp(share, 0.5, 0.9),
      `${volume.one_way} of ${volume.sending} connections sent five times what they received, or more`,
    ),
    reason(
      "in portions",
      isPortioned ? 6 : 0,
      `half of ${volume.sending} connections sent ${bytesInWords(middle)} or more, nine in ten no more than ${bytesInWords(upper)}`,
    ),
  ];
}

function webReasons({ web }: Upload, around: Around): Reason[] {
  if (web === null) return [];
  const reasons: Reason[] = [];
  if (web.puts > 0 && web.put_bytes > 0)
    reasons.push(reason("HTTP PUT", 22, `${web.puts} requests with ${bytesInWords(web.put_bytes)}`));
  if (web.dav_requests > 0 && web.put_bytes > 0)
    reasons.push(reason("WebDAV", 8, `${web.dav_requests} requests: a share outside, used like a drive`));
  if (web.archives.length > 0) reasons.push(reason("archives", 10, `sent ${web.archives.slice(0, 3).join(", ")}`));
  if (web.by_address > 0) reasons.push(reason("bare address", 12, `${web.by_address} requests name an address as their host`));
  const isKnown = around.known !== null && around.known.kind !== "drop" && around.known.kind !== "storage";
  // A person sees a form before sending it; a program knows where to send.
  if (web.posts > 0 && web.gets === 0 && !isKnown)
    reasons.push(reason("sent without looking", 10, `${web.posts} POST requests and not one GET`));
  return reasons;
}

function serviceReasons({ services }: Upload, { mailServers }: Parameters): Reason[] {
  return services.flatMap((row) => {
    const servers = row.servers ?? 1;
    if (row.service === "ftp")
      return [
        reason("FTP to the outside", 14, `${row.connections} sessions, unencrypted`),
        reason(
          "FTP upload",
          row.data_connections > 0 ? 22 : 0,
          `${row.data_connections} data connections that only sent, ${bytesInWords(row.data_bytes)}`,
        ),
      ];
    if (servers >= mailServers) return [reason("mail server", -20, `it talks to ${servers} mail servers outside`)];
    return [
      reason(
        "mail handed over directly",
        20,
        `SMTP to ${servers} ${servers === 1 ? "server" : "servers"} outside, past the estate's own`,
        "mail programs and mail servers do; other programs of a workstation do not",
      ),
      // A person's mail program looks for mail far more often than it sends any.
      reason("sends and never fetches", (row.mail_box_calls ?? 0) === 0 ? 14 : 0, "not one call for a mail box, anywhere"),
    ];
  });
}

/** Who asks where it runs and then hands something over is a program that does not know; a person at a desk does. */
function askedReasons({ web, services }: Upload, { ownAddressAsked, known }: Around): Reason[] {
  const isTelling = services.length > 0 || ((web?.posts ?? 0) > 0 && web?.gets === 0 && known === null);
  if (ownAddressAsked === null || !isTelling) return [];
  return [reason("asked for its own address", 20, `${ownAddressAsked}, within an hour of the first upload`)];
}

function destinationReasons(upload: Upload, around: Around, { byteThreshold, usualPorts }: Parameters): Reason[] {
  const { names, known } = around;
  const shown = names.slice(0, 3).join(", ");
  const reasons: Reason[] = [];
  if (around.isTrusted) reasons.push(reason("trusted destination", -40, shown));
  else if (known?.kind === "drop") reasons.push(reason("place for anonymous files", 14, `${shown}: ${known.owner}`));
  else if (known?.kind === "storage")
    reasons.push(
      reason("cloud storage", 4, `${shown}: ${known.owner}`, "people keep their own files there, and intruders other people's"),
    );
  else if (known !== null) reasons.push(reason("well-known service", -30, `${shown}: ${known.owner}`));
  else if (around.isNameless) reasons.push(reason("no name", 8, "no record gives the address a name"));
  if (around.namedAfterEstate !== null)
    reasons.push(
      reason(
        "named after the estate",
        -16,
        `${shown} holds ${around.namedAfterEstate}, by which people here sign in`,
        "a place that the estate rents for itself; whoever wants to look like one can name a place so, too",
      ),
    );
  const dynamic = names.find(isDynamicName);
  if (dynamic !== undefined) reasons.push(reason("dynamic name", 12, `${dynamic}: a name that anybody can have within a minute`));
  if (around.isSelfSigned) reasons.push(reason("certificate", 6, "signed by itself"));
  if (around.isOwnServiceNetwork && known === null)
    reasons.push(reason("network of the destination", -8, around.ownerName ?? ""));
  const [[protocol, port]] = upload.volume?.ports[0] ?? [["", 0]];
  const isUnrecognised = upload.volume?.applications.length === 0;
  if (protocol === "tcp" && port !== 0 && !usualPorts.includes(port))
    reasons.push(
      reason(
        "port",
        isUnrecognised ? 14 : 8,
        `tcp ${port} is not a usual one${isUnrecognised ? ", and what is spoken there was not recognised" : ""}`,
      ),
    );
  const daysUsed = upload.volume?.days.filter(([, bytes]) => bytes > 0) ?? [];
  if (daysUsed.length >= 3 && bytesSent(upload) >= byteThreshold && daysUsed.every(([, bytes]) => bytes < byteThreshold))
    reasons.push(
      reason("in small portions", 8, `${daysUsed.length} days, none of them with ${bytesInWords(byteThreshold)} or more`),
    );
  return reasons;
}

function estateReasons({ clients, estateHosts, newAfterHours, peersShare }: Around): Reason[] {
  const reasons: Reason[] = [];
  if (clients !== null && estateHosts >= fewestHosts)
    reasons.push(
      reason(
        "who else calls it",
        clients === 1 ? 10 : 4 * (1 - ramp(clients, 2, 6)) - 25 * ramp(clients / estateHosts, 0.01, 0.15),
        `${clients} ${clients === 1 ? "host" : "hosts"}`,
        null,
        `of ${estateHosts}`,
      ),
    );
  if (newAfterHours !== null && newAfterHours >= 48)
    reasons.push(reason("new destination", 6, `first called ${Math.round(newAfterHours)} hours after the records begin`));
  if (peersShare !== null && estateHosts >= fewestHosts)
    reasons.push(
      reason(
        "other hosts",
        6 * (1 - ramp(peersShare, 0.005, 0.03)) - 15 * ramp(peersShare, 0.05, 0.25),
        "",
        null,
        `${Math.round(peersShare * 100)} % of the other hosts sent as much to one place`,
      ),
    );
  return reasons;
}

function ownReasons({ volume }: Upload, { otherDays, thatDay }: Around): Reason[] {
  const reasons: Reason[] = [];
  if (otherDays.length >= fewestDays) {
    const deviations = robustZ(thatDay, otherDays, { floor: smallestDeviation });
    reasons.push(
      reason(
        "own days",
        15 * ramp(deviations, 3, 10) - 4 * (1 - ramp(deviations, 0, 2)),
        `${bytesInWords(thatDay)} outside on that day`,
        `usually ${bytesInWords(median(otherDays))} (${deviations.toFixed(1)} robust deviations)`,
      ),
    );
  }
  const daily = volume?.days.map(([, bytes]) => bytes) ?? [];
  const isHabit =
    daily.length >= daysOfAHabit &&
    daily.length >= 0.7 * (otherDays.length + 1) &&
    medianAbsoluteDeviation(daily) <= 0.5 * median(daily);
  if (isHabit) reasons.push(reason("every day", -20, `about as much on each of ${daily.length} days: a backup, or a habit`));
  return reasons;
}

function confidenceOf({ volume, web, services }: Upload, { names, estateHosts, otherDays, known }: Around): number {
  return (
    30 +
    (volume !== null ? 15 : 0) +
    (web !== null || services.length > 0 ? 15 : 0) +
    (names.length > 0 || known !== null ? 10 : 0) +
    (estateHosts >= fewestHosts ? 15 : 0) +
    (otherDays.length >= fewestDays ? 10 : 0)
  );
}
