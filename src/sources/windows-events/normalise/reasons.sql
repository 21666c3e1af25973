-- Why may a line not be a Windows event?
WITH candidates AS (
  SELECT file_uid, line_number, record_uid, line
  FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  LIMIT 9223372036854775807
)
SELECT
  line_number,
  multiIf(
    NOT isValidJSON(line), 'not JSON, or cut off',
    isNull(event_id), 'a Windows event without an event id',
    NOT is_windows_event, 'a Windows event that names neither log nor machine',
    'a Windows event without a time between 1970 and 2200') AS reason
FROM (
  -- include: event.sql
)
WHERE NOT (is_windows_event AND has_time)
