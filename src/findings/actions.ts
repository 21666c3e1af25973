import { type Severity, severities } from "../types.ts";

/** What a reader could do. The catalogue is closed: recommendations are chosen from it, never written by a model or taken from a log. */
export interface Action {
  readonly id: string;
  readonly text: string;
  /** Recommended when one of the lists meets what was found; techniques count for their sub-techniques too. */
  readonly when: {
    readonly detectors?: readonly string[];
    readonly techniques?: readonly string[];
    readonly tactics?: readonly string[];
    /** Only from this severity on: what interrupts somebody's work needs a reason. */
    readonly from?: Severity;
    readonly needsDevice?: boolean;
  };
}

/** What was found, as far as it decides what to do. */
export interface Situation {
  readonly detectors: readonly string[];
  /** Technique and sub-technique uids. */
  readonly techniques: readonly string[];
  /** Tactic uids. */
  readonly tactics: readonly string[];
  readonly severity: Severity;
  /** False when nothing that was found names a device: there is none to isolate. */
  readonly namesDevice?: boolean;
}

/** The catalogue, in the order in which actions are recommended: keep evidence, contain, clean up, prevent. */
export const actions: readonly Action[] = [
  {
    id: "preserve-evidence",
    text: "Keep the evidence first: export the events concerned and hold log retention for the devices and accounts they name.",
    when: { tactics: ["TA0001", "TA0006", "TA0008", "TA0010", "TA0040"], from: "High" },
  },
  {
    id: "capture-memory",
    text: "Capture the device's memory before it is restarted or isolated by power.",
    when: { techniques: ["T1003", "T1055", "T1620", "T1059"], from: "High", needsDevice: true },
  },
  {
    id: "isolate-device",
    text: "Isolate the device from the network through its sensor, leaving the sensor's own connection open.",
    when: {
      techniques: ["T1071", "T1095", "T1573", "T1572", "T1219", "T1486", "T1003"],
      tactics: ["TA0008", "TA0040"],
      from: "High",
      needsDevice: true,
    },
  },
  {
    id: "block-destination",
    text: "Block the destination address and name at the proxy, the firewall and the resolver, and watch who still tries.",
    when: {
      detectors: ["beaconing", "exfiltration", "dns-tunnelling", "threat-intel-match"],
      tactics: ["TA0011", "TA0010"],
      from: "High",
    },
  },
  {
    id: "sinkhole-domain",
    text: "Point the domain to a sinkhole at the resolver and read from it which other devices ask for it.",
    when: { detectors: ["dns-tunnelling"], techniques: ["T1071.004", "T1568", "T1572"], from: "Medium" },
  },
  {
    id: "revoke-sessions",
    text: "Revoke the account's sessions and refresh tokens, then require a new sign-in.",
    when: { techniques: ["T1078", "T1550", "T1539", "T1528", "T1606", "T1556"], from: "High" },
  },
  {
    id: "reset-credentials",
    text: "Reset the account's password from a clean device, and rotate the keys and secrets that it could read.",
    when: { techniques: ["T1078", "T1110", "T1003", "T1555", "T1552", "T1558"], tactics: ["TA0006"], from: "High" },
  },
  {
    id: "disable-account",
    text: "Disable the account until its owner has confirmed the activity by a second channel.",
    when: { techniques: ["T1078", "T1098", "T1136"], from: "Critical" },
  },
  {
    id: "confirm-with-owner",
    text: "Ask the owner of the account or device, by a channel other than mail, whether the activity was theirs.",
    when: { techniques: ["T1078", "T1021", "T1048", "T1567", "T1133", "T1114"], tactics: ["TA0001", "TA0009"] },
  },
  {
    id: "review-mfa",
    text: "Look at the account's registered second factors and recent prompts; remove what its owner does not know.",
    when: { techniques: ["T1621", "T1556", "T1111", "T1098.005"], detectors: ["unusual-sign-in", "impossible-travel"] },
  },
  {
    id: "review-sign-ins",
    text: "Go through all sign-ins from the same address, user agent and network owner, for this and other accounts.",
    when: { techniques: ["T1078", "T1110"], detectors: ["unusual-sign-in", "impossible-travel", "password-attacks"] },
  },
  {
    id: "lock-out-source",
    text: "Block the source of the password attempts, and check each account it tried for a success afterwards.",
    when: { techniques: ["T1110"] },
  },
  {
    id: "remove-mail",
    text: "Remove the message from all mailboxes, and list who received, opened or clicked it.",
    when: { techniques: ["T1566", "T1534", "T1204"] },
  },
  {
    id: "block-sender",
    text: "Block the sender and the link's host at the mail gateway, and report the campaign to the mail provider.",
    when: { techniques: ["T1566", "T1598"], from: "Medium" },
  },
  {
    id: "review-mailbox-rules",
    text: "Look for new forwarding and inbox rules, delegates and application consents of the mailbox.",
    when: { techniques: ["T1114", "T1564.008", "T1566", "T1528"] },
  },
  {
    id: "review-consents",
    text: "List application consents and service principals added in the time of the finding; withdraw what nobody asked for.",
    when: { techniques: ["T1528", "T1550.001", "T1098.001", "T1098.003"] },
  },
  {
    id: "collect-binary",
    text: "Collect the file behind the process, with its hash, signer and origin, and search the estate for the same hash.",
    when: { tactics: ["TA0002", "TA0005"], techniques: ["T1204", "T1218", "T1036"] },
  },
  {
    id: "review-process-tree",
    text: "Read the process tree on the device around the first step: parent, command line, account, and what it wrote.",
    when: { tactics: ["TA0002", "TA0011", "TA0004"] },
  },
  {
    id: "remove-persistence",
    text: "List services, scheduled jobs, run keys and new accounts on the device since the first step; remove what the attacker left.",
    when: { tactics: ["TA0003"], techniques: ["T1543", "T1053", "T1547", "T1136", "T1569"] },
  },
  {
    id: "trace-movement",
    text: "Follow the path: sign-ins into the source before the first step, and from every target after the last.",
    when: { tactics: ["TA0008"], techniques: ["T1021", "T1570"] },
  },
  {
    id: "restrict-remote-administration",
    text: "Allow SMB, WinRM, RDP and remote service control between workstations only from the administration hosts.",
    when: { techniques: ["T1021", "T1569.002", "T1047"] },
  },
  {
    id: "inspect-targets",
    text: "Inspect every device reached for the same tools, services and accounts, starting with servers.",
    when: { tactics: ["TA0008"], from: "High" },
  },
  {
    id: "check-privileged-groups",
    text: "Check privileged groups, delegated rights and directory replication rights for changes since the first step.",
    when: { techniques: ["T1098", "T1484", "T1207", "T1003.006"], tactics: ["TA0004"] },
  },
  {
    id: "rotate-service-tickets",
    text: "Rotate the passwords of the service accounts whose tickets were asked for; where the directory itself was reached, the ticket-granting account twice.",
    when: { techniques: ["T1558", "T1003.006", "T1550.003"] },
  },
  {
    id: "assess-data-loss",
    text: "Establish what left: the files read by the account or device before the transfer, their owners and how sensitive they are.",
    when: { tactics: ["TA0010", "TA0009"] },
  },
  {
    id: "notify-data-owner",
    text: "Tell the owner of the data and those responsible for privacy that a transfer is being examined; legal terms may already run.",
    when: { tactics: ["TA0010"], from: "High" },
  },
  {
    id: "review-cloud-storage",
    text: "Look at sharing links, bucket policies and access keys of the storage concerned; withdraw what is public or new.",
    when: { techniques: ["T1530", "T1537", "T1567", "T1580"] },
  },
  {
    id: "rotate-cloud-keys",
    text: "Deactivate the access key that was used, issue a new one, and read what else it did.",
    when: { techniques: ["T1552", "T1078.004", "T1530"], from: "Medium" },
  },
  {
    id: "protect-backups",
    text: "Disconnect backups from the estate and verify the last good one before anything else is restored.",
    when: { techniques: ["T1486", "T1490", "T1485", "T1561"], tactics: ["TA0040"] },
  },
  {
    id: "restore-logging",
    text: "Turn the disabled protection or logging on again, and treat the time without it as unseen, not as quiet.",
    when: { tactics: ["TA0112"], techniques: ["T1070", "T1685"] },
  },
  {
    id: "close-exposed-service",
    text: "Take the exposed service behind the gateway or patch it, and read its own logs for the time before the finding.",
    when: { techniques: ["T1190", "T1133"] },
  },
  {
    id: "hunt-indicator",
    text: "Search the whole history for the same address, name, hash and user agent; add confirmed ones to the indicators.",
    when: { detectors: ["threat-intel-match"], tactics: ["TA0011", "TA0002"] },
  },
  {
    id: "answer-vendor-alert",
    text: "Work on the vendor's alert in its own console too, so that its state and ours agree.",
    when: { detectors: ["vendor-alert", "vendor-alerts"] },
  },
  {
    id: "suppress-benign",
    text: "If the benign reading is confirmed, record the verdict and suppress it narrowly, with a reason and an end date.",
    when: { tactics: ["TA0011", "TA0010", "TA0008", "TA0007"] },
  },
];

const byId = new Map(actions.map((action) => [action.id, action]));

/** An action of the catalogue; null when there is none of that id. */
export function actionById(id: string): Action | null {
  return byId.get(id) ?? null;
}

/** What to do in a situation: actions of the catalogue in its order, at most `limit`. */
export function actionsFor(situation: Situation, options: { readonly limit?: number } = {}): Action[] {
  return actions.filter((action) => applies(action, situation)).slice(0, options.limit ?? 8);
}

function applies({ when }: Action, situation: Situation): boolean {
  if (when.from !== undefined && severities.indexOf(situation.severity) < severities.indexOf(when.from)) return false;
  if (when.needsDevice === true && situation.namesDevice === false) return false;
  const isTechnique = (uid: string) => situation.techniques.some((found) => found === uid || found.startsWith(`${uid}.`));
  return (
    (when.detectors ?? []).some((detector) => situation.detectors.includes(detector)) ||
    (when.tactics ?? []).some((tactic) => situation.tactics.includes(tactic)) ||
    (when.techniques ?? []).some(isTechnique)
  );
}
