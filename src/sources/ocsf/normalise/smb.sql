-- into: smb_activity
-- format: ocsf-smb
-- OCSF SMB Activity: what was done with a share (OCSF 1.8 class 4006).
WITH
  -- include: words.sql
SELECT
  -- include: head.sql
  named(event.activity_id, [1, 2, 3, 4, 5, 6], ['File Supersede', 'File Open', 'File Create', 'File Open If', 'File Overwrite', 'File Overwrite If'],
    coalesce(filled(event.activity_name), event.command)) AS activity_name,
  filled(event.connection_info.uid) AS connection_info_uid,
  address(event.src_endpoint.ip) AS src_endpoint_ip,
  event.src_endpoint.port AS src_endpoint_port,
  host_name(event.src_endpoint.hostname) AS src_endpoint_hostname,
  address(event.dst_endpoint.ip) AS dst_endpoint_ip,
  event.dst_endpoint.port AS dst_endpoint_port,
  host_name(coalesce(filled(event.dst_endpoint.hostname), extract(event.share, '^\\\\\\\\([^\\\\]+)'))) AS dst_endpoint_hostname,
  base_name(event.share) AS share,
  filled(event.share_type) AS share_type,
  coalesce(filled(event.file.name), base_name(event.file.path)) AS file_name,
  coalesce(filled(event.file.path), filled(event.file.name)) AS file_path,
  event.file.size AS file_size,
  host_name(coalesce(filled(event.device.hostname), event.device.name)) AS device_hostname,
  account(coalesce(filled(event.actor.user.name), event.actor.user.email_addr)) AS actor_user_name,
  domain_of(event.actor.user.domain, event.actor.user.name) AS actor_user_domain,
  filled(event.actor.session.uid) AS actor_session_uid
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.time, event.time_dt) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      connection_info Tuple(uid Nullable(String)), src_endpoint Tuple(ip Nullable(String), port Nullable(UInt16), hostname Nullable(String), mac Nullable(String), svc_name Nullable(String)), dst_endpoint Tuple(ip Nullable(String), port Nullable(UInt16), hostname Nullable(String), mac Nullable(String), svc_name Nullable(String)), command Nullable(String),
      share Nullable(String), share_type Nullable(String), file Tuple(name Nullable(String), path Nullable(String), size Nullable(UInt64), mime_type Nullable(String), hashes Array(Tuple(algorithm Nullable(String), algorithm_id Nullable(Int32), value Nullable(String)))), device Tuple(uid Nullable(String), hostname Nullable(String), name Nullable(String), ip Nullable(String), is_managed Nullable(Bool), os Tuple(name Nullable(String))), actor Tuple(user Tuple(name Nullable(String), domain Nullable(String), uid Nullable(String), email_addr Nullable(String), type Nullable(String)), process Tuple(name Nullable(String), path Nullable(String), cmd_line Nullable(String), uid Nullable(String), pid Nullable(UInt64),
        file Tuple(name Nullable(String), path Nullable(String))), session Tuple(uid Nullable(String), issuer Nullable(String)), app_name Nullable(String), invoked_by Nullable(String)))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '4006') > 0
  )
  WHERE event.class_uid IN ('4006')
)
-- include: time-guard.sql
