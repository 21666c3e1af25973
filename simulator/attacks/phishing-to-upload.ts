import { applications, failures } from "../background/sign-ins.ts";
import { hour, minute, type Presence, type Span, second, ticks } from "../calendar.ts";
import { type Account, adminAccountOf, type Device, type Estate, type Person, places, serverOf } from "../estate.ts";
import * as log from "../host-events.ts";
import {
  type Alert,
  type Click,
  type Connection,
  type HostEvent,
  type Message,
  type Occurrences,
  type SignIn,
  together,
} from "../occurrences.ts";
import { type Random, randomOf } from "../random.ts";
import type { Site } from "../sites.ts";
import { addressLookup, internalCall, lookup, tlsCall } from "../traffic.ts";
import { type Step, signInUids, uidsOf } from "../truth.ts";

// The attacker's machines lie in 203.0.113.0/24, a range set aside for documentation (RFC 5737).
const letsEncrypt = "CN=R11,O=Let's Encrypt,C=US";
const siteOf = (host: string, address: string): Site => ({
  host,
  addresses: [address],
  weight: 0,
  answerSeconds: 600,
  tls: "TLSv12",
  issuer: letsEncrypt,
});
const portal = siteOf("login.lindenhof-portal.example", "203.0.113.66");
const control = siteOf("assets.fontkit-cdn.example", "203.0.113.45");
const drop = siteOf("share.parcel-drop.example", "203.0.113.90");
const tunnelDomain = "t.synccache.example";

/** Who is struck, and when it begins. */
interface Cast {
  readonly estate: Estate;
  readonly victim: Person;
  readonly desk: Device;
  /** The administrator whose credentials lie on the desk. */
  readonly admin: Account;
  readonly application: Device;
  readonly files: Device;
  /** Midnight of the second day. */
  readonly midnight: number;
  readonly end: number;
}

export interface ToldAttack {
  readonly occurrences: Occurrences;
  readonly steps: readonly Step[];
}

/**
 * One attack over two days: a phishing mail, the click, a sign-in from far away with what was typed there, PowerShell on the victim's
 * desk, a beacon, an administrator's credentials, services on two servers one after the other, a DNS tunnel, an upload at night.
 * Needs a span of three days.
 */
export function phishingToUpload(estate: Estate, atWork: readonly Presence[], span: Span, seed: number): ToldAttack {
  const random = randomOf(seed, "attack/phishing-to-upload");
  const cast = castOf(estate, atWork, span, random);
  const script = implant(cast, random);
  const parts = [
    phishing(cast, random),
    script,
    beacon(cast, script.process, random),
    discovery(cast, script.process, random),
    movement(cast, random),
    tunnel(cast, random),
    upload(cast, random),
  ];
  return { occurrences: together(...parts.map((part) => part.occurrences)), steps: parts.flatMap((part) => part.steps) };
}

interface Part {
  readonly occurrences: Partial<Occurrences>;
  readonly steps: readonly Step[];
}

/** Somebody in finance who works on the second day, at a desk that stays on if there is one. */
function castOf(estate: Estate, atWork: readonly Presence[], span: Span, random: Random): Cast {
  const midnight = span.start + 24 * hour;
  const inFinance = atWork.filter(
    (presence) => presence.midnight === midnight && presence.device.users[0]?.department === "finance",
  );
  const candidates = [inFinance.filter(({ device }) => device.staysOn), inFinance].find((list) => list.length > 0);
  const desk = candidates === undefined ? estate.workstations[0] : random.pick(candidates).device;
  const victim = desk?.users[0];
  const administrator = estate.people.find((person) => person.department === "it");
  if (desk === undefined || victim === undefined || administrator === undefined)
    throw new Error("the estate has nobody to strike");
  return {
    estate,
    victim,
    desk,
    admin: adminAccountOf(administrator),
    application: serverOf(estate, "application"),
    files: serverOf(estate, "files"),
    midnight,
    end: span.start + span.days * 24 * hour,
  };
}

function phishing({ estate, victim, desk, midnight }: Cast, random: Random): Part {
  const sent = midnight + 7.8 * hour;
  const others = random
    .shuffle(estate.people.filter((person) => person.department === "finance" && person !== victim))
    .slice(0, 2);
  const message: Message = {
    id: random.uuid(),
    time: sent,
    isDelivered: true,
    sender: "facturen@nordwind-logistiek.example",
    senderName: "Nordwind Logistiek",
    senderAddress: "203.0.113.12",
    recipients: [victim, ...others],
    subject: "Factuur 8841 staat klaar",
    sizeBytes: 31_204,
    threat: {
      id: random.hex(64),
      url: `https://${portal.host}/f/8841`,
      classification: "phish",
      status: "active",
      time: sent + 5.4 * hour,
    },
    scores: { spam: 12, phish: 38, malware: 0, impostor: 21 },
  };
  const clicked = sent + 25 * minute;
  const click: Click = {
    id: random.uuid(),
    time: clicked,
    message,
    person: victim,
    address: estate.officeAddress,
    isPermitted: true,
  };
  const visits: Connection[] = [
    addressLookup(estate, desk, clicked + 200, portal, random),
    tlsCall(desk, clicked + 400, portal, { bytesOut: 4_180, bytesIn: 61_220, seconds: 41 }, random),
    tlsCall(desk, clicked + 52 * second, portal, { bytesOut: 3_377, bytesIn: 12_402, seconds: 8 }, random),
  ];
  const signIns = signInsFromAfar(victim, clicked + 4 * minute, random);
  return {
    occurrences: { messages: [message], clicks: [click], connections: visits, signIns },
    steps: [
      step(
        "phishing-mail",
        "A mail with a link to a copy of the sign-in page, delivered to three people in finance.",
        ["T1566.002"],
        sent,
        sent,
        [],
        message.recipients,
        [message.id],
      ),
      {
        ...step(
          "click",
          "One of them follows the link and types the password there.",
          ["T1204.001"],
          clicked,
          clicked + minute,
          [desk],
          [victim],
          [click.id, ...uidsOf(visits)],
        ),
        source: desk.address,
        destination: portal.addresses[0] ?? "",
        domain: portal.host,
      },
      {
        ...step(
          "sign-in",
          "The password and the session are used from another continent minutes later.",
          ["T1078.004", "T1557"],
          signIns[0]?.time ?? clicked,
          signIns.at(-1)?.time ?? clicked,
          [],
          [victim],
          signInUids(signIns),
        ),
        source: portal.addresses[0] ?? "",
      },
    ],
  };
}

/** A password that needs its second factor first, then mail, files and the address book, from where the victim is not. */
function signInsFromAfar(victim: Person, from: number, random: Random): SignIn[] {
  const client = { operatingSystem: "Linux", browser: "Firefox 132.0", device: null };
  const attempt = { person: victim, address: portal.addresses[0] ?? "", place: places.far, client };
  const passed = { errorCode: 0, failureReason: null };
  return [
    { ...attempt, time: from, application: applications.mail, ...failures.secondFactor },
    { ...attempt, time: from + 31 * second, application: applications.mail, ...passed },
    { ...attempt, time: from + 6.2 * minute, application: applications.files, ...passed },
    { ...attempt, time: from + 17 * minute, application: applications.portal, ...passed },
    { ...attempt, time: from + random.between(4, 5) * hour, application: applications.mail, ...passed },
  ];
}

/** What the page left in the downloads is opened: a script that starts PowerShell, which fetches the implant. */
function implant({ estate, victim, desk, midnight }: Cast, random: Random): Part & { process: log.Process } {
  const time = midnight + 8.52 * hour;
  const text = "Write-Output 'stage one of the sample'; Start-Sleep -Seconds 1";
  const encoded = Buffer.from(text, "utf16le").toString("base64");
  const desktop = log.processOf("C:\\Windows\\explorer.exe", "C:\\Windows\\Explorer.EXE", victim, random);
  const host = "C:\\Windows\\System32\\wscript.exe";
  const reader = log.processOf(host, `"${host}" "C:\\Users\\${victim.account}\\Downloads\\Factuur_8841.js"`, victim, random);
  const shell = "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe";
  const process = log.processOf(shell, `"${shell}" -NoP -NonI -W Hidden -Enc ${encoded}`, victim, random);
  const hostEvents = [
    log.processStarted(estate, desk, time, reader, desktop),
    log.processStarted(estate, desk, time + 1.4 * second, process, reader),
    log.scriptRan(desk, time + 1.9 * second, victim, { id: random.uuid(), text }),
  ];
  const alert: Alert = {
    id: `${random.integer(1e11, 9e11)}-10197-${random.integer(1e7, 9e7)}`,
    time: time + 2 * second,
    device: desk,
    person: victim,
    name: "EncodedPowerShellFromScriptHost",
    description: "A script host started PowerShell with an encoded command.",
    severity: 50,
    tactic: "Execution",
    technique: "PowerShell",
    attack: { tactic: "TA0002", technique: "T1059.001" },
    file: process.image,
    commandLine: process.commandLine,
    parentFile: reader.image,
  };
  return {
    process,
    occurrences: { hostEvents, alerts: [alert] },
    steps: [
      step(
        "powershell",
        "The downloaded script starts a hidden PowerShell with an encoded command.",
        ["T1059.001", "T1059.007", "T1027"],
        time,
        time + 2 * second,
        [desk],
        [victim],
        [alert.id],
      ),
    ],
  };
}

/** Every five minutes, a sixth early or late, from the second morning to the end. Orders come seldom and are larger. */
function beacon({ estate, desk, victim, midnight, end }: Cast, process: log.Process, random: Random): Part {
  const from = midnight + 8.53 * hour;
  const calls = ticks(from, end, 5 * minute, 1 / 6, random.next);
  const connections = calls.flatMap((time, index) => {
    const hasOrders = random.chance(0.03);
    const size = {
      bytesOut: random.logNormal(hasOrders ? 9_000 : 612, 0.04),
      bytesIn: random.logNormal(hasOrders ? 24_000 : 344, 0.05),
      seconds: random.logNormal(0.9, 0.2),
    };
    const call = tlsCall(desk, time, control, size, random);
    return index % 6 === 0 ? [addressLookup(estate, desk, time - 30, control, random), call] : [call];
  });
  const sessions = connections.filter((connection) => connection.tls !== undefined);
  const hostEvents = sessions.map(({ time, source, destination }) =>
    log.processConnected(estate, desk, time + 60, process, { source, destination, name: control.host }),
  );
  return {
    occurrences: { connections, hostEvents },
    steps: [
      {
        ...step(
          "beacon",
          "The implant calls home over TLS every five minutes.",
          ["T1071.001", "T1573.002"],
          calls[0] ?? from,
          calls.at(-1) ?? end,
          [desk],
          [victim],
          uidsOf(sessions),
        ),
        source: desk.address,
        destination: control.addresses[0] ?? "",
        port: 443,
        domain: control.host,
      },
    ],
  };
}

function discovery({ estate, victim, desk, midnight }: Cast, parent: log.Process, random: Random): Part {
  const from = midnight + 10.1 * hour;
  const commands = [
    "whoami.exe /all",
    'net.exe group "Domain Admins" /domain',
    "nltest.exe /domain_trusts",
    "net.exe view /domain",
    "rundll32.exe C:\\Windows\\System32\\comsvcs.dll, MiniDump 664 C:\\ProgramData\\cache.bin full",
  ];
  const hostEvents = commands.map((command, index) =>
    log.processStarted(
      estate,
      desk,
      from + index * 70 * second,
      log.processOf(`C:\\Windows\\System32\\${command.split(" ")[0] ?? ""}`, command, victim, random),
      parent,
    ),
  );
  return {
    occurrences: { hostEvents },
    steps: [
      step(
        "discovery",
        "Who am I, who are the administrators, which domains are trusted.",
        ["T1033", "T1069.002", "T1482", "T1018"],
        from,
        from + 4 * minute,
        [desk],
        [victim],
        [],
      ),
      step(
        "credentials",
        "The memory of the process that holds the credentials is written to a file; an administrator has worked here.",
        ["T1003.001"],
        from + 280 * second,
        from + 280 * second,
        [desk],
        [victim],
        [],
      ),
    ],
  };
}

/** A service on the application server, and from there a service on the file server. */
function movement(cast: Cast, random: Random): Part {
  const first = hop(cast, cast.desk, cast.application, cast.midnight + 12.68 * hour, random);
  const second = hop(cast, cast.application, cast.files, cast.midnight + 13.43 * hour, random);
  return {
    occurrences: together(first.occurrences, second.occurrences),
    steps: [...first.steps, ...second.steps],
  };
}

function hop({ estate, admin }: Cast, from: Device, to: Device, time: number, random: Random): Part {
  const name = random.letters(8, "abcdefghijklmnopqrstuvwxyz");
  const session = internalCall(
    from,
    { address: to.address, port: 445 },
    time,
    { service: "gssapi,smb,dce_rpc", bytesOut: 1_240_000, bytesIn: 18_400, seconds: 96 },
    random,
  );
  const mapper = internalCall(
    from,
    { address: to.address, port: 135 },
    time + 3 * second,
    { service: "dce_rpc", bytesOut: 720, bytesIn: 640, seconds: 0.4 },
    random,
  );
  const { source } = session;
  const logonId = `0x${random.hex(7)}`;
  const access = { path: "C:\\Windows", from: source, logonId };
  const services = log.processOf(
    "C:\\Windows\\System32\\services.exe",
    "C:\\Windows\\system32\\services.exe",
    log.machineAccount(to),
    random,
  );
  const service = log.processOf(`C:\\Windows\\${name}.exe`, `C:\\Windows\\${name}.exe`, log.machineAccount(to), random);
  const shell = log.processOf(
    "C:\\Windows\\System32\\cmd.exe",
    "C:\\Windows\\System32\\cmd.exe /c ipconfig /all & net share",
    log.machineAccount(to),
    random,
  );
  const hostEvents: HostEvent[] = [
    log.loggedOn(estate, to, time + 400, admin, {
      type: 3,
      from: { ...source, name: from.hostname },
      package: "NTLM",
      id: logonId,
    }),
    log.privilegesAssigned(estate, to, time + 401, admin, logonId),
    log.shareAccessed(estate, to, time + 700, admin, { ...access, share: "IPC$", file: "svcctl", writes: false }),
    log.shareAccessed(estate, to, time + 900, admin, { ...access, share: "ADMIN$", file: `${name}.exe`, writes: true }),
    log.serviceInstalled(to, time + 4 * second, admin, { name, image: `%SystemRoot%\\${name}.exe`, start: "demand start" }),
    log.processCreated(estate, to, time + 4.6 * second, service, services),
    log.processCreated(estate, to, time + 9 * second, shell, service),
  ];
  return {
    occurrences: { connections: [session, mapper], hostEvents },
    steps: [
      {
        ...step(
          `movement-to-${to.hostname.toLowerCase()}`,
          `A program is copied to ${to.hostname} and started there as a service, with the administrator's credentials.`,
          ["T1021.002", "T1569.002", "T1078.002"],
          time,
          time + 9 * second,
          [from, to],
          [],
          uidsOf([session, mapper]),
        ),
        users: [admin.account],
        source: from.address,
        destination: to.address,
        port: 445,
      },
    ],
  };
}

/** In the second night the application server sends data out in the names it asks for. */
function tunnel({ estate, application, midnight }: Cast, random: Random): Part {
  const from = midnight + 25.55 * hour;
  const label = (length: number) => random.letters(length, "abcdefghijklmnopqrstuvwxyz234567");
  const connections = Array.from({ length: 900 }, (_, index) =>
    lookup(
      estate,
      application,
      from + index * 3 * second + random.between(0, 900),
      {
        query: `${label(58)}.${label(50)}.${index.toString(16).padStart(4, "0")}.${tunnelDomain}`,
        type: "TXT",
        answers: [`TXT 44 ${label(44)}`],
        answerSeconds: 0,
        code: "NOERROR",
      },
      random,
    ),
  );
  return {
    occurrences: { connections },
    steps: [
      {
        ...step(
          "dns-tunnel",
          "Lists of files leave in the labels of 900 DNS queries; orders come back in TXT answers.",
          ["T1071.004", "T1572", "T1048.003"],
          from,
          connections.at(-1)?.time ?? from,
          [application],
          [],
          uidsOf(connections),
        ),
        source: application.address,
        destination: serverOf(estate, "domain-controller").address,
        port: 53,
        domain: "synccache.example",
      },
    ],
  };
}

/** Later in that night the file server packs the finance share and sends it out over TLS. */
function upload({ estate, files, midnight }: Cast, random: Random): Part {
  const packed = midnight + 26.2 * hour;
  const sent = midnight + 27.07 * hour;
  const shell = log.processOf(
    "C:\\Windows\\System32\\cmd.exe",
    "C:\\Windows\\System32\\cmd.exe",
    log.machineAccount(files),
    random,
  );
  const packer = "C:\\ProgramData\\7z.exe";
  const archive = log.processOf(
    packer,
    `${packer} a -pq8Zw -v250m C:\\ProgramData\\cache.7z D:\\Shares\\finance`,
    log.machineAccount(files),
    random,
  );
  const sessions = [231_400_512, 244_118_016, 187_332_608].map((bytesOut, index) =>
    tlsCall(
      files,
      sent + index * 7 * minute,
      drop,
      { bytesOut, bytesIn: random.logNormal(90_000, 0.1), seconds: random.between(300, 380) },
      random,
    ),
  );
  return {
    occurrences: {
      hostEvents: [log.processCreated(estate, files, packed, archive, shell)],
      connections: [addressLookup(estate, files, sent - 100, drop, random), ...sessions],
    },
    steps: [
      step("archive", "The finance share is packed with a password.", ["T1560.001"], packed, packed, [files], [], []),
      {
        ...step(
          "upload",
          "632 MiB leave for an address nobody here has ever talked to.",
          ["T1041", "T1567"],
          sent,
          sent + 20 * minute,
          [files],
          [],
          uidsOf(sessions),
        ),
        source: files.address,
        destination: drop.addresses[0] ?? "",
        port: 443,
        domain: drop.host,
      },
    ],
  };
}

function step(
  name: string,
  text: string,
  techniques: readonly string[],
  from: number,
  to: number,
  devices: readonly Device[],
  users: readonly Person[],
  records: readonly string[],
): Step {
  return {
    name,
    text,
    techniques,
    from,
    to,
    devices: devices.map((device) => device.hostname),
    users: users.map((person) => person.mail),
    records,
  };
}
