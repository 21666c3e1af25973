-- into: network_activity
-- format: suricata-netflow
-- Suricata netflow events: one direction of a connection each; not where flow events tell of the same (Suricata user guide).
WITH
  -- include: words.sql
  , (SELECT countIf(position(line, '"event_type":"flow"') > 0 OR position(line, '"event_type": "flow"') > 0)
    FROM records(file = {file:String}, first = 1, last = 10000)) AS flows
SELECT
  -- include: head.sql
  'Traffic' AS activity_name,
  -- include: ends.sql
  moment(event.netflow.end) AS end_time,
  protocol(event.proto) AS connection_info_protocol_name,
  nullIf(filled(event.app_proto), 'failed') AS app_name,
  coalesce(if(end_time >= time, dateDiff('microsecond', time, end_time) / 1000000, NULL), event.netflow.age) AS duration_seconds,
  event.netflow.bytes AS traffic_bytes_out,
  event.netflow.pkts AS traffic_packets_out
FROM (
  SELECT record_uid, file_uid, line_number, event, coalesce(moment(event.netflow.start), moment(event.timestamp)) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      netflow Tuple(pkts Nullable(UInt64), bytes Nullable(UInt64), start Nullable(String), end Nullable(String), age Nullable(UInt64)))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE flows = 0 AND position(line, '"netflow"') > 0
  )
  WHERE event.event_type IN ('netflow')
)
-- include: guard.sql
