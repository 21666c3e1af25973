import { hour, second } from "../calendar.ts";
import { serverOf } from "../estate.ts";
import { localSystem, processOf } from "../host-events.ts";
import { lookup } from "../traffic.ts";
import { attack, step } from "./attack.ts";

const zone = "synccache.example";

export const dnsTunnel = attack({
  id: "dns-tunnel",
  title: "A server sends data out in the names that it asks for",
  techniques: ["T1071.004", "T1572", "T1048.003"],
  tell: (cast, random) => {
    const device = serverOf(cast.estate, "web");
    const process = processOf("C:\\Windows\\Temp\\wtsd.exe", "C:\\Windows\\Temp\\wtsd.exe -q", localSystem, random);
    const began = cast.workday(1) + 22.3 * hour;
    const label = (length: number) => random.letters(length, "abcdefghijklmnopqrstuvwxyz234567");
    // Bursts of a file each, with pauses between them in which only orders are asked for.
    const connections = Array.from({ length: 1_100 }, (_, index) => ({
      ...lookup(
        cast.estate,
        device,
        began + Math.floor(index / 220) * 1_500 * second + (index % 220) * 2.6 * second + random.between(0, 900),
        {
          query: `${label(52)}.${label(44)}.${index.toString(16).padStart(4, "0")}.t.${zone}`,
          type: "TXT",
          answers: [`TXT 40 ${label(40)}`],
          answerSeconds: 0,
          code: random.chance(0.02) ? "SERVFAIL" : "NOERROR",
        },
        random,
      ),
      process,
    }));
    return {
      steps: [
        step("dns-tunnel", "1,100 queries with long random labels leave for one zone in five bursts of a night.", {
          techniques: ["T1071.004", "T1572", "T1048.003"],
          devices: [device],
          source: device.address,
          destination: serverOf(cast.estate, "domain-controller").address,
          port: 53,
          domain: zone,
          occurrences: [{ connections }],
        }),
      ],
      around: {},
    };
  },
});
