-- into: registry_activity
-- format: windows-events
-- Registry keys and values that processes made, changed or deleted: Sysmon 12, 13, 14 (Sysmon's manifest); Security 4657.
-- A Sysmon target names a value by the last part of its path, except where a key itself was made, deleted or renamed.
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE multiMatchAny(line, ['(?:[Ee]vent_?[Ii][Dd]|#text)"\\s*:\\s*"?(?:12|13|14|4657)\\b']) AND isValidJSON(line)
    LIMIT 9223372036854775807
  )
SELECT
  event_uid AS metadata_uid,
  event_time AS time,
  'Microsoft' AS metadata_product_vendor_name,
  if(log = 'sysmon', 'Sysmon', 'Windows') AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  multiIf(startsWith(operation, 'Create') OR operation = '%%1904', 'Create', startsWith(operation, 'Delete') OR operation = '%%1906', 'Delete', startsWith(operation, 'Rename'), 'Rename', 'Modify') AS activity_name,
  computer AS device_hostname,
  if(names_value, replaceRegexpOne(target, '\\\\[^\\\\]*$', ''), target) AS reg_key_path,
  if(names_value, extract(target, '\\\\([^\\\\]*)$'), field('ObjectValueName')) AS reg_value_name,
  multiIf(event_id = 13, field('Details'), event_id = 14, field('NewName'), field('NewValue')) AS reg_value_data,
  account(coalesce(field('User'), field('SubjectUserName')), field('SubjectDomainName')) AS actor_user_name,
  base_name(path) AS actor_process_name,
  known_path(path) AS actor_process_path
FROM (
  SELECT *,
    coalesce(field('TargetObject'), field('ObjectName')) AS target,
    -- NXLog writes its own EventType over Sysmon's; the message still has it.
    coalesce(nullIf(extract(ifNull(field('EventType'), ''), '^(?:Create|Delete|Set|Rename)\\w*'), ''), nullIf(extract(message_text, 'EventType: (\\w+)'), ''), field('OperationType'), '') AS operation,
    log = 'sysmon' AND (event_id = 13 OR endsWith(operation, 'Value')) AS names_value,
    coalesce(field('Image'), field('ProcessName')) AS path
  FROM (
    -- include: event.sql
  )
  WHERE is_windows_event AND has_time
    AND ((log = 'sysmon' AND event_id IN (12, 13, 14) AND isNotNull(field('TargetObject'))) OR (log = 'security' AND event_id = 4657 AND isNotNull(field('ObjectName'))))
)
