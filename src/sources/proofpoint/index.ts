import { source } from "../source.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The record itself, out of the wrapper that keeps the name of its container. */
function inner(record: Fields): Fields {
  const wrapped = record._record;
  return typeof wrapped === "object" && wrapped !== null && !Array.isArray(wrapped)
    ? Object.fromEntries(Object.entries(wrapped))
    : record;
}

function has(record: Fields, ...keys: string[]): boolean {
  const fields = inner(record);
  return keys.every((key) => key in fields);
}

function hasOne(record: Fields, ...keys: string[]): boolean {
  const fields = inner(record);
  return keys.some((key) => key in fields);
}

function isIn(record: Fields, ...containers: string[]): boolean {
  return typeof record._container === "string" && containers.includes(record._container);
}

export default source({
  id: "proofpoint",
  name: "Proofpoint TAP",
  version: "2",
  formats: [
    {
      id: "proofpoint-message",
      name: "TAP SIEM message",
      recognise: {
        by: "json",
        test: (record) =>
          isIn(record, "messagesDelivered", "messagesBlocked") ||
          (has(record, "messageTime", "recipient", "sender") &&
            hasOne(record, "GUID", "messageID", "threatsInfoMap", "fromAddress", "QID")) ||
          has(record, "threatsInfoMap", "toAddresses"),
      },
      reasons: "reasons.sql",
    },
    {
      id: "proofpoint-click",
      name: "TAP SIEM click",
      recognise: {
        by: "json",
        test: (record) => isIn(record, "clicksPermitted", "clicksBlocked") || has(record, "clickTime", "clickIP"),
      },
      reasons: "reasons.sql",
    },
    {
      id: "proofpoint-people",
      name: "TAP very attacked people and top clickers",
      recognise: {
        by: "json",
        test: (record) => has(record, "identity", "threatStatistics") || has(record, "identity", "clickStatistics"),
      },
      reasons: "reasons.sql",
    },
    {
      id: "proofpoint-look-up",
      name: "TAP campaigns and forensic reports",
      recognise: {
        by: "json",
        test: (record) =>
          has(record, "campaignMembers", "techniques") || (has(record, "reports") && hasOne(record, "generated", "_envelope")),
      },
      rawOnly: "look-ups.sql",
    },
  ],
});
