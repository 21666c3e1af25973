import { hour, minute, second } from "../calendar.ts";
import type { Person } from "../estate.ts";
import { processOf } from "../host-events.ts";
import type { Click, Message } from "../occurrences.ts";
import type { Random } from "../random.ts";
import { lookAlike, step } from "./attack.ts";
import type { Cast } from "./cast.ts";
import { calls, desktopOf, images, rented, started } from "./stage.ts";

const site = rented("portal.account-check.example", "203.0.113.130");

/** The twin of the mailbox takeover: the same mails and clicks, sent by the training of the company itself. No session goes anywhere. */
export const phishingSimulation = lookAlike({
  id: "phishing-simulation",
  title: "The company tests who follows links",
  tell: (cast, random) => {
    const { estate } = cast;
    const midnight = cast.workday(2);
    const recipients = cast.others(random, []).slice(0, 30);
    const messages = recipients.map((person, index) =>
      test(person, cast.at(midnight, 9.1) + index * random.between(20, 110) * second, random),
    );
    const clickers = messages.filter(() => random.chance(0.3));
    const clicks = clickers.flatMap((message): Click[] => {
      const [person] = message.recipients;
      if (person === undefined) return [];
      return [
        {
          id: random.uuid(),
          time: message.time + random.between(4, 210) * minute,
          message,
          person,
          address: person.office.egressAddress,
          isPermitted: true,
        },
      ];
    });
    return {
      steps: [
        step(
          "training-mails",
          "Thirty people get a mail that says their account will be closed. The filter condemns its link, which is why it is on the list of allowed senders.",
          {
            users: recipients,
            domain: site.host,
            occurrences: [{ messages }],
          },
        ),
        step("training-clicks", "Some follow the link and are told what they have missed; two say so to the service desk.", {
          users: clicks.map(({ person }) => person),
          domain: site.host,
          destination: site.addresses[0] ?? "",
          port: 443,
          occurrences: [{ clicks }, ...clicks.map((click) => visit(cast, click, random))],
        }),
      ],
      around: {
        mails: clicks.slice(0, 2).map((click) => ({
          id: random.uuid(),
          time: click.time + 0.3 * hour,
          direction: "Intra-org" as const,
          sender: click.person.mail,
          senderName: click.person.displayName,
          senderAddress: null,
          recipients: [`servicedesk@${estate.domain}`],
          subject: "Fwd: Your account will be closed",
          urls: [],
          attachments: [],
          sizeBytes: 31_000,
          delivery: "Delivered" as const,
        })),
      },
    };
  },
});

function test(person: Person, time: number, random: Random): Message {
  return {
    id: random.uuid(),
    time,
    isDelivered: true,
    sender: "it-support@account-check.example",
    senderName: "IT Support",
    senderAddress: "203.0.113.131",
    recipients: [person],
    subject: "Your account will be closed today",
    sizeBytes: 26_000,
    threat: {
      id: random.hex(64),
      url: `https://${site.host}/t/${random.hex(12)}`,
      classification: "phish",
      status: "active",
      time: time + 0.4 * hour,
    },
    scores: { spam: 5, phish: 44, malware: 0, impostor: 12 },
  };
}

function visit({ estate }: Cast, { person, time, message }: Click, random: Random) {
  const desk = estate.workstations.find(({ users }) => users.includes(person));
  if (desk === undefined) return {};
  const outlook = processOf(images.outlook, `"${images.outlook}"`, person, random);
  const browser = processOf(images.browser, `"${images.browser}" --single-argument ${message.threat.url}`, person, random);
  return {
    processStarts: [
      started(time - 40 * minute, desk, outlook, desktopOf(person, random)),
      started(time + 0.6 * second, desk, browser, outlook),
    ],
    connections: calls(estate, desk, browser, time + second, site, { bytesOut: 3_900, bytesIn: 180_000, seconds: 35 }, random),
  };
}
