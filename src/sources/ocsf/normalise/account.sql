-- into: api_activity
-- format: ocsf-account
-- OCSF Account Change, User Access Management and Group Management: directory audit (OCSF 1.8 classes 3001, 3005, 3006).
WITH
  -- include: words.sql
SELECT
  -- include: head.sql
  concat(coalesce(filled(event.class_name), transform(event.class_uid, ['3001', '3005', '3006'], ['Account Change', 'User Access Management', 'Group Management'], '')), ': ',
    coalesce(filled(event.activity_name), toString(event.activity_id), 'Unknown')) AS api_operation,
  metadata_product_name AS api_service_name,
  named(event.status_id, [1, 2], ['Success', 'Failure'], if(event.status IN ('Success', 'Failure'), event.status, NULL)) AS status,
  filled(event.status_code) AS status_code,
  filled(event.status_detail) AS status_detail,
  account(coalesce(filled(event.actor.user.name), event.actor.user.email_addr)) AS actor_user_name,
  filled(event.actor.user.uid) AS actor_user_uid,
  filled(event.actor.user.type) AS actor_user_type,
  filled(event.actor.app_name) AS actor_app_name,
  filled(event.actor.session.uid) AS actor_session_uid,
  filled(event.actor.session.issuer) AS actor_session_issuer,
  address(event.src_endpoint.ip) AS src_endpoint_ip,
  filled(event.http_request.user_agent) AS http_request_user_agent,
  if(filled(event.group.name) IS NULL, NULL, 'Group') AS resource_type,
  filled(event.group.name) AS resource_name,
  filled(event.group.uid) AS resource_uid,
  filled(event.cloud.account.uid) AS cloud_account_uid,
  filled(event.cloud.region) AS cloud_region,
  account(coalesce(filled(event.user.name), event.user.email_addr)) AS target_user_name,
  filled(arrayStringConcat(event.privileges, ', ')) AS detail
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.time, event.time_dt) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      class_name Nullable(String), user Tuple(name Nullable(String), domain Nullable(String), uid Nullable(String), email_addr Nullable(String), type Nullable(String)), group Tuple(name Nullable(String), uid Nullable(String)), privileges Array(Nullable(String)),
      src_endpoint Tuple(ip Nullable(String), port Nullable(UInt16), hostname Nullable(String), mac Nullable(String), svc_name Nullable(String)), http_request Tuple(user_agent Nullable(String)), cloud Tuple(region Nullable(String), account Tuple(uid Nullable(String))), actor Tuple(user Tuple(name Nullable(String), domain Nullable(String), uid Nullable(String), email_addr Nullable(String), type Nullable(String)), process Tuple(name Nullable(String), path Nullable(String), cmd_line Nullable(String), uid Nullable(String), pid Nullable(UInt64),
        file Tuple(name Nullable(String), path Nullable(String))), session Tuple(uid Nullable(String), issuer Nullable(String)), app_name Nullable(String), invoked_by Nullable(String)))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE match(line, '300[156]')
  )
  WHERE event.class_uid IN ('3001', '3005', '3006')
)
-- include: time-guard.sql
