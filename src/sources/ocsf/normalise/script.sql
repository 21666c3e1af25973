-- into: script_activity
-- format: ocsf-script
-- OCSF Script Activity: what a script interpreter was given to run (OCSF 1.8 class 1009).
WITH
  -- include: words.sql
SELECT
  -- include: head.sql
  filled(event.device.uid) AS device_uid,
  host_name(coalesce(filled(event.device.hostname), event.device.name)) AS device_hostname,
  filled(event.script.type) AS script_type,
  filled(event.script.script_content.value) AS script_content,
  coalesce(filled(event.script.file.path), filled(event.script.file.name)) AS script_path,
  filled(event.script.uid) AS script_uid,
  account(coalesce(filled(event.actor.user.name), event.actor.user.email_addr)) AS actor_user_name,
  coalesce(filled(event.actor.process.name), filled(event.actor.process.file.name), base_name(coalesce(event.actor.process.path, event.actor.process.file.path))) AS actor_process_name,
  filled(event.actor.process.uid) AS actor_process_uid
FROM (
  SELECT record_uid, file_uid, line_number, event, moment(event.time, event.time_dt) AS time
  FROM (
    SELECT record_uid, file_uid, line_number, JSONExtract(line, 'Tuple(
      -- include: base-fields.sql
      script Tuple(type Nullable(String), uid Nullable(String), script_content Tuple(value Nullable(String)), file Tuple(path Nullable(String), name Nullable(String))),
      device Tuple(uid Nullable(String), hostname Nullable(String), name Nullable(String), ip Nullable(String), is_managed Nullable(Bool), os Tuple(name Nullable(String))), actor Tuple(user Tuple(name Nullable(String), domain Nullable(String), uid Nullable(String), email_addr Nullable(String), type Nullable(String)), process Tuple(name Nullable(String), path Nullable(String), cmd_line Nullable(String), uid Nullable(String), pid Nullable(UInt64),
        file Tuple(name Nullable(String), path Nullable(String))), session Tuple(uid Nullable(String), issuer Nullable(String)), app_name Nullable(String), invoked_by Nullable(String)))') AS event
    FROM records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})
    WHERE position(line, '1009') > 0
  )
  WHERE event.class_uid IN ('1009')
)
-- include: time-guard.sql
