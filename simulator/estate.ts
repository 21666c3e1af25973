import { enterpriseOf } from "./enterprise.ts";
import { type Office, offices, type Place } from "./places.ts";
import { randomOf } from "./random.ts";

export type { Office, Place } from "./places.ts";

/** A person who works here, under every name that the logs know: mail, UPN and account go together. */
export interface Person {
  readonly displayName: string;
  /** Mail address and user principal name. */
  readonly mail: string;
  /** sAMAccountName. */
  readonly account: string;
  readonly sid: string;
  readonly userId: string;
  readonly department: Department;
  readonly jobTitle: string;
  readonly office: Office;
  readonly homeAddress: string;
}

export type Department = "finance" | "sales" | "engineering" | "operations" | "people" | "it";

export type Role =
  | "workstation"
  | "domain-controller"
  | "files"
  | "application"
  | "web"
  | "mail-relay"
  | "backup"
  | "management"
  | "jump-host"
  | "scanner"
  | "print"
  | "monitoring";

export interface Device {
  readonly hostname: string;
  readonly fullName: string;
  readonly address: string;
  readonly mac: string;
  readonly role: Role;
  readonly operatingSystem: string;
  /** Hexadecimal, as the endpoint agent numbers its hosts. */
  readonly agentId: string;
  /** Who sits at it; more than one where it is shared, none for a server. */
  readonly users: readonly Person[];
  /** Left on over night. */
  readonly staysOn: boolean;
}

export interface Estate {
  readonly domain: string;
  readonly netbios: string;
  readonly tenantId: string;
  readonly customerId: string;
  /** Hours to add to UTC for the clock on the wall. */
  readonly hoursFromUtc: number;
  readonly people: readonly Person[];
  readonly workstations: readonly Device[];
  readonly servers: readonly Device[];
  readonly printers: readonly string[];
  readonly offices: readonly Office[];
  /** The address under which the first office, or all of them where they share one, is known outside. */
  readonly officeAddress: string;
  readonly vpnAddress: string;
}

export interface EstateOptions {
  /** 40 to 50,000. */
  readonly people: number;
  /** How many offices there are (default: by size); with 1, everybody goes out through one address. */
  readonly offices?: number;
}

export const places = {
  office: { country: "NL", state: "Utrecht", city: "Utrecht", latitude: 52.09, longitude: 5.12 },
  vpn: { country: "DE", state: "Hessen", city: "Frankfurt am Main", latitude: 50.11, longitude: 8.68 },
  travel: { country: "US", state: "Illinois", city: "Chicago", latitude: 41.88, longitude: -87.63 },
  second: { country: "GB", state: "England", city: "London", latitude: 51.51, longitude: -0.13 },
  far: { country: "SG", state: "", city: "Singapore", latitude: 1.35, longitude: 103.82 },
} as const satisfies Record<string, Place>;

const domain = "lindenhof.example";
const given = "Amara Bram Chen Daan Elif Femke Goran Hanna Imran Jana Koen Lotte Mira Niels Olga Pim Rosa Sem Tessa Yara".split(
  " ",
);
const family =
  "Aydin Bakker Costa Dekker Ekici Fischer Groen Hoekstra Ivanova Jansen Kaya Lund Meijer Novak Okafor Prins Ruiz Smit Tanaka Visser".split(
    " ",
  );

const departments: readonly { readonly name: Department; readonly count: number }[] = [
  { name: "finance", count: 6 },
  { name: "sales", count: 9 },
  { name: "engineering", count: 11 },
  { name: "operations", count: 8 },
  { name: "people", count: 2 },
  { name: "it", count: 4 },
];

const serverPlan: readonly { readonly name: string; readonly role: Role; readonly host: number }[] = [
  { name: "DC01", role: "domain-controller", host: 10 },
  { name: "DC02", role: "domain-controller", host: 11 },
  { name: "FS01", role: "files", host: 20 },
  { name: "APP01", role: "application", host: 30 },
  { name: "WEB01", role: "web", host: 31 },
  { name: "MX01", role: "mail-relay", host: 40 },
  { name: "BKP01", role: "backup", host: 50 },
  { name: "MGT01", role: "management", host: 60 },
  { name: "JMP01", role: "jump-host", host: 61 },
  { name: "SCN01", role: "scanner", host: 70 },
  { name: "PRT01", role: "print", host: 80 },
  { name: "MON01", role: "monitoring", host: 90 },
];

// Public addresses of our own and of the attacker come from the ranges set aside for documentation (RFC 5737): they belong to nobody.
const estateAddresses = { office: "198.51.100.10", vpn: "198.51.100.200", homes: "192.0.2." };

/**
 * An estate of so many people; without a number a small office in one place: 40 people, 35 workstations (one of them shared by a
 * shift), 12 servers. Depends on the seed and the options alone.
 */
export function estateOf(seed: number, options?: EstateOptions): Estate {
  return options === undefined ? smallOffice(seed) : enterpriseOf(seed, options);
}

function smallOffice(seed: number): Estate {
  const random = randomOf(seed, "estate");
  const domainSid = `S-1-5-21-${random.integer(1e9, 4e9)}-${random.integer(1e9, 4e9)}-${random.integer(1e9, 4e9)}`;
  const people = peopleOf(seed, domainSid);
  // The people of operations who come last work a shift at one desk.
  const shift = people.filter((person) => person.department === "operations").slice(-6);
  const desks: readonly (readonly Person[])[] = [
    ...people.filter((person) => !shift.includes(person)).map((person) => [person]),
    shift,
  ];
  const device = (name: string, address: string, role: Role, users: readonly Person[]): Device => ({
    hostname: name,
    fullName: `${name.toLowerCase()}.${domain}`,
    address,
    mac: `00-50-56-${random.hex(2)}-${random.hex(2)}-${random.hex(2)}`,
    role,
    operatingSystem:
      role === "workstation" ? "Windows 11" : role === "mail-relay" || role === "monitoring" ? "Linux" : "Windows Server 2022",
    agentId: random.hex(32),
    users,
    staysOn: role !== "workstation" || random.chance(0.25),
  });
  return {
    domain,
    netbios: "LINDENHOF",
    tenantId: random.uuid(),
    customerId: random.hex(32),
    hoursFromUtc: 1,
    people,
    workstations: desks.map((users, index) =>
      device(`LH-WS-${String(index + 1).padStart(3, "0")}`, `10.20.8.${21 + index}`, "workstation", users),
    ),
    servers: serverPlan.map(({ name, role, host }) => device(name, `10.20.1.${host}`, role, [])),
    printers: [201, 202, 203, 204].map((host) => `10.20.9.${host}`),
    offices: [firstOffice],
    officeAddress: estateAddresses.office,
    vpnAddress: estateAddresses.vpn,
  };
}

const [firstOffice] = offices;

function peopleOf(seed: number, domainSid: string): Person[] {
  const random = randomOf(seed, "people");
  const families = random.shuffle(family);
  const givens = random.shuffle(given);
  const jobs = departments.flatMap(({ name, count }) => Array.from({ length: count }, () => name));
  return jobs.map((department, index) => {
    // The second time round each family name meets the next given name, so no name and no account comes twice.
    const first = givens[(index + Math.floor(index / family.length)) % given.length] ?? "";
    const last = families[index % family.length] ?? "";
    return {
      displayName: `${first} ${last}`,
      mail: `${first}.${last}@${domain}`.toLowerCase(),
      account: `${first.slice(0, 2)}${last}`.toLowerCase(),
      sid: `${domainSid}-${1104 + index}`,
      userId: random.uuid(),
      department,
      jobTitle: "",
      office: firstOffice,
      homeAddress: `${estateAddresses.homes}${11 + index * 3}`,
    };
  });
}

/** What a Windows event knows of who acted. */
export interface Account {
  readonly account: string;
  readonly sid: string;
}

/** The second account that somebody of the IT department uses for administration. */
export function adminAccountOf(person: Person): Account {
  return { account: `adm-${person.account}`, sid: person.sid.replace(/-(\d+)$/, (_, id: string) => `-${Number(id) + 400}`) };
}

/** The server with this role (the first, where there are two). */
export function serverOf(estate: Estate, role: Role): Device {
  const found = estate.servers.find((server) => server.role === role);
  if (found === undefined) throw new Error(`the estate has no server for ${role}`);
  return found;
}
