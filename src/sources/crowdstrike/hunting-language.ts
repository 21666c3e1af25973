import { isIP } from "node:net";
import { z } from "zod";
import { epochMilliseconds } from "../../time.ts";
import type { HuntingLanguage, HuntingQuestion } from "../hunting-language.ts";
import { type CloudName, cloudNames, clouds } from "./collect/clouds.ts";

/** CQL over Falcon's sensor events (LogScale, Next-Gen SIEM), and the pages of Falcon's console. */
const language: HuntingLanguage = { id: "crowdstrike", name: "CQL (Falcon LogScale)", ask, page };
export default language;

function ask(question: HuntingQuestion): string | null {
  const lines = linesOf(question);
  if (lines === null) return null;
  const [from, to] = [epochMilliseconds(question.window.from), epochMilliseconds(question.window.to)];
  return [lines.events, `| @timestamp >= ${from} | @timestamp < ${to}`, ...lines.filters.map((line) => `| ${line}`)]
    .concat(`| table([@timestamp, aid, ComputerName, ${lines.columns.join(", ")}], limit=1000)`)
    .join("\n");
}

interface Lines {
  readonly events: string;
  readonly filters: readonly string[];
  readonly columns: readonly string[];
}

// Names of the Falcon event dictionary.
function linesOf(question: HuntingQuestion): Lines | null {
  switch (question.kind) {
    case "connections": {
      const family = isIP(question.destination) === 6 ? "6" : "4";
      return {
        events: `#event_simpleName=NetworkConnectIP${family}`,
        filters: [
          `LocalAddressIP${family}=${quoted(question.source)} | RemoteAddressIP${family}=${quoted(question.destination)} | RemotePort=${question.port}`,
        ],
        columns: [`RemoteAddressIP${family}`, "RemotePort", "ContextProcessId"],
      };
    }
    case "names":
      return {
        events: "#event_simpleName=DnsRequest",
        filters: [`DomainName=${anyCase([question.name])}`],
        columns: ["DomainName", "ContextProcessId"],
      };
    case "processes":
      return {
        events: "#event_simpleName=ProcessRollup2",
        filters: [
          `ComputerName=${anyCase([question.device])}`,
          `ImageFileName=/[\\/\\\\](${question.programs.map(escaped).join("|")})$/i`,
        ],
        columns: ["ImageFileName", "CommandLine"],
      };
    case "logons":
      return {
        events: "#event_simpleName=/^UserLogon(Failed2)?$/",
        filters: [`UserName=${anyCase([question.account])} | RemoteAddressIP4=${quoted(question.source)}`],
        columns: ["#event_simpleName", "UserName", "LogonType"],
      };
    case "sign-ins":
    case "messages":
    case "clicks":
      return null;
  }
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** Values as a pattern that matches the whole field in capitals and small letters: fields are compared exactly otherwise. */
function anyCase(texts: readonly string[]): string {
  return `/^(${texts.map(escaped).join("|")})$/i`;
}

function escaped(text: string): string {
  return text.replace(/[\\/^$.*+?()[\]{}|]/g, "\\$&");
}

const withCloud = z.object({ cloud: z.enum(cloudNames) });

function page(eventUid: string, settings: unknown): ReturnType<HuntingLanguage["page"]> {
  const [, kind, id = ""] = /^falcon-(alert|device):([\w:-]{8,300})$/.exec(eventUid) ?? [];
  if (kind === undefined) return null;
  const known = withCloud.safeParse(settings);
  const home = consoleOf(known.success ? known.data.cloud : "us-1");
  return kind === "alert"
    ? { label: "Falcon detection", url: `${home}/activity-v2/detections/${id}` }
    : { label: "Falcon host", url: `${home}/host-management/hosts/${id}` };
}

// The console stands beside the interface: api.us-2.… and falcon.us-2.….
function consoleOf(cloud: CloudName): string {
  return clouds[cloud].replace("https://api.", "https://falcon.");
}
