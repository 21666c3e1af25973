-- Which lines are Windows events that have no place in a table, and which events are they?
WITH candidates AS (
  SELECT file_uid, line_number, record_uid, line
  FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  WHERE isValidJSON(line)
  LIMIT 9223372036854775807
)
SELECT
  line_number,
  concat(substring(if(channel = '', if(provider_key = '', 'Windows', provider_key), if(channel_key = 'security', 'Security', channel)), 1, 100), ' ', toString(event_id)) AS kind
FROM (
  -- include: event.sql
)
WHERE is_windows_event AND has_time
