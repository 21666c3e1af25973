import { hour, minute, second } from "../calendar.ts";
import { localSystem, processOf } from "../host-events.ts";
import type { Mail } from "../occurrences.ts";
import { attack, step } from "./attack.ts";
import { calls, callsHome, desktopOf, images, rented, servicesOf, started, typed } from "./stage.ts";

const chat = rented("helpdesk-ticket.example", "203.0.113.47");
const relay = rented("relay-nl2.anydesk-support.example", "203.0.113.48");

/** First the flood, then the helper who comes to the rescue. */
export const remoteSupportAbuse = attack({
  id: "remote-support-abuse",
  title: "After a flood of mail a stranger offers help and is let onto the desk",
  techniques: ["T1667", "T1566.003", "T1219.002", "T1059.001"],
  tell: (cast, random) => {
    const { estate } = cast;
    const { person, desk, worksFrom, origin } = cast.victim(random, {
      midnight: cast.workday(1),
      departments: ["operations", "finance", "people"],
    });
    const flooded = worksFrom + 1.1 * hour;
    const mails: Mail[] = Array.from({ length: 210 }, () => {
      const shop = `${random.pick(["garden", "shoes", "travel", "music", "books", "toys"])}${random.integer(1, 900)}.example`;
      return {
        id: random.uuid(),
        time: flooded + random.between(0, 44) * minute,
        direction: "Inbound",
        sender: `newsletter@${shop}`,
        senderName: "Newsletter",
        senderAddress: `203.0.113.${random.integer(150, 199)}`,
        recipients: [person.mail],
        subject: random.pick(["Welcome!", "Please confirm your subscription", "Thanks for signing up"]),
        urls: [`https://${shop}/confirm`],
        attachments: [],
        sizeBytes: Math.round(random.logNormal(21_000, 0.5)),
        delivery: random.chance(0.2) ? "Junked" : "Delivered",
      };
    });
    const called = flooded + 52 * minute;
    const desktop = desktopOf(person, random);
    const assist = processOf(
      "C:\\Program Files\\WindowsApps\\MicrosoftCorporationII.QuickAssist_2.0.35.0\\QuickAssist.exe",
      "QuickAssist.exe",
      person,
      random,
    );
    const installer = processOf(
      `C:\\Users\\${person.account}\\Downloads\\AnyDesk.exe`,
      `"C:\\Users\\${person.account}\\Downloads\\AnyDesk.exe" --install "C:\\Program Files (x86)\\AnyDesk" --start-with-win --silent`,
      person,
      random,
    );
    const service = processOf(
      "C:\\Program Files (x86)\\AnyDesk\\AnyDesk.exe",
      '"C:\\Program Files (x86)\\AnyDesk\\AnyDesk.exe" --service',
      localSystem,
      random,
    );
    const shell = processOf(images.powershell, `"${images.powershell}"`, person, random);
    const installed = called + 17 * minute;
    return {
      steps: [
        step("mail-bomb", "Over 200 confirmations of newsletters arrive within three quarters of an hour.", {
          techniques: ["T1667"],
          users: [person],
          occurrences: [{ mails }],
        }),
        step("helper", "In a chat somebody from outside says that they are the help desk and sends a link.", {
          techniques: ["T1566.003", "T1204.001"],
          devices: [desk],
          users: [person],
          source: desk.address,
          destination: chat.addresses[0] ?? "",
          port: 443,
          domain: chat.host,
          occurrences: [
            {
              linkClicks: [
                {
                  id: random.uuid(),
                  time: called,
                  person,
                  url: `https://${chat.host}/join`,
                  mailId: null,
                  address: origin.address,
                  action: "ClickAllowed",
                  isClickedThrough: true,
                },
              ],
              processStarts: [started(called + 3 * minute, desk, assist, desktop, 2_400)],
              connections: calls(
                estate,
                desk,
                processOf(images.browser, `"${images.browser}"`, person, random),
                called + second,
                chat,
                { bytesOut: 1_800, bytesIn: 44_000, seconds: 12 },
                random,
              ),
            },
          ],
        }),
        step("remote-tool", "A second product for remote support is installed, to come back by.", {
          techniques: ["T1219.002", "T1543.003"],
          devices: [desk],
          users: [person],
          source: desk.address,
          destination: relay.addresses[0] ?? "",
          port: 443,
          domain: relay.host,
          occurrences: [
            {
              processStarts: [
                started(installed, desk, installer, desktop, 20),
                started(installed + 9 * second, desk, service, servicesOf(random)),
              ],
              serviceInstalls: [
                {
                  time: installed + 8 * second,
                  device: desk,
                  process: installer,
                  account: localSystem,
                  name: "AnyDesk Service",
                  image: service.commandLine,
                  start: "auto start",
                },
              ],
              fileChanges: [
                {
                  time: installed - 40 * second,
                  device: desk,
                  process: processOf(images.browser, `"${images.browser}"`, person, random),
                  action: "created",
                  path: installer.image,
                  sizeBytes: 5_633_080,
                  sha256: random.hex(64),
                },
              ],
              connections: callsHome(
                estate,
                desk,
                service,
                relay,
                { from: installed + 12 * second, to: cast.end, gap: () => random.between(20, 70) * minute },
                random,
              ),
            },
          ],
        }),
        step("discovery", "The stranger looks around, and says that the spam filter is now updated.", {
          techniques: ["T1059.001", "T1082", "T1069.002"],
          devices: [desk],
          users: [person],
          occurrences: [
            {
              processStarts: [
                started(installed + 4 * minute, desk, shell, desktop),
                ...typed(
                  desk,
                  installed + 5 * minute,
                  ["systeminfo.exe", "whoami.exe /groups", 'net.exe group "Domain Admins" /domain', "nltest.exe /domain_trusts"],
                  shell,
                  person,
                  random,
                ),
              ],
            },
          ],
        }),
      ],
      around: {},
    };
  },
});
