-- into: script_activity
-- format: hunting-event, hunting-csv
-- Scripts and commands that interpreters ran: PowerShellCommand, ScriptContent and AMSI events of DeviceEvents (Defender XDR reference).
WITH
  -- include: words.sql
  -- include: device-words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (multiMatchAny(line, ['"PowerShellCommand"', '"ScriptContent"', '"AmsiScript(?:Content|Detection|Detected)"']) AND isValidJSON(line))
  )
SELECT
  concat('defender-script:', event_uid) AS metadata_uid,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Defender for Endpoint' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  field('deviceId') AS device_uid,
  computer AS device_hostname,
  multiIf(action = 'PowerShellCommand' OR match(row['initiatingprocessfilename'], '(?i)^(?:powershell|pwsh)'), 'PowerShell',
    match(row['initiatingprocessfilename'], '(?i)^(?:wscript|cscript)'), 'Windows Script Host', match(row['initiatingprocessfilename'], '(?i)^mshta'), 'HTML Application', NULL) AS script_type,
  content AS script_content,
  if(match(row['filename'], '(?i)\\.(?:ps[md]?1|vbs|vbe|js|jse|wsf|hta|bat|cmd|py|sh)$'), full_path(coalesce(field('folderPath'), field('fileName')), field('fileName')), NULL) AS script_path,
  sha256_in([row['sha256']]) AS script_uid,
  initiating_user AS actor_user_name,
  base_name(initiating_path) AS actor_process_name,
  initiating_uid AS actor_process_uid
FROM (
  SELECT *,
    said(additional, ['Command', 'ScriptContent', 'Content', 'Description']) AS content
  FROM (
    -- include: hunting.sql
    FROM (
      -- include: row.sql
    )
  )
)
WHERE is_in_time(time) AND isNotNull(device_key) AND ifNull(table_name, 'DeviceEvents') IN ('DeviceEvents', 'DeviceScriptEvents') AND match(action, '^(?:PowerShellCommand|ScriptContent|AmsiScript\\w+)$') AND isNotNull(content)
