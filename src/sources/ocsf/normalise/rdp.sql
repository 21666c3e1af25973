-- into: rdp_activity
-- format: ocsf-rdp
-- OCSF RDP Activity: remote desktop connections (OCSF 1.8 class 4005).
WITH
  -- include: words.sql
SELECT
  -- include: head.sql
  filled(event.connection_info.uid) AS connection_info_uid,
  address(event.src_endpoint.ip) AS src_endpoint_ip,
  event.src_endpoint.port AS src_endpoint_port,
  host_name(event.src_endpoint.hostname) AS src_endpoint_hostname,
  address(event.dst_endpoint.ip) AS dst_endpoint_ip,
  event.dst_endpoint.port AS dst_endpoint_port,
  host_name(event.dst_endpoint.hostname) AS dst_endpoint_hostname,
  account(coalesce(filled(event.user.name), filled(event.actor.user.name), replaceRegexpOne(event.identifier_cookie, '^mstshash=', ''))) AS user_name,
  named(event.status_id, [1, 2], ['Success', 'Failure'], if(event.status IN ('Success', 'Failure'), event.status, NULL)) AS status,
  filled(event.keyboard_info.keyboard_layout) AS keyboard_layout,
  host_name(coalesce(filled(event.device.hostname), event.device.name)) AS device_hostname
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.time, event.time_dt) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      connection_info Tuple(uid Nullable(String)), src_endpoint Tuple(ip Nullable(String), port Nullable(UInt16), hostname Nullable(String), mac Nullable(String), svc_name Nullable(String)), dst_endpoint Tuple(ip Nullable(String), port Nullable(UInt16), hostname Nullable(String), mac Nullable(String), svc_name Nullable(String)), user Tuple(name Nullable(String), domain Nullable(String), uid Nullable(String), email_addr Nullable(String), type Nullable(String)),
      identifier_cookie Nullable(String), keyboard_info Tuple(keyboard_layout Nullable(String)), device Tuple(uid Nullable(String), hostname Nullable(String), name Nullable(String), ip Nullable(String), is_managed Nullable(Bool), os Tuple(name Nullable(String))), actor Tuple(user Tuple(name Nullable(String), domain Nullable(String), uid Nullable(String), email_addr Nullable(String), type Nullable(String)), process Tuple(name Nullable(String), path Nullable(String), cmd_line Nullable(String), uid Nullable(String), pid Nullable(UInt64),
        file Tuple(name Nullable(String), path Nullable(String))), session Tuple(uid Nullable(String), issuer Nullable(String)), app_name Nullable(String), invoked_by Nullable(String)))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '4005') > 0
  )
  WHERE event.class_uid IN ('4005')
)
-- include: time-guard.sql
