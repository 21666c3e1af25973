import { hour, midnights, minute, type Span } from "../calendar.ts";
import { type Estate, type Person, serverOf } from "../estate.ts";
import type { Click, Connection, Message, Occurrences, Threat } from "../occurrences.ts";
import { type Random, randomOf } from "../random.ts";
import { lookup } from "../traffic.ts";

const subjects = {
  phish: ["Your mailbox is almost full", "Unusual activity on your account", "Document shared with you", "Voice message waiting"],
  malware: ["Purchase order attached", "Shipping documents", "Scan from the copier"],
  spam: ["Grow your pipeline", "Last chance: webinar tomorrow", "A better price for your toner"],
} as const;

/** What the mail filter tells: mostly what it kept out, now and then a delivery that it condemned later, and clicks on those. */
export function mail(estate: Estate, span: Span, seed: number): Partial<Occurrences> {
  const random = randomOf(seed, "mail");
  const messages = midnights(span).flatMap((midnight) => {
    const count = 38 + random.integer(-6, 6);
    return Array.from({ length: count }, () => messageOf(estate, midnight + random.between(5, 20) * hour, random));
  });
  const clicks = messages
    .filter((message) => message.isDelivered)
    .flatMap((message) => message.recipients.map((person) => clickOf(estate, message, person, random)))
    .filter((click) => click !== null);
  return { messages, clicks, connections: senderLookups(estate, span, seed) };
}

function messageOf(estate: Estate, time: number, random: Random): Message {
  const classification = random.weighted(
    ["spam", "phish", "malware"] as const,
    (kind) => ({ spam: 6, phish: 3, malware: 1 })[kind],
  );
  const isDelivered = random.chance(0.07);
  const domain = `${random.pick(["blue", "fast", "north", "prime", "smart", "true"])}-${random.pick(["deals", "files", "letters", "media", "notice"])}${random.integer(1, 60)}.example`;
  return {
    id: random.uuid(),
    time,
    isDelivered,
    sender: `${random.pick(["info", "news", "no-reply", "service"])}@${domain}`,
    senderName: random.pick(["Service Desk", "Newsletter", "Accounts", "Notification"]),
    senderAddress: `203.0.113.${random.integer(150, 199)}`,
    recipients: [random.pick(estate.people)],
    subject: random.pick(subjects[classification]),
    sizeBytes: Math.round(random.logNormal(24_000, 0.8)),
    threat: threatOf(`https://${domain}/${random.hex(8)}`, classification, isDelivered, time, random),
    scores: {
      spam: classification === "spam" ? random.integer(70, 100) : random.integer(0, 40),
      phish: classification === "phish" ? random.integer(70, 100) : random.integer(0, 30),
      malware: classification === "malware" ? random.integer(70, 100) : 0,
      impostor: random.integer(0, 12),
    },
  };
}

/** What was delivered turns out harmless more often than not. */
function threatOf(
  url: string,
  classification: Threat["classification"],
  isDelivered: boolean,
  time: number,
  random: Random,
): Threat {
  return {
    id: random.hex(64),
    url,
    classification,
    status: isDelivered ? random.pick(["cleared", "falsePositive", "active"]) : "active",
    time: isDelivered ? time + random.between(0.5, 9) * hour : time - random.between(1, 90) * hour,
  };
}

/** The filter's own page stands in the way of most clicks. */
function clickOf(estate: Estate, message: Message, person: Person, random: Random): Click | null {
  if (!random.chance(0.5)) return null;
  return {
    id: random.uuid(),
    time: message.time + random.between(3, 200) * minute,
    message,
    person,
    address: random.chance(0.7) ? estate.officeAddress : person.homeAddress,
    isPermitted: message.threat.status === "falsePositive",
  };
}

/** The relay asks a block list about each sender: one name for every address, most of them unknown there. As busy as a tunnel. */
function senderLookups(estate: Estate, span: Span, seed: number): Connection[] {
  const random = randomOf(seed, "sender-lookups");
  const relay = serverOf(estate, "mail-relay");
  return midnights(span).flatMap((midnight) =>
    Array.from({ length: 230 }, () => {
      const address = [random.integer(1, 223), random.integer(0, 255), random.integer(0, 255), random.integer(1, 254)];
      const isListed = random.chance(0.3);
      const time = midnight + 24 * hour * random.next();
      return lookup(
        estate,
        relay,
        time,
        {
          query: `${address.join(".")}.zen.spamhaus.org`,
          type: "A",
          answers: isListed ? ["127.0.0.4"] : [],
          answerSeconds: 300,
          code: isListed ? "NOERROR" : "NXDOMAIN",
        },
        random,
      );
    }),
  );
}
