-- into: dns_activity
-- format: ocsf-dns
-- OCSF DNS Activity: queries, responses, or both in one (OCSF 1.8 class 4003).
WITH
  -- include: words.sql
SELECT
  -- include: head.sql
  named(event.activity_id, [1, 2, 6], ['Query', 'Response', 'Traffic'], event.activity_name) AS activity_name,
  filled(event.connection_info.uid) AS connection_info_uid,
  lower(filled(event.connection_info.protocol_name)) AS connection_info_protocol_name,
  address(event.src_endpoint.ip) AS src_endpoint_ip,
  event.src_endpoint.port AS src_endpoint_port,
  address(event.dst_endpoint.ip) AS dst_endpoint_ip,
  event.dst_endpoint.port AS dst_endpoint_port,
  host_name(event.query.hostname) AS query_hostname,
  upper(filled(event.query.type)) AS query_type,
  filled(event.query.class) AS query_class,
  named(event.rcode_id, [0, 1, 2, 3, 4, 5], ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'], upper(event.rcode)) AS rcode,
  arrayMap(answer -> assumeNotNull(answer.rdata), arrayFilter(answer -> filled(answer.rdata) IS NOT NULL, event.answers)) AS answers,
  event.answers[1].ttl AS answer_ttl_seconds,
  filled(event.device.uid) AS device_uid,
  host_name(coalesce(filled(event.device.hostname), event.device.name)) AS device_hostname,
  address(event.device.ip) AS device_ip,
  account(coalesce(filled(event.actor.user.name), event.actor.user.email_addr)) AS actor_user_name,
  coalesce(filled(event.actor.process.name), filled(event.actor.process.file.name), base_name(coalesce(event.actor.process.path, event.actor.process.file.path))) AS actor_process_name,
  coalesce(filled(event.actor.process.path), filled(event.actor.process.file.path)) AS actor_process_path
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.time, event.time_dt) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      connection_info Tuple(uid Nullable(String), protocol_name Nullable(String)), src_endpoint Tuple(ip Nullable(String), port Nullable(UInt16), hostname Nullable(String), mac Nullable(String), svc_name Nullable(String)), dst_endpoint Tuple(ip Nullable(String), port Nullable(UInt16), hostname Nullable(String), mac Nullable(String), svc_name Nullable(String)),
      query Tuple(hostname Nullable(String), type Nullable(String), class Nullable(String)), rcode Nullable(String), rcode_id Nullable(Int32),
      answers Array(Tuple(rdata Nullable(String), ttl Nullable(Float64))), device Tuple(uid Nullable(String), hostname Nullable(String), name Nullable(String), ip Nullable(String), is_managed Nullable(Bool), os Tuple(name Nullable(String))), actor Tuple(user Tuple(name Nullable(String), domain Nullable(String), uid Nullable(String), email_addr Nullable(String), type Nullable(String)), process Tuple(name Nullable(String), path Nullable(String), cmd_line Nullable(String), uid Nullable(String), pid Nullable(UInt64),
        file Tuple(name Nullable(String), path Nullable(String))), session Tuple(uid Nullable(String), issuer Nullable(String)), app_name Nullable(String), invoked_by Nullable(String)))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '4003') > 0
  )
  WHERE event.class_uid IN ('4003')
)
-- include: time-guard.sql
