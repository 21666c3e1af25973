-- into: api_activity
-- format: hunting-cloud-app, hunting-csv
-- What was done in cloud applications: CloudAppEvents (Defender XDR reference). Where the row carries the record of the unified audit log
-- that it was made from, it has that record's uid.
WITH
  -- include: words.sql
  -- include: device-words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (multiMatchAny(line, ['"RawEventData"', '"ActivityType"', '"ActivityObjects"']) AND isValidJSON(line))
  )
SELECT
  coalesce(concat('office-audit:', inner_field('rawEventData', 'Id')), concat('defender-cloud-app:', ifNull(report_uid, record_uid))) AS metadata_uid,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Defender for Cloud Apps' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  action AS api_operation,
  field('application') AS api_service_name,
  transform(lower(ifNull(inner_field('rawEventData', 'ResultStatus'), '')), ['succeeded', 'success', 'true', 'partiallysucceeded', 'failed', 'failure', 'false'],
    ['Success', 'Success', 'Success', 'Success', 'Failure', 'Failure', 'Failure'], NULL) AS status,
  inner_field('rawEventData', 'ResultStatus') AS status_code,
  account(coalesce(inner_field('rawEventData', 'UserId'), field('userId'), mail_address(field('accountId')), field('accountDisplayName'))) AS actor_user_name,
  coalesce(field('accountObjectId'), field('accountId')) AS actor_user_uid,
  field('accountType') AS actor_user_type,
  field('oAuthAppId') AS actor_app_name,
  coalesce(inner_field('sessionData', 'AADSessionId'), inner_part('rawEventData', 'AppAccessContext', 'AADSessionId'), inner_field('rawEventData', 'SessionId')) AS actor_session_uid,
  address(field('ipAddress')) AS src_endpoint_ip,
  field('countryCode') AS src_endpoint_location_country,
  coalesce(field('userAgent'), field('userAgent_string')) AS http_request_user_agent,
  field('objectType') AS resource_type,
  coalesce(inner_field('rawEventData', 'ObjectId'), field('objectName')) AS resource_name,
  field('objectId') AS resource_uid,
  coalesce(inner_field('rawEventData', 'OrganizationId'), field('tenantId')) AS cloud_account_uid,
  -- What a mailbox rule does stands in the parameters of the command, as in the unified audit log.
  nullIf(substring(coalesce(
    nullIf(nullIf(JSONExtractRaw(row['raweventdata'], 'Parameters'), ''), '[]'),
    nullIf(nullIf(JSONExtractRaw(row['raweventdata'], 'OperationProperties'), ''), '[]'),
    nullIf(nullIf(JSONExtractRaw(row['raweventdata'], 'ModifiedProperties'), ''), '[]'),
    row['activityobjects']), 1, 4000), '') AS detail
FROM (
  -- include: hunting.sql
  FROM (
    -- include: row.sql
  )
)
WHERE is_in_time(time) AND action != '' AND isNotNull(field('application'))
  AND (table_name = 'CloudAppEvents' OR (isNull(table_name) AND isNotNull(coalesce(field('applicationId'), field('activityType'), field('activityObjects'), field('rawEventData')))))
