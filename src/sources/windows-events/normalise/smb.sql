-- into: smb_activity
-- format: windows-events
-- Shares that other machines opened, and files and pipes on them: Security 5140, 5145 (Microsoft, "Audit Detailed File Share").
-- The machine that logs is the target; actor_session_uid is the caller's logon id there (the session_uid of its 4624). A file is
-- written when the access mask asks to write, append, or delete (MS-SMB2 2.2.13.1.1: 0x2, 0x4, 0x40, 0x10000, generic 0x40000000 and
-- 0x10000000); an event that failed is 'Access Denied'.
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE multiMatchAny(line, ['(?:[Ee]vent_?[Ii][Dd]|#text)"\\s*:\\s*"?(?:5140|5145)\\b']) AND isValidJSON(line)
    LIMIT 9223372036854775807
  )
SELECT
  event_uid AS metadata_uid,
  event_time AS time,
  'Microsoft' AS metadata_product_vendor_name,
  'Windows' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  multiIf(is_failure, 'Access Denied', event_id = 5140, 'Share Access', share_type = 'DISK' AND bitAnd(ifNull(whole_number(mask), 0), 0x50010046) != 0, 'File Write', 'File Open') AS activity_name,
  address(field('IpAddress')) AS src_endpoint_ip,
  nullIf(toUInt16OrNull(field('IpPort')), 0) AS src_endpoint_port,
  computer AS dst_endpoint_hostname,
  base_name(share_text) AS share,
  if(upper(share) = 'IPC$', 'PIPE', 'DISK') AS share_type,
  base_name(target) AS file_name,
  target AS file_path,
  hexadecimal(mask) AS access_mask,
  computer AS device_hostname,
  account(field('SubjectUserName'), field('SubjectDomainName')) AS actor_user_name,
  domain_of(field('SubjectUserName'), field('SubjectDomainName')) AS actor_user_domain,
  session(field('SubjectLogonId')) AS actor_session_uid
FROM (
  SELECT *,
    field('AccessMask') AS mask,
    field('ShareName') AS share_text,
    field('RelativeTargetName') AS target,
    -- Winlogbeat names the audit keyword; elsewhere it is bit 52 of the keywords, or NXLog's event type.
    match(keywords, '(?i)audit[ _]failure|^0x8010') AS is_failure
  FROM (
    -- include: event.sql
  )
  WHERE is_windows_event AND has_time AND log IN ('security', 'unnamed') AND event_id IN (5140, 5145) AND isNotNull(field('ShareName'))
)
