import { hour, minute, second } from "../calendar.ts";
import type { Person } from "../estate.ts";
import { processOf } from "../host-events.ts";
import type { Click, CloudOperation, LinkClick, Mail, Message, RiskDetection, SignIn } from "../occurrences.ts";
import type { Random } from "../random.ts";
import { attack, step } from "./attack.ts";
import type { Victim } from "./cast.ts";
import {
  applications,
  calls,
  desktopOf,
  images,
  origins,
  proofs,
  refusals,
  rented,
  signIn,
  started,
  userAgents,
} from "./stage.ts";

const page = rented("documents.lindenhof-files.example", "203.0.113.66");
const collector = rented("sync.viewer-extension.example", "203.0.113.67");
const afar = origins.bucharest;

export const mailboxTakeover = attack({
  id: "mailbox-takeover",
  title: "A mailbox is taken over with a stolen session, and colleagues get mail from it",
  techniques: ["T1566.002", "T1204.001", "T1176.001", "T1539", "T1550.004", "T1114.002", "T1564.008", "T1534"],
  tell: (cast, random) => {
    const { estate } = cast;
    const victim = cast.victim(random, { midnight: cast.workday(1), departments: ["finance"] });
    const { person, desk } = victim;
    const others = cast.others(random, [person]);
    const fellows = others.filter(({ department }) => department === person.department).slice(0, 2);
    const session = random.uuid();

    // The mail lies there since before work; the click comes with the first coffee.
    const sent = victim.worksFrom - 35 * minute;
    const clicked = victim.worksFrom + random.between(25, 40) * minute;
    const message = lure([person, ...fellows], sent, random);
    const click: Click = {
      id: random.uuid(),
      time: clicked,
      message,
      person,
      address: victim.origin.address,
      isPermitted: true,
    };

    const outlook = processOf(images.outlook, `"${images.outlook}"`, person, random);
    const browser = processOf(images.browser, `"${images.browser}" --single-argument ${message.threat.url}`, person, random);
    const opened = [
      started(clicked - 20 * minute, desk, outlook, desktopOf(person, random)),
      started(clicked + 0.6 * second, desk, browser, outlook),
    ];
    const visits = [
      ...calls(estate, desk, browser, clicked + second, page, { bytesOut: 4_180, bytesIn: 261_220, seconds: 41 }, random),
      ...calls(estate, desk, browser, clicked + 70 * second, collector, { bytesOut: 18_377, bytesIn: 1_402, seconds: 3 }, random),
    ];
    const extension = {
      time: clicked + 62 * second,
      device: desk,
      process: browser,
      action: "created" as const,
      path: `C:\\Users\\${person.account}\\AppData\\Local\\Microsoft\\Edge\\User Data\\Default\\Extensions\\${random.letters(32, "abcdefghijklmnop")}\\1.0.4_0\\background.js`,
      sizeBytes: 18_204,
      sha256: random.hex(64),
    };

    const replays = replayed(victim, session, clicked + 34 * minute, random);
    const first = replays[0]?.time ?? clicked;
    const ruled = first + 11 * minute;
    const spread = first + random.between(3.1, 3.6) * hour;
    const colleagues = others.filter((other) => !fellows.includes(other)).slice(0, 14);
    const colleague = colleagues[0];
    if (colleague === undefined) throw new Error("there is nobody to write to");
    const phish = internalMail(person, colleagues, spread, random);
    const colleagueClicks = spread + random.between(9, 22) * minute;
    const linkClick: LinkClick = {
      id: random.uuid(),
      time: colleagueClicks,
      person: colleague,
      url: phish.urls[0] ?? "",
      mailId: phish.id,
      address: colleague.office.egressAddress,
      action: "ClickAllowed",
      isClickedThrough: true,
    };
    const risk: RiskDetection = {
      id: random.hex(64),
      time: first,
      detected: first + 5.2 * hour,
      person,
      signIn: replays[0] ?? null,
      type: "anomalousToken",
      level: "medium",
      state: "atRisk",
      address: afar.address,
      place: afar.place,
    };

    const operation = operationsOf(person, session);
    return {
      steps: [
        step(
          "phishing-mail",
          "A mail with a link to a page that looks like the company's document store reaches three people in finance; the filter condemns it five hours later.",
          {
            techniques: ["T1566.002"],
            users: message.recipients,
            domain: page.host,
            occurrences: [{ messages: [message] }],
          },
        ),
        step("click", "One of them follows the link.", {
          techniques: ["T1204.001"],
          devices: [desk],
          users: [person],
          source: desk.address,
          destination: page.addresses[0] ?? "",
          port: 443,
          domain: page.host,
          occurrences: [{ clicks: [click], processStarts: opened, connections: visits.slice(0, 2) }],
        }),
        step(
          "cookie-theft",
          "The page offers a viewer for the document: a browser extension, which sends the cookies of the mail session to its maker.",
          {
            techniques: ["T1176.001", "T1539"],
            devices: [desk],
            users: [person],
            source: desk.address,
            destination: collector.addresses[0] ?? "",
            port: 443,
            domain: collector.host,
            occurrences: [{ fileChanges: [extension], connections: visits.slice(2) }],
          },
        ),
        step(
          "session-replay",
          "The session goes on from another network and another browser, without a prompt, while the victim works in it at the office.",
          {
            techniques: ["T1550.004", "T1078.004"],
            users: [person],
            source: afar.address,
            occurrences: [
              {
                signIns: replays,
                riskDetections: [risk],
                riskStates: [{ time: risk.detected, person, level: "medium", state: "atRisk", detail: "none" }],
              },
            ],
          },
        ),
        step("mailbox-reading", "Mails about payments are searched for and read.", {
          techniques: ["T1114.002"],
          users: [person],
          source: afar.address,
          occurrences: [
            {
              cloudOperations: [1.5, 2.5, 4, 6.5, 8, 9.5].map((minutes) =>
                operation(first + minutes * minute, "MailItemsAccessed", "Inbox", {
                  MailAccessType: "Bind",
                  OperationCount: String(random.integer(3, 40)),
                }),
              ),
            },
          ],
        }),
        step(
          "mailbox-rule",
          "A rule with a name of one full stop hides what colleagues answer; minutes later it is made to catch more words.",
          {
            techniques: ["T1564.008"],
            users: [person],
            source: afar.address,
            occurrences: [
              {
                cloudOperations: [
                  operation(ruled, "New-InboxRule", `${person.mail}\\.`, { Name: ".", ...hiding("document;shared;phish") }),
                  operation(ruled + 6 * minute, "Set-InboxRule", `${person.mail}\\.`, {
                    Identity: ".",
                    ...hiding("document;shared;phish;hacked;suspicious;virus"),
                  }),
                ],
              },
            ],
          },
        ),
        step("internal-phishing", "Fourteen colleagues get a mail from the victim with a link to the same page.", {
          techniques: ["T1534"],
          users: [person, ...colleagues],
          source: afar.address,
          domain: page.host,
          occurrences: [
            {
              mails: [phish],
              cloudOperations: [
                operation(spread, "Send", phish.subject, {
                  Subject: phish.subject,
                  InternetMessageId: `<${phish.id}@${estate.domain}>`,
                }),
              ],
            },
          ],
        }),
        step("colleague-click", "One colleague follows it and types the password; the second factor keeps the attacker out.", {
          techniques: ["T1204.001", "T1078.004"],
          users: [colleague],
          domain: page.host,
          occurrences: [
            {
              linkClicks: [linkClick],
              signIns: [
                signIn(colleagueClicks + 2.4 * minute, colleague, applications.home, afar, {
                  authentication: proofs.phoneUnanswered,
                  userAgent: userAgents.firefox,
                  refused: refusals.secondFactorRefused,
                }),
                signIn(colleagueClicks + 4.1 * minute, colleague, applications.home, afar, {
                  authentication: proofs.phoneRefused,
                  userAgent: userAgents.firefox,
                  refused: refusals.secondFactorRefused,
                }),
              ],
            },
          ],
        }),
      ],
      // The session is the victim's own: begun in the morning with a second factor, and used all day.
      around: { signIns: ownSession(victim, session, clicked, random), mails: answers(person, colleagues, spread, random) },
    };
  },
});

function lure(recipients: readonly Person[], time: number, random: Random): Message {
  return {
    id: random.uuid(),
    time,
    isDelivered: true,
    sender: "no-reply@lindenhof-files.example",
    senderName: "Document centre",
    senderAddress: "203.0.113.62",
    recipients,
    subject: "Quarterly statement is ready for your review",
    sizeBytes: 28_411,
    threat: {
      id: random.hex(64),
      url: `https://${page.host}/d/${random.hex(10)}`,
      classification: "phish",
      status: "active",
      time: time + 5.1 * hour,
    },
    scores: { spam: 9, phish: 41, malware: 0, impostor: 24 },
  };
}

/** The stolen session in use: at once, in the afternoon, and the next morning by the clock of whoever stole it. */
function replayed({ person }: Victim, session: string, from: number, random: Random): SignIn[] {
  const use = (time: number, application: SignIn["application"], isInteractive = false): SignIn =>
    signIn(time, person, application, afar, {
      authentication: proofs.cookie,
      userAgent: userAgents.firefox,
      session,
      token: random.letters(22, "abcdefghijklmnopqrstuvwxyz0123456789"),
      isInteractive,
    });
  return [
    use(from, applications.home, true),
    use(from + 38 * second, applications.mail),
    use(from + 14 * minute, applications.files),
    use(from + random.between(2.8, 3) * hour, applications.mail, true),
    use(from + random.between(4.2, 5) * hour, applications.mail),
    use(from + random.between(21, 23) * hour, applications.mail, true),
  ];
}

function ownSession(victim: Victim, session: string, clicked: number, random: Random): SignIn[] {
  const { person, desk, origin, worksFrom, worksTo } = victim;
  const use = (time: number, application: SignIn["application"], isFirst = false): SignIn =>
    signIn(time, person, application, origin, {
      authentication: isFirst ? proofs.passwordAndPhone : proofs.cookie,
      userAgent: userAgents.edge,
      session,
      token: random.letters(22, "abcdefghijklmnopqrstuvwxyz0123456789"),
      isInteractive: isFirst,
      device: desk,
    });
  return [
    use(worksFrom + 6 * minute, applications.home, true),
    use(worksFrom + 7 * minute, applications.mail),
    use(clicked + 55 * minute, applications.files),
    use(clicked + random.between(2, 3) * hour, applications.mail),
    use(worksTo - random.between(20, 70) * minute, applications.mail),
  ];
}

function hiding(words: string): Record<string, string> {
  return { SubjectOrBodyContainsWords: words, MoveToFolder: "RSS Feeds", MarkAsRead: "True", StopProcessingRules: "True" };
}

function operationsOf(person: Person, session: string) {
  return (time: number, operation: string, object: string, parameters: Readonly<Record<string, string>>): CloudOperation => ({
    time,
    person,
    application: "Microsoft Exchange Online",
    operation,
    object,
    parameters,
    address: afar.address,
    place: afar.place,
    userAgent: userAgents.firefox,
    sessionId: session,
  });
}

function internalMail(sender: Person, recipients: readonly Person[], time: number, random: Random): Mail {
  return {
    id: random.uuid(),
    time,
    direction: "Intra-org",
    sender: sender.mail,
    senderName: sender.displayName,
    senderAddress: null,
    recipients: recipients.map(({ mail }) => mail),
    subject: "Shared with you: quarterly statement",
    urls: [`https://${page.host}/s/${random.hex(10)}`],
    attachments: [],
    sizeBytes: 19_870,
    delivery: "Delivered",
  };
}

/** Two of them ask back; the rule takes care of that. */
function answers(victim: Person, colleagues: readonly Person[], from: number, random: Random): Mail[] {
  return colleagues.slice(1, 3).map((colleague) => ({
    id: random.uuid(),
    time: from + random.between(12, 50) * minute,
    direction: "Intra-org",
    sender: colleague.mail,
    senderName: colleague.displayName,
    senderAddress: null,
    recipients: [victim.mail],
    subject: "Re: Shared with you: quarterly statement",
    urls: [],
    attachments: [],
    sizeBytes: 6_120,
    delivery: "Delivered",
  }));
}
