-- into: http_activity
-- format: ocsf-http
-- OCSF HTTP Activity: one request (OCSF 1.8 class 4002).
WITH
  -- include: words.sql
SELECT
  -- include: head.sql
  filled(event.connection_info.uid) AS connection_info_uid,
  address(event.src_endpoint.ip) AS src_endpoint_ip,
  event.src_endpoint.port AS src_endpoint_port,
  address(event.dst_endpoint.ip) AS dst_endpoint_ip,
  event.dst_endpoint.port AS dst_endpoint_port,
  upper(filled(event.http_request.http_method)) AS http_request_http_method,
  host_name(coalesce(filled(event.http_request.url.hostname), filled(domain(event.http_request.url.url_string)), event.dst_endpoint.hostname)) AS http_request_url_hostname,
  coalesce(if(filled(event.http_request.url.path) IS NULL, NULL, concat(event.http_request.url.path,
    if(filled(event.http_request.url.query_string) IS NULL, '', concat('?', event.http_request.url.query_string)))), filled(pathFull(event.http_request.url.url_string))) AS http_request_url_path,
  filled(event.http_request.referrer) AS http_request_referrer,
  filled(event.http_request.user_agent) AS http_request_user_agent,
  coalesce(event.http_request.body_length, event.http_request.length) AS http_request_length,
  event.http_response.code AS http_response_code,
  coalesce(event.http_response.body_length, event.http_response.length) AS http_response_length,
  filled(event.http_response.content_type) AS http_response_content_type,
  account(coalesce(filled(event.actor.user.name), event.actor.user.email_addr)) AS actor_user_name,
  host_name(coalesce(filled(event.device.hostname), event.device.name)) AS device_hostname
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.time, event.time_dt) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      connection_info Tuple(uid Nullable(String)), src_endpoint Tuple(ip Nullable(String), port Nullable(UInt16), hostname Nullable(String), mac Nullable(String), svc_name Nullable(String)), dst_endpoint Tuple(ip Nullable(String), port Nullable(UInt16), hostname Nullable(String), mac Nullable(String), svc_name Nullable(String)),
      http_request Tuple(http_method Nullable(String), url Tuple(hostname Nullable(String), path Nullable(String), query_string Nullable(String), url_string Nullable(String)),
        user_agent Nullable(String), referrer Nullable(String), length Nullable(UInt64), body_length Nullable(UInt64)),
      http_response Tuple(code Nullable(UInt16), length Nullable(UInt64), body_length Nullable(UInt64), content_type Nullable(String)),
      device Tuple(uid Nullable(String), hostname Nullable(String), name Nullable(String), ip Nullable(String), is_managed Nullable(Bool), os Tuple(name Nullable(String))), actor Tuple(user Tuple(name Nullable(String), domain Nullable(String), uid Nullable(String), email_addr Nullable(String), type Nullable(String)), process Tuple(name Nullable(String), path Nullable(String), cmd_line Nullable(String), uid Nullable(String), pid Nullable(UInt64),
        file Tuple(name Nullable(String), path Nullable(String))), session Tuple(uid Nullable(String), issuer Nullable(String)), app_name Nullable(String), invoked_by Nullable(String)))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '4002') > 0
  )
  WHERE event.class_uid IN ('4002')
)
-- include: time-guard.sql
