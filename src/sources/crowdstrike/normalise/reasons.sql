-- Why is a line refused?
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
  )
SELECT line_number, why AS reason
FROM (
  SELECT line_number,
    multiIf(
      NOT isValidJSON(line), 'not JSON, or cut off',
      NOT match(line, '^\\s*\\{'), 'not a JSON object',
      NOT arrayExists(name -> isNotNull(moment(row[name])), ['contexttimestamp', 'timestamp', '@timestamp', 'utctimestamp', 'eventcreationtime', 'created_timestamp', 'modified_timestamp', 'last_seen', '_time', 'time',
        'processstarttime', 'logontime', 'last_behavior', 'starttimestamp', '_first']), 'a record without a time between 1970 and 2200',
      '') AS why
  FROM (
    -- include: row.sql
  )
)
WHERE why != ''
