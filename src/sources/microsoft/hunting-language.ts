import { z } from "zod";
import type { HuntingLanguage, HuntingQuestion } from "../hunting-language.ts";

/** KQL over the tables of advanced hunting, and the pages of the Defender portal. */
const language: HuntingLanguage = {
  id: "microsoft",
  name: "KQL (Defender XDR; Sentinel: TimeGenerated for Timestamp)",
  ask,
  page,
};
export default language;

function ask(question: HuntingQuestion): string {
  const { tables, filters, columns } = linesOf(question);
  const { from, to } = question.window;
  return [
    tables,
    `| where Timestamp >= datetime(${moment(from)}) and Timestamp < datetime(${moment(to)})`,
    ...filters.map((filter) => `| where ${filter}`),
    `| project Timestamp, ${columns.join(", ")} | sort by Timestamp asc | take 1000`,
  ].join("\n");
}

interface Lines {
  readonly tables: string;
  readonly filters: readonly string[];
  readonly columns: readonly string[];
}

// Tables and columns of the Defender XDR advanced hunting schema reference.
function linesOf(question: HuntingQuestion): Lines {
  switch (question.kind) {
    case "connections":
      return {
        tables: "DeviceNetworkEvents",
        filters: [
          `LocalIP == ${quoted(question.source)} and RemoteIP == ${quoted(question.destination)} and RemotePort == ${question.port}`,
        ],
        columns: ["DeviceName", "ActionType", "RemoteUrl", "InitiatingProcessFileName"],
      };
    case "names":
      return {
        tables: "DeviceNetworkEvents",
        filters: [`RemoteUrl has ${quoted(question.name)}`],
        columns: ["DeviceName", "ActionType", "RemoteUrl", "RemoteIP", "InitiatingProcessFileName"],
      };
    case "processes":
      return {
        tables: "DeviceProcessEvents",
        filters: [
          `DeviceName =~ ${quoted(question.device)} or DeviceName startswith ${quoted(`${question.device}.`)}`,
          `FileName in~ (${question.programs.map(quoted).join(", ")})`,
        ],
        columns: ["DeviceName", "FileName", "ProcessCommandLine", "AccountName"],
      };
    case "logons":
      return {
        tables: "DeviceLogonEvents",
        filters: [`AccountName =~ ${quoted(question.account)} and RemoteIP == ${quoted(question.source)}`],
        columns: ["DeviceName", "ActionType", "LogonType", "FailureReason"],
      };
    case "sign-ins":
      return {
        tables: "EntraIdSignInEvents",
        filters: [`AccountUpn =~ ${quoted(question.account)} and IPAddress in (${question.sources.map(quoted).join(", ")})`],
        columns: ["AccountUpn", "IPAddress", "Country", "Application", "ErrorCode", "SessionId"],
      };
    case "messages":
      return {
        tables: "EmailEvents",
        filters: [`SenderFromAddress =~ ${quoted(question.sender)} or SenderMailFromAddress =~ ${quoted(question.sender)}`],
        columns: ["RecipientEmailAddress", "Subject", "DeliveryAction", "NetworkMessageId"],
      };
    case "clicks":
      return {
        tables: "UrlClickEvents",
        filters: [`AccountUpn =~ ${quoted(question.account)} and Url has ${quoted(question.host)}`],
        columns: ["Url", "ActionType", "IsClickedThrough", "IPAddress", "NetworkMessageId"],
      };
  }
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

function moment(time: string): string {
  return `${time.slice(0, 19).replace(" ", "T")}Z`;
}

const withTenant = z.object({ tenantId: z.string().regex(/^[0-9a-fA-F-]{36}$/) });

function page(eventUid: string, settings: unknown): ReturnType<HuntingLanguage["page"]> {
  const known = withTenant.safeParse(settings);
  const tenant = known.success ? `?tid=${known.data.tenantId}` : "";
  const [, kind, id = ""] = /^defender-(alert|machine):([\w.~-]{8,200})$/.exec(eventUid) ?? [];
  if (kind === "alert") return { label: "Defender alert", url: `https://security.microsoft.com/alerts/${id}${tenant}` };
  if (kind === "machine") return { label: "Defender device", url: `https://security.microsoft.com/machines/v2/${id}${tenant}` };
  return null;
}
