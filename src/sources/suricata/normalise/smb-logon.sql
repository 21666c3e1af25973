-- into: authentication
-- format: suricata-smb
-- Suricata smb events that end an NTLM session setup: a sign-in over the network (Suricata user guide, NTLMSSP fields).
WITH
  -- include: words.sql
SELECT
  concat('suricata-smb-logon:', record_uid) AS metadata_uid,
  -- include: product.sql
  'Logon' AS activity_name,
  -- include: ends.sql
  multiIf(event.smb.status = 'STATUS_SUCCESS', 'Success', filled(event.smb.status) IS NULL, NULL, 'Failure') AS status,
  filled(event.smb.status_code) AS status_code,
  if(event.smb.status = 'STATUS_SUCCESS', NULL, filled(event.smb.status)) AS status_detail,
  lower(filled(event.smb.ntlmssp.user)) AS user_name,
  lower(filled(event.smb.ntlmssp.domain)) AS user_domain,
  'NTLM' AS auth_protocol,
  'Network' AS logon_type,
  'smb' AS service_name,
  nullIf(filled(event.smb.session_id), '0') AS session_uid,
  host_name(event.smb.ntlmssp.host) AS src_endpoint_hostname
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.timestamp) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      smb Tuple(command Nullable(String), status Nullable(String), status_code Nullable(String), session_id Nullable(String),
        ntlmssp Tuple(user Nullable(String), domain Nullable(String), host Nullable(String))))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '"ntlmssp"') > 0
  )
  WHERE event.event_type IN ('smb') AND filled(event.smb.ntlmssp.user) IS NOT NULL AND ifNull(event.smb.status, '') != 'STATUS_MORE_PROCESSING_REQUIRED'
)
-- include: guard.sql
