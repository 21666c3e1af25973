-- into: authentication
-- format: hunting-identity, hunting-csv
-- Logons that the domain controllers and cloud services saw: IdentityLogonEvents (Defender XDR reference). device_hostname is the machine
-- that answered, mostly a domain controller; src_endpoint_hostname the one that asked.
WITH
  -- include: words.sql
  -- include: device-words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (multiMatchAny(line, ['"Logon(?:Success|Failed|Attempted)"']) AND isValidJSON(line))
  )
SELECT
  concat('defender-identity-logon:', ifNull(report_uid, record_uid)) AS metadata_uid,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Defender for Identity' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'IdentityLogonEvents' AS metadata_event_code,
  if(match(row['logontype'], '(?i)^credentials validation'), 'Credential Validation', 'Logon') AS activity_name,
  multiIf(action = 'LogonSuccess', 'Success', action = 'LogonFailed', 'Failure', NULL) AS status,
  field('failureReason') AS status_detail,
  account(coalesce(field('accountName'), field('accountUpn'), field('accountDisplayName'))) AS user_name,
  lower(field('accountDomain')) AS user_domain,
  coalesce(field('accountSid'), field('accountObjectId')) AS user_uid,
  mail_address(field('accountUpn')) AS user_email_addr,
  protocol_named(field('protocol')) AS auth_protocol,
  nullIf(transform(replaceAll(lower(row['logontype']), ' ', ''), ['interactive', 'remotedesktop', 'networkcleartext'], ['Interactive', 'Remote Interactive', 'Network Cleartext'], ''), '') AS logon_type,
  field('application') AS service_name,
  host_name(field('targetDeviceName')) AS resource_name,
  address(field('ipAddress')) AS src_endpoint_ip,
  nullIf(toUInt16OrNull(field('port')), 0) AS src_endpoint_port,
  computer AS src_endpoint_hostname,
  if(match(row['location'], '^[A-Z]{2}$'), row['location'], NULL) AS src_endpoint_location_country,
  address(field('destinationIPAddress')) AS dst_endpoint_ip,
  nullIf(toUInt16OrNull(field('destinationPort')), 0) AS dst_endpoint_port,
  coalesce(host_name(field('destinationDeviceName')), host_name(field('targetDeviceName'))) AS dst_endpoint_hostname,
  host_name(field('destinationDeviceName')) AS device_hostname,
  field('osPlatform') AS device_os
FROM (
  -- include: hunting.sql
  FROM (
    -- include: row.sql
  )
)
WHERE is_in_time(time) AND match(action, '^Logon(?:Success|Failed|Attempted)$')
  AND (table_name = 'IdentityLogonEvents' OR (isNull(table_name) AND isNotNull(field('application')) AND isNull(field('deviceId'))))
