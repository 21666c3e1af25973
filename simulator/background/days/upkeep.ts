import { createHash } from "node:crypto";
import { hour, minute, second } from "../../calendar.ts";
import { localSystem, processOf } from "../../host-events.ts";
import type { Random } from "../../random.ts";
import { explorerOf, images, servicesOf } from "./software.ts";
import type { Tale } from "./tale.ts";
import type { Workday } from "./workday.ts";

const drivers: readonly (readonly [file: string, signer: string])[] = [
  ["tcpip.sys", "Microsoft Windows"],
  ["igdkmdn64.sys", "Intel Corporation"],
  ["Netwtw14.sys", "Intel Corporation"],
  ["WdFilter.sys", "Microsoft Windows"],
  ["SynTP.sys", "Synaptics Incorporated"],
];

// What updaters leave behind: autostarts, tasks and services under well-known names, the means of an intruder who wants to stay.
const updaters: readonly {
  readonly image: string;
  readonly options: string;
  readonly share: number;
  readonly task?: string;
  readonly service?: string;
  readonly autostart?: string;
}[] = [
  { image: images.edgeUpdate, options: " /ua /installsource scheduler", share: 0.5, task: "\\MicrosoftEdgeUpdateTaskMachineUA" },
  { image: images.chromeUpdate, options: " --wake --system", share: 0.3, task: "\\GoogleUpdaterTaskSystem138.0" },
  { image: images.drive, options: " /update", share: 0.15, autostart: "OneDrive" },
  { image: images.teams, options: " --update", share: 0.1, autostart: "Teams" },
  {
    image: "C:\\Program Files (x86)\\Common Files\\Adobe\\ARM\\1.0\\AdobeARM.exe",
    options: " /PRODUCT:Acrobat",
    share: 0.1,
    task: "\\Adobe Acrobat Update Task",
    service: "AdobeARMservice",
  },
];

/** What happens to a device by itself: drivers when it starts, updaters during the day. */
export function tellUpkeep(tale: Tale, { device, person, from, to }: Workday, random: Random): void {
  if (!device.staysOn || random.chance(0.1))
    for (const [index, [file, signer]] of drivers.entries()) {
      const path = `C:\\Windows\\System32\\drivers\\${file}`;
      tale.driverLoads.push({
        time: from - 100 * second + index * 400,
        device,
        path,
        sha256: createHash("sha256").update(path.toLowerCase()).digest("hex"),
        signer,
      });
    }
  for (const updater of updaters) {
    if (!random.chance(updater.share)) continue;
    const time = random.between(from + 5 * minute, Math.max(from + hour, to));
    const account = updater.autostart === undefined ? localSystem : person;
    const parent =
      updater.autostart === undefined ? servicesOf(localSystem, random, "netsvcs -p -s Schedule") : explorerOf(person, random);
    const process = processOf(updater.image, `"${updater.image}"${updater.options}`, account, random);
    tale.processStarts.push({ time, device, process, parent, seconds: random.logNormal(25, 0.6) });
    // A new version, which comes once in two weeks, is entered anew.
    if (!random.chance(0.1)) continue;
    const shared = { time: time + 6 * second, device, process };
    const { task, service, autostart } = updater;
    if (autostart !== undefined)
      tale.registryChanges.push({
        ...shared,
        key: "HKEY_CURRENT_USER\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run",
        valueName: autostart,
        data: `"${updater.image}" /background`,
        isAutostart: true,
      });
    if (task !== undefined)
      tale.scheduledTasks.push({
        ...shared,
        account,
        name: task,
        command: updater.image,
        options: updater.options.trim(),
        author: "NT AUTHORITY\\SYSTEM",
      });
    if (service !== undefined)
      tale.serviceInstalls.push({ ...shared, account, name: service, image: `"${updater.image}"`, start: "auto start" });
  }
  // Settings that programs keep for themselves.
  for (let left = random.integer(1, 4); left > 0; left -= 1)
    tale.registryChanges.push({
      time: random.between(from, to),
      device,
      process: explorerOf(person, random),
      key: "HKEY_CURRENT_USER\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Explorer\\RunMRU",
      valueName: random.pick(["a", "b", "c"]),
      data: random.pick(["\\\\fs01\\1", "mstsc\\1", "calc\\1", "cmd\\1", "control printers\\1"]),
      isAutostart: false,
    });
}
