import type { Click, Message } from "../occurrences.ts";
import type { VendorRecord } from "../vendor-data.ts";

/** One answer of the TAP SIEM interface (/v2/siem/all, format=json) for the hour that ends at `end`. */
export function siemAnswer(messages: readonly Message[], clicks: readonly Click[], end: number): string {
  const answer = {
    queryEndTime: new Date(end).toISOString().replace(".000Z", "Z"),
    messagesDelivered: messages.filter((message) => message.isDelivered).map(messageRecord),
    messagesBlocked: messages.filter((message) => !message.isDelivered).map(messageRecord),
    clicksPermitted: clicks.filter((click) => click.isPermitted).map(clickRecord),
    clicksBlocked: clicks.filter((click) => !click.isPermitted).map(clickRecord),
  };
  return `${JSON.stringify(answer)}\n`;
}

/** One message of the TAP SIEM interface. */
export function messageRecord(message: Message): VendorRecord {
  const { threat, scores } = message;
  const recipients = message.recipients.map((person) => person.mail);
  return {
    GUID: message.id.replaceAll("-", ""),
    id: message.id,
    QID: message.id.slice(0, 12).toUpperCase(),
    messageTime: new Date(message.time).toISOString(),
    sender: message.sender,
    senderIP: message.senderAddress,
    recipient: recipients,
    fromAddress: [message.sender],
    toAddresses: recipients,
    ccAddresses: [],
    replyToAddress: [],
    headerFrom: `${message.senderName} <${message.sender}>`,
    subject: message.subject,
    messageID: mailId(message),
    messageSize: message.sizeBytes,
    spamScore: scores.spam,
    phishScore: scores.phish,
    impostorScore: scores.impostor,
    malwareScore: scores.malware,
    cluster: "lindenhof_hosted",
    completelyRewritten: true,
    policyRoutes: ["default_inbound"],
    modulesRun: ["av", "dkimv", "spf", "spam", "dmarc", "urldefense"],
    quarantineFolder: message.isDelivered ? null : threat.classification === "spam" ? "Spam" : "Phish",
    quarantineRule: message.isDelivered ? null : `inbound_${threat.classification}`,
    messageParts: [
      {
        disposition: "inline",
        filename: "text.html",
        contentType: "text/html",
        oContentType: "text/html",
        md5: threat.id.slice(0, 32),
        sha256: threat.id,
        sandboxStatus: null,
      },
    ],
    threatsInfoMap: [
      {
        threatID: threat.id,
        threatStatus: threat.status,
        classification: threat.classification,
        threatType: "url",
        threat: threat.url,
        threatTime: new Date(threat.time).toISOString(),
        threatUrl: `https://threatinsight.proofpoint.com/threat/u/${threat.id}`,
        campaignID: null,
        actors: [],
      },
    ],
  };
}

/** One click of the TAP SIEM interface. */
export function clickRecord(click: Click): VendorRecord {
  const { message, person } = click;
  return {
    id: click.id,
    GUID: message.id.replaceAll("-", ""),
    clickTime: new Date(click.time).toISOString(),
    clickIP: click.address,
    recipient: person.mail,
    sender: message.sender,
    senderIP: message.senderAddress,
    messageID: mailId(message),
    url: message.threat.url,
    userAgent:
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
    classification: message.threat.classification,
    threatID: message.threat.id,
    threatTime: new Date(message.threat.time).toISOString(),
    threatURL: `https://threatinsight.proofpoint.com/threat/u/${message.threat.id}`,
    threatStatus: message.threat.status,
    campaignId: null,
  };
}

function mailId(message: Message): string {
  return `<${message.id.slice(0, 13)}@${message.sender.split("@")[1] ?? "unknown"}>`;
}
