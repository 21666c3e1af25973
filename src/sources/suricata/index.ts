import { type Format, source } from "../source.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The event types that have a table, by the format that reads them. */
const eventTypes: Readonly<Record<string, readonly string[]>> = {
  flow: ["flow", "drop"],
  netflow: ["netflow"],
  tls: ["tls", "quic"],
  dns: ["dns"],
  http: ["http"],
  file: ["fileinfo"],
  smb: ["smb"],
  dcerpc: ["dcerpc"],
  ssh: ["ssh"],
  rdp: ["rdp"],
  kerberos: ["krb5"],
  alert: ["alert"],
};

const known = new Set(Object.values(eventTypes).flat());

/** The event type of an EVE record; null for what is none. Engine statistics have no addresses. */
function typeOf(record: Fields): string | null {
  const { event_type: type, timestamp } = record;
  if (typeof type !== "string" || typeof timestamp !== "string") return null;
  return "src_ip" in record || "flow_id" in record || type in record ? type : null;
}

function formatOf([id, types]: [string, readonly string[]]): Format {
  return {
    id: `suricata-${id}`,
    name: `Suricata ${types.join(" or ")} event`,
    recognise: { by: "json", test: (record) => types.includes(typeOf(record) ?? "") },
    reasons: "reasons.sql",
    ...(id === "rdp" ? { rawOnly: "rdp-other.sql" } : {}),
    ...(id === "netflow" ? { rawOnly: "netflow-beside-flow.sql" } : {}),
  };
}

export default source({
  id: "suricata",
  name: "Suricata (EVE JSON)",
  version: "1",
  formats: [
    ...Object.entries(eventTypes).map(formatOf),
    {
      id: "suricata-other",
      name: "Suricata event without a table",
      recognise: {
        by: "json",
        test: (record) => {
          const type = typeOf(record);
          return type !== null && !known.has(type);
        },
      },
      reasons: "reasons.sql",
      rawOnly: "other.sql",
    },
  ],
});
