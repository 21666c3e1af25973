import { hour } from "../calendar.ts";
import { serverOf } from "../estate.ts";
import { processOf } from "../host-events.ts";
import { lookAlike, step } from "./attack.ts";
import { images, logon, reaches, typed } from "./stage.ts";

/** The twin of the ransomware precursor: an administrator makes room on the backup server, on purpose and one volume at a time. */
export const backupMaintenance = lookAlike({
  id: "backup-maintenance",
  title: "An administrator makes room on the backup server",
  tell: (cast, random) => {
    const { account } = cast.administrator(random);
    const [from, backup] = [serverOf(cast.estate, "jump-host"), serverOf(cast.estate, "backup")];
    const time = cast.at(cast.workday(2), 14.2);
    return {
      steps: [
        step("old-copies-deleted", "Old shadow copies of one volume are listed and deleted, and the service is started again.", {
          devices: [from, backup],
          users: [account],
          source: from.address,
          destination: backup.address,
          port: 3389,
          occurrences: [
            {
              logons: [logon(time, account, from, backup, { type: 10, package: "Negotiate", protocol: "rdp" }, random)],
              connections: [
                reaches(from, backup, time - 4_000, 3389, processOf(images.remoteDesktop, "mstsc.exe", account, random), random),
              ],
              processStarts: typed(
                backup,
                time + 0.1 * hour,
                [
                  "vssadmin.exe list shadows",
                  "vssadmin.exe delete shadows /for=E: /oldest",
                  "net.exe stop VeeamBackupSvc",
                  "net.exe start VeeamBackupSvc",
                  "wbadmin.exe get versions",
                ],
                processOf(images.shell, images.shell, account, random),
                account,
                random,
              ),
            },
          ],
        }),
      ],
      around: {},
    };
  },
});
