import { minute, second } from "../calendar.ts";
import { processOf } from "../host-events.ts";
import { attack, step } from "./attack.ts";
import { applications, calls, desktopOf, images, origins, proofs, rented, signIn, started, userAgents } from "./stage.ts";

const page = rented("start.mail-assistant.example", "203.0.113.38");

export const oauthConsentPhish = attack({
  id: "oauth-consent-phish",
  title: "Somebody lets a stranger's application read their mail",
  techniques: ["T1566.002", "T1528", "T1550.001", "T1114.002"],
  tell: (cast, random) => {
    const { estate } = cast;
    const { person, desk, worksFrom, origin } = cast.victim(random, {
      midnight: cast.workday(1),
      departments: ["sales", "people"],
    });
    const application = { name: "Mail Assistant", id: random.uuid() };
    const service = random.uuid();
    const mailId = random.uuid();
    const url = `https://${page.host}/begin/${random.hex(8)}`;
    const sent = worksFrom + 48 * minute;
    const clicked = sent + 13 * minute;
    const consented = clicked + 96 * second;
    const outlook = processOf(images.outlook, `"${images.outlook}"`, person, random);
    const browser = processOf(images.browser, `"${images.browser}" --single-argument ${url}`, person, random);
    const scopes = ["Mail.ReadWrite", "Mail.Send", "Contacts.Read", "offline_access"];
    const token = random.letters(22, "abcdefghijklmnopqrstuvwxyz0123456789");
    return {
      steps: [
        step("mail", "A mail offers an assistant that sorts the inbox. The filter finds nothing wrong with it.", {
          techniques: ["T1566.002"],
          users: [person],
          domain: page.host,
          occurrences: [
            {
              mails: [
                {
                  id: mailId,
                  time: sent,
                  direction: "Inbound",
                  sender: "hello@mail-assistant.example",
                  senderName: "Mail Assistant",
                  senderAddress: "203.0.113.39",
                  recipients: [person.mail],
                  subject: "Your inbox, sorted",
                  urls: [url],
                  attachments: [],
                  sizeBytes: 41_200,
                  delivery: "Delivered",
                },
              ],
            },
          ],
        }),
        step("click", "The link is followed.", {
          techniques: ["T1204.001"],
          devices: [desk],
          users: [person],
          source: desk.address,
          destination: page.addresses[0] ?? "",
          port: 443,
          domain: page.host,
          occurrences: [
            {
              linkClicks: [
                {
                  id: random.uuid(),
                  time: clicked,
                  person,
                  url,
                  mailId,
                  address: origin.address,
                  action: "ClickAllowed",
                  isClickedThrough: true,
                },
              ],
              processStarts: [
                started(clicked - 10 * minute, desk, outlook, desktopOf(person, random)),
                started(clicked + 500, desk, browser, outlook),
              ],
              connections: calls(
                estate,
                desk,
                browser,
                clicked + second,
                page,
                { bytesOut: 2_100, bytesIn: 90_000, seconds: 30 },
                random,
              ),
            },
          ],
        }),
        step("consent", "Consent is given: mail may be read and sent, and the application may stay.", {
          techniques: ["T1528"],
          users: [person],
          occurrences: [
            {
              signIns: [
                signIn(consented - 8 * second, person, application, origin, {
                  authentication: proofs.cookie,
                  userAgent: userAgents.edge,
                  device: desk,
                }),
              ],
              directoryChanges: [
                {
                  time: consented,
                  operation: "Consent to application",
                  category: "ApplicationManagement",
                  by: person,
                  address: origin.address,
                  targets: [
                    {
                      type: "ServicePrincipal",
                      id: service,
                      name: application.name,
                      changes: [
                        { name: "ConsentContext.IsAdminConsent", before: null, after: "False" },
                        {
                          name: "ConsentAction.Permissions",
                          before: null,
                          after: `[] => [[Id: ${random.hex(12)}, ClientId: ${service}, PrincipalId: ${person.userId}, ResourceId: ${applications.graph.id}, ConsentType: Principal, Scope: ${scopes.join(" ")}]]`,
                        },
                      ],
                    },
                  ],
                  succeeded: true,
                  details: { "User-Agent": userAgents.edge, AppId: application.id },
                },
              ],
            },
          ],
        }),
        step("mail-read-by-application", "From then on the application pages through the mailbox from a rented server.", {
          techniques: ["T1550.001", "T1114.002"],
          users: [person],
          source: origins.secondRiga.address,
          occurrences: [
            {
              graphRequests: Array.from({ length: 260 }, (_, index) => ({
                time: consented + 4 * minute + index * random.between(4, 30) * second,
                person,
                application,
                method: "GET" as const,
                url: `https://graph.microsoft.com/v1.0/me/messages?$top=50&$skip=${index * 50}`,
                status: random.chance(0.03) ? 429 : 200,
                address: origins.secondRiga.address,
                scopes,
                tokenId: token,
              })),
            },
          ],
        }),
      ],
      around: {},
    };
  },
});
