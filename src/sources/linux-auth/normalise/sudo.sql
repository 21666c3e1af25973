-- into: process_activity
-- format: linux-auth
-- Commands that sudo ran (sudo's logging.c). The actor is who asked for it; whom it ran as is in the raw line.
WITH
  -- include: words.sql
  ,
  -- include: turns.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, 'COMMAND=') > 0
    LIMIT 9223372036854775807
  )
SELECT
  concat('linux-auth:', record_uid) AS metadata_uid,
  time,
  'Linux' AS metadata_product_vendor_name,
  'Linux' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'Launch' AS activity_name,
  host AS device_hostname,
  nullIf(replaceRegexpOne(extract(ran[2], '^\\S+'), '^.*/', ''), '') AS process_name,
  nullIf(extract(ran[2], '^\\S+'), '') AS process_path,
  nullIf(ran[2], '') AS process_cmd_line,
  account(ran[1]) AS actor_user_name,
  nullIf(extract(message, '[:;] PWD=(.*?) ;'), '') AS working_directory
FROM (
  SELECT *, extractGroups(message, '^ *(\\S+) : (?:[A-Z]+=.* ; )?COMMAND=(.*)$') AS ran
  FROM (
    -- include: message.sql
  )
  WHERE has_time AND program = 'sudo'
)
WHERE notEmpty(ran)
