-- into: file_activity
-- format: hunting-file, hunting-csv
-- Files that processes made, changed, renamed or deleted: DeviceFileEvents (Defender XDR reference). The actor is the account that asked
-- for it, over the network too; src_endpoint_ip is where it asked from.
WITH
  -- include: words.sql
  -- include: device-words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (multiMatchAny(line, ['"File(?:Created|Modified|Renamed|Deleted)(?:AggregatedReport)?"']) AND isValidJSON(line))
  )
SELECT
  concat('defender-file:', event_uid) AS metadata_uid,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Defender for Endpoint' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  multiIf(startsWith(action, 'FileCreated'), 'Create', startsWith(action, 'FileModified'), 'Update', startsWith(action, 'FileRenamed'), 'Rename', 'Delete') AS activity_name,
  address(field('requestSourceIP')) AS src_endpoint_ip,
  field('deviceId') AS device_uid,
  computer AS device_hostname,
  base_name(path) AS file_name,
  path AS file_path,
  toUInt64OrNull(field('fileSize')) AS file_size,
  sha256_in([row['sha256']]) AS file_hash_sha256,
  nullIf(lower(extract(row['sha1'], '^[0-9a-fA-F]{40}$')), '') AS file_hash_sha1,
  nullIf(lower(extract(row['md5'], '^[0-9a-fA-F]{32}$')), '') AS file_hash_md5,
  coalesce(account(field('requestAccountName')), initiating_user) AS actor_user_name,
  base_name(initiating_path) AS actor_process_name,
  initiating_path AS actor_process_path,
  nullIf(lower(field('requestProtocol')), 'local') AS app_name
FROM (
  SELECT *,
    full_path(coalesce(field('folderPath'), field('fileName')), field('fileName')) AS path
  FROM (
    -- include: hunting.sql
    FROM (
      -- include: row.sql
    )
  )
)
WHERE is_in_time(time) AND isNotNull(device_key) AND ifNull(table_name, 'DeviceFileEvents') = 'DeviceFileEvents' AND match(action, '^File(?:Created|Modified|Renamed|Deleted)(?:AggregatedReport)?$')
  AND isNotNull(path)
