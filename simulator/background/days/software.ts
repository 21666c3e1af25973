import type { Account } from "../../estate.ts";
import { type Process, processOf } from "../../host-events.ts";
import type { Random } from "../../random.ts";

// The programs of an ordinary desk, by the names that Windows gives them.

const office = "C:\\Program Files\\Microsoft Office\\root\\Office16\\";
export const images = {
  explorer: "C:\\Windows\\explorer.exe",
  winlogon: "C:\\Windows\\System32\\winlogon.exe",
  userinit: "C:\\Windows\\System32\\userinit.exe",
  services: "C:\\Windows\\System32\\services.exe",
  svchost: "C:\\Windows\\System32\\svchost.exe",
  edge: "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
  outlook: `${office}OUTLOOK.EXE`,
  excel: `${office}EXCEL.EXE`,
  word: `${office}WINWORD.EXE`,
  slides: `${office}POWERPNT.EXE`,
  teams: "C:\\Program Files\\WindowsApps\\MSTeams_24295.605\\ms-teams.exe",
  drive: "C:\\Program Files\\Microsoft OneDrive\\OneDrive.exe",
  powershell: "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
  cmd: "C:\\Windows\\System32\\cmd.exe",
  archiver: "C:\\Program Files\\7-Zip\\7zG.exe",
  agent: "C:\\Windows\\CCM\\CcmExec.exe",
  edgeUpdate: "C:\\Program Files (x86)\\Microsoft\\EdgeUpdate\\MicrosoftEdgeUpdate.exe",
  chromeUpdate: "C:\\Program Files (x86)\\Google\\GoogleUpdater\\updater.exe",
  telemetry: "C:\\Windows\\System32\\CompatTelRunner.exe",
  antivirus: "C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.25090.3009-0\\MsMpEng.exe",
  support: "C:\\Program Files\\RemoteHelp\\RemoteHelp.exe",
  node: "C:\\Program Files\\nodejs\\node.exe",
  git: "C:\\Program Files\\Git\\cmd\\git.exe",
  code: "C:\\Program Files\\Microsoft VS Code\\Code.exe",
  python: "C:\\Python312\\python.exe",
  system: "System",
} as const;

export function explorerOf(account: Account, random: Random): Process {
  return processOf(images.explorer, "C:\\Windows\\Explorer.EXE", account, random);
}

export function servicesOf(account: Account, random: Random, group = "netsvcs -p"): Process {
  return processOf(images.svchost, `C:\\Windows\\system32\\svchost.exe -k ${group}`, account, random);
}

/** What people start during a day, and how often against the others. */
export const desktopPrograms: readonly (readonly [image: string, options: string, weight: number])[] = [
  [images.excel, ' "C:\\Users\\Public\\Documents\\planning.xlsx"', 6],
  [images.word, ' /n "C:\\Users\\Public\\Documents\\brief.docx"', 5],
  [images.slides, ' "C:\\Users\\Public\\Documents\\review.pptx"', 3],
  [images.edge, " --profile-directory=Default", 9],
  ["C:\\Windows\\System32\\notepad.exe", "", 1],
  ["C:\\Windows\\System32\\SnippingTool.exe", "", 2],
  ["C:\\Windows\\System32\\calc.exe", "", 0.6],
  ["C:\\Program Files\\Adobe\\Acrobat DC\\Acrobat\\Acrobat.exe", ' "C:\\Users\\Public\\Documents\\contract.pdf"', 4],
  ["C:\\Program Files\\7-Zip\\7zFM.exe", "", 0.5],
  ["C:\\Windows\\System32\\mstsc.exe", "", 0.1],
];

/** What Windows starts by itself. */
export const servicePrograms: readonly (readonly [image: string, options: string])[] = [
  ["C:\\Windows\\System32\\taskhostw.exe", " Install $(Arg0)"],
  ["C:\\Windows\\System32\\backgroundTaskHost.exe", " -ServerName:App.AppX.mca"],
  ["C:\\Windows\\System32\\sppsvc.exe", ""],
  ["C:\\Windows\\System32\\wbem\\WmiPrvSE.exe", " -secured -Embedding"],
  ["C:\\Windows\\System32\\SearchProtocolHost.exe", " Global\\UsGthrFltPipeMssGthrPipe 1"],
  ["C:\\Windows\\System32\\gpupdate.exe", " /target:computer"],
  ["C:\\Windows\\System32\\dllhost.exe", " /Processid:{AB8902B4-09CA-4BB6-B78D-A8F59079A8D5}"],
  ["C:\\Windows\\System32\\conhost.exe", " 0xffffffff -ForceV1"],
  ["C:\\Windows\\System32\\sc.exe", " start w32time task_started"],
  ["C:\\Windows\\System32\\MusNotification.exe", " Display"],
];

/** What engineers run, with its parent: tools that few others have, some of which look strange. */
export const engineeringTools: readonly (readonly [image: string, options: string, weight: number])[] = [
  [images.git, " fetch --all --prune", 6],
  [images.node, ' "C:\\src\\planner\\node_modules\\.bin\\vite" build', 5],
  [images.python, " -m pytest -q", 4],
  [images.powershell, " -NoProfile -ExecutionPolicy Bypass -File C:\\src\\planner\\build.ps1", 2],
  ["C:\\Program Files\\Docker\\Docker\\resources\\bin\\docker.exe", " compose up -d", 2],
  ["C:\\Windows\\System32\\OpenSSH\\ssh.exe", " build@build.lindenhof.example", 2],
  ["C:\\Windows\\System32\\curl.exe", " -fsSL https://packages.build-tools.example/vite", 1.5],
  ["C:\\src\\tools\\probe\\probe.exe", " --listen 127.0.0.1:9000", 1],
  [images.cmd, ' /c "where python && set PATH"', 2],
];
