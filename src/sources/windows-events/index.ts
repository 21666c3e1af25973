import { valueAt } from "../recognise.ts";
import { source } from "../source.ts";

type Fields = Readonly<Record<string, unknown>>;

function has(record: Fields, ...paths: readonly string[]): boolean {
  return paths.some((path) => valueAt(record, path) !== undefined);
}

/** {"Event":{"System":{"EventID":…}}}: EVTX turned into JSON. */
function isEvtx(record: Fields): boolean {
  return has(record, "Event.System.EventID");
}

/** winlog.event_id, nested or as one dotted key; before version 7 event_id beside log_name. */
function isWinlogbeat(record: Fields): boolean {
  return has(record, "winlog.event_id") || (has(record, "event_id") && has(record, "log_name"));
}

/** One flat object an event: NXLog, PowerShell exports, Log Analytics tables. */
function isFlat(record: Fields): boolean {
  return (
    has(record, "EventID") &&
    has(record, "Hostname", "Computer") &&
    has(record, "EventTime", "TimeCreated", "TimeGenerated", "@timestamp")
  );
}

export default source({
  id: "windows-events",
  name: "Windows events",
  version: "1",
  formats: [
    {
      id: "windows-events",
      name: "Windows events as JSON (NXLog, Winlogbeat, EVTX, exports)",
      recognise: { by: "json", test: (record) => isEvtx(record) || isWinlogbeat(record) || isFlat(record) },
      reasons: "reasons.sql",
      rawOnly: "raw-only.sql",
    },
  ],
});
