-- into: network_activity
-- format: ocsf-network
-- OCSF Network Activity: connections; one that ended and brings its traffic along is its record (OCSF 1.8 class 4001).
WITH
  -- include: words.sql
SELECT
  -- include: head.sql
  multiIf(event.disposition_id = 2 OR event.action_id = 2, 'Refuse',
    event.activity_id = 2 AND coalesce(event.traffic.bytes_in, event.traffic.bytes_out, event.traffic.packets_in, event.traffic.packets_out) IS NOT NULL, 'Traffic',
    named(event.activity_id, [1, 2, 3, 4, 5, 6, 7], ['Open', 'Close', 'Reset', 'Fail', 'Refuse', 'Traffic', 'Listen'], event.activity_name)) AS activity_name,
  if(event.activity_id IN (2, 6), coalesce(moment(event.end_time, event.end_time_dt), after(time, event.duration)), NULL) AS end_time,
  filled(event.connection_info.uid) AS connection_info_uid,
  coalesce(lower(filled(event.connection_info.protocol_name)),
    nullIf(transform(ifNull(event.connection_info.protocol_num, -1), [1, 6, 17, 58, 132], ['icmp', 'tcp', 'udp', 'icmp', 'sctp'], ''), '')) AS connection_info_protocol_name,
  named(event.connection_info.direction_id, [1, 2, 3], ['Inbound', 'Outbound', 'Lateral'],
    if(event.connection_info.direction IN ('Inbound', 'Outbound', 'Lateral'), event.connection_info.direction, NULL)) AS connection_info_direction,
  filled(event.status_code) AS connection_info_state,
  address(event.src_endpoint.ip) AS src_endpoint_ip,
  event.src_endpoint.port AS src_endpoint_port,
  host_name(event.src_endpoint.hostname) AS src_endpoint_hostname,
  lower(filled(event.src_endpoint.mac)) AS src_endpoint_mac,
  address(event.dst_endpoint.ip) AS dst_endpoint_ip,
  event.dst_endpoint.port AS dst_endpoint_port,
  host_name(event.dst_endpoint.hostname) AS dst_endpoint_hostname,
  lower(filled(event.dst_endpoint.mac)) AS dst_endpoint_mac,
  lower(coalesce(filled(event.app_protocol_name), filled(event.dst_endpoint.svc_name), filled(event.app_name))) AS app_name,
  event.count AS count,
  event.duration / 1000 AS duration_seconds,
  event.traffic.bytes_out AS traffic_bytes_out,
  event.traffic.bytes_in AS traffic_bytes_in,
  event.traffic.packets_out AS traffic_packets_out,
  event.traffic.packets_in AS traffic_packets_in,
  host_name(event.tls.sni) AS tls_sni,
  filled(event.tls.version) AS tls_version,
  lower(filled(event.tls.ja3_hash.value)) AS tls_ja3_hash,
  lower(filled(event.tls.ja3s_hash.value)) AS tls_ja3s_hash,
  filled(event.tls.certificate.subject) AS tls_certificate_subject,
  filled(event.tls.certificate.issuer) AS tls_certificate_issuer,
  filled(event.device.uid) AS device_uid,
  host_name(coalesce(filled(event.device.hostname), event.device.name)) AS device_hostname,
  address(event.device.ip) AS device_ip,
  account(coalesce(filled(event.actor.user.name), event.actor.user.email_addr)) AS actor_user_name,
  coalesce(filled(event.actor.process.name), filled(event.actor.process.file.name), base_name(coalesce(event.actor.process.path, event.actor.process.file.path))) AS actor_process_name,
  coalesce(filled(event.actor.process.path), filled(event.actor.process.file.path)) AS actor_process_path,
  filled(event.actor.process.cmd_line) AS actor_process_cmd_line,
  filled(event.actor.process.uid) AS actor_process_uid
FROM (
  SELECT record_uid, file_uid, line_number, event, coalesce(if(event.activity_id IN (2, 6), moment(event.start_time, event.start_time_dt), NULL), moment(event.time, event.time_dt)) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      connection_info Tuple(uid Nullable(String), protocol_name Nullable(String), protocol_num Nullable(Int32), direction Nullable(String), direction_id Nullable(Int32)),
      src_endpoint Tuple(ip Nullable(String), port Nullable(UInt16), hostname Nullable(String), mac Nullable(String), svc_name Nullable(String)), dst_endpoint Tuple(ip Nullable(String), port Nullable(UInt16), hostname Nullable(String), mac Nullable(String), svc_name Nullable(String)),
      traffic Tuple(bytes_in Nullable(UInt64), bytes_out Nullable(UInt64), packets_in Nullable(UInt64), packets_out Nullable(UInt64)),
      tls Tuple(sni Nullable(String), version Nullable(String), ja3_hash Tuple(value Nullable(String)), ja3s_hash Tuple(value Nullable(String)),
        certificate Tuple(subject Nullable(String), issuer Nullable(String))),
      app_name Nullable(String), app_protocol_name Nullable(String), count Nullable(UInt64), duration Nullable(UInt64), start_time Nullable(String),
      start_time_dt Nullable(String), end_time Nullable(String), end_time_dt Nullable(String), action_id Nullable(Int32), disposition_id Nullable(Int32),
      device Tuple(uid Nullable(String), hostname Nullable(String), name Nullable(String), ip Nullable(String), is_managed Nullable(Bool), os Tuple(name Nullable(String))),
      actor Tuple(user Tuple(name Nullable(String), domain Nullable(String), uid Nullable(String), email_addr Nullable(String), type Nullable(String)), process Tuple(name Nullable(String), path Nullable(String), cmd_line Nullable(String), uid Nullable(String), pid Nullable(UInt64),
        file Tuple(name Nullable(String), path Nullable(String))), session Tuple(uid Nullable(String), issuer Nullable(String)), app_name Nullable(String), invoked_by Nullable(String)))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '4001') > 0
  )
  WHERE event.class_uid IN ('4001')
)
-- include: time-guard.sql
