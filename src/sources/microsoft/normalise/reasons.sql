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
      match(line, '^\\s*\\{') AND NOT isValidJSON(line), 'not JSON, or cut off',
      NOT match(line, '^\\s*\\{') AND empty(header), 'not a JSON object',
      NOT match(line, '^\\s*\\{') AND length(extractAll(concat(',', line), ',("(?:[^"]|"")*"|[^,]*)')) != length(header), 'a row with other columns than its header',
      NOT arrayExists(text -> is_in_time(moment(text)), arrayMap(name -> row[name], ['createddatetime', 'activitydatetime', 'detecteddatetime', 'risklastupdateddatetime', 'timegenerated',
        'timestamp', 'time', 'creationtime', 'alertcreationtime', 'createdtime', 'lastseen', 'registrationdatetime', 'approximatelastsignindatetime'])), 'a record without a time between 1970 and 2200',
      '') AS why
  FROM (
    -- include: row.sql
  )
)
WHERE why != ''
