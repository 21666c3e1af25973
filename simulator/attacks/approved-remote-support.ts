import { hour, minute, second } from "../calendar.ts";
import { localSystem, processOf } from "../host-events.ts";
import { lookAlike, step } from "./attack.ts";
import { callsHome, images, rented, servicesOf, started, typed } from "./stage.ts";

const relay = rented("relay.approved-support.example", "203.0.113.134");
const program = "C:\\Program Files\\TeamViewer\\TeamViewer_Service.exe";

/** The twin of remote-tool steps: the service desk helps with the product that it has rolled out, and looks at the same things. */
export const approvedRemoteSupport = lookAlike({
  id: "approved-remote-support",
  title: "The service desk helps with a product for remote support",
  tell: (cast, random) => {
    const desks = random.shuffle(cast.estate.workstations.filter(({ users }) => users.length === 1)).slice(0, 4);
    const { account } = cast.administrator(random);
    const began = cast.at(cast.workday(2), 10);
    return {
      steps: [
        step(
          "support-sessions",
          "On four desks a product for remote support is installed by the management agent and used for half an hour; the administrator asks what the machine is.",
          {
            devices: desks,
            users: [account],
            domain: relay.host,
            destination: relay.addresses[0] ?? "",
            port: 443,
            occurrences: desks.map((desk, index) => {
              const time = began + index * 1.3 * hour;
              const agent = processOf("C:\\Windows\\CCM\\CcmExec.exe", "C:\\Windows\\CCM\\CcmExec.exe", localSystem, random);
              const installer = processOf(
                images.installer,
                `${images.installer} /i TeamViewer_Host.msi /qn`,
                localSystem,
                random,
              );
              const service = processOf(program, `"${program}"`, localSystem, random);
              return {
                processStarts: [
                  started(time, desk, installer, agent, 40),
                  started(time + 30 * second, desk, service, servicesOf(random)),
                  ...typed(
                    desk,
                    time + 9 * minute,
                    ["systeminfo.exe", "ipconfig.exe /all", "whoami.exe"],
                    processOf(images.shell, images.shell, account, random),
                    account,
                    random,
                  ),
                ],
                serviceInstalls: [
                  {
                    time: time + 28 * second,
                    device: desk,
                    process: servicesOf(random),
                    account: localSystem,
                    name: "TeamViewer",
                    image: `"${program}"`,
                    start: "auto start" as const,
                  },
                ],
                connections: callsHome(
                  cast.estate,
                  desk,
                  service,
                  relay,
                  { from: time + 2 * minute, to: time + 38 * minute, gap: () => random.between(2, 9) * minute },
                  random,
                ),
              };
            }),
          },
        ),
      ],
      around: {},
    };
  },
});
