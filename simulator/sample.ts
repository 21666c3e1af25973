import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { phishingToUpload } from "./attacks/phishing-to-upload.ts";
import { alerts } from "./background/alerts.ts";
import { browsing } from "./background/browsing.ts";
import { administration, desks, serverRooms, softwareRollout } from "./background/desks.ts";
import { mail } from "./background/mail.ts";
import { backup, vulnerabilityScan } from "./background/nights.ts";
import { housekeeping, programs } from "./background/programs.ts";
import { signIns } from "./background/sign-ins.ts";
import { day, hour, midnights, presences, type Span } from "./calendar.ts";
import { type Estate, estateOf, serverOf } from "./estate.ts";
import { signInRecords } from "./formats/entra.ts";
import { alertRecords, deviceRecords } from "./formats/falcon.ts";
import { siemAnswer } from "./formats/proofpoint.ts";
import { numbered, windowsRecords } from "./formats/windows.ts";
import { zeekLogs } from "./formats/zeek.ts";
import { type Occurrences, together } from "./occurrences.ts";
import { sitesOf } from "./sites.ts";
import type { LookAlike, Step } from "./truth.ts";

export interface SampleOptions {
  /** Where the logs go; made if it is not there. */
  readonly directory: string;
  /** Where the truth goes: never inside `directory`. */
  readonly truthFile: string;
  readonly seed: number;
  /** First day, as "2026-11-02"; the sample covers it and the two after it, in UTC. A Monday gives three working days. */
  readonly start: string;
}

export interface SampleCounts {
  readonly files: number;
  readonly events: number;
}

/** Three days of a small office with one attack in them, as logs in the formats that products write. The same seed and start give the same bytes. */
export function writeSample(options: SampleOptions): SampleCounts {
  const { estate, span, background, attack, steps, lookAlikes } = tellSample(options.seed, options.start);
  const occurrences = together(background, attack);
  const files = filesOf(estate, span, occurrences);
  for (const [path, text] of files) {
    const target = join(options.directory, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, path.endsWith(".gz") ? gzipSync(text) : text);
  }
  mkdirSync(dirname(options.truthFile), { recursive: true });
  writeFileSync(options.truthFile, `${JSON.stringify(truthOf(options, span, steps, lookAlikes), null, 2)}\n`);
  return { files: files.size, events: [...files].reduce((sum, [path, text]) => sum + recordsIn(path, text), 0) };
}

/** What happened in the sample, before it is written in anyone's format. The background is the same with and without the attack. */
export function tellSample(seed: number, start: string) {
  const span: Span = { start: startOf(start), days: 3 };
  const estate = estateOf(seed);
  const atWork = presences(estate, span, seed);
  const background = together(
    browsing(estate, atWork, sitesOf(seed), seed),
    programs(estate, atWork, seed),
    housekeeping(estate, span, seed),
    backup(estate, span, seed),
    vulnerabilityScan(estate, span, seed),
    desks(estate, atWork, seed),
    serverRooms(estate, span, seed),
    administration(estate, atWork, seed),
    softwareRollout(estate, atWork, seed),
    signIns(estate, atWork, seed),
    mail(estate, span, seed),
    alerts(atWork, seed),
  );
  const { occurrences: attack, steps } = phishingToUpload(estate, atWork, span, seed);
  return { estate, span, background, attack, steps, lookAlikes: lookAlikesOf(estate) };
}

function startOf(start: string): number {
  const time = Date.parse(`${start}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(start) || Number.isNaN(time)) throw new Error(`${start} is not a day as in 2026-11-02`);
  return time;
}

/** Records of a file: lines that are no headers, or the members of an answer's lists. */
function recordsIn(path: string, text: string): number {
  if (!path.startsWith("proofpoint/")) return text.split("\n").filter((line) => line !== "" && !line.startsWith("#")).length;
  const lists = Object.values<unknown>(JSON.parse(text)).filter((member) => Array.isArray(member));
  return lists.reduce((sum, list) => sum + list.length, 0);
}

/** The files of the sample by their path under the folder; names that end in .gz are compressed when they are written. */
function filesOf(estate: Estate, span: Span, told: Occurrences): Map<string, string> {
  const files = new Map<string, string>();
  const end = span.start + span.days * day;
  const hostEvents = numbered(told.hostEvents);
  for (const midnight of midnights(span)) {
    const name = new Date(midnight).toISOString().slice(0, 10);
    const within = <Item extends { readonly time: number }>(items: readonly Item[], length = day, from = midnight) =>
      items.filter(({ time }) => time >= from && time < from + length);
    for (const [log, text] of zeekLogs(within(told.connections), midnight, midnight + day))
      files.set(`zeek/${name}/${log}.log.gz`, text);
    files.set(`entra/sign-ins-${name}.ndjson`, signInRecords(within(told.signIns), estate));
    files.set(`windows/events-${name}.ndjson.gz`, windowsRecords(within(hostEvents)));
    files.set(`falcon/alerts-${name}.ndjson`, alertRecords(within(told.alerts), estate));
    for (let from = midnight; from < midnight + day; from += hour) {
      // The filter tells of a mail when it condemns it, which may be hours after it came.
      const messages = within(
        told.messages.map((message) => ({ message, time: Math.max(message.time, message.threat.time) })),
        hour,
        from,
      ).map(({ message }) => message);
      const clicks = within(told.clicks, hour, from);
      const stamp = new Date(from).toISOString().slice(0, 13);
      if (messages.length + clicks.length > 0)
        files.set(`proofpoint/siem-${stamp}.json`, siemAnswer(messages, clicks, from + hour));
    }
  }
  files.set("falcon/devices.ndjson", deviceRecords(estate, span.start, end));
  return files;
}

function lookAlikesOf(estate: Estate): LookAlike[] {
  const address = (role: Parameters<typeof serverOf>[1]) => serverOf(estate, role).address;
  return [
    {
      resembles: "beaconing",
      text: "telemetry of the operating system",
      source: null,
      destination: "v10.events.data.microsoft.com",
    },
    {
      resembles: "beaconing",
      text: "build status in the tray of some engineers",
      source: null,
      destination: "status.bouwlijn.example",
    },
    { resembles: "beaconing", text: "share price ticker of a few people", source: null, destination: "push.koersen.example" },
    { resembles: "beaconing", text: "monitoring of the servers", source: address("monitoring"), destination: null },
    { resembles: "beaconing", text: "hourly orders of the management agent", source: null, destination: address("management") },
    {
      resembles: "exfiltration",
      text: "nightly backup to a store in the cloud",
      source: address("backup"),
      destination: "lindenhof-backup.s3.eu-west-1.amazonaws.com",
    },
    { resembles: "lateral-movement", text: "administrators over the jump host", source: address("jump-host"), destination: null },
    { resembles: "lateral-movement", text: "software rolled out as a service", source: address("management"), destination: null },
    { resembles: "lateral-movement", text: "vulnerability scan", source: address("scanner"), destination: null },
    {
      resembles: "dns-tunnelling",
      text: "block list lookups of the mail relay",
      source: address("mail-relay"),
      destination: "zen.spamhaus.org",
    },
    {
      resembles: "dns-tunnelling",
      text: "reputation lookups of the virus scanner",
      source: null,
      destination: "avqs.scanner.example",
    },
    {
      resembles: "unusual-sign-in",
      text: "the company's tunnel comes out in another country",
      source: estate.vpnAddress,
      destination: null,
    },
    { resembles: "unusual-sign-in", text: "one person flies to another continent", source: "203.0.113.21", destination: null },
    {
      resembles: "unusual-sign-in",
      text: "one person spends the days in a second country",
      source: "203.0.113.140",
      destination: null,
    },
  ];
}

/** The truth, in the members that the evaluation reads (malicious, exfiltration, lateral_movement, …) and, step by step, under `steps`. */
function truthOf(options: SampleOptions, span: Span, steps: readonly Step[], lookAlikes: readonly LookAlike[]) {
  const pairs = (names: RegExp) =>
    steps
      .filter(({ name }) => names.test(name))
      .map(({ source, destination, port, domain, techniques, records }) => ({
        src: source,
        dst: destination,
        port,
        host: domain,
        conns: records.length,
        technique: techniques.join("/"),
      }));
  return {
    source: "Spoor's sample generator",
    seed: options.seed,
    start: options.start,
    internal: ["10.0.0.0/8"],
    area: ["beaconing", "exfil", "lateral"],
    stats: { span_hours: span.days * 24 },
    malicious: pairs(/^beacon$/),
    exfiltration: pairs(/^upload$/),
    lateral_movement: pairs(/^movement/),
    steps: steps.map((step) => ({ ...step, from: new Date(step.from).toISOString(), to: new Date(step.to).toISOString() })),
    look_alikes: lookAlikes,
  };
}
