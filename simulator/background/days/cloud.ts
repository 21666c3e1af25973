import { hour, minute, day as oneDay, second } from "../../calendar.ts";
import type { Person, Place } from "../../estate.ts";
import type { Authentication, CloudOperation, SignIn } from "../../occurrences.ts";
import { networkOf } from "../../places.ts";
import { type Random, randomOf } from "../../random.ts";
import { applications, failures } from "../sign-ins.ts";
import { fileName } from "./desk.ts";
import type { Tale } from "./tale.ts";
import type { Workday } from "./workday.ts";

const desktopAgent =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0";
const phoneAgents = {
  "Ios 18.1": "Outlook-iOS/4.2447.0 (iPhone; iOS 18.1)",
  "Android 15": "Outlook-Android/4.2447.1 (Linux; Android 15)",
} as const;
const graph = { name: "Microsoft Graph", id: "00000003-0000-0000-c000-000000000000" };
const shell = { name: "Microsoft Azure PowerShell", id: "1950a258-227b-4e31-a9cf-717495945fc2" };

interface From {
  readonly address: string;
  readonly place: Place;
}

/** The session of somebody's browser on one device. It outlives the day: cookies last two weeks. */
interface Session {
  readonly id: string;
  readonly client: SignIn["client"];
  readonly userAgent: string;
}

// Frankfurt, where the company's tunnel comes out.
const tunnelEnd: Place = { country: "DE", state: "Hessen", city: "Frankfurt am Main", latitude: 50.11, longitude: 8.68 };

/** Sign-ins, tokens that are used in silence, and what people do in mail, files and chat. */
export function tellCloud(tale: Tale, day: Workday, random: Random): void {
  const { person, from, to, where, habits, estate } = day;
  const desk = sessionOf(
    day,
    "desk",
    { operatingSystem: "Windows 11", browser: "Edge 142.0.0", device: day.device },
    desktopAgent,
  );
  const phone = sessionOf(day, "phone", { operatingSystem: habits.phone, browser: "", device: null }, phoneAgents[habits.phone]);
  const tunnel: From = { address: estate.vpnAddress, place: tunnelEnd };
  const here: From = where;
  const outside: From = where.kind === "office" ? { ...where, address: person.homeAddress } : where;

  for (const application of [applications.mail, applications.chat, applications.files, ...ownApplications(person)]) {
    signsIn(tale, day, from + random.between(1, 25) * minute, application, here, desk, random);
    if (random.chance(0.4)) signsIn(tale, day, random.between(from + hour, to), application, here, desk, random);
  }
  // Programs renew their tokens while nobody types: many times a day, and from wherever the device is then.
  for (let time = from + random.between(2, 60) * minute; time < to; time += random.between(35, 95) * minute)
    refreshes(
      tale,
      day,
      time,
      random.pick([applications.mail, applications.chat, applications.files, graph]),
      here,
      desk,
      random,
    );
  const carrier: From = { address: mobileAddress(person, day.midnight, day.seed), place: where.place };
  for (let time = from - random.between(0.2, 1.2) * hour; time < to + 3 * hour; time += random.between(1.2, 4) * hour)
    refreshes(tale, day, time, applications.mail, random.chance(0.5) ? carrier : outside, phone, random);
  // The tunnel comes out abroad: two countries within the hour, and nobody has moved.
  if (habits.usesTunnel && where.kind !== "office")
    signsIn(tale, day, from + random.between(40, 200) * minute, applications.files, tunnel, desk, random);
  if (random.chance(0.4)) signsIn(tale, day, to + random.between(1, 4) * hour, applications.mail, outside, phone, random);

  worksInCloud(tale, day, here, desk, random);
  rareThings(tale, day, here, desk, random);
}

function sessionOf(day: Workday, which: string, client: SignIn["client"], userAgent: string): Session {
  const fortnight = Math.floor(day.midnight / (14 * oneDay));
  const id = randomOf(day.seed, `session/${day.person.account}/${which}/${fortnight}`).uuid();
  return { id, client, userAgent };
}

const push: Authentication = {
  protocol: "none",
  requirement: "multiFactorAuthentication",
  steps: [
    { method: "Password", succeeded: true, detail: "Correct password" },
    { method: "Mobile app notification", succeeded: true, detail: "MFA successfully completed" },
  ],
};
const remembered: Authentication = {
  protocol: "oAuth2",
  requirement: "multiFactorAuthentication",
  steps: [{ method: "Previously satisfied", succeeded: true, detail: "MFA requirement satisfied by claim in the token" }],
};
const passwordOnly: Authentication = {
  protocol: "none",
  requirement: "singleFactorAuthentication",
  steps: [{ method: "Password", succeeded: false, detail: "Incorrect password" }],
};
const denied: Authentication = {
  protocol: "none",
  requirement: "multiFactorAuthentication",
  steps: [
    { method: "Password", succeeded: true, detail: "Correct password" },
    {
      method: "Mobile app notification",
      succeeded: false,
      detail: "MFA denied; user did not respond to mobile app notification",
    },
  ],
};

function signsIn(
  tale: Tale,
  { person, habits }: Workday,
  time: number,
  application: SignIn["application"],
  from: From,
  session: Session,
  random: Random,
): void {
  const attempt = {
    person,
    application,
    address: from.address,
    place: from.place,
    client: session.client,
    userAgent: session.userAgent,
    network: networkOf(from.address),
    sessionId: session.id,
    isInteractive: true,
  };
  const tries = random.chance(habits.forgets) ? random.integer(2, 7) : random.chance(0.03) ? 1 : 0;
  for (let left = tries; left > 0; left -= 1)
    tale.signIns.push({
      ...attempt,
      time: time - left * random.between(7, 20) * second,
      ...failures.wrongPassword,
      authentication: passwordOnly,
      tokenId: random.uuid(),
    });
  if (random.chance(0.02))
    tale.signIns.push({
      ...attempt,
      time: time - 4 * second,
      ...failures.secondFactor,
      authentication: denied,
      tokenId: random.uuid(),
    });
  tale.signIns.push({
    ...attempt,
    time,
    errorCode: 0,
    failureReason: null,
    authentication: random.chance(0.3) ? push : remembered,
    tokenId: random.uuid(),
  });
}

function refreshes(
  tale: Tale,
  { person, busyness }: Workday,
  time: number,
  application: SignIn["application"],
  from: From,
  session: Session,
  random: Random,
): void {
  if (busyness < 1 && !random.chance(busyness)) return;
  tale.signIns.push({
    time,
    person,
    application,
    address: from.address,
    place: from.place,
    client: session.client,
    userAgent: session.userAgent,
    network: networkOf(from.address),
    sessionId: session.id,
    tokenId: random.uuid(),
    isInteractive: false,
    authentication: remembered,
    errorCode: 0,
    failureReason: null,
  });
}

/** A phone's carrier gives it an address of its own for the day, out of a pool (RFC 2544's test network, upper half). */
function mobileAddress(person: Person, midnight: number, seed: number): string {
  const random = randomOf(seed, `mobile/${person.account}/${midnight}`);
  return `198.19.${random.integer(128, 254)}.${random.integer(1, 254)}`;
}

/** Reading mail, opening and sharing files: the products' audit under its own names. */
function worksInCloud(tale: Tale, day: Workday, from: From, session: Session, random: Random): void {
  const operation = operationOf(day, from, session);
  const site = `https://lindenhof.sharepoint.com/sites/${day.person.department}/Shared Documents`;
  for (
    let time = day.from + random.exponential(30 * minute);
    time < day.to;
    time += random.exponential((45 * minute) / day.busyness)
  )
    tale.cloudOperations.push(
      operation(
        time,
        random.weighted(
          ["MailItemsAccessed", "FileAccessed", "FileModified", "FileDownloaded", "FileUploaded", "SharingSet"] as const,
          (name) =>
            ({ MailItemsAccessed: 4, FileAccessed: 6, FileModified: 4, FileDownloaded: 1, FileUploaded: 1, SharingSet: 0.2 })[
              name
            ],
        ),
        `${site}/${fileName(random)}`,
      ),
    );
}

function operationOf(day: Workday, from: From, session: Session) {
  return (
    time: number,
    operation: string,
    object: string,
    parameters: Readonly<Record<string, string>> = {},
  ): CloudOperation => ({
    time,
    person: day.person,
    application: isMailOperation(operation) ? "Microsoft Exchange Online" : "Microsoft SharePoint Online",
    operation,
    object: isMailOperation(operation) && object.startsWith("https:") ? day.person.mail : object,
    parameters,
    address: from.address,
    place: from.place,
    userAgent: session.userAgent,
    sessionId: session.id,
  });
}

function isMailOperation(operation: string): boolean {
  return /Mail|Inbox|^Send/.test(operation);
}

/** Look-alikes of what an intruder does in a mailbox or a tenant, as rare as they are in real life. */
function rareThings(tale: Tale, day: Workday, from: From, session: Session, random: Random): void {
  const { person, habits, to } = day;
  const operation = operationOf(day, from, session);
  const time = random.between(day.from + hour, to);
  // People who tidy their mail make a rule a month: newsletters into a folder, a colleague's mail to another.
  if (random.chance(habits.tidiesMail ? 0.05 : 0.004))
    tale.cloudOperations.push(
      operation(
        time,
        random.pick(["New-InboxRule", "Set-InboxRule"]),
        `${person.mail}\\${random.pick(["Newsletters", "Builds", "Invoices"])}`,
        {
          Name: random.pick(["Newsletters", "Builds", "Invoices"]),
          From: random.pick(["news@weather.example", "build@lindenhof.example", "billing@molen-advies.example"]),
          MoveToFolder: random.pick(["Newsletters", "Archive", "Later"]),
          StopProcessingRules: "True",
        },
      ),
    );
  // Somebody allows an application to read their calendar.
  if (random.chance(0.004)) consents(tale, day, time, from, random);
  // Whoever goes on leave takes handover documents along, agreed with the manager a week before.
  if (isBeforeLeave(person, day.midnight, day.seed))
    for (let file = random.integer(120, 260); file > 0; file -= 1)
      tale.cloudOperations.push(
        operation(
          time + file * random.between(1, 6) * second,
          "FileDownloaded",
          `https://lindenhof.sharepoint.com/sites/${person.department}/Shared Documents/handover/${fileName(random)}`,
        ),
      );
}

/** The last day before a parental leave: once in a while for a few. */
function isBeforeLeave(person: Person, midnight: number, seed: number): boolean {
  return randomOf(seed, `leave/${person.account}/${midnight}`).chance(0.0006);
}

function consents(tale: Tale, { person }: Workday, time: number, from: From, random: Random): void {
  const application = random.pick(["Meeting Minutes", "Calendar Companion", "Poll Maker"]);
  tale.directoryChanges.push({
    time,
    operation: "Consent to application",
    category: "ApplicationManagement",
    by: person,
    address: from.address,
    targets: [
      {
        type: "ServicePrincipal",
        id: randomOf(0, `application/${application}`).uuid(),
        name: application,
        changes: [
          { name: "ConsentContext.IsAdminConsent", before: null, after: '"False"' },
          {
            name: "ConsentAction.Permissions",
            before: null,
            after: `"[] => [[Id: ${random.hex(22)}, PrincipalId: ${person.userId}, ConsentType: Principal, Scope: Calendars.Read User.Read]]"`,
          },
        ],
      },
    ],
    succeeded: true,
    details: { "User-Agent": desktopAgent },
  });
}

/** What somebody of the IT department does to the tenant with its command line. */
export function tellTenantWork(tale: Tale, day: Workday, random: Random): void {
  const { person, from, to, where } = day;
  const session = sessionOf(
    day,
    "shell",
    { operatingSystem: "Windows 11", browser: "", device: day.device },
    "AzurePowershell/12.4.0",
  );
  const time = random.between(from + hour, to - hour);
  signsIn(tale, day, time, shell, where, session, random);
  for (let call = random.integer(3, 14); call > 0; call -= 1)
    tale.graphRequests.push({
      time: time + call * 8 * second,
      person,
      application: shell,
      method: "GET",
      url: `https://graph.microsoft.com/v1.0/${random.pick(["users?$top=999", "groups?$top=999", "devices", "directoryRoles", "auditLogs/signIns?$top=50"])}`,
      status: 200,
      address: where.address,
      scopes: ["Directory.Read.All", "AuditLog.Read.All"],
    });
}

function ownApplications(person: Person): SignIn["application"][] {
  switch (person.department) {
    case "sales":
      return [applications.customers];
    case "engineering":
      return [applications.code];
    case "it":
      return [applications.portal, applications.code];
    default:
      return [applications.drive];
  }
}
