import { second } from "../calendar.ts";
import type { Account, Device, Estate, Person, Place } from "../estate.ts";
import { localSystem, type Process, processOf } from "../host-events.ts";
import type { Authentication, Connection, Logon, ProcessStart, SignIn } from "../occurrences.ts";
import type { Random } from "../random.ts";
import type { Site } from "../sites.ts";
import { addressLookup, endpoint, internalCall, tlsCall } from "../traffic.ts";

// What attackers use again and again: places to come from, hosts of their own, programs, and the ways from host to host.

/**
 * Where somebody comes from. Addresses lie in ranges set aside for documentation and tests (RFC 5737, RFC 2544), a network of its own
 * for each, so that no two attacks seem to be one; networks are numbered by RFC 5398.
 */
export interface Origin {
  readonly address: string;
  readonly place: Place;
  readonly network: { readonly number: number; readonly name: string };
}

const hosting = { number: 64500, name: "Example Virtual Servers" };
const proxies = { number: 64501, name: "Example Residential Proxies" };
const cities = {
  bucharest: { country: "RO", state: "Bucuresti", city: "Bucharest", latitude: 44.43, longitude: 26.1 },
  riga: { country: "LV", state: "Riga", city: "Riga", latitude: 56.95, longitude: 24.11 },
  lagos: { country: "NG", state: "Lagos", city: "Lagos", latitude: 6.52, longitude: 3.38 },
  accra: { country: "GH", state: "Greater Accra", city: "Accra", latitude: 5.56, longitude: -0.2 },
  hanoi: { country: "VN", state: "", city: "Hanoi", latitude: 21.03, longitude: 105.85 },
  manila: { country: "PH", state: "", city: "Manila", latitude: 14.6, longitude: 120.98 },
} as const satisfies Record<string, Place>;

export const origins = {
  bucharest: { address: "203.0.113.71", place: cities.bucharest, network: hosting },
  riga: { address: "198.19.203.40", place: cities.riga, network: hosting },
  secondRiga: { address: "198.19.204.16", place: cities.riga, network: hosting },
  lagos: { address: "198.19.201.97", place: cities.lagos, network: proxies },
  accra: { address: "198.19.206.23", place: cities.accra, network: proxies },
  hanoi: { address: "198.19.202.118", place: cities.hanoi, network: hosting },
  manila: { address: "198.19.205.60", place: cities.manila, network: proxies },
} as const satisfies Record<string, Origin>;

/** A host that the attacker rents. */
export function rented(host: string, address: string): Site {
  return { host, addresses: [address], weight: 0, answerSeconds: 600, tls: "TLSv12", issuer: "CN=R11,O=Let's Encrypt,C=US" };
}

/** Applications of the identity provider by the ids that they have everywhere. */
export const applications = {
  home: { name: "OfficeHome", id: "4765445b-32c6-49b0-83e6-1d93765276ca" },
  mail: { name: "Office 365 Exchange Online", id: "00000002-0000-0ff1-ce00-000000000000" },
  files: { name: "Office 365 SharePoint Online", id: "00000003-0000-0ff1-ce00-000000000000" },
  portal: { name: "Azure Portal", id: "c44b4083-3bb0-49c1-b47d-974e53cbdf3c" },
  office: { name: "Microsoft Office", id: "d3590ed6-52b3-4102-aeff-aad2292ab01c" },
  broker: { name: "Microsoft Authentication Broker", id: "29d9ed98-a469-4536-ade2-f981bc1d605e" },
  graph: { name: "Microsoft Graph", id: "00000003-0000-0000-c000-000000000000" },
} as const;

export const userAgents = {
  edge: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
  firefox: "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
  axios: "axios/1.7.9",
} as const;

/** The identity provider's own numbers and words for what did not work. */
export const refusals = {
  wrongPassword: { errorCode: 50126, failureReason: "Error validating credentials due to invalid username or password." },
  noSuchUser: {
    errorCode: 50034,
    failureReason: "The user account does not exist in the directory. To sign into this application, the account must be added.",
  },
  locked: { errorCode: 50053, failureReason: "The account is locked, the user tried to sign in too many times." },
  secondFactorNeeded: { errorCode: 50074, failureReason: "Strong Authentication is required." },
  secondFactorRefused: {
    errorCode: 500121,
    failureReason: "Authentication failed during strong authentication request.",
  },
} as const;

const passed = { errorCode: 0, failureReason: null } as const;

/** How somebody proved who they are. */
export const proofs = {
  passwordAndPhone: {
    protocol: "oAuth2",
    requirement: "multiFactorAuthentication",
    steps: [
      { method: "Password", succeeded: true, detail: "Correct password" },
      { method: "Mobile app notification", succeeded: true, detail: "MFA completed in Azure AD" },
    ],
  },
  cookie: {
    protocol: "oAuth2",
    requirement: "multiFactorAuthentication",
    steps: [{ method: "Previously satisfied", succeeded: true, detail: "MFA requirement satisfied by claim in the token" }],
  },
  wrongPassword: {
    protocol: "oAuth2",
    requirement: "singleFactorAuthentication",
    steps: [
      {
        method: "Password",
        succeeded: false,
        detail: "Invalid username or password or Invalid on-premise username or password.",
      },
    ],
  },
  phoneRefused: {
    protocol: "oAuth2",
    requirement: "multiFactorAuthentication",
    steps: [
      { method: "Password", succeeded: true, detail: "Correct password" },
      { method: "Mobile app notification", succeeded: false, detail: "MFA denied; user declined the authentication" },
    ],
  },
  phoneUnanswered: {
    protocol: "oAuth2",
    requirement: "multiFactorAuthentication",
    steps: [
      { method: "Password", succeeded: true, detail: "Correct password" },
      {
        method: "Mobile app notification",
        succeeded: false,
        detail: "MFA denied; user did not respond to mobile app notification",
      },
    ],
  },
  deviceCode: {
    protocol: "deviceCode",
    requirement: "multiFactorAuthentication",
    steps: [{ method: "Previously satisfied", succeeded: true, detail: "MFA requirement satisfied by claim in the token" }],
  },
} as const satisfies Record<string, Authentication>;

/** A sign-in of somebody from somewhere; it goes well unless `refused` says why not. */
export function signIn(
  time: number,
  person: Person,
  application: SignIn["application"],
  from: Origin,
  more: {
    readonly authentication: Authentication;
    readonly userAgent: string;
    readonly session?: string;
    readonly token?: string;
    readonly isInteractive?: boolean;
    readonly device?: Device;
    readonly refused?: { readonly errorCode: number; readonly failureReason: string };
    readonly risk?: NonNullable<SignIn["risk"]>;
  },
): SignIn {
  return {
    time,
    person,
    application,
    address: from.address,
    place: from.place,
    network: from.network,
    client: clientOf(more.userAgent, more.device ?? null),
    ...(more.refused ?? passed),
    isInteractive: more.isInteractive ?? true,
    authentication: more.authentication,
    userAgent: more.userAgent,
    ...(more.session === undefined ? {} : { sessionId: more.session }),
    ...(more.token === undefined ? {} : { tokenId: more.token }),
    ...(more.risk === undefined ? {} : { risk: more.risk }),
  };
}

function clientOf(userAgent: string, device: Device | null): SignIn["client"] {
  if (userAgent.includes("Edg/")) return { operatingSystem: "Windows 11", browser: "Edge 142.0.0", device };
  if (userAgent.includes("Firefox/")) return { operatingSystem: "Linux", browser: "Firefox 132.0", device };
  return { operatingSystem: "", browser: "", device };
}

const system32 = "C:\\Windows\\System32\\";
export const images = {
  explorer: "C:\\Windows\\explorer.exe",
  browser: "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
  outlook: "C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE",
  shell: `${system32}cmd.exe`,
  powershell: `${system32}WindowsPowerShell\\v1.0\\powershell.exe`,
  mshta: `${system32}mshta.exe`,
  rundll: `${system32}rundll32.exe`,
  installer: `${system32}msiexec.exe`,
  services: `${system32}services.exe`,
  wmiProvider: `${system32}wbem\\WmiPrvSE.exe`,
  serviceHost: `${system32}svchost.exe`,
  remoteDesktop: `${system32}mstsc.exe`,
  system: "System",
} as const;

/** The same programs run once a session; a child names its parent. */
export function desktopOf(account: Account, random: Random): Process {
  return processOf(images.explorer, "C:\\Windows\\Explorer.EXE", account, random);
}
export function servicesOf(random: Random): Process {
  return processOf(images.services, "C:\\Windows\\system32\\services.exe", localSystem, random);
}
export function wmiProviderOf(random: Random): Process {
  return processOf(images.wmiProvider, `${images.wmiProvider} -secured -Embedding`, localSystem, random);
}
export function systemOf(random: Random): Process {
  return processOf(images.system, "", localSystem, random);
}

export function started(
  time: number,
  device: Device,
  process: Process,
  parent: Process,
  seconds: number | null = null,
): ProcessStart {
  return { time, device, process, parent, seconds };
}

/** Commands typed one after the other, with the pauses of somebody who reads the answers. */
export function typed(
  device: Device,
  from: number,
  commands: readonly string[],
  shell: Process,
  account: Account,
  random: Random,
): ProcessStart[] {
  let time = from;
  return commands.map((command) => {
    const [name = ""] = command.split(" ");
    const image = name.includes("\\") ? name : `${system32}${name}`;
    const start = started(time, device, processOf(image, command, account, random), shell, random.between(0.2, 4));
    time += random.between(6, 75) * second;
    return start;
  });
}

/** A program looks up a site and talks to it over TLS. */
export function calls(
  estate: Estate,
  device: Device,
  process: Process,
  time: number,
  site: Site,
  size: { readonly bytesOut: number; readonly bytesIn: number; readonly seconds: number },
  random: Random,
): Connection[] {
  const asked = addressLookup(estate, device, time, site, random);
  return [
    { ...asked, process },
    { ...tlsCall(device, time + 40 + random.between(0, 80), site, size, random), process },
  ];
}

/** Calls home from time to time: `gap` gives the wait until the next in milliseconds. Every eighth looks the name up anew. */
export function callsHome(
  estate: Estate,
  device: Device,
  process: Process,
  site: Site,
  span: { readonly from: number; readonly to: number; readonly gap: () => number },
  random: Random,
): Connection[] {
  const connections: Connection[] = [];
  for (let time = span.from, index = 0; time < span.to; time += span.gap(), index += 1) {
    const hasOrders = random.chance(0.04);
    const size = {
      bytesOut: random.logNormal(hasOrders ? 9_000 : 640, 0.05),
      bytesIn: random.logNormal(hasOrders ? 26_000 : 350, 0.06),
      seconds: random.logNormal(0.8, 0.2),
    };
    const call = { ...tlsCall(device, time, site, size, random), process };
    if (index % 8 === 0) connections.push({ ...addressLookup(estate, device, time - 35, site, random), process });
    connections.push(call);
  }
  return connections;
}

/** A way onto another host, as the program on the near end opens it. */
export function reaches(
  from: Device,
  to: Device,
  time: number,
  port: number,
  process: Process,
  random: Random,
  size = { bytesOut: 24_000, bytesIn: 12_000, seconds: 20 },
): Connection {
  const service =
    port === 445
      ? "gssapi,smb,dce_rpc"
      : port === 3389
        ? "rdp,ssl"
        : port === 88
          ? "krb_tcp"
          : port === 5985
            ? "http"
            : "dce_rpc";
  return { ...internalCall(from, { address: to.address, port }, time, { service, ...size }, random), process };
}

/** A logon over the network that a connection brought. */
export function logon(
  time: number,
  account: Account,
  from: Device,
  to: Device,
  how: Pick<Logon, "type" | "package" | "protocol"> & { readonly failure?: Logon["failure"]; readonly isAdministrator?: boolean },
  random: Random,
): Logon {
  return {
    time,
    account,
    to,
    from: { ...endpoint(from, random), name: from.hostname },
    logonId: `0x${random.hex(7)}`,
    isAdministrator: true,
    failure: null,
    ...how,
  };
}
