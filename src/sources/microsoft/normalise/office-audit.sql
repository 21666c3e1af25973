-- into: api_activity
-- format: office-audit, microsoft-csv
-- The unified audit log: records of the Office 365 Management Activity interface, the column AuditData of the portal's CSV, the Log Analytics
-- table OfficeActivity ("Office 365 Management Activity API schema"). Sign-ins are in office-sign-ins.sql.
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (multiMatchAny(line, ['"(?:OrganizationId|OfficeWorkload|OfficeId)"']) AND isValidJSON(line))
  )
SELECT
  concat('office-audit:', ifNull(uid, record_uid)) AS metadata_uid,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Office 365' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  operation AS api_operation,
  workload AS api_service_name,
  transform(lower(ifNull(outcome, '')), ['succeeded', 'success', 'true', 'partiallysucceeded', 'failed', 'failure', 'false'],
    ['Success', 'Success', 'Success', 'Success', 'Failure', 'Failure', 'Failure'], NULL) AS status,
  outcome AS status_code,
  coalesce(field('logonError'), nullIf(field('resultReasonType'), outcome)) AS status_detail,
  account(who) AS actor_user_name,
  field('userKey') AS actor_user_uid,
  nullIf(transform(row['usertype'], ['0', '1', '2', '3', '4', '5', '6', '7', '8'],
    ['Regular', 'Reserved', 'Admin', 'DcAdmin', 'System', 'Application', 'ServicePrincipal', 'CustomPolicy', 'SystemPolicy'], row['usertype']), '') AS actor_user_type,
  coalesce(field('applicationDisplayName'), field('clientAppId'), field('appId'), field('applicationId')) AS actor_app_name,
  coalesce(inner_field('appAccessContext', 'AADSessionId'), field('sessionId')) AS actor_session_uid,
  address(where_from) AS src_endpoint_ip,
  coalesce(field('userAgent'), named(row['extendedproperties'], 'UserAgent'), field('clientInfoString')) AS http_request_user_agent,
  coalesce(field('itemType'), field('officeObjectType')) AS resource_type,
  coalesce(field('objectId'), field('officeObjectId'), field('siteUrl'), field('site_Url'), field('mailboxOwnerUPN')) AS resource_name,
  coalesce(field('listItemUniqueId'), field('mailboxGuid')) AS resource_uid,
  field('organizationId') AS cloud_account_uid,
  account(coalesce(field('targetUserOrGroupName'), if(lower(field('mailboxOwnerUPN')) = lower(who), NULL, field('mailboxOwnerUPN')), if(match(workload, '^AzureActiveDirectory'), mail_address(field('objectId')), NULL))) AS target_user_name,
  if(startsWith(operation, 'FileDownloaded') OR startsWith(operation, 'FileSyncDownloaded'), toUInt64OrNull(coalesce(field('fileSizeBytes'), field('fileSize'))), NULL) AS traffic_bytes_out,
  nullIf(substring(coalesce(field('parameters'), field('modifiedProperties'), field('operationProperties'), field('extendedProperties'), field('data'), field('eventData'), field('sourceFileName'), ''), 1, 4000), '') AS detail
FROM (
  -- include: office.sql
  FROM (
    -- include: row.sql
  )
)
WHERE is_in_time(time) AND is_office_record AND NOT is_sign_in
