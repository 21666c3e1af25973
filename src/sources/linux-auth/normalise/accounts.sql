-- into: api_activity
-- format: linux-auth
-- Local accounts that are made, removed, put into a group, or given a password (shadow-utils' own messages; pam_unix for passwords).
WITH
  -- include: words.sql
  ,
  -- include: turns.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE multiSearchAny(line, ['new user: name=', 'delete user ', ' to group ', 'password changed for '])
    LIMIT 9223372036854775807
  )
SELECT
  concat('linux-auth:', record_uid) AS metadata_uid,
  time,
  'Linux' AS metadata_product_vendor_name,
  'Linux' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  multiIf(made != '', 'Create user', removed != '', 'Delete user', notEmpty(joined), 'Add member to group', 'Change password') AS api_operation,
  program AS api_service_name,
  'Success' AS status,
  account(joined[4]) AS actor_user_name,
  if(notEmpty(joined), 'Group', 'User') AS resource_type,
  if(notEmpty(joined), concat(joined[2], joined[5]), concat(made, removed, changed)) AS resource_name,
  account(if(notEmpty(joined), concat(joined[1], joined[3]), concat(made, removed, changed))) AS target_user_name,
  concat(ifNull(host, ''), ': ', message) AS detail
FROM (
  SELECT *,
    if(program IN ('useradd', 'adduser'), extract(message, '^new user: name=([^,]+),'), '') AS made,
    if(program IN ('userdel', 'deluser'), extract(message, '^delete user ''?([^'']+)''?$'), '') AS removed,
    if(program IN ('usermod', 'gpasswd', 'useradd', 'adduser'), extractGroups(message, '^(?:add ''([^'']+)'' to group ''([^'']+)''|user (\\S+) added by (\\S+) to group (\\S+))$'), []) AS joined,
    if(program IN ('passwd', 'chpasswd', 'usermod'), extract(message, 'password changed for (\\S+)$'), '') AS changed
  FROM (
    -- include: message.sql
  )
  WHERE has_time
)
WHERE made != '' OR removed != '' OR notEmpty(joined) OR changed != ''
