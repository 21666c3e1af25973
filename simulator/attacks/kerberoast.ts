import { hour, minute, second } from "../calendar.ts";
import { serverOf } from "../estate.ts";
import { processOf, ticketRequested } from "../host-events.ts";
import type { HostEvent } from "../occurrences.ts";
import { endpoint } from "../traffic.ts";
import { attack, step } from "./attack.ts";
import { images, reaches, started } from "./stage.ts";

/** The domain controller's own log tells it in full; sensors on hosts see the script and the calls to the controller. */
export const kerberoast = attack({
  id: "kerberoast",
  title: "Tickets of all service accounts are asked for with an old cipher, to be cracked elsewhere",
  techniques: ["T1087.002", "T1558.003"],
  tell: (cast, random) => {
    const { estate } = cast;
    const { person, desk, worksFrom } = cast.victim(random, {
      midnight: cast.workday(1),
      departments: ["engineering", "operations"],
    });
    const controller = serverOf(estate, "domain-controller");
    const began = worksFrom + 3.2 * hour;
    const shell = processOf(images.powershell, `"${images.powershell}" -nop -ep bypass`, person, random);
    const targets = estate.servers.filter(({ role }) => role !== "domain-controller");
    const tickets: HostEvent[] = targets.map((server, index) => {
      const event = ticketRequested(
        estate,
        controller,
        began + 2 * minute + index * random.between(80, 400),
        person,
        server,
        endpoint(desk, random),
      );
      return {
        ...event,
        fields: {
          ...event.fields,
          ServiceName: `svc-${server.hostname.toLowerCase()}`,
          TicketEncryptionType: "0x17",
          TicketOptions: "0x40810010",
        },
      };
    });
    return {
      steps: [
        step("service-accounts", "Accounts with service names are looked up in the directory.", {
          techniques: ["T1087.002"],
          devices: [desk],
          users: [person],
          occurrences: [
            {
              processStarts: [
                started(began, desk, shell, processOf(images.explorer, "C:\\Windows\\Explorer.EXE", person, random)),
              ],
              scriptRuns: [
                {
                  time: began + 4 * second,
                  device: desk,
                  process: shell,
                  text: "$s=New-Object DirectoryServices.DirectorySearcher('(&(samAccountType=805306368)(servicePrincipalName=*))');$s.FindAll()|%{$_.Properties.serviceprincipalname}",
                  path: "",
                },
              ],
              connections: [{ ...reaches(desk, controller, began + 5 * second, 389, shell, random), service: "ldap" }],
            },
          ],
        }),
        step("tickets", "A ticket for each of them is asked for within seconds, with RC4.", {
          techniques: ["T1558.003"],
          devices: [desk, controller],
          users: [person],
          source: desk.address,
          destination: controller.address,
          port: 88,
          occurrences: [
            {
              hostEvents: tickets,
              scriptRuns: [
                {
                  time: began + 2 * minute - 600,
                  device: desk,
                  process: shell,
                  text: "Add-Type -A System.IdentityModel;$spn|%{New-Object System.IdentityModel.Tokens.KerberosRequestorSecurityToken -ArgumentList $_}",
                  path: "",
                },
              ],
              connections: tickets.map(({ time }) =>
                reaches(desk, controller, time - 20, 88, shell, random, { bytesOut: 1_900, bytesIn: 2_100, seconds: 0.1 }),
              ),
            },
          ],
        }),
      ],
      around: {},
    };
  },
});
