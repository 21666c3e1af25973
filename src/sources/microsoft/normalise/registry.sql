-- into: registry_activity
-- format: hunting-registry, hunting-csv
-- Registry keys and values that processes made, changed or deleted: DeviceRegistryEvents (Defender XDR reference).
WITH
  -- include: words.sql
  -- include: device-words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (multiMatchAny(line, ['"Registry(?:Key|Value)(?:Created|Renamed|Deleted|Set)(?:AggregatedReport)?"']) AND isValidJSON(line))
  )
SELECT
  concat('defender-registry:', event_uid) AS metadata_uid,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Defender for Endpoint' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  multiIf(startsWith(action, 'RegistryKeyCreated'), 'Create', position(action, 'Deleted') > 0, 'Delete', position(action, 'Renamed') > 0, 'Rename', 'Modify') AS activity_name,
  field('deviceId') AS device_uid,
  computer AS device_hostname,
  key_path AS reg_key_path,
  coalesce(field('registryValueName'), field('previousRegistryValueName')) AS reg_value_name,
  field('registryValueData') AS reg_value_data,
  initiating_user AS actor_user_name,
  base_name(initiating_path) AS actor_process_name,
  initiating_path AS actor_process_path
FROM (
  SELECT *,
    coalesce(field('registryKey'), field('previousRegistryKey')) AS key_path
  FROM (
    -- include: hunting.sql
    FROM (
      -- include: row.sql
    )
  )
)
WHERE is_in_time(time) AND isNotNull(device_key) AND ifNull(table_name, 'DeviceRegistryEvents') = 'DeviceRegistryEvents' AND match(action, '^Registry(?:Key|Value)[A-Z]') AND isNotNull(key_path)
