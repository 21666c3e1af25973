import { hour, minute, second } from "../calendar.ts";
import type { SignIn } from "../occurrences.ts";
import { attack, step } from "./attack.ts";
import { applications, origins, proofs, signIn, userAgents } from "./stage.ts";

export const deviceCodePhish = attack({
  id: "device-code-phish",
  title: "Somebody types a stranger's code into the real sign-in page, and signs the stranger's device in",
  techniques: ["T1566.002", "T1528", "T1098.005", "T1114.002"],
  tell: (cast, random) => {
    const { person, worksFrom } = cast.victim(random, {
      midnight: cast.workday(2),
      departments: ["people", "sales", "operations"],
    });
    const from = origins.accra;
    const session = random.uuid();
    const sent = worksFrom + 2.1 * hour;
    const typedCode = sent + 9 * minute;
    const use = (time: number, application: SignIn["application"], isFirst = false): SignIn =>
      signIn(time, person, application, from, {
        authentication: isFirst ? proofs.deviceCode : proofs.cookie,
        userAgent: userAgents.axios,
        session,
        isInteractive: isFirst,
      });
    return {
      steps: [
        step("mail", "An invitation to a meeting says which code to type in where. Its link is the real sign-in page.", {
          techniques: ["T1566.002"],
          users: [person],
          occurrences: [
            {
              mails: [
                {
                  id: random.uuid(),
                  time: sent,
                  direction: "Inbound",
                  sender: "meetings@partner-rooms.example",
                  senderName: "Partner meeting",
                  senderAddress: "203.0.113.36",
                  recipients: [person.mail],
                  subject: "Invitation: your code for the meeting room",
                  urls: ["https://microsoft.com/devicelogin"],
                  attachments: [],
                  sizeBytes: 17_300,
                  delivery: "Delivered",
                },
              ],
            },
          ],
        }),
        step("device-code", "The code is typed in, and the stranger's program is signed in from far away.", {
          techniques: ["T1528", "T1078.004"],
          users: [person],
          source: from.address,
          occurrences: [
            { signIns: [use(typedCode, applications.broker, true), use(typedCode + 4 * second, applications.office)] },
          ],
        }),
        step("device-registered", "The stranger's device is registered, which gives it tokens that last.", {
          techniques: ["T1098.005"],
          users: [person],
          source: from.address,
          occurrences: [
            {
              directoryChanges: [
                {
                  time: typedCode + 3 * minute,
                  operation: "Register device",
                  category: "Device",
                  by: person,
                  address: from.address,
                  targets: [{ type: "Device", id: random.uuid(), name: "DESKTOP-8QK2VN1" }],
                  succeeded: true,
                  details: { "Device OS": "Windows", "Device Trust Type": "Azure AD registered" },
                },
              ],
            },
          ],
        }),
        step("mailbox-reading", "Mail is read with them, on that day and the next.", {
          techniques: ["T1114.002"],
          users: [person],
          source: from.address,
          occurrences: [
            {
              signIns: [
                use(typedCode + 26 * minute, applications.mail),
                use(typedCode + 5 * hour, applications.mail),
                use(typedCode + 23 * hour, applications.mail),
              ],
              cloudOperations: [27, 33, 305, 1384].map((minutes) => ({
                time: typedCode + minutes * minute,
                person,
                application: "Microsoft Exchange Online" as const,
                operation: "MailItemsAccessed",
                object: "Inbox",
                parameters: { MailAccessType: "Sync", OperationCount: String(random.integer(10, 400)) },
                address: from.address,
                place: from.place,
                userAgent: userAgents.axios,
                sessionId: session,
              })),
            },
          ],
        }),
      ],
      around: {},
    };
  },
});
