-- into: api_activity
-- format: hunting-event, hunting-csv
-- Changes to the accounts and groups of a device, and to those of a domain where the device controls it: UserAccount…, SecurityGroup…
-- and PasswordChangeAttempt of DeviceEvents (Defender XDR reference).
WITH
  -- include: words.sql
  -- include: device-words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (multiMatchAny(line, ['"(?:UserAccount|SecurityGroup)[A-Z]\\w+"', '"PasswordChangeAttempt"']) AND isValidJSON(line))
  )
SELECT
  concat('defender-account:', event_uid) AS metadata_uid,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Defender for Endpoint' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  action AS api_operation,
  'Windows Accounts' AS api_service_name,
  initiating_user AS actor_user_name,
  field('initiatingProcessAccountSid') AS actor_user_uid,
  'User' AS actor_user_type,
  base_name(initiating_path) AS actor_app_name,
  session(field('initiatingProcessLogonId')) AS actor_session_uid,
  'Device' AS resource_type,
  coalesce(said(additional, ['GroupName']), computer) AS resource_name,
  field('deviceId') AS resource_uid,
  account(field('accountName')) AS target_user_name,
  nullIf(substring(additional, 1, 4000), '') AS detail
FROM (
  -- include: hunting.sql
  FROM (
    -- include: row.sql
  )
)
WHERE is_in_time(time) AND isNotNull(device_key) AND ifNull(table_name, 'DeviceEvents') = 'DeviceEvents' AND match(action, '^(?:UserAccount|SecurityGroup)[A-Z]|^PasswordChangeAttempt$')
