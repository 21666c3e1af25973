// Accounts that an operating system runs under: many devices have them, nobody is behind them.
const systemNames: ReadonlySet<string> = new Set([
  "system",
  "local system",
  "localsystem",
  "local service",
  "localservice",
  "network service",
  "networkservice",
  "anonymous logon",
  "anonymous",
  "iusr",
  "trustedinstaller",
  "defaultaccount",
  "wdagutilityaccount",
  "everyone",
  "authenticated users",
  "guest",
  "nobody",
  "wsiaccount",
  // The same on German, French and Spanish systems, as their event logs write them.
  "lokaler dienst",
  "netzwerkdienst",
  "anonymous-anmeldung",
  "système",
  "service local",
  "service réseau",
  "sistema",
  "servicio local",
  "servicio de red",
]);

// Window manager, font driver host and virtual service accounts come by the session or the service.
const systemDomains: ReadonlySet<string> = new Set([
  "nt authority",
  "nt-autorität",
  "autorite nt",
  "autoridad nt",
  "nt service",
  "window manager",
  "font driver host",
  "iis apppool",
  "nt virtual machine",
]);

const numberedNames = /^(?:dwm|umfd)-\d+$/;

// Well-known SIDs of the system (S-1-5-18, -19, -20), of services (S-1-5-80, -90, -96), groups and the anonymous (S-1-5-7): not of a domain.
const systemSid = /^s-1-(?:0|1|2|3|15|16|18|5-(?!21-)\d+)(?:-|$)/;

const placeholders: ReadonlySet<string> = new Set([
  "",
  "-",
  "--",
  "?",
  "*",
  "$",
  "n/a",
  "na",
  "none",
  "null",
  "(null)",
  "unknown",
  "undefined",
  "not available",
  "00000000-0000-0000-0000-000000000000",
]);

// Names that many devices or services each have for themselves: two of them are not one person.
const commonNames: ReadonlySet<string> = new Set([
  "admin",
  "administrator",
  "administrador",
  "administrateur",
  "root",
  "user",
  "test",
  "backup",
  "operator",
  "support",
  "service",
  "svc",
  "default",
  "ubuntu",
  "debian",
  "centos",
  "ec2-user",
  "azureuser",
  "pi",
  "vagrant",
  "ansible",
  "jenkins",
  "git",
  "www-data",
  "nginx",
  "apache",
  "postgres",
  "mysql",
  "oracle",
  "sa",
  "ftp",
  "ftpuser",
  "mail",
  "daemon",
  "bin",
  "sys",
  "info",
  "krbtgt",
  "scan",
  "scanner",
  "printer",
  "deploy",
  "localadmin",
]);

/** True for a text that stands where a value is missing. */
export function isPlaceholder(text: string): boolean {
  return placeholders.has(text.trim().toLowerCase());
}

/** True for the accounts of an operating system: SYSTEM, LOCAL SERVICE, ANONYMOUS LOGON, DWM-1, well-known SIDs. */
export function isNobody(name: string, domain: string | null = null): boolean {
  const lower = name.trim().toLowerCase();
  if (isPlaceholder(lower) || systemNames.has(lower) || numberedNames.test(lower) || systemSid.test(lower)) return true;
  return domain !== null && systemDomains.has(domain.trim().toLowerCase());
}

/** True for account names such as "administrator" that say nothing of who is behind them without a domain. */
export function isCommonName(name: string): boolean {
  return commonNames.has(name.trim().toLowerCase());
}
