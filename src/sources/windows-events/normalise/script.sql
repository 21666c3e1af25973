-- into: script_activity
-- format: windows-events
-- What PowerShell ran: script blocks 4104, commands 4103, and hosts that started an engine or provider 400, 600 (classic log). The last
-- two and the context of a 4103 are text in "name = value" lines. script_uid joins the parts of a script block, and what one runspace ran.
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE multiMatchAny(line, ['(?:[Ee]vent_?[Ii][Dd]|#text)"\\s*:\\s*"?(?:4103|4104|400|600)\\b']) AND isValidJSON(line)
    LIMIT 9223372036854775807
  )
SELECT
  event_uid AS metadata_uid,
  event_time AS time,
  'Microsoft' AS metadata_product_vendor_name,
  'Windows' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  computer AS device_hostname,
  'PowerShell' AS script_type,
  content AS script_content,
  coalesce(field('Path'), named_in(context, 'Script ?Name')) AS script_path,
  coalesce(field('ScriptBlockId'), named_in(context, 'Runspace ?I[Dd]')) AS script_uid,
  account(user_text, if(position(user_text, '\\') > 0, NULL, logged_user_domain)) AS actor_user_name,
  -- The host is a command line: up to the closing quote, or to the first .exe, it is the program.
  base_name(nullIf(coalesce(nullIf(extract(host, '^"([^"]+)"'), ''), extract(host, '(?i)^(.*?\\.exe)\\b')), '')) AS actor_process_name
FROM (
  SELECT *,
    coalesce(named_in(context, 'User'), logged_user_name) AS user_text,
    named_in(context, 'Host ?Application') AS host,
    multiIf(event_id = 4104, field('ScriptBlockText'), event_id = 4103, coalesce(field('Payload'), nullIf(message_text, '')), host) AS content
  FROM (
    SELECT *,
      coalesce(field('ContextInfo'), field('param3'), message_text) AS context
    FROM (
      -- include: event.sql
    )
    WHERE is_windows_event AND has_time
      AND ((log = 'powershell' AND event_id IN (4103, 4104)) OR (log = 'windows powershell' AND event_id IN (400, 600)))
  )
)
WHERE isNotNull(content)
