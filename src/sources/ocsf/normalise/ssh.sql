-- into: ssh_activity
-- format: ocsf-ssh
-- OCSF SSH Activity (OCSF 1.8 class 4007).
WITH
  -- include: words.sql
SELECT
  -- include: head.sql
  filled(event.connection_info.uid) AS connection_info_uid,
  address(event.src_endpoint.ip) AS src_endpoint_ip,
  event.src_endpoint.port AS src_endpoint_port,
  address(event.dst_endpoint.ip) AS dst_endpoint_ip,
  event.dst_endpoint.port AS dst_endpoint_port,
  host_name(event.dst_endpoint.hostname) AS dst_endpoint_hostname,
  named(event.status_id, [1, 2], ['Success', 'Failure'], if(event.status IN ('Success', 'Failure'), event.status, NULL)) AS status,
  lower(filled(event.client_hassh.fingerprint.value)) AS client_hassh,
  host_name(coalesce(filled(event.device.hostname), event.device.name)) AS device_hostname
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.time, event.time_dt) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      connection_info Tuple(uid Nullable(String)), src_endpoint Tuple(ip Nullable(String), port Nullable(UInt16), hostname Nullable(String), mac Nullable(String), svc_name Nullable(String)), dst_endpoint Tuple(ip Nullable(String), port Nullable(UInt16), hostname Nullable(String), mac Nullable(String), svc_name Nullable(String)),
      client_hassh Tuple(algorithm Nullable(String), fingerprint Tuple(value Nullable(String))), device Tuple(uid Nullable(String), hostname Nullable(String), name Nullable(String), ip Nullable(String), is_managed Nullable(Bool), os Tuple(name Nullable(String))))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '4007') > 0
  )
  WHERE event.class_uid IN ('4007')
)
-- include: time-guard.sql
