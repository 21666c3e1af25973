import { day, hour, minute, second } from "../calendar.ts";
import { attack, step } from "./attack.ts";
import { applications, origins } from "./stage.ts";

export const servicePrincipalSecret = attack({
  id: "service-principal-secret",
  title: "An application gets a second secret, which is used from elsewhere",
  techniques: ["T1098.001", "T1078.004", "T1530"],
  tell: (cast, random) => {
    const { person } = cast.administrator(random);
    const from = origins.riga;
    const service = { name: "Document Archive Connector", id: random.uuid(), applicationId: random.uuid() };
    const added = cast.workday(2) + 19.7 * hour;
    const used = added + 14 * minute;
    return {
      steps: [
        step(
          "second-secret",
          "In the evening a second secret is added to an application that may read all files, from an administrator's session.",
          {
            techniques: ["T1098.001"],
            users: [person],
            source: from.address,
            occurrences: [
              {
                directoryChanges: [
                  {
                    time: added,
                    operation: "Update application – Certificates and secrets management ",
                    category: "ApplicationManagement",
                    by: person,
                    address: from.address,
                    targets: [
                      {
                        type: "Application",
                        id: service.applicationId,
                        name: service.name,
                        changes: [
                          {
                            name: "KeyDescription",
                            before: "[]",
                            after: `["[KeyIdentifier=${random.uuid()},KeyType=Password,KeyUsage=Verify,DisplayName=backup]"]`,
                          },
                        ],
                      },
                    ],
                    succeeded: true,
                    details: { "User-Agent": "python-requests/2.32.3" },
                  },
                ],
              },
            ],
          },
        ),
        step("secret-used", "The application signs in from a rented server and reads files, again the next night.", {
          techniques: ["T1078.004", "T1530"],
          source: from.address,
          occurrences: [
            {
              serviceSignIns: [used, used + 50 * minute, used + day].map((time) => ({
                time,
                service,
                resource: applications.graph,
                address: from.address,
                place: from.place,
                errorCode: 0,
              })),
              graphRequests: Array.from({ length: 180 }, (_, index) => ({
                time: used + 20 * second + index * random.between(1, 12) * second,
                person: null,
                application: { name: service.name, id: service.applicationId },
                method: "GET" as const,
                url: `https://graph.microsoft.com/v1.0/drives/${random.hex(16)}/items/${random.hex(16)}/content`,
                status: random.chance(0.05) ? 403 : 200,
                address: from.address,
                scopes: ["Files.Read.All"],
              })),
            },
          ],
        }),
      ],
      around: {},
    };
  },
});
