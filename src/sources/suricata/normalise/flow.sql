-- into: network_activity
-- format: suricata-flow
-- Suricata flow events: one connection each, from its first packet; drop events: a packet that an IPS refused (Suricata user guide, EVE JSON format).
WITH
  -- include: words.sql
SELECT
  -- include: head.sql
  if(event.event_type = 'drop', 'Refuse', 'Traffic') AS activity_name,
  -- include: ends.sql
  if(event.event_type = 'flow', moment(event.flow.end), NULL) AS end_time,
  protocol(event.proto) AS connection_info_protocol_name,
  if(event.event_type = 'flow', filled(event.flow.state), NULL) AS connection_info_state,
  lower(coalesce(filled(event.ether.src_mac), nullIf(event.ether.src_macs[1], ''))) AS src_endpoint_mac,
  lower(coalesce(filled(event.ether.dest_mac), nullIf(event.ether.dest_macs[1], ''))) AS dst_endpoint_mac,
  nullIf(filled(event.app_proto), 'failed') AS app_name,
  if(event.event_type = 'flow', coalesce(if(end_time >= time, dateDiff('microsecond', time, end_time) / 1000000, NULL), event.flow.age), NULL) AS duration_seconds,
  if(event.event_type = 'flow', event.flow.bytes_toserver, NULL) AS traffic_bytes_out,
  if(event.event_type = 'flow', event.flow.bytes_toclient, NULL) AS traffic_bytes_in,
  if(event.event_type = 'flow', event.flow.pkts_toserver, NULL) AS traffic_packets_out,
  if(event.event_type = 'flow', event.flow.pkts_toclient, NULL) AS traffic_packets_in
FROM (
  SELECT record_uid, file_uid, line_number, event, if(event.event_type = 'flow', coalesce(moment(event.flow.start), moment(event.timestamp)), moment(event.timestamp)) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      flow Tuple(pkts_toserver Nullable(UInt64), pkts_toclient Nullable(UInt64), bytes_toserver Nullable(UInt64), bytes_toclient Nullable(UInt64), start Nullable(String),
        end Nullable(String), age Nullable(UInt64), state Nullable(String)),
      ether Tuple(src_mac Nullable(String), dest_mac Nullable(String), src_macs Array(String), dest_macs Array(String)))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '"flow"') > 0 OR position(line, '"drop"') > 0
  )
  WHERE event.event_type IN ('flow', 'drop')
)
-- include: guard.sql
