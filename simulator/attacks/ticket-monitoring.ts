import { minute, second } from "../calendar.ts";
import { serverOf } from "../estate.ts";
import { processOf, ticketRequested } from "../host-events.ts";
import type { HostEvent } from "../occurrences.ts";
import { endpoint } from "../traffic.ts";
import { lookAlike, step } from "./attack.ts";
import { reaches } from "./stage.ts";

const monitoring = { account: "svc-monitor", sid: "S-1-5-21-3623811015-3361044348-30300820-1990" };

/** The twin of kerberoast: the monitoring signs in to every service each morning, in seconds, as kerberoasting does; with a modern cipher. */
export const ticketMonitoring = lookAlike({
  id: "ticket-monitoring",
  title: "The monitoring asks for tickets of all services every morning",
  tell: (cast, random) => {
    const { estate } = cast;
    const [controller, monitor] = [serverOf(estate, "domain-controller"), serverOf(estate, "monitoring")];
    const program = "C:\\Program Files\\Watchpost\\watchpost.exe";
    const watcher = processOf(program, `"${program}" --all`, monitoring, random);
    const services = estate.servers.filter(({ role }) => role !== "domain-controller");
    const mornings = [...new Set([2, 1, 0].map((back) => cast.workday(back)))];
    const tickets = mornings.flatMap((midnight) =>
      services.map((server, index): HostEvent => {
        const time = cast.at(midnight, 5.5) + random.between(0, 3) * minute + index * 0.7 * second;
        const event = ticketRequested(estate, controller, time, monitoring, server, endpoint(monitor, random));
        return { ...event, fields: { ...event.fields, ServiceName: `svc-${server.hostname.toLowerCase()}` } };
      }),
    );
    return {
      steps: [
        step("morning-rounds", "One account asks for a ticket of each service within minutes, morning after morning.", {
          devices: [monitor],
          users: [monitoring],
          source: monitor.address,
          destination: controller.address,
          port: 88,
          occurrences: [
            {
              hostEvents: tickets,
              connections: tickets.map((ticket) => reaches(monitor, controller, ticket.time - 20, 88, watcher, random)),
            },
          ],
        }),
      ],
      around: {},
    };
  },
});
