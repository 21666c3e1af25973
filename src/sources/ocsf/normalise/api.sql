-- into: api_activity
-- format: ocsf-api
-- OCSF API Activity: calls to cloud and SaaS services (OCSF 1.8 class 6003).
WITH
  -- include: words.sql
SELECT
  -- include: head.sql
  filled(event.api.operation) AS api_operation,
  filled(event.api.service.name) AS api_service_name,
  named(event.status_id, [1, 2], ['Success', 'Failure'], if(event.status IN ('Success', 'Failure'), event.status, NULL)) AS status,
  coalesce(filled(event.api.response.error), filled(event.api.response.code), filled(event.status_code)) AS status_code,
  coalesce(filled(event.api.response.error_message), filled(event.api.response.message), filled(event.status_detail)) AS status_detail,
  account(coalesce(filled(event.actor.user.name), filled(event.actor.user.email_addr), event.actor.invoked_by)) AS actor_user_name,
  filled(event.actor.user.uid) AS actor_user_uid,
  filled(event.actor.user.type) AS actor_user_type,
  coalesce(filled(event.actor.app_name), filled(event.actor.invoked_by)) AS actor_app_name,
  filled(event.actor.session.uid) AS actor_session_uid,
  filled(event.actor.session.issuer) AS actor_session_issuer,
  filled(event.actor.user.credential_uid) AS actor_access_key_uid,
  address(event.src_endpoint.ip) AS src_endpoint_ip,
  upper(filled(event.src_endpoint.location.country)) AS src_endpoint_location_country,
  filled(event.http_request.user_agent) AS http_request_user_agent,
  filled(event.resources[1].type) AS resource_type,
  filled(event.resources[1].name) AS resource_name,
  filled(event.resources[1].uid) AS resource_uid,
  filled(event.cloud.account.uid) AS cloud_account_uid,
  filled(event.cloud.region) AS cloud_region,
  event.traffic.bytes_out AS traffic_bytes_out
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.time, event.time_dt) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      api Tuple(operation Nullable(String), service Tuple(name Nullable(String)), response Tuple(code Nullable(String), error Nullable(String), error_message Nullable(String), message Nullable(String)),
        request Tuple(uid Nullable(String))),
      src_endpoint Tuple(ip Nullable(String), location Tuple(country Nullable(String))), http_request Tuple(user_agent Nullable(String)),
      resources Array(Tuple(uid Nullable(String), name Nullable(String), type Nullable(String))), traffic Tuple(bytes_out Nullable(UInt64)),
      cloud Tuple(region Nullable(String), account Tuple(uid Nullable(String))), actor Tuple(user Tuple(name Nullable(String), domain Nullable(String), uid Nullable(String), email_addr Nullable(String),
        type Nullable(String), credential_uid Nullable(String)), session Tuple(uid Nullable(String), issuer Nullable(String)), app_name Nullable(String), invoked_by Nullable(String)))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '6003') > 0
  )
  WHERE event.class_uid IN ('6003')
)
-- include: time-guard.sql
