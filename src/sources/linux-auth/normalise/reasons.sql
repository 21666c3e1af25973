-- Why may a line not be a syslog message?
WITH
  -- include: turns.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  )
SELECT line_number, 'a syslog message whose day is in no calendar between 1970 and 2200' AS reason
FROM (
  -- include: message.sql
)
WHERE NOT has_time
