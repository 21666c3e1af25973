-- into: api_activity
-- format: hunting-identity, hunting-csv
-- Changes to Active Directory, and replication out of it: IdentityDirectoryEvents (Defender XDR reference). resource_name is the
-- controller that was asked; src_endpoint_ip is the machine that asked.
WITH
  -- include: words.sql
  -- include: device-words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (multiMatchAny(line, ['"[aA]pplication"\\s*:\\s*"Active Directory"', '"AdvancedHunting-IdentityDirectoryEvents"', '"IdentityDirectoryEvents"']) AND isValidJSON(line))
  )
SELECT
  concat('defender-identity-directory:', ifNull(report_uid, record_uid)) AS metadata_uid,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Defender for Identity' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  action AS api_operation,
  coalesce(field('application'), 'Active Directory') AS api_service_name,
  account(coalesce(field('accountName'), field('accountUpn'), field('accountDisplayName'))) AS actor_user_name,
  coalesce(field('accountSid'), field('accountObjectId')) AS actor_user_uid,
  'User' AS actor_user_type,
  address(field('ipAddress')) AS src_endpoint_ip,
  field('protocol') AS resource_type,
  coalesce(host_name(field('destinationDeviceName')), host_name(field('targetDeviceName'))) AS resource_name,
  account(coalesce(field('targetAccountUpn'), field('targetAccountDisplayName'))) AS target_user_name,
  nullIf(substring(additional, 1, 4000), '') AS detail
FROM (
  -- include: hunting.sql
  FROM (
    -- include: row.sql
  )
)
WHERE is_in_time(time) AND action != '' AND isNull(field('queryType')) AND NOT match(action, '^Logon(?:Success|Failed|Attempted)$|query$')
  AND (table_name = 'IdentityDirectoryEvents' OR (isNull(table_name) AND field('application') = 'Active Directory' AND isNull(field('activityType'))))
