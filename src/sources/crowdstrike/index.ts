import { type Format, source } from "../source.ts";

type Fields = Readonly<Record<string, unknown>>;

export default source({
  id: "crowdstrike",
  name: "CrowdStrike Falcon",
  version: "2",
  formats: [
    format("falcon-event", "Falcon sensor event", (record) =>
      hasOne(record, "event_simpleName", "#event_simpleName", "event_simplename", "fdr_event_type"),
    ),
    format(
      "falcon-alert",
      "Falcon alert, detection, incident or case",
      (record) =>
        has(record, "composite_id") ||
        has(record, "detection_id", "behaviors") ||
        has(record, "incident_id", "cid") ||
        has(record, "behavior_id") ||
        isCase(record),
    ),
    format("falcon-stream", "Falcon event stream record", (record) => isStreamed(record) || isDetectionSummary(record)),
    format(
      "falcon-device",
      "Falcon host",
      (record) => has(record, "device_id") && hasOne(record, "hostname", "agent_version", "platform_name", "recent_logins"),
    ),
    format("falcon-asset", "Falcon asset or account", isAsset),
  ],
});

function format(id: string, name: string, test: (record: Fields) => boolean): Format {
  return { id, name, recognise: { by: "json", test }, rawOnly: "other.sql", reasons: "reasons.sql" };
}

/** Of the cases interface (SdkCaseVM); what they are made of comes as alerts. */
function isCase(record: Fields): boolean {
  return (
    has(record, "id", "cid", "created_timestamp") &&
    !has(record, "composite_id") &&
    hasOne(record, "severity_info", "evidence", "creation_actor")
  );
}

/** {"metadata": {"eventType", …}, "event": {…}} of Event Streams. */
function isStreamed({ metadata, event }: Fields): boolean {
  return isObject(metadata) && isObject(event) && hasOne(metadata, "eventType", "customerIDString");
}

/** The same detection as the Data Replicator delivers it, and as Panther keeps it. */
function isDetectionSummary(record: Fields): boolean {
  const kind = record.ExternalApiType ?? record.fdr_event_type;
  return typeof kind === "string" && kind.endsWith("DetectionSummaryEvent");
}

/** Side files of the Data Replicator: aidmaster, managedassets, notmanaged, userinfo, appinfo. */
function isAsset(record: Fields): boolean {
  if (hasOne(record, "event_simpleName", "#event_simpleName")) return false;
  return (
    has(record, "aid", "AgentVersion", "ComputerName") ||
    (has(record, "aid", "MAC") && hasOne(record, "GatewayIP", "InterfaceAlias", "InterfaceDescription")) ||
    (has(record, "cid", "CurrentLocalIP") && hasOne(record, "discovererCount", "discoverer_aid")) ||
    has(record, "cid", "UserSid_readable") ||
    has(record, "cid", "FileName", "detectioncount")
  );
}

function has(record: Fields, ...names: readonly string[]): boolean {
  return names.every((name) => name in record);
}

function hasOne(record: Fields, ...names: readonly string[]): boolean {
  return names.some((name) => name in record);
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
