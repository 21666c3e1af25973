import { hour, minute } from "../calendar.ts";
import { serverOf } from "../estate.ts";
import { processOf, ticketRequested } from "../host-events.ts";
import type { HostEvent } from "../occurrences.ts";
import { endpoint } from "../traffic.ts";
import { attack, step } from "./attack.ts";
import { desktopOf, images, reaches, started } from "./stage.ts";

/** The patient brother of kerberoast: one service every half hour or so, by a script that sleeps, so that no hour stands out. */
export const slowRoast = attack({
  id: "slow-roast",
  title: "Tickets of service accounts are asked for one by one over a working day, with an old cipher",
  techniques: ["T1558.003"],
  tell: (cast, random) => {
    const { estate } = cast;
    const { person, desk, worksFrom } = cast.victim(random, {
      midnight: cast.workday(1),
      departments: ["finance", "sales", "people"],
    });
    const controller = serverOf(estate, "domain-controller");
    const shell = processOf(
      images.powershell,
      `"${images.powershell}" -w hidden -File C:\\Users\\Public\\inventory.ps1`,
      person,
      random,
    );
    const began = worksFrom + 0.6 * hour;
    const targets = random.shuffle(estate.servers.filter(({ role }) => role !== "domain-controller")).slice(0, 8);
    let time = began;
    const tickets: HostEvent[] = targets.map((server) => {
      time += random.between(22, 55) * minute;
      const event = ticketRequested(estate, controller, time, person, server, endpoint(desk, random));
      const service = `svc_${server.hostname.toLowerCase()}`;
      return {
        ...event,
        fields: { ...event.fields, ServiceName: service, TicketEncryptionType: "0x17", TicketOptions: "0x40800000" },
      };
    });
    return {
      steps: [
        step("tickets", "A script asks for a ticket of one service account after another, half an hour apart, with RC4.", {
          techniques: ["T1558.003"],
          devices: [desk, controller],
          users: [person],
          source: desk.address,
          destination: controller.address,
          port: 88,
          occurrences: [
            {
              processStarts: [started(began, desk, shell, desktopOf(person, random))],
              hostEvents: tickets,
              connections: tickets.map((ticket) =>
                reaches(desk, controller, ticket.time - 20, 88, shell, random, { bytesOut: 1_900, bytesIn: 2_100, seconds: 0.1 }),
              ),
            },
          ],
        }),
      ],
      around: {},
    };
  },
});
