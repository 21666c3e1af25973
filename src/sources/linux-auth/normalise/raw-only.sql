-- Which lines are syslog messages without a place in a table, and whose?
WITH
  -- include: turns.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  )
SELECT line_number, concat('syslog ', substring(program, 1, 60)) AS kind
FROM (
  -- include: message.sql
)
WHERE has_time
