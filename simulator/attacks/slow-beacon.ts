import { hour, minute } from "../calendar.ts";
import { localSystem, processOf } from "../host-events.ts";
import { attack, step } from "./attack.ts";
import { callsHome, rented, servicesOf, started } from "./stage.ts";

const control = rented("api.metrics-relay.example", "203.0.113.41");

export const slowBeacon = attack({
  id: "slow-beacon",
  title: "A desk calls a stranger every hour and a half or so, day and night",
  techniques: ["T1071.001", "T1029", "T1543.003"],
  tell: (cast, random) => {
    const { person, desk, worksFrom } = cast.victim(random, {
      midnight: cast.workday(4),
      departments: ["engineering", "operations"],
      staysOn: true,
    });
    const image = "C:\\ProgramData\\Metrics\\metricsvc.exe";
    const process = processOf(image, image, localSystem, random);
    const began = worksFrom + 2 * hour;
    const connections = callsHome(
      cast.estate,
      desk,
      process,
      control,
      // Jitter of 35 %: no two pauses are alike, and none is short.
      { from: began + 4 * minute, to: cast.end, gap: () => 95 * minute * random.between(0.65, 1.35) },
      random,
    );
    return {
      steps: [
        step("service", "A program is installed as a service.", {
          techniques: ["T1543.003"],
          devices: [desk],
          users: [person],
          occurrences: [
            {
              serviceInstalls: [
                {
                  time: began,
                  device: desk,
                  process: servicesOf(random),
                  account: localSystem,
                  name: "Metrics Relay",
                  image,
                  start: "auto start",
                },
              ],
              processStarts: [started(began + 900, desk, process, servicesOf(random))],
            },
          ],
        }),
        step("beacon", "It calls home every hour and a half, a third early or late, for days.", {
          techniques: ["T1071.001", "T1029"],
          devices: [desk],
          users: [person],
          source: desk.address,
          destination: control.addresses[0] ?? "",
          port: 443,
          domain: control.host,
          occurrences: [{ connections }],
        }),
      ],
      around: {},
    };
  },
});
