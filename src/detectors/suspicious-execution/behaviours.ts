/** What hits have in common: one finding is one device and one family. */
export const families = {
  execution: "ran code as intruders do",
  "remote-access": "opened a way in from outside",
  survey: "surveyed the domain",
  persistence: "arranged to be started again",
  credentials: "reached for credentials",
  evasion: "disarmed protection",
  collection: "packed files behind a password",
  upload: "ran a tool that uploads",
  impact: "made recovery impossible",
} as const;
export type Family = keyof typeof families;

interface Behaviour {
  readonly family: Family;
  /** Points of one hit that nobody else in the estate has; by how seldom administrators do the same. */
  readonly points: number;
  readonly techniques: readonly string[];
}

/** The behaviours that detect.sql and reach.sql name. */
export const behaviours: Readonly<Record<string, Behaviour>> = {
  "pasted into the Run dialogue": { family: "execution", points: 58, techniques: ["T1204.004", "T1059.001"] },
  "fetched code from the desktop": { family: "execution", points: 40, techniques: ["T1204.004", "T1105"] },
  "shell out of a document or mail": { family: "execution", points: 44, techniques: ["T1204.002", "T1059"] },
  "shell out of a system program": { family: "execution", points: 34, techniques: ["T1218", "T1059"] },
  "shell out of a script": { family: "execution", points: 16, techniques: ["T1059.005", "T1059"] },
  "shell out of a browser": { family: "execution", points: 22, techniques: ["T1204", "T1059"] },
  "script out of the downloads": { family: "execution", points: 30, techniques: ["T1204.002", "T1059.007"] },
  "system program that fetches code": { family: "execution", points: 40, techniques: ["T1218", "T1105"] },
  "installer from the web": { family: "execution", points: 24, techniques: ["T1218.007", "T1105"] },
  "disarms the script scanner": { family: "execution", points: 52, techniques: ["T1059.001", "T1685"] },
  "runs what it fetches": { family: "execution", points: 32, techniques: ["T1059.001", "T1105"] },
  "hidden encoded command": { family: "execution", points: 34, techniques: ["T1059.001", "T1027.010"] },
  "encoded command": { family: "execution", points: 18, techniques: ["T1059.001", "T1027.010"] },
  "hidden download": { family: "execution", points: 28, techniques: ["T1059.001", "T1564.003", "T1105"] },
  "system program calls outside": { family: "execution", points: 16, techniques: ["T1218"] },
  "remote-management tool": { family: "remote-access", points: 34, techniques: ["T1219.002"] },
  "tunnel to the outside": { family: "remote-access", points: 34, techniques: ["T1572"] },
  "directory survey tool": { family: "survey", points: 42, techniques: ["T1087.002", "T1482"] },
  "survey command": { family: "survey", points: 7, techniques: ["T1087.002", "T1033", "T1482"] },
  "start at logon or by the clock": { family: "persistence", points: 30, techniques: ["T1053.005", "T1547.001"] },
  "credential dumping": { family: "credentials", points: 68, techniques: ["T1003.001"] },
  "credential store copied": { family: "credentials", points: 60, techniques: ["T1003.002", "T1003.003"] },
  "protection disabled": { family: "evasion", points: 58, techniques: ["T1685"] },
  "event logs cleared": { family: "evasion", points: 40, techniques: ["T1685.005"] },
  "firewall switched off": { family: "evasion", points: 26, techniques: ["T1686"] },
  "archive with a password": { family: "collection", points: 34, techniques: ["T1560.001"] },
  "upload tool": { family: "upload", points: 36, techniques: ["T1567.002"] },
  "backups deleted": { family: "impact", points: 56, techniques: ["T1490"] },
  "recovery disabled": { family: "impact", points: 46, techniques: ["T1490"] },
  "services stopped": { family: "impact", points: 18, techniques: ["T1489"] },
};

// What an intruder does everywhere at once just before the end: many devices on one day excuse nothing, a habit of weeks does.
const spreading: ReadonlySet<Family> = new Set(["impact", "credentials", "evasion"]);

/** How much of a hit's points remain when the estate knows the same: 0 to 1. */
export function rarity(hit: {
  readonly family: Family;
  readonly devices: number;
  readonly allDevices: number;
  readonly days: number;
  readonly ownDays: number;
}): number {
  const habit = hit.ownDays >= 5 ? 0.35 : hit.ownDays >= 3 ? 0.6 : 1;
  if (spreading.has(hit.family)) return hit.days >= 4 && hit.devices >= 3 ? 0.3 : habit;
  const isWide = hit.devices >= 3 && hit.devices / Math.max(1, hit.allDevices) >= 0.2;
  const shared =
    hit.devices >= 10 || isWide ? 0.2 : hit.devices >= 4 ? 0.5 : hit.devices === 3 ? 0.75 : hit.devices === 2 ? 0.9 : 1;
  return shared * habit;
}
