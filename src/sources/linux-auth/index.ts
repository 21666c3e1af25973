import { source } from "../source.ts";

// A time as syslog writes it (with or without a year, or ISO 8601), the machine, then a program that speaks of accounts.
const time = String.raw`(?:[A-Z][a-z]{2} +\d{1,2} +(?:\d{4} +)?\d{2}:\d{2}:\d{2}\S*(?: \d{4})?|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*)`;
const programs = "sshd|sshd-session|sudo|su|login|useradd|userdel|usermod|groupadd|passwd|chpasswd|gpasswd|systemd-logind";
const accountLine = new RegExp(
  String.raw`^(?:<\d{1,3}>)?${time} +\S+ +(?:\S*/)?(?:(?:${programs})(?:\[\d+\])?:|[^:]+: pam_\w+\()`,
);

export default source({
  id: "linux-auth",
  name: "Linux auth log",
  version: "1",
  formats: [
    {
      id: "linux-auth",
      name: "Linux auth.log or secure (syslog)",
      recognise: { by: "lines", test: (lines) => lines.some((line) => accountLine.test(line.slice(0, 300))) },
      reasons: "reasons.sql",
      rawOnly: "raw-only.sql",
    },
  ],
});
