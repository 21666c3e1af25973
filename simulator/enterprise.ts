import type { Department, Device, Estate, EstateOptions, Person, Role } from "./estate.ts";
import { type Office, offices } from "./places.ts";
import { type Random, randomOf } from "./random.ts";

// An estate of any size. Its shape follows rules of thumb: offices open as it grows, one in twelve (of operations) works shifts at shared desks,
// three in a hundred are of the IT department, and there is a server for every fifteen people (fewer as it grows).

const given =
  "Amara Anouk Bilal Bram Chen Clara Daan Dilan Elif Emre Femke Finn Goran Greta Hanna Hugo Imran Ines Jana Joris Kaya Koen Lars Lotte Marek Mira Nadia Niels Olga Omar Pim Priya Rosa Ruben Sem Sofia Tessa Thijs Yara Zoe".split(
    " ",
  );
const family =
  "Aydin Bakker Banerjee Costa Cruz Dekker Dumont Ekici Eriksen Fischer Fontaine Groen Gupta Haas Hoekstra Ibarra Ivanova Jansen Jensen Kaya Kowalski Lund Lopez Meijer Moreno Nguyen Novak Okafor Ortiz Patel Prins Quist Ruiz Rossi Smit Sato Tanaka Turner Ulrich Visser Vogel Weber Winter Xu Yilmaz Young Zeman Ziegler".split(
    " ",
  );

const shares: readonly { readonly name: Department; readonly share: number; readonly titles: readonly string[] }[] = [
  { name: "finance", share: 0.11, titles: ["Accountant", "Controller", "Payroll Officer", "Treasurer", "Finance Director"] },
  { name: "sales", share: 0.22, titles: ["Account Manager", "Sales Representative", "Bid Manager", "Sales Director"] },
  {
    name: "engineering",
    share: 0.28,
    titles: ["Engineer", "Senior Engineer", "Test Engineer", "Architect", "Engineering Manager"],
  },
  { name: "operations", share: 0.3, titles: ["Planner", "Warehouse Lead", "Purchaser", "Service Agent", "Operations Manager"] },
  { name: "people", share: 0.05, titles: ["Recruiter", "People Partner", "Benefits Officer"] },
  { name: "it", share: 0.04, titles: ["Systems Administrator", "Service Desk Agent", "Network Engineer", "Cloud Engineer"] },
];

const netbios = "LINDENHOF";
const domain = "lindenhof.example";

/** An estate of 40 to 50,000 people. Depends on the seed and the options alone. */
export function enterpriseOf(seed: number, options: EstateOptions): Estate {
  const { people: count } = options;
  if (!Number.isInteger(count) || count < 40 || count > 50_000)
    throw new Error(`an estate has 40 to 50,000 people, not ${count}`);
  const random = randomOf(seed, "enterprise");
  const open = offices.slice(0, Math.max(1, Math.min(options.offices ?? officesFor(count), offices.length)));
  const domainSid = `S-1-5-21-${random.integer(1e9, 4e9)}-${random.integer(1e9, 4e9)}-${random.integer(1e9, 4e9)}`;
  const people = peopleOf(count, open, domainSid, seed);
  const [first = offices[0]] = open;
  return {
    domain,
    netbios,
    tenantId: random.uuid(),
    customerId: random.hex(32),
    hoursFromUtc: first.hoursFromUtc,
    people,
    workstations: workstationsOf(people, seed),
    servers: serversOf(count, first, seed),
    printers: Array.from({ length: Math.max(4, Math.ceil(count / 120)) }, (_, index) => hostAddress(first.network, 240, index)),
    offices: open,
    officeAddress: first.egressAddress,
    vpnAddress: "198.51.100.200",
  };
}

function officesFor(people: number): number {
  return people < 120 ? 2 : people < 500 ? 4 : people < 3_000 ? 6 : 8;
}

function peopleOf(count: number, open: readonly Office[], domainSid: string, seed: number): Person[] {
  const random = randomOf(seed, "enterprise/people");
  const [families, givens] = [random.shuffle(family), random.shuffle(given)];
  return Array.from({ length: count }, (_, index) => {
    const first = givens[(index + Math.floor(index / families.length)) % givens.length] ?? "";
    const last = families[index % families.length] ?? "";
    // Names come back after so many; the directory then numbers them.
    const round = Math.floor(index / (families.length * givens.length));
    const number = round === 0 ? "" : String(round + 1);
    const department = departmentOf(index);
    return {
      displayName: `${first} ${last}${number === "" ? "" : ` (${number})`}`,
      mail: `${first}.${last}${number}@${domain}`.toLowerCase(),
      account: `${first}${last}${number}`.toLowerCase(),
      // In steps of three, so that the second accounts of administrators (400 further on) meet nobody.
      sid: `${domainSid}-${5001 + index * 3}`,
      userId: random.uuid(),
      department: department.name,
      jobTitle: random.pick(department.titles),
      office: random.weighted(open, ({ weight }) => weight),
      homeAddress: homeAddress(index),
    };
  });
}

/** Departments are dealt out in turns, so that each is there in every part of the list. */
function departmentOf(index: number) {
  // The golden ratio spreads evenly over the shares, for any length.
  const at = (index * 0.618033988749895) % 1;
  let sum = 0;
  const found = shares.find(({ share }) => {
    sum += share;
    return at < sum;
  });
  const [fallback] = shares;
  if (fallback === undefined) throw new Error("an estate has departments");
  return found ?? fallback;
}

// 198.18.0.0/15 is set aside for tests of network devices (RFC 2544): it is nobody's, and large enough for a home each.
function homeAddress(index: number): string {
  const host = 257 + index;
  return `198.${18 + Math.floor(host / 65_536)}.${Math.floor(host / 256) % 256}.${host % 256}`;
}

function workstationsOf(people: readonly Person[], seed: number): Device[] {
  const random = randomOf(seed, "enterprise/devices");
  const byOffice = new Map<string, number>();
  const shifts = new Map<string, Person[]>();
  const desks: Person[][] = [];
  for (const [index, person] of people.entries()) {
    // Three in ten are of operations, and three in ten of those work a shift: six of an office share a desk.
    if (person.department !== "operations" || index % 10 > 2) {
      desks.push([person]);
      continue;
    }
    const shift = shifts.get(person.office.code);
    if (shift !== undefined && shift.length < 6) shift.push(person);
    else {
      const begun = [person];
      shifts.set(person.office.code, begun);
      desks.push(begun);
    }
  }
  return desks.map((users) => {
    const office = users[0]?.office ?? offices[0];
    const number = (byOffice.get(office.code) ?? 0) + 1;
    byOffice.set(office.code, number);
    const isShared = users.length > 1;
    return deviceOf({
      name: `LH-${office.code}-${isShared ? "S" : "L"}${String(number).padStart(5, "0")}`,
      address: hostAddress(office.network, 8, number),
      role: "workstation",
      users,
      staysOn: isShared || random.chance(0.12),
      operatingSystem: random.chance(0.85) ? "Windows 11" : "Windows 10",
      random,
    });
  });
}

const firstServers: readonly (readonly [name: string, role: Role])[] = [
  ["DC01", "domain-controller"],
  ["DC02", "domain-controller"],
  ["FS01", "files"],
  ["APP01", "application"],
  ["WEB01", "web"],
  ["MX01", "mail-relay"],
  ["BKP01", "backup"],
  ["MGT01", "management"],
  ["JMP01", "jump-host"],
  ["SCN01", "scanner"],
  ["PRT01", "print"],
  ["MON01", "monitoring"],
];

function serversOf(people: number, office: Office, seed: number): Device[] {
  const random = randomOf(seed, "enterprise/servers");
  const more = Math.round(people < 3_000 ? people / 15 : 200 + (people - 3_000) / 60) - 3;
  const kinds: readonly (readonly [name: string, role: Role])[] = [
    ["APP", "application"],
    ["FS", "files"],
    ["APP", "application"],
    ["WEB", "web"],
    ["DC", "domain-controller"],
    ["APP", "application"],
  ];
  const counts = new Map<string, number>(Object.entries({ APP: 1, FS: 1, WEB: 1, DC: 2 }));
  const added = Array.from({ length: Math.max(0, more) }, (_, index): readonly [string, Role] => {
    const [name, role] = kinds[index % kinds.length] ?? ["APP", "application"];
    const number = (counts.get(name) ?? 0) + 1;
    counts.set(name, number);
    return [`${name}${String(number).padStart(2, "0")}`, role];
  });
  return [...firstServers, ...added].map(([name, role], index) =>
    deviceOf({
      name,
      address: hostAddress(office.network, 1, index + 9),
      role,
      users: [],
      staysOn: true,
      operatingSystem:
        role === "mail-relay" || role === "monitoring"
          ? "Linux"
          : index % 4 === 3
            ? "Windows Server 2019"
            : "Windows Server 2022",
      random,
    }),
  );
}

/** The nth host of an office, from a third number on upwards. */
function hostAddress(network: string, from: number, index: number): string {
  return `${network}.${from + Math.floor(index / 250)}.${1 + (index % 250)}`;
}

function deviceOf(plan: {
  readonly name: string;
  readonly address: string;
  readonly role: Role;
  readonly users: readonly Person[];
  readonly staysOn: boolean;
  readonly operatingSystem: string;
  readonly random: Random;
}): Device {
  const { random, name, ...rest } = plan;
  return {
    ...rest,
    hostname: name,
    fullName: `${name.toLowerCase()}.${domain}`,
    mac: `00-50-56-${random.hex(2)}-${random.hex(2)}-${random.hex(2)}`,
    agentId: random.hex(32),
  };
}
