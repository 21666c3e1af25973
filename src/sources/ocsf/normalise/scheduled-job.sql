-- into: scheduled_job_activity
-- format: ocsf-scheduled-job
-- OCSF Scheduled Job Activity (OCSF 1.8 class 1006).
WITH
  -- include: words.sql
SELECT
  -- include: head.sql
  named(event.activity_id, [1, 2, 3, 4, 5, 6], ['Create', 'Update', 'Delete', 'Enable', 'Disable', 'Start'], event.activity_name) AS activity_name,
  filled(event.device.uid) AS device_uid,
  host_name(coalesce(filled(event.device.hostname), event.device.name)) AS device_hostname,
  filled(event.job.name) AS job_name,
  filled(event.job.cmd_line) AS job_cmd_line,
  account(coalesce(filled(event.actor.user.name), event.actor.user.email_addr)) AS actor_user_name,
  domain_of(event.actor.user.domain, event.actor.user.name) AS actor_user_domain,
  filled(event.actor.session.uid) AS actor_session_uid,
  address(event.src_endpoint.ip) AS src_endpoint_ip
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.time, event.time_dt) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      job Tuple(name Nullable(String), cmd_line Nullable(String)), src_endpoint Tuple(ip Nullable(String), port Nullable(UInt16), hostname Nullable(String), mac Nullable(String), svc_name Nullable(String)), device Tuple(uid Nullable(String), hostname Nullable(String), name Nullable(String), ip Nullable(String), is_managed Nullable(Bool), os Tuple(name Nullable(String))), actor Tuple(user Tuple(name Nullable(String), domain Nullable(String), uid Nullable(String), email_addr Nullable(String), type Nullable(String)), process Tuple(name Nullable(String), path Nullable(String), cmd_line Nullable(String), uid Nullable(String), pid Nullable(UInt64),
        file Tuple(name Nullable(String), path Nullable(String))), session Tuple(uid Nullable(String), issuer Nullable(String)), app_name Nullable(String), invoked_by Nullable(String)))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '1006') > 0
  )
  WHERE event.class_uid IN ('1006')
)
-- include: time-guard.sql
