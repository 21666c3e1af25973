import type { TechniqueRecord } from "./record.ts";

/** Ways in: messages, stolen accounts, exposed services. */
export const entry: readonly TechniqueRecord[] = [
  {
    technique: "T1566.002",
    title: "A link in a message took a password or a session",
    behaviour:
      "Somebody follows a link in a message to a page that looks like a sign-in, and what is typed there is used from the thief's own network soon after.",
    seenIn: [
      {
        table: "email_url_activity",
        columns: ["user_email_addr", "url_string"],
        shows: "allowed clicks on hosts that few others visit",
      },
      {
        table: "authentication",
        columns: ["user_name", "src_endpoint_ip"],
        shows: "a first sign-in from a new network within a day of the click",
      },
      { table: "http_activity", columns: ["http_request_url_hostname"], shows: "visits to the same host by others" },
    ],
    steps: [
      "List who received the message and who clicked, and note the time of each click.",
      "Compare address, country and user agent of sign-ins before and after the click.",
      "Look for mailbox rules, new factors and consents in the hours after.",
    ],
    indicators: [
      "host and path of the link",
      "sender and subject",
      "address and user agent of the sign-in that followed",
      "message ids of the campaign",
    ],
    supportsIf:
      "a click is followed within a day by a success from a network the account never used, above all with another user agent",
    refutedIf:
      "every sign-in in the day after the click came from networks and devices the account uses anyway, and clicks and sign-ins were recorded throughout",
    benign:
      "Somebody reads mail on the way and signs in from a hotel or a telephone; a gateway or a training exercise follows links too.",
    hunts: ["click-then-new-sign-in"],
  },
  {
    technique: "T1566.001",
    title: "An attachment ran code",
    behaviour: "A document or archive that came by mail is opened and starts an interpreter, which fetches or unpacks the rest.",
    seenIn: [
      { table: "email_activity", columns: ["attachment_names", "email_from"], shows: "the message with its attachment" },
      {
        table: "process_activity",
        columns: ["parent_process_name", "process_name", "process_cmd_line"],
        shows: "an office or reader program as parent of an interpreter",
      },
    ],
    steps: [
      "Find the message that brought the file, and everybody else who has it.",
      "Follow the interpreter's children and what they wrote and called.",
      "Search for the file's hash and for the same parent and child elsewhere.",
    ],
    indicators: ["name and hash of the attachment", "command line of the interpreter", "addresses called within minutes"],
    supportsIf: "an interpreter with an unusual command line has a document program as parent",
    refutedIf: "process starts with their parents were recorded throughout and no document program started an interpreter",
    benign: "Add-ins, mail merges and report macros start helpers, on many devices and with the same command.",
    hunts: ["document-spawns-interpreter"],
  },
  {
    technique: "T1566",
    title: "Messages in somebody else's name",
    behaviour:
      "Messages from a domain that looks like the estate's own, or whose answers go elsewhere, ask for money, passwords or a favour.",
    seenIn: [
      {
        table: "email_activity",
        columns: ["email_from", "email_reply_to", "email_to"],
        shows: "sender domains one edit away from one's own",
      },
    ],
    steps: [
      "Read the messages and whoever answered them.",
      "Look for other messages from the same sender, address and reply address.",
      "Ask the supposed sender by another channel.",
    ],
    indicators: ["sender domain", "reply address", "sending address", "subject"],
    supportsIf: "a sender's domain reads like an own one and the content asks for something",
    refutedIf: "inbound mail was recorded throughout with senders, and no domain of the window resembles an own one",
    benign: "Sister companies, suppliers with similar names, and ticket systems whose answers go elsewhere by design.",
    hunts: ["look-alike-sender", "click-then-new-sign-in"],
  },
  {
    technique: "T1204.002",
    title: "A person started a file that is not what it seems",
    behaviour: "A downloaded or mailed file is opened by hand and becomes a running program with children of its own.",
    seenIn: [
      {
        table: "process_activity",
        columns: ["process_path", "parent_process_name"],
        shows: "programs in download and temporary folders, children of documents",
      },
      { table: "file_activity", columns: ["file_name", "file_hash_sha256"], shows: "the file as it was written" },
    ],
    steps: [
      "Find where the file came from: browser, mail, share, stick.",
      "Collect it and look its hash up in your own history.",
      "Read the process tree from its start on.",
    ],
    indicators: ["file name, path and hash", "parent and command line", "destinations called afterwards"],
    supportsIf: "a document program or a file in a writable folder starts an interpreter or calls a rare address",
    refutedIf: "starts of programs were recorded with path and parent throughout and none of that kind stands out",
    benign: "Installers and portable tools start from the same folders.",
    hunts: ["document-spawns-interpreter"],
  },
  {
    technique: "T1190",
    title: "An exposed service was made to run commands",
    behaviour:
      "A request to a service that faces the Internet makes its process start a shell, which asks around and fetches tools.",
    seenIn: [
      {
        table: "process_activity",
        columns: ["parent_process_name", "process_name"],
        shows: "shells below a web, mail or database server",
      },
      { table: "http_activity", columns: ["http_request_url_path", "http_response_code"], shows: "the request of that second" },
    ],
    steps: [
      "Take the time of the first shell and read the service's own log around it.",
      "Look for new files in the service's folders and for new accounts and jobs.",
      "Check whether the version in use has a known fault.",
    ],
    indicators: ["path and source of the request", "command line of the shell", "files written by the service's account"],
    supportsIf: "a server process starts a shell or a reconnaissance command that it does not start every day",
    refutedIf: "the servers that face the Internet report process starts throughout, and none had such a child",
    benign: "Applications that call helpers through a shell do so daily and in the same words.",
    hunts: ["web-server-spawns-shell"],
  },
  {
    technique: "T1505.003",
    title: "A page left on a web server takes commands",
    behaviour: "A script placed in a web folder runs commands for whoever knows its address.",
    seenIn: [
      {
        table: "process_activity",
        columns: ["parent_process_name", "process_cmd_line"],
        shows: "commands with the web server as parent",
      },
      {
        table: "http_activity",
        columns: ["http_request_url_path", "src_endpoint_ip"],
        shows: "one path asked for by one source only",
      },
    ],
    steps: [
      "List files in web folders newer than the first command.",
      "List paths that one source alone asks for.",
      "See what else that source asked for before.",
    ],
    indicators: ["path of the page", "sources that use it", "commands it ran"],
    supportsIf: "a web server's process starts shells at the times of requests for one path",
    refutedIf: "web servers report process starts and requests throughout and nothing of the kind appears",
    benign: "Health checks and administrative pages behave the same way on schedule.",
    hunts: ["web-server-spawns-shell"],
  },
  {
    technique: "T1078",
    title: "An account is used by somebody else",
    behaviour:
      "A valid name and password are used by another than their owner: from another place, at another time, for other things.",
    seenIn: [
      {
        table: "authentication",
        columns: ["user_name", "src_endpoint_ip", "status"],
        shows: "successes that break the account's habits",
      },
      { table: "detection_finding", columns: ["user_name", "attack_tactics"], shows: "alerts about the same person" },
    ],
    steps: [
      "Write down the account's usual devices, addresses and hours, then list what differs.",
      "Look what the session did that its owner never does.",
      "Ask the owner by a channel other than mail.",
    ],
    indicators: ["source address and its owner", "device and user agent", "session id"],
    supportsIf: "a success after failures, from an unusual place, or on an unusual device is followed by unusual acts",
    refutedIf: "all successes of the window came from usual places and devices, and sign-ins were recorded throughout",
    benign: "Travel, a new telephone, a colleague's help, a forgotten password.",
    hunts: ["guessing-then-success", "password-spray-success", "impossible-travel", "several-tactics-one-entity"],
  },
  {
    technique: "T1078.002",
    title: "A domain or service account in the wrong hands",
    behaviour:
      "An account of the domain, often one that belongs to a program, signs in by hand or on devices where it has nothing to do.",
    seenIn: [
      {
        table: "authentication",
        columns: ["user_name", "logon_type", "device_hostname"],
        shows: "a first interactive sign-in of an account that only programs used",
      },
    ],
    steps: [
      "List the devices and logon types of the account's past.",
      "Find out from which device it was used this time, and what ran there before.",
      "Change its password and see what breaks.",
    ],
    indicators: ["account", "source and target device", "logon type"],
    supportsIf: "a program's account signs in interactively or from a new device",
    refutedIf: "its sign-ins with logon types were recorded throughout and all were of the usual kind",
    benign: "Repairs by hand, a failover, an installation.",
    hunts: ["service-account-new-use"],
  },
  {
    technique: "T1078.004",
    title: "A cloud account or key is used from elsewhere",
    behaviour: "A cloud identity's password, session or key works in another place, while its owner goes on as usual.",
    seenIn: [
      {
        table: "authentication",
        columns: ["user_name", "src_endpoint_location_country", "is_mfa"],
        shows: "sign-ins that one person cannot both have made",
      },
      {
        table: "api_activity",
        columns: ["actor_user_uid", "src_endpoint_ip", "http_request_user_agent"],
        shows: "calls from a new network or by a new program",
      },
    ],
    steps: [
      "Compare addresses, countries and user agents with the account's last month.",
      "Look whether a second factor was really asked for, or satisfied by a claim.",
      "Read what the identity did in the next hour: rules, consents, downloads, new keys.",
    ],
    indicators: ["source address and network", "user agent", "session or key id", "country"],
    supportsIf: "two places exclude each other, or a key that belongs to a machine is used by a person's tool",
    refutedIf: "sign-ins and calls were recorded throughout with their sources, and all fit the account's habits",
    benign: "VPNs and gateways abroad, mobile networks, a new office.",
    hunts: ["impossible-travel", "cloud-key-new-place", "first-legacy-sign-in", "click-then-new-sign-in"],
  },
];
