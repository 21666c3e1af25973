import type { TechniqueRecord } from "./record.ts";

/** Passwords, second factors, tokens, and second ways in. */
export const accounts: readonly TechniqueRecord[] = [
  {
    technique: "T1110.001",
    title: "A password is guessed",
    behaviour: "One account is tried again and again from one place until a password fits.",
    seenIn: [
      {
        table: "authentication",
        columns: ["status", "user_name", "src_endpoint_ip"],
        shows: "runs of failures that end in a success",
      },
    ],
    steps: [
      "List sources with many failures and look for a success after them.",
      "See what the session did in its first minutes.",
      "Check whether the source tried other names.",
    ],
    indicators: ["source address", "account", "pace of the tries"],
    supportsIf: "a source that only failed before is let in as that account",
    refutedIf: "failures and successes were recorded throughout and no run of failures ended in a success",
    benign: "A new password that is not yet learnt, or a stale one on a device that is then mended.",
    hunts: ["guessing-then-success"],
  },
  {
    technique: "T1110.003",
    title: "A few passwords are tried on many accounts",
    behaviour: "One source goes through many accounts with a handful of tries each, so that none is locked, and opens some.",
    seenIn: [
      {
        table: "authentication",
        columns: ["status", "user_name", "src_endpoint_ip"],
        shows: "many accounts failing from one source, few of them getting in",
      },
    ],
    steps: [
      "List sources by how many accounts they failed for.",
      "Separate crowds (most get in) from sprays (few do).",
      "Follow each account that opened.",
    ],
    indicators: ["source address", "accounts that opened", "user agent"],
    supportsIf: "one source fails for many accounts and then succeeds as some it had never been",
    refutedIf: "sign-ins with their sources were recorded throughout and no source failed for many",
    benign: "An office or VPN exit where many mistype and then get in.",
    hunts: ["password-spray-success"],
  },
  {
    technique: "T1621",
    title: "A person is worn down with prompts",
    behaviour: "Somebody who has the password sends prompt after prompt until one is approved.",
    seenIn: [
      {
        table: "authentication",
        columns: ["status", "status_detail", "mfa_detail", "user_name"],
        shows: "refused second factors just before a success",
      },
    ],
    steps: [
      "Count refusals per account and hour.",
      "Look from where the approved sign-in came.",
      "Call the owner: did they approve?",
    ],
    indicators: ["account", "source of the prompts", "time of the approval"],
    supportsIf: "several refusals are followed within the hour by a success from a place the account never used",
    refutedIf: "results of second factors were recorded throughout and no success followed refusals",
    benign: "A new telephone or a push service in trouble, from the usual place.",
    hunts: ["mfa-fatigue"],
  },
  {
    technique: "T1528",
    title: "An application was given the keys to mail or files",
    behaviour: "A person consents to an application, or enters a device code for somebody else, and tokens outlive the password.",
    seenIn: [
      {
        table: "api_activity",
        columns: ["api_operation", "detail"],
        shows: "consents to applications that may read mail or files",
      },
      { table: "authentication", columns: ["auth_protocol", "user_name"], shows: "a first sign-in by device code" },
    ],
    steps: [
      "List consents of the window with their scopes and publishers.",
      "See which addresses the application's calls come from.",
      "Ask the person who consented what they were asked to do.",
    ],
    indicators: ["application name and id", "scopes", "consenting person", "source of later calls"],
    supportsIf: "a new application with wide scopes is consented to, or a device code is used for the first time from elsewhere",
    refutedIf: "directory audit was recorded throughout and no consent or grant of that kind appears",
    benign: "Applications that administrators introduced, meeting rooms, developers' tools.",
    hunts: ["mailbox-rule-or-consent", "first-legacy-sign-in"],
  },
  {
    technique: "T1539",
    title: "A session was stolen",
    behaviour:
      "A session cookie taken from a browser is used elsewhere; no password is asked for, and the second factor is satisfied by the cookie.",
    seenIn: [
      {
        table: "authentication",
        columns: ["user_name", "src_endpoint_ip", "mfa_detail"],
        shows: "the same account from two places, the second factor met by a claim",
      },
    ],
    steps: [
      "Look for one session id or account at two addresses within an hour.",
      "See whether the second place ever passed a factor itself.",
      "Search the device for what could have read the browser's store.",
    ],
    indicators: ["session id", "both addresses", "user agents"],
    supportsIf: "one account appears in two places that exclude each other and the second one was never asked for a factor",
    refutedIf: "sign-ins with sources were recorded throughout and no account was in two places at once",
    benign: "A VPN that is switched on in mid-session.",
    hunts: ["impossible-travel"],
  },
  {
    technique: "T1098",
    title: "A privilege was added that stays",
    behaviour: "Somebody adds an account to a group of administrators, a role, a delegate or a policy, to come back with.",
    seenIn: [
      {
        table: "api_activity",
        columns: ["api_operation", "actor_user_name", "target_user_name"],
        shows: "roles, members and policies added",
      },
      { table: "process_activity", columns: ["process_cmd_line"], shows: "commands that add members to groups" },
    ],
    steps: [
      "List changes of privileged groups and roles in the window.",
      "Ask for the change request of each.",
      "See what the new holder did with it.",
    ],
    indicators: ["who changed", "who gained", "role or group"],
    supportsIf: "somebody for whom it is unusual adds wide rights, above all after a strange sign-in",
    refutedIf: "audit of directory and devices was recorded throughout and every change was made by those who do so weekly",
    benign: "New colleagues and new applications.",
    hunts: ["new-admin-or-credential", "mailbox-rule-or-consent"],
  },
  {
    technique: "T1098.001",
    title: "A second key or secret was added to a cloud identity",
    behaviour:
      "A secret is added to an application, or an access key to a user, so that the owner's change of password does not matter.",
    seenIn: [
      {
        table: "api_activity",
        columns: ["api_operation", "actor_user_name", "resource_name"],
        shows: "secrets, certificates and access keys made",
      },
    ],
    steps: [
      "List new secrets and keys with their makers.",
      "See from where each was first used.",
      "Withdraw those that nobody asked for.",
    ],
    indicators: ["application or user", "key id", "maker and source"],
    supportsIf: "a secret is made by somebody who never does and is used from elsewhere",
    refutedIf: "directory and cloud audit were recorded throughout and no key was made, or only by automation that always does",
    benign: "Rotation of secrets by automation.",
    hunts: ["new-admin-or-credential"],
  },
  {
    technique: "T1136",
    title: "A new account was made as a way back",
    behaviour: "An account is created on a device, in the domain or in the cloud, and soon used.",
    seenIn: [
      { table: "api_activity", columns: ["api_operation", "target_user_name"], shows: "users created" },
      { table: "process_activity", columns: ["process_cmd_line"], shows: "commands that create users" },
    ],
    steps: [
      "List accounts created in the window and by whom.",
      "See when and from where each was first used.",
      "Compare names with those of people and services.",
    ],
    indicators: ["account name", "maker", "first sign-in"],
    supportsIf: "an account is made by an unusual hand and used within a day",
    refutedIf: "creation of accounts was recorded throughout and each belongs to a request",
    benign: "Onboarding, laboratories, installers that make their own account.",
    hunts: ["new-admin-or-credential"],
  },
  {
    technique: "T1114.003",
    title: "Mail is copied or hidden by a rule",
    behaviour: "A rule forwards messages outside or hides answers from the mailbox's owner, mostly about payments.",
    seenIn: [
      {
        table: "api_activity",
        columns: ["api_operation", "detail", "actor_user_name"],
        shows: "inbox rules and forwarding with their parameters",
      },
    ],
    steps: [
      "Read rule names, conditions and targets.",
      "Look at the sign-in in whose session the rule was made.",
      "List messages that it caught.",
    ],
    indicators: ["rule name and condition", "forwarding address", "source address of the session"],
    supportsIf: "a rule forwards outside, deletes or hides, and was made in an unusual session",
    refutedIf: "mailbox audit with parameters was recorded throughout and no rule does so",
    benign: "Rules that sort newsletters, deputies during holidays.",
    hunts: ["mailbox-rule-or-consent"],
  },
];
