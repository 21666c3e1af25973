-- into: service_activity
-- format: ocsf-service
-- OCSF Windows Service Activity of the Windows extension (OCSF 1.8 class 201004).
WITH
  -- include: words.sql
SELECT
  -- include: head.sql
  named(event.activity_id, [1, 2, 3, 4, 5, 6, 7], ['Create', 'Reconfigure', 'Start', 'Stop', 'Pause', 'Continue', 'Delete'], event.activity_name) AS activity_name,
  filled(event.device.uid) AS device_uid,
  host_name(coalesce(filled(event.device.hostname), event.device.name)) AS device_hostname,
  filled(event.win_service.name) AS service_name,
  coalesce(filled(event.win_service.cmd_line), filled(event.win_service.service_file.path)) AS service_cmd_line,
  filled(event.win_service.service_start_type) AS service_start_type,
  filled(event.win_service.service_start_name) AS service_account,
  account(coalesce(filled(event.actor.user.name), event.actor.user.email_addr)) AS actor_user_name,
  domain_of(event.actor.user.domain, event.actor.user.name) AS actor_user_domain,
  filled(event.actor.session.uid) AS actor_session_uid
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.time, event.time_dt) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      win_service Tuple(name Nullable(String), cmd_line Nullable(String), service_start_type Nullable(String), service_start_name Nullable(String),
        service_file Tuple(path Nullable(String))), device Tuple(uid Nullable(String), hostname Nullable(String), name Nullable(String), ip Nullable(String), is_managed Nullable(Bool), os Tuple(name Nullable(String))), actor Tuple(user Tuple(name Nullable(String), domain Nullable(String), uid Nullable(String), email_addr Nullable(String), type Nullable(String)), process Tuple(name Nullable(String), path Nullable(String), cmd_line Nullable(String), uid Nullable(String), pid Nullable(UInt64),
        file Tuple(name Nullable(String), path Nullable(String))), session Tuple(uid Nullable(String), issuer Nullable(String)), app_name Nullable(String), invoked_by Nullable(String)))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '201004') > 0
  )
  WHERE event.class_uid IN ('201004')
)
-- include: time-guard.sql
