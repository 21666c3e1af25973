-- into: api_activity
-- format: entra-audit, microsoft-csv
-- Changes to the directory: Graph directoryAudit resources, the Azure Monitor category AuditLogs (and, in older records, the categories
-- of its activities), the Log Analytics table AuditLogs (Microsoft Graph reference, "directoryAudit"). `detail` keeps what was changed.
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE NOT match(line, '^\\s*\\{') OR (multiMatchAny(line, ['"[aA]ctivityDisplayName"', '"AuditLogs"']) AND isValidJSON(line))
  )
SELECT
  concat('entra-audit:', ifNull(field('id'), record_uid)) AS metadata_uid,
  time,
  'Microsoft' AS metadata_product_vendor_name,
  'Entra ID' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  operation AS api_operation,
  coalesce(field('loggedByService'), 'Core Directory') AS api_service_name,
  transform(lower(ifNull(field('result'), '')), ['success', 'failure', 'timeout'], ['Success', 'Failure', 'Failure'], NULL) AS status,
  field('resultReason') AS status_detail,
  account(coalesce(inner_part('initiatedBy', 'user', 'userPrincipalName'), inner_part('initiatedBy', 'user', 'displayName'), inner_part('initiatedBy', 'app', 'displayName'), field('identity'))) AS actor_user_name,
  coalesce(inner_part('initiatedBy', 'user', 'id'), inner_part('initiatedBy', 'app', 'servicePrincipalId'), inner_part('initiatedBy', 'app', 'appId')) AS actor_user_uid,
  multiIf(isNotNull(inner_part('initiatedBy', 'user', 'id')), 'User', isNotNull(inner_field('initiatedBy', 'app')), 'Application', NULL) AS actor_user_type,
  inner_part('initiatedBy', 'app', 'displayName') AS actor_app_name,
  coalesce(address(inner_part('initiatedBy', 'user', 'ipAddress')), address(named(row['additionaldetails'], 'ipaddr')), address(coalesce(field('callerIpAddress'), field('ipAddress')))) AS src_endpoint_ip,
  coalesce(named(row['additionaldetails'], 'User-Agent'), field('userAgent')) AS http_request_user_agent,
  nullIf(JSONExtractString(targets[1], 'type'), '') AS resource_type,
  coalesce(nullIf(JSONExtractString(targets[1], 'displayName'), ''), nullIf(JSONExtractString(targets[1], 'userPrincipalName'), '')) AS resource_name,
  nullIf(JSONExtractString(targets[1], 'id'), '') AS resource_uid,
  coalesce(field('aadTenantId'), field('tenantId')) AS cloud_account_uid,
  account(JSONExtractString(user_target, 'userPrincipalName')) AS target_user_name,
  nullIf(substring(row['targetresources'], 1, 4000), '') AS detail
FROM (
  SELECT *,
    JSONExtractArrayRaw(row['targetresources']) AS targets,
    arrayFirst(target -> JSONExtractString(target, 'type') = 'User', targets) AS user_target,
    trimBoth(coalesce(field('activityDisplayName'), field('operationName'))) AS operation,
    moment(coalesce(field('activityDateTime'), field('timeGenerated'), field('time'))) AS time
  FROM (
    -- include: row.sql
  )
)
WHERE is_in_time(time) AND isNotNull(operation)
  AND (table_name = 'AuditLogs' OR row['category'] = 'AuditLogs'
    OR (isNull(table_name) AND isNotNull(field('activityDisplayName')) AND (isNotNull(field('initiatedBy')) OR isNotNull(field('loggedByService')))))
