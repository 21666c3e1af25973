-- into: script_activity
-- format: falcon-event
-- Scripts that interpreters were given: ScriptControlScanTelemetry, ScriptControlScanInfo and their kin, where they hold the script (Falcon event
-- dictionary).
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE multiMatchAny(line, ['event_simple[Nn]ame"\\s*:\\s*"(?:ScriptControl\\w*)"', 'fdr_event_type"\\s*:\\s*"(?:ScriptControl\\w*)"']) AND isValidJSON(line)
  )
SELECT
  event_uid AS metadata_uid,
  event_time AS time,
  'CrowdStrike' AS metadata_product_vendor_name,
  'Falcon' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  agent AS device_uid,
  computer AS device_hostname,
  multiIf(match(program, '(?i)^(?:powershell|pwsh)'), 'PowerShell', match(program, '(?i)^(?:wscript|cscript)'), 'Windows Script Host', match(program, '(?i)^mshta'), 'HTML Application',
    match(program, '(?i)^(?:winword|excel|powerpnt|outlook|msaccess)'), 'VBA', NULL) AS script_type,
  content AS script_content,
  field('scriptContentName') AS script_path,
  coalesce(sha256(row['contentsha256hashdata']), field('scriptContentHash')) AS script_uid,
  user AS actor_user_name,
  program AS actor_process_name,
  context_uid AS actor_process_uid
FROM (
  SELECT *, field('scriptContent') AS content, base_name(coalesce(field('imageFileName'), context_path)) AS program
  FROM (
    -- include: row.sql
  )
)
WHERE isNotNull(time) AND startsWith(event_name, 'ScriptControl') AND isNotNull(content)
