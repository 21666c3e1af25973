import { type Format, source } from "../source.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The classes that have a table, by the format that reads them (OCSF 1.8; 2xxxxx: the Windows extension). */
const classes: Readonly<Record<string, { readonly name: string; readonly uids: readonly number[] }>> = {
  network: { name: "Network Activity", uids: [4001] },
  http: { name: "HTTP Activity", uids: [4002] },
  dns: { name: "DNS Activity", uids: [4003] },
  rdp: { name: "RDP Activity", uids: [4005] },
  smb: { name: "SMB Activity", uids: [4006] },
  ssh: { name: "SSH Activity", uids: [4007] },
  email: { name: "Email Activity", uids: [4009] },
  "email-url": { name: "Email URL Activity", uids: [4012] },
  authentication: { name: "Authentication", uids: [3002] },
  account: { name: "Account Change, User Access Management or Group Management", uids: [3001, 3005, 3006] },
  file: { name: "File System Activity", uids: [1001] },
  "scheduled-job": { name: "Scheduled Job Activity", uids: [1006] },
  process: { name: "Process Activity", uids: [1007] },
  script: { name: "Script Activity", uids: [1009] },
  registry: { name: "Registry Key or Value Activity", uids: [201001, 201002] },
  service: { name: "Windows Service Activity", uids: [201004] },
  api: { name: "API Activity", uids: [6003] },
  finding: { name: "Detection Finding", uids: [2004] },
  device: { name: "Device Inventory Info", uids: [5001] },
  user: { name: "User Inventory Info", uids: [5003] },
};

const known = new Set(Object.values(classes).flatMap(({ uids }) => uids));

/** The class of an OCSF event; null for what is none. Some writers give the number as text. */
function classOf(record: Fields): number | null {
  const uid = Number(record.class_uid ?? Number.NaN);
  return Number.isInteger(uid) && uid > 0 && "metadata" in record ? uid : null;
}

/** Spoor's own findings, read back in: what was concluded is no evidence for itself. */
function isOwn({ metadata }: Fields): boolean {
  const product = memberOf(metadata, "product");
  return memberOf(product, "name") === "Spoor";
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
}

function formatOf([id, { name, uids }]: [string, (typeof classes)[string]]): Format {
  return {
    id: `ocsf-${id}`,
    name: `OCSF ${name}`,
    recognise: { by: "json", test: (record) => uids.includes(classOf(record) ?? 0) && !isOwn(record) },
    reasons: "reasons.sql",
  };
}

export default source({
  id: "ocsf",
  name: "OCSF",
  version: "1",
  formats: [
    ...Object.entries(classes).map(formatOf),
    {
      id: "ocsf-other",
      name: "OCSF event of a class without a table",
      recognise: {
        by: "json",
        test: (record) => {
          const uid = classOf(record);
          return uid !== null && (!known.has(uid) || isOwn(record));
        },
      },
      reasons: "reasons.sql",
      rawOnly: "other.sql",
    },
  ],
});
