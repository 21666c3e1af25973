import { hour, minute, second } from "../calendar.ts";
import { serverOf } from "../estate.ts";
import { localSystem, processOf } from "../host-events.ts";
import type { Alert } from "../occurrences.ts";
import { attack, step } from "./attack.ts";
import { images, logon, reaches, servicesOf, started, systemOf, typed } from "./stage.ts";

/** The hour before: nothing is encrypted yet. */
export const ransomwarePrecursor = attack({
  id: "ransomware-precursor",
  title: "Backups and protection are taken away, and a program is laid out on many hosts",
  techniques: ["T1562.001", "T1068", "T1490", "T1489", "T1021.002", "T1570"],
  tell: (cast, random) => {
    const { estate } = cast;
    const { account: admin } = cast.administrator(random);
    const from = serverOf(estate, "management");
    const backup = serverOf(estate, "backup");
    const began = cast.workday(1) + 25.2 * hour;
    const shell = processOf(images.shell, images.shell, admin, random);
    const blind = typed(
      from,
      began,
      [
        "sc.exe stop CSFalconService",
        "sc.exe config CSFalconService start= disabled",
        "reg.exe add HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\Defender /v DisableAntiSpyware /t REG_DWORD /d 1 /f",
        "fltmc.exe unload CSAgent",
        "wevtutil.exe cl Security",
      ],
      shell,
      admin,
      random,
    );
    const wiped = began + 13 * minute;
    const wipe = typed(
      backup,
      wiped,
      [
        "vssadmin.exe delete shadows /all /quiet",
        "wbadmin.exe delete catalog -quiet",
        "bcdedit.exe /set {default} recoveryenabled No",
        "bcdedit.exe /set {default} bootstatuspolicy ignoreallfailures",
        "net.exe stop VeeamBackupSvc /y",
        "net.exe stop MSSQLSERVER /y",
      ],
      processOf(images.shell, images.shell, admin, random),
      admin,
      random,
    );
    const spread = began + 31 * minute;
    const copier = processOf(
      "C:\\Windows\\System32\\xcopy.exe",
      "for /f %h in (hosts.txt) do xcopy /y C:\\PerfLogs\\win.exe \\\\%h\\ADMIN$\\",
      admin,
      random,
    );
    const targets = random.shuffle(estate.workstations).slice(0, 32);
    const alert: Alert = {
      id: `${random.integer(1e11, 9e11)}-10304-${random.integer(1e7, 9e7)}`,
      time: wiped + 1.5 * second,
      device: backup,
      person: null,
      name: "VolumeShadowSnapshotDeleted",
      description: "Shadow copies were deleted from the command line.",
      severity: 70,
      tactic: "Impact",
      technique: "Inhibit System Recovery",
      attack: { tactic: "TA0040", technique: "T1490" },
      file: "C:\\Windows\\System32\\vssadmin.exe",
      commandLine: "vssadmin.exe delete shadows /all /quiet",
      parentFile: images.shell,
    };
    return {
      steps: [
        step(
          "protection-off",
          "A driver with a known weakness is loaded, and the sensors and their logs are turned off, or nearly.",
          {
            techniques: ["T1562.001", "T1068", "T1070.001"],
            devices: [from],
            users: [admin],
            occurrences: [
              {
                processStarts: [
                  started(
                    began - 30 * second,
                    from,
                    shell,
                    processOf(images.explorer, "C:\\Windows\\Explorer.EXE", admin, random),
                  ),
                  ...blind,
                ],
                driverLoads: [
                  {
                    time: began + 70 * second,
                    device: from,
                    path: "C:\\Windows\\Temp\\RTCore64.sys",
                    sha256: random.hex(64),
                    signer: "Micro-Star International",
                  },
                ],
              },
            ],
          },
        ),
        step(
          "backups-deleted",
          "Shadow copies, the catalogue of backups and the repair of the system are deleted; services that hold files open are stopped.",
          {
            techniques: ["T1490", "T1489", "T1021.001"],
            devices: [from, backup],
            users: [admin],
            source: from.address,
            destination: backup.address,
            port: 3389,
            occurrences: [
              {
                logons: [
                  logon(wiped - 40 * second, admin, from, backup, { type: 10, package: "Negotiate", protocol: "rdp" }, random),
                ],
                connections: [
                  reaches(
                    from,
                    backup,
                    wiped - 44 * second,
                    3389,
                    processOf(images.remoteDesktop, "mstsc.exe", admin, random),
                    random,
                  ),
                ],
                processStarts: wipe,
                alerts: [alert],
              },
            ],
          },
        ),
        step(
          "fan-out",
          "A program is copied to 32 hosts over their administrative shares within minutes; some are off, some refuse.",
          {
            techniques: ["T1021.002", "T1570"],
            devices: [from, ...targets],
            users: [admin],
            source: from.address,
            port: 445,
            occurrences: [
              {
                processStarts: [started(spread, from, copier, shell, 420)],
                connections: targets.map((target, index) => {
                  const call = reaches(from, target, spread + index * 9 * second, 445, systemOf(random), random, {
                    bytesOut: 2_400_000,
                    bytesIn: 21_000,
                    seconds: 4,
                  });
                  return target.staysOn ? call : { ...call, state: "S0" as const, seconds: null, bytesOut: 0, bytesIn: 0 };
                }),
                logons: targets
                  .filter(({ staysOn }) => staysOn)
                  .map((target) =>
                    logon(
                      spread + targets.indexOf(target) * 9 * second + 300,
                      admin,
                      from,
                      target,
                      { type: 3, package: "NTLM", protocol: "smb", failure: random.chance(0.12) ? "wrong password" : null },
                      random,
                    ),
                  ),
                fileChanges: targets
                  .filter(({ staysOn }) => staysOn)
                  .map((target) => ({
                    time: spread + targets.indexOf(target) * 9 * second + 2 * second,
                    device: target,
                    process: systemOf(random),
                    action: "created" as const,
                    path: "C:\\Windows\\win.exe",
                    sizeBytes: 2_211_840,
                    sha256: "9c1f5e0a".repeat(8),
                    over: { share: "ADMIN$", address: from.address, port: 50_000 + targets.indexOf(target), account: admin },
                  })),
                serviceInstalls: [
                  {
                    time: spread + 6 * minute,
                    device: backup,
                    process: servicesOf(random),
                    account: localSystem,
                    name: "winhlp",
                    image: "%SystemRoot%\\win.exe",
                    start: "demand start",
                  },
                ],
              },
            ],
          },
        ),
      ],
      around: {},
    };
  },
});
