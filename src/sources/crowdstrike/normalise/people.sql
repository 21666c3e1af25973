-- into: user_inventory
-- format: falcon-asset
-- Accounts in the Data Replicator's side file userinfo; fields as Panther's schema of FDR tells them.
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '"UserSid_readable"') > 0 AND isValidJSON(line)
  )
SELECT
  concat('falcon-user:', field('userSid_readable')) AS metadata_uid,
  time AS version_time,
  time,
  'CrowdStrike' AS metadata_product_vendor_name,
  'Falcon' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'directory user' AS record_type,
  account(named_user) AS user_name,
  field('userSid_readable') AS user_uid,
  mail_address(named_user) AS user_email_addr,
  coalesce(domain_of(named_user), lower(field('logonDomain'))) AS user_domain,
  field('userSid_readable') AS user_sid,
  arrayFilter(name -> name != '', [row['accounttype']]) AS user_groups,
  if(isNull(coalesce(field('userIsAdmin'), field('accountType'))), NULL, ifNull(truth(row['userisadmin']), false) OR position(lower(row['accounttype']), 'administrator') > 0) AS is_privileged
FROM (
  SELECT *,
    coalesce(field('user'), field('userName')) AS named_user,
    coalesce(moment(row['_time']), moment(row['timestamp'])) AS time
  FROM (
    -- include: row.sql
  )
)
WHERE isNotNull(time) AND isNotNull(field('userSid_readable')) AND event_name = ''
