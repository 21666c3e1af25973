-- into: authentication
-- format: falcon-stream
-- Sign-ins of people to the console: operations of AuthActivityAuditEvent (Falcon streaming API event dictionary).
WITH
  -- include: words.sql
  , candidates AS (
    SELECT file_uid, line_number, record_uid, line
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '"AuthActivityAuditEvent"') > 0 AND isValidJSON(line)
  )
SELECT
  concat('falcon-audit:', audit_uid) AS metadata_uid,
  time,
  operation AS metadata_event_code,
  'CrowdStrike' AS metadata_product_vendor_name,
  'Falcon' AS metadata_product_name,
  file_uid AS raw_file_uid,
  line_number AS raw_line_number,
  'Logon' AS activity_name,
  multiIf(truth(row['success']) = true, 'Success', truth(row['success']) = false, 'Failure', NULL) AS status,
  account(who) AS user_name,
  named(row['auditkeyvalues'], ['actor_user_uuid', 'target_uuid']) AS user_uid,
  mail_address(who) AS user_email_addr,
  'Interactive' AS logon_type,
  true AS is_interactive,
  if(lower(operation) = 'twofactorauthenticate', true, NULL) AS is_mfa,
  field('serviceName') AS service_name,
  address(row['userip']) AS src_endpoint_ip,
  field('userAgent') AS http_request_user_agent
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
WHERE isNotNull(time) AND match(kind, '^(?:AuthActivityAudit|UserActivityAudit|RemoteResponseSessionStart|RemoteResponseSessionEnd|APIActivityAudit)Event$') AND is_sign_in AND isNotNull(who)
