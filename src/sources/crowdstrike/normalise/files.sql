-- into: file_activity
-- format: falcon-event
-- Files that were written, renamed or deleted: …FileWritten, NewExecutableWritten, NewScriptWritten, NewExecutableRenamed, FileRenameInfo,
-- ExecutableDeleted, FileDeleted, FileDeleteInfo and their kin (Falcon event dictionary).
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE multiMatchAny(line, ['event_simple[Nn]ame"\\s*:\\s*"(?:\\w+Written|\\w*FileRename\\w*|\\w+Renamed|\\w*Deleted|FileDeleteInfo)"', 'fdr_event_type"\\s*:\\s*"(?:\\w+Written|\\w+Renamed|\\w*Deleted)"']) AND isValidJSON(line)
  )
SELECT
  event_uid AS metadata_uid,
  event_time AS time,
  'CrowdStrike' AS metadata_product_vendor_name,
  'Falcon' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  multiIf(match(event_name, 'Written$'), 'Create', match(event_name, 'Rename'), 'Rename', 'Delete') AS activity_name,
  agent AS device_uid,
  computer AS device_hostname,
  base_name(field('targetFileName')) AS file_name,
  field('targetFileName') AS file_path,
  toUInt64OrNull(row['size']) AS file_size,
  sha256(row['sha256hashdata']) AS file_hash_sha256,
  md5(row['md5hashdata']) AS file_hash_md5,
  user AS actor_user_name,
  base_name(context_path) AS actor_process_name,
  field('contextImageFileName') AS actor_process_path
FROM (
  -- include: row.sql
)
WHERE isNotNull(time) AND match(event_name, 'Written$|Rename|Delete') AND isNotNull(field('targetFileName'))
