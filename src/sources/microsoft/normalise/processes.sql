-- into: process_activity
-- format: hunting-process, hunting-csv
-- Processes that start: DeviceProcessEvents (Defender XDR reference). actor_session_uid is the logon id that the new process runs under.
WITH
  -- include: words.sql
  -- include: device-words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (multiMatchAny(line, ['"ProcessCreated(?:AggregatedReport)?"']) AND isValidJSON(line))
  )
SELECT
  concat('defender-process:', event_uid) AS metadata_uid,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Defender for Endpoint' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'Launch' AS activity_name,
  field('deviceId') AS device_uid,
  computer AS device_hostname,
  coalesce(field('processUniqueId'), concat(device_key, ':', field('processId'), ':', toString(moment(field('processCreationTime'))))) AS process_uid,
  toUInt64OrNull(field('processId')) AS process_pid,
  base_name(path) AS process_name,
  path AS process_path,
  field('processCommandLine') AS process_cmd_line,
  field('processIntegrityLevel') AS process_integrity,
  sha256_in([row['sha256']]) AS process_file_hash_sha256,
  nullIf(lower(extract(row['md5'], '^[0-9a-fA-F]{32}$')), '') AS process_file_hash_md5,
  field('processVersionInfoOriginalFileName') AS process_file_original_name,
  coalesce(field('initiatingProcessUniqueId'), initiating_uid) AS parent_process_uid,
  toUInt64OrNull(field('initiatingProcessId')) AS parent_process_pid,
  base_name(initiating_path) AS parent_process_name,
  initiating_path AS parent_process_path,
  field('initiatingProcessCommandLine') AS parent_process_cmd_line,
  account(coalesce(field('accountName'), field('accountUpn'))) AS actor_user_name,
  lower(field('accountDomain')) AS actor_user_domain,
  field('accountSid') AS actor_user_uid,
  session(field('logonId')) AS actor_session_uid,
  said(additional, ['ProcessCurrentWorkingDirectory', 'InitiatingProcessCurrentWorkingDirectory']) AS working_directory
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
WHERE is_in_time(time) AND isNotNull(device_key) AND ifNull(table_name, 'DeviceProcessEvents') = 'DeviceProcessEvents' AND action IN ('ProcessCreated', 'ProcessCreatedAggregatedReport')
  AND isNotNull(path)
