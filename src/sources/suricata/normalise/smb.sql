-- into: smb_activity
-- format: suricata-smb
-- Suricata smb events: one command each; what carries a remote procedure call or a sign-in is told by other statements too (Suricata user guide).
WITH
  -- include: words.sql
SELECT
  -- include: head.sql
  multiIf(position(event.smb.status, 'ACCESS_DENIED') > 0, 'Access Denied',
    startsWith(event.smb.disposition, 'FILE_'), event.smb.disposition,
    filled(replaceRegexpOne(event.smb.command, '^SMB[0-9]_COMMAND_', ''))) AS activity_name,
  -- include: ends.sql
  host_name(event.smb.ntlmssp.host) AS src_endpoint_hostname,
  host_name(extract(event.smb.share, '^\\\\\\\\([^\\\\]+)')) AS dst_endpoint_hostname,
  nullIf(replaceRegexpOne(event.smb.share, '(?s)^.*[\\\\/]', ''), '') AS share,
  filled(event.smb.share_type) AS share_type,
  nullIf(replaceRegexpOne(event.smb.filename, '(?s)^.*[\\\\/]', ''), '') AS file_name,
  filled(event.smb.filename) AS file_path,
  event.smb.size AS file_size,
  filled(event.smb.access) AS access_mask,
  lower(filled(event.smb.ntlmssp.user)) AS actor_user_name,
  lower(filled(event.smb.ntlmssp.domain)) AS actor_user_domain,
  nullIf(filled(event.smb.session_id), '0') AS actor_session_uid
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.timestamp) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      smb Tuple(command Nullable(String), status Nullable(String), disposition Nullable(String), filename Nullable(String), share Nullable(String), share_type Nullable(String),
        size Nullable(UInt64), session_id Nullable(String), access Nullable(String), ntlmssp Tuple(user Nullable(String), domain Nullable(String), host Nullable(String))))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '"smb"') > 0
  )
  WHERE event.event_type IN ('smb')
)
-- include: guard.sql
