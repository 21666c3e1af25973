-- into: api_activity
-- format: falcon-stream
-- What people and API clients do in the console: AuthActivityAuditEvent, UserActivityAuditEvent, APIActivityAuditEvent, RemoteResponseSession…Event
-- of Event Streams (Falcon streaming API event dictionary). Sign-ins are in console-sign-ins.sql.
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE multiMatchAny(line, ['(?:AuditEvent|RemoteResponseSession\\w+Event)"']) AND isValidJSON(line)
  )
SELECT
  concat('falcon-audit:', audit_uid) AS metadata_uid,
  time,
  'CrowdStrike' AS metadata_product_vendor_name,
  'Falcon' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  operation AS api_operation,
  coalesce(field('serviceName'), 'Real Time Response') AS api_service_name,
  multiIf(truth(row['success']) = true, 'Success', truth(row['success']) = false, 'Failure', NULL) AS status,
  account(coalesce(who, named(row['auditkeyvalues'], ['actor_user']))) AS actor_user_name,
  named(row['auditkeyvalues'], ['actor_user_uuid', 'APIClientID']) AS actor_user_uid,
  coalesce(named(row['auditkeyvalues'], ['trace_id']), field('sessionId')) AS actor_session_uid,
  address(row['userip']) AS src_endpoint_ip,
  field('userAgent') AS http_request_user_agent,
  coalesce(host_name(field('hostnameField')), named(row['auditkeyvalues'], ['target_name', 'name', 'group_name', 'resource_name', 'quarantined_file_id'])) AS resource_name,
  named(row['auditkeyvalues'], ['target_uuid', 'id', 'allowlist_group_id']) AS resource_uid,
  coalesce(field('customerIDString'), named(row['auditkeyvalues'], ['actor_cid'])) AS cloud_account_uid,
  account(named(row['auditkeyvalues'], ['target_name', 'action_target_name', 'target_user'])) AS target_user_name,
  nullIf(substring(concat(row['auditkeyvalues'], row['commands']), 1, 4000), '') AS detail
FROM (
  SELECT *,
    row['eventtype'] AS kind,
    coalesce(field('operationName'), kind) AS operation,
    coalesce(field('userId'), field('userName')) AS who,
    coalesce(moment(row['utctimestamp']), moment(row['starttimestamp']), moment(row['endtimestamp']), moment(row['eventcreationtime'])) AS time,
    lower(operation) IN ('userauthenticate', 'twofactorauthenticate', 'saml2assert', 'oauth2authenticate') AS is_sign_in,
    -- An offset is unique in one partition of one stream.
    lower(hex(sipHash128(row['customeridstring'], row['offset'], kind, toString(time), operation, ifNull(who, ''), row['success']))) AS audit_uid
  FROM (
    -- include: row.sql
  )
)
WHERE isNotNull(time) AND match(kind, '^(?:AuthActivityAudit|UserActivityAudit|RemoteResponseSessionStart|RemoteResponseSessionEnd|APIActivityAudit)Event$') AND NOT is_sign_in
