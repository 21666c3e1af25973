import { hour, type Presence } from "../calendar.ts";
import type { Alert, Occurrences } from "../occurrences.ts";
import { type Random, randomOf } from "../random.ts";

export type Kind = Omit<Alert, "id" | "time" | "device" | "person">;

/** What an endpoint agent says on an ordinary day, in every estate. */
export const adware: Kind = {
  name: "PupAdwareSensorDetect",
  description: "A file is classified as adware or a potentially unwanted program.",
  severity: 25,
  tactic: "Machine Learning",
  technique: "Adware/PUP",
  attack: null,
  file: "\\Device\\HarddiskVolume3\\Users\\Public\\Downloads\\pdf-converter-setup.exe",
  commandLine: '"C:\\Users\\Public\\Downloads\\pdf-converter-setup.exe" /S',
  parentFile: "\\Device\\HarddiskVolume3\\Windows\\explorer.exe",
};
export const remoteTool: Kind = {
  name: "RemoteToolInstalled",
  description: "A remote support tool was started. It is often used by support, and sometimes by others.",
  severity: 35,
  tactic: "Command and Control",
  technique: "Remote Access Tools",
  attack: { tactic: "TA0011", technique: "T1219" },
  file: "\\Device\\HarddiskVolume3\\Program Files\\RemoteHelp\\RemoteHelp.exe",
  commandLine: '"C:\\Program Files\\RemoteHelp\\RemoteHelp.exe" --service',
  parentFile: "\\Device\\HarddiskVolume3\\Windows\\System32\\services.exe",
};

const kinds: readonly Kind[] = [
  adware,
  {
    name: "NGAVOnSensorMLLow",
    description: "A file meets the machine learning threshold for low confidence.",
    severity: 20,
    tactic: "Machine Learning",
    technique: "Sensor-based ML",
    attack: null,
    file: "\\Device\\HarddiskVolume3\\tools\\build\\bundle-helper.exe",
    commandLine: "C:\\tools\\build\\bundle-helper.exe --watch",
    parentFile: "\\Device\\HarddiskVolume3\\Program Files\\nodejs\\node.exe",
  },
  remoteTool,
];

/** Two or three alerts a day about nothing much. */
export function alerts(atWork: readonly Presence[], seed: number): Partial<Occurrences> {
  const random = randomOf(seed, "alerts");
  const days = [...new Set(atWork.map(({ midnight }) => midnight))];
  return {
    alerts: days.flatMap((midnight) => {
      const present = atWork.filter((presence) => presence.midnight === midnight);
      return Array.from({ length: random.integer(2, 3) }, () => alertOf(random.pick(present), random));
    }),
  };
}

function alertOf({ device, worksFrom, worksTo }: Presence, random: Random): Alert {
  const time = random.between(worksFrom + 0.2 * hour, worksTo);
  return {
    id: `${random.integer(1e11, 9e11)}-${random.integer(1e4, 9e4)}-${random.integer(1e7, 9e7)}`,
    time,
    device,
    person: random.pick(device.users),
    ...random.pick(kinds),
  };
}
