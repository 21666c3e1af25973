-- into: email_url_activity
-- format: ocsf-email-url
-- OCSF Email URL Activity: a link of a message, and what became of it (OCSF 1.8 class 4012).
WITH
  -- include: words.sql
SELECT
  -- include: head.sql
  filled(event.activity_name) AS activity_name,
  named(event.disposition_id, [1, 2, 3, 4, 5, 6], ['Allowed', 'Blocked', 'Quarantined', 'Isolated', 'Deleted', 'Dropped'], event.disposition) AS disposition,
  filled(event.email_uid) AS email_message_uid,
  lower(coalesce(filled(event.actor.user.email_addr), filled(event.email.to[1]), if(position(event.actor.user.name, '@') > 0, event.actor.user.name, NULL))) AS user_email_addr,
  lower(filled(event.email.from)) AS email_from,
  filled(event.url.url_string) AS url_string,
  host_name(coalesce(filled(event.url.hostname), domain(event.url.url_string))) AS url_hostname,
  address(coalesce(filled(event.src_endpoint.ip), event.device.ip)) AS src_endpoint_ip,
  filled(event.http_request.user_agent) AS http_request_user_agent,
  filled(event.malware[1].classifications[1]) AS threat_classification
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.time, event.time_dt) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      email_uid Nullable(String), url Tuple(url_string Nullable(String), hostname Nullable(String)), disposition Nullable(String), disposition_id Nullable(Int32),
      email Tuple(from Nullable(String), to Array(Nullable(String))), malware Array(Tuple(classifications Array(Nullable(String)))), http_request Tuple(user_agent Nullable(String)),
      src_endpoint Tuple(ip Nullable(String), port Nullable(UInt16), hostname Nullable(String), mac Nullable(String), svc_name Nullable(String)), device Tuple(uid Nullable(String), hostname Nullable(String), name Nullable(String), ip Nullable(String), is_managed Nullable(Bool), os Tuple(name Nullable(String))), actor Tuple(user Tuple(name Nullable(String), domain Nullable(String), uid Nullable(String), email_addr Nullable(String), type Nullable(String)), process Tuple(name Nullable(String), path Nullable(String), cmd_line Nullable(String), uid Nullable(String), pid Nullable(UInt64),
        file Tuple(name Nullable(String), path Nullable(String))), session Tuple(uid Nullable(String), issuer Nullable(String)), app_name Nullable(String), invoked_by Nullable(String)))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '4012') > 0
  )
  WHERE event.class_uid IN ('4012')
)
-- include: time-guard.sql
