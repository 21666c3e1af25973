-- into: file_activity
-- format: windows-events
-- Files that processes made or deleted: Sysmon 11, 23, 26 (Sysmon's manifest).
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE multiMatchAny(line, ['(?:[Ee]vent_?[Ii][Dd]|#text)"\\s*:\\s*"?(?:11|23|26)\\b']) AND isValidJSON(line)
    LIMIT 9223372036854775807
  )
SELECT
  event_uid AS metadata_uid,
  event_time AS time,
  'Microsoft' AS metadata_product_vendor_name,
  'Sysmon' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  if(event_id = 11, 'Create', 'Delete') AS activity_name,
  computer AS device_hostname,
  base_name(field('TargetFilename')) AS file_name,
  field('TargetFilename') AS file_path,
  hash_of(field('Hashes'), 'sha256', 64) AS file_hash_sha256,
  hash_of(field('Hashes'), 'sha1', 40) AS file_hash_sha1,
  hash_of(field('Hashes'), 'md5', 32) AS file_hash_md5,
  account(field('User'), NULL) AS actor_user_name,
  base_name(field('Image')) AS actor_process_name,
  known_path(field('Image')) AS actor_process_path
FROM (
  -- include: event.sql
)
WHERE is_windows_event AND has_time AND log = 'sysmon' AND event_id IN (11, 23, 26) AND isNotNull(field('TargetFilename'))
