-- into: api_activity
-- format: graph-activity, microsoft-csv
-- Requests to Microsoft Graph: MicrosoftGraphActivityLogs of Azure Monitor and GraphApiAuditEvents of advanced hunting. The operation is
-- the method and the path without ids; resource_name is the whole address.
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (multiMatchAny(line, ['"[rR]equestUri"']) AND isValidJSON(line))
  )
SELECT
  concat('graph-activity:', ifNull(concat(field('requestId'), ':', field('clientRequestId')), coalesce(field('requestId'), record_uid))) AS metadata_uid,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Graph' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  concat(field('requestMethod'), ' ', replaceRegexpAll(replaceRegexpAll(path(uri), '(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[^/]*@[^/]+|[A-Za-z0-9_=-]{40,}', '{id}'), '\\(.*?\\)', '')) AS api_operation,
  'Microsoft Graph' AS api_service_name,
  multiIf(isNull(code), NULL, code < 400, 'Success', 'Failure') AS status,
  field('responseStatusCode') AS status_code,
  account(coalesce(field('userPrincipalName'), field('accountUpn'))) AS actor_user_name,
  coalesce(field('userId'), field('accountObjectId'), field('servicePrincipalId')) AS actor_user_uid,
  multiIf(isNotNull(coalesce(field('userId'), field('accountObjectId'))), 'User', isNotNull(field('servicePrincipalId')), 'Application', NULL) AS actor_user_type,
  coalesce(field('appId'), field('applicationId')) AS actor_app_name,
  coalesce(field('sessionId'), field('signInActivityId'), field('uniqueTokenIdentifier')) AS actor_session_uid,
  address(coalesce(field('ipAddress'), field('callerIpAddress'))) AS src_endpoint_ip,
  field('userAgent') AS http_request_user_agent,
  field('entityType') AS resource_type,
  uri AS resource_name,
  coalesce(field('aadTenantId'), field('tenantId')) AS cloud_account_uid,
  toUInt64OrNull(coalesce(field('responseSizeBytes'), field('responseSize'))) AS traffic_bytes_out,
  nullIf(substring(concat(row['scopes'], ' ', row['roles']), 1, 4000), ' ') AS detail
FROM (
  SELECT *,
    field('requestUri') AS uri,
    toUInt16OrNull(field('responseStatusCode')) AS code,
    coalesce(moment(field('timestamp')), moment(field('timeGenerated')), moment(field('time'))) AS time
  FROM (
    -- include: row.sql
  )
)
WHERE is_in_time(time) AND isNotNull(uri) AND isNotNull(field('requestMethod'))
  AND (table_name IN ('MicrosoftGraphActivityLogs', 'GraphApiAuditEvents') OR (isNull(table_name) AND (row['category'] = 'MicrosoftGraphActivityLogs' OR isNotNull(field('responseStatusCode')))))
