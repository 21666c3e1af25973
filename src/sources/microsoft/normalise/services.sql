-- into: service_activity
-- format: hunting-event, hunting-csv
-- Services that were installed: ServiceInstalled of DeviceEvents (Defender XDR reference).
WITH
  -- include: words.sql
  -- include: device-words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (position(line, '"ServiceInstalled"') > 0 AND isValidJSON(line))
  )
SELECT
  concat('defender-service:', event_uid) AS metadata_uid,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Defender for Endpoint' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'Create' AS activity_name,
  field('deviceId') AS device_uid,
  computer AS device_hostname,
  service AS service_name,
  coalesce(field('processCommandLine'), said(additional, ['ServiceFileName', 'ImagePath']), full_path(field('folderPath'), field('fileName'))) AS service_cmd_line,
  nullIf(transform(JSONExtract(additional, 'ServiceStartType', 'String'), ['0', '1', '2', '3', '4'], ['Boot', 'System', 'Auto', 'Demand', 'Disabled'], ''), '') AS service_start_type,
  said(additional, ['ServiceAccount']) AS service_account,
  initiating_user AS actor_user_name,
  lower(field('initiatingProcessAccountDomain')) AS actor_user_domain,
  session(field('initiatingProcessLogonId')) AS actor_session_uid
FROM (
  SELECT *,
    coalesce(said(additional, ['ServiceName', 'ServiceDisplayName']), field('fileName')) AS service
  FROM (
    -- include: hunting.sql
    FROM (
      -- include: row.sql
    )
  )
)
WHERE is_in_time(time) AND isNotNull(device_key) AND ifNull(table_name, 'DeviceEvents') = 'DeviceEvents' AND action = 'ServiceInstalled' AND isNotNull(service)
