-- into: authentication
-- format: hunting-logon, hunting-csv
-- Logons on devices: DeviceLogonEvents (Defender XDR reference). session_uid is the logon id on the device. An aggregated report stands
-- for many logons of about an hour; their number is in raw only.
WITH
  -- include: words.sql
  -- include: device-words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (multiMatchAny(line, ['"Logon(?:Success|Failed|Attempted)(?:AggregatedReport)?"']) AND isValidJSON(line))
  )
SELECT
  concat('defender-logon:', event_uid) AS metadata_uid,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Defender for Endpoint' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'DeviceLogonEvents' AS metadata_event_code,
  'Logon' AS activity_name,
  multiIf(startsWith(action, 'LogonSuccess'), 'Success', startsWith(action, 'LogonFailed'), 'Failure', NULL) AS status,
  field('failureReason') AS status_detail,
  account(field('accountName')) AS user_name,
  lower(field('accountDomain')) AS user_domain,
  field('accountSid') AS user_uid,
  mail_address(field('accountUpn')) AS user_email_addr,
  account(field('initiatingProcessAccountName')) AS actor_user_name,
  lower(field('initiatingProcessAccountDomain')) AS actor_user_domain,
  protocol_named(field('protocol')) AS auth_protocol,
  nullIf(transform(replaceAll(lower(row['logontype']), ' ', ''),
    ['interactive', 'network', 'batch', 'service', 'unlock', 'networkcleartext', 'newcredentials', 'remoteinteractive', 'remoteinteractive(rdp)', 'cachedinteractive', 'cachedremoteinteractive', 'cachedunlock', 'system'],
    ['Interactive', 'Network', 'Batch', 'OS Service', 'Unlock', 'Network Cleartext', 'New Credentials', 'Remote Interactive', 'Remote Interactive', 'Cached Interactive', 'Cached Remote Interactive', 'Cached Unlock', 'System'], ''), '') AS logon_type,
  if(isNull(logon_type), NULL, logon_type IN ('Interactive', 'Unlock', 'Remote Interactive', 'Cached Interactive', 'Cached Remote Interactive', 'Cached Unlock')) AS is_interactive,
  multiIf(logon_type = 'Remote Interactive', true, isNotNull(JSONExtract(additional, 'IsLocalLogon', 'Nullable(Bool)')), NOT JSONExtract(additional, 'IsLocalLogon', 'Nullable(Bool)'), NULL) AS is_remote,
  session(field('logonId')) AS session_uid,
  address(field('remoteIP')) AS src_endpoint_ip,
  nullIf(toUInt16OrNull(field('remotePort')), 0) AS src_endpoint_port,
  host_name(field('remoteDeviceName')) AS src_endpoint_hostname,
  field('deviceId') AS device_uid,
  computer AS device_hostname,
  base_name(initiating_path) AS actor_process_name
FROM (
  -- include: hunting.sql
  FROM (
    -- include: row.sql
  )
)
WHERE is_in_time(time) AND isNotNull(device_key) AND (table_name = 'DeviceLogonEvents' OR (isNull(table_name) AND isNotNull(field('deviceId')) AND isNull(field('application'))))
  AND match(action, '^Logon(?:Success|Failed|Attempted)(?:AggregatedReport)?$')
