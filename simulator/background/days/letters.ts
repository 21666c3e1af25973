import { createHash } from "node:crypto";
import { hour, minute } from "../../calendar.ts";
import type { Estate, Person } from "../../estate.ts";
import type { Mail, Message } from "../../occurrences.ts";
import { type Random, randomOf } from "../../random.ts";
import { siteOf } from "../../sites.ts";
import { addressLookup, tlsCall } from "../../traffic.ts";
import type { Running } from "./desk.ts";
import type { Tale } from "./tale.ts";
import type { Workday } from "./workday.ts";

const partners =
  "anker-techniek delta-transport eik-advies gilde-bouw kompas-logistiek linde-media polder-techniek veld-winkel".split(" ");
const newsletters = "weather.example news.radio-app.example mail.linde-winkel.example letters.true-media7.example".split(" ");
const topics = [
  "Planning week",
  "Invoice",
  "Minutes of today",
  "Question about the offer",
  "Delivery",
  "Holiday",
  "Lunch?",
  "Report",
];

/** Mail of a day: among colleagues, with partners, newsletters; and what the filter condemns. */
export function tellLetters(tale: Tale, day: Workday, running: Running, random: Random): void {
  const { person, estate, from, to, habits, busyness } = day;
  const count = (mean: number) => Math.round(mean * habits.mailsOften * busyness * random.between(0.5, 1.5));
  for (let left = count(6); left > 0; left -= 1) tale.mails.push(inside(estate, person, random.between(from, to), random));
  for (let left = count(2); left > 0; left -= 1) tale.mails.push(outward(person, random.between(from, to), random));
  for (let left = count(5); left > 0; left -= 1) receives(tale, day, running, random.between(from - 2 * hour, to + hour), random);
  if (random.chance(0.55)) condemned(tale, day, random.between(from - 3 * hour, to), random);
}

function inside(estate: Estate, person: Person, time: number, random: Random): Mail {
  const picked = Array.from({ length: 1 + Math.floor(random.exponential(0.8)) }, () => random.pick(estate.people).mail);
  const recipients = [...new Set(picked)];
  return {
    ...letter(time, random),
    direction: "Intra-org",
    sender: person.mail,
    senderName: person.displayName,
    senderAddress: null,
    recipients,
    urls: random.chance(0.3) ? [`https://lindenhof.sharepoint.com/:x:/s/${person.department}/${random.hex(12)}`] : [],
  };
}

function outward(person: Person, time: number, random: Random): Mail {
  return {
    ...letter(time, random),
    direction: "Outbound",
    sender: person.mail,
    senderName: person.displayName,
    senderAddress: null,
    recipients: [`${random.pick(["office", "planning", "billing"])}@${random.pick(partners)}.example`],
    urls: [],
  };
}

function receives(tale: Tale, { person, where, estate, device }: Workday, running: Running, time: number, random: Random): void {
  const isNewsletter = random.chance(0.45);
  const host = isNewsletter ? random.pick(newsletters) : `${random.pick(partners)}.example`;
  const site = siteOf(isNewsletter ? host : `www.${host}`, "small");
  const urls = isNewsletter || random.chance(0.3) ? [`https://${site.host}/${random.hex(10)}`] : [];
  const mail: Mail = {
    ...letter(time, random),
    direction: "Inbound",
    sender: `${isNewsletter ? "news" : random.pick(["office", "planning", "billing"])}@${host}`,
    senderName: isNewsletter ? "Newsletter" : random.pick(["Office", "Planning", "Billing"]),
    senderAddress: `192.0.2.${210 + (host.length % 40)}`,
    recipients: [person.mail],
    urls,
    delivery: random.chance(0.06) ? "Junked" : "Delivered",
  };
  tale.mails.push(mail);
  const [url] = urls;
  if (url === undefined || mail.delivery !== "Delivered" || !random.chance(0.15)) return;
  const clicked = time + random.between(1, 180) * minute;
  tale.linkClicks.push({
    id: random.uuid(),
    time: clicked,
    person,
    url,
    mailId: mail.id,
    address: where.address,
    action: "ClickAllowed",
    isClickedThrough: false,
  });
  tale.connections.push({ ...addressLookup(estate, device, clicked + 200, site, random), process: running.edge });
  const size = { bytesOut: random.logNormal(3_000, 0.5), bytesIn: random.logNormal(60_000, 1), seconds: random.logNormal(20, 1) };
  tale.connections.push({ ...tlsCall(device, clicked + 400, site, size, random), process: running.edge });
}

function letter(
  time: number,
  random: Random,
): Omit<Mail, "direction" | "sender" | "senderName" | "senderAddress" | "recipients" | "urls"> {
  const subject = `${random.pick(topics)} ${random.integer(1, 999)}`;
  const attachments = random.chance(0.2)
    ? [
        {
          name: `${subject.toLowerCase().replaceAll(/\W+/g, "-")}.pdf`,
          sha256: random.hex(64),
          sizeBytes: random.integer(20_000, 900_000),
        },
      ]
    : [];
  return {
    id: random.uuid(),
    time,
    subject,
    attachments,
    sizeBytes: Math.round(random.logNormal(30_000, 1)),
    delivery: "Delivered",
  };
}

const subjects = {
  phish: ["Your mailbox is almost full", "Unusual activity on your account", "Document shared with you", "Voice message waiting"],
  malware: ["Purchase order attached", "Shipping documents", "Scan from the copier"],
  spam: ["Grow your pipeline", "Last chance: webinar tomorrow", "A better price for your toner"],
} as const;

/** Mostly kept out; now and then delivered and condemned hours or days later, half of the time wrongly; clicks are mostly stopped. */
function condemned(tale: Tale, { person, where }: Workday, time: number, random: Random): void {
  const classification = random.weighted(
    ["spam", "phish", "malware"] as const,
    (kind) => ({ spam: 6, phish: 3, malware: 1 })[kind],
  );
  const isDelivered = random.chance(0.05);
  const domain = `${random.pick(["blue", "fast", "north", "prime", "smart", "true"])}-${random.pick(["deals", "files", "letters", "media", "notice"])}${random.integer(1, 400)}.example`;
  const message: Message = {
    id: random.uuid(),
    time,
    isDelivered,
    sender: `${random.pick(["info", "news", "no-reply", "service"])}@${domain}`,
    senderName: random.pick(["Service Desk", "Newsletter", "Accounts", "Notification"]),
    senderAddress: `203.0.113.${random.integer(150, 199)}`,
    recipients: [person],
    subject: random.pick(subjects[classification]),
    sizeBytes: Math.round(random.logNormal(24_000, 0.8)),
    threat: {
      id: createHash("sha256").update(`${domain}/${classification}`).digest("hex"),
      url: `https://${domain}/${random.hex(8)}`,
      classification,
      status: isDelivered ? random.pick(["cleared", "falsePositive", "active"]) : "active",
      time: isDelivered ? time + random.between(0.5, 60) * hour : time - random.between(1, 90) * hour,
    },
    scores: {
      spam: classification === "spam" ? random.integer(70, 100) : random.integer(0, 40),
      phish: classification === "phish" ? random.integer(70, 100) : random.integer(0, 30),
      malware: classification === "malware" ? random.integer(70, 100) : 0,
      impostor: random.integer(0, 12),
    },
  };
  tale.messages.push(message);
  if (isDelivered && random.chance(0.35))
    tale.clicks.push({
      id: random.uuid(),
      time: time + random.between(3, 200) * minute,
      message,
      person,
      address: where.address,
      isPermitted: message.threat.status === "falsePositive" || message.threat.time > time + 200 * minute,
    });
}

/** The look-alike of an attack: the house tests its own people on the second Tuesday of a month, with mails that a vendor of such tests sends. */
export function tellPhishingTest(tale: Tale, day: Workday, running: Running, seed: number): void {
  const date = new Date(day.midnight);
  if (date.getUTCDay() !== 2 || date.getUTCDate() < 8 || date.getUTCDate() > 14) return;
  const random = randomOf(seed, `phishing-test/${day.person.account}/${day.midnight}`);
  if (!random.chance(0.3)) return;
  const { person, estate, device, where } = day;
  const landing = siteOf("login.bewust-veilig.example", "small");
  const mail: Mail = {
    id: random.uuid(),
    time: day.from + random.between(5, 90) * minute,
    direction: "Inbound",
    sender: "it-support@bewust-veilig.example",
    senderName: "IT Support",
    senderAddress: "192.0.2.201",
    recipients: [person.mail],
    subject: "Your password expires today",
    urls: [`https://${landing.host}/renew?id=${random.hex(12)}`],
    attachments: [],
    sizeBytes: 18_200,
    delivery: "Delivered",
  };
  tale.mails.push(mail);
  if (!random.chance(0.14)) return;
  const clicked = mail.time + random.between(2, 150) * minute;
  tale.linkClicks.push({
    id: random.uuid(),
    time: clicked,
    person,
    url: mail.urls[0] ?? "",
    mailId: mail.id,
    address: where.address,
    action: "ClickAllowed",
    isClickedThrough: false,
  });
  tale.connections.push({ ...addressLookup(estate, device, clicked + 300, landing, random), process: running.edge });
  const size = { bytesOut: 3_900, bytesIn: 48_000, seconds: 35 };
  tale.connections.push({ ...tlsCall(device, clicked + 500, landing, size, random), process: running.edge });
  // Half of those who click type something, and land on the page that explains.
  if (random.chance(0.5))
    tale.connections.push({
      ...tlsCall(device, clicked + 40_000, landing, { ...size, bytesOut: 5_100 }, random),
      process: running.edge,
    });
}
